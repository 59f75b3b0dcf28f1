import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Evidence
import Rounds
import Storage
import StudyFixtures
import Submissions
import TestSupport
import Testing

@Suite struct SealTests {
  private func complete(_ fixture: RoundsFixture, kind: RoundKind = .release, sequence: Int = 1) throws
    -> String
  {
    let round = try fixture.open(kind: kind).round
    for site in fixture.sites { try fixture.submit(site, sequence: sequence) }
    try fixture.advance()
    return round
  }

  private func seal(_ fixture: RoundsFixture, _ round: String, at time: String) throws -> SealDocument {
    try fixture.changeGates(at: RoundsFixture.time(time)) { try $0.seal(round) }
  }

  @Test func aReaderWithHisOwnTrustVerifiesTheBundle() throws {
    try withRounds { fixture throws in
      let round = try complete(fixture)
      let sealed = try seal(fixture, round, at: "2026-06-02T00:00:00Z")
      let bundle = try RoundBook(fixture.database).bundle(round)
      #expect(Digest(of: bundle.bytes) == sealed.bundle)
      #expect(bundle.name == sealed.name)
      #expect(try fixture.status(round).state == .sealed)
      #expect(try SealDocument.parse(sealed.encode()) == sealed)
      let report = verifyBundle(bundle.bytes, trust: fixture.study.trust, now: try RoundsFixture.deadline())
      #expect(report.level == .signed)
      #expect(report.problems.isEmpty)
    }
  }

  @Test func aRoundIsSealedOnce() throws {
    try withRounds { fixture throws in
      let round = try complete(fixture)
      let first = try seal(fixture, round, at: "2026-06-02T00:00:00Z")
      let log = fixture.log
      #expect(try seal(fixture, round, at: "2026-06-03T00:00:00Z") == first)
      #expect(fixture.log == log)
    }
  }

  @Test func sealsOfAPhaseAreNumbered() throws {
    try withRounds { fixture throws in
      for expected in 1...2 {
        let round = try complete(fixture, sequence: expected)
        let sealed = try seal(fixture, round, at: "2026-06-02T00:00:00Z")
        #expect(sealed.sequence == expected)
        #expect(sealed.name.hasPrefix("\(fixture.id)_silent_\(expected)_"))
      }
    }
  }

  @Test func anExploratoryRoundIsNeverSealed() throws {
    try withRounds { fixture throws in
      let round = try complete(fixture, kind: .exploratory)
      #expect(try fixture.status(round).state == .complete)
      #expect(try refusalCode { try seal(fixture, round, at: "2026-06-02T00:00:00Z") } == "exploratory")
      // Nor does the file let one be.
      #expect(throws: StorageError.self) {
        try fixture.database.run("UPDATE round SET state = 'sealed' WHERE kind = 'exploratory'")
      }
    }
  }

  @Test func anOpenRoundIsNotSealed() throws {
    try withRounds { fixture throws in
      let round = try fixture.open().round
      #expect(try refusalCode { try seal(fixture, round, at: "2026-06-02T00:00:00Z") } == "not-complete")
    }
  }

  @Test func coordinatorsThatWereToldTheSameHaveTheSameDump() throws {
    let dumps = try (0..<2).map { turn in
      try withRounds { fixture throws in
        let round = try fixture.open(quorum: 3).round
        let sites = fixture.sites.dropLast()
        for site in turn == 0 ? Array(sites) : sites.reversed() { try fixture.submit(site) }
        let last = try #require(fixture.sites.last)
        try fixture.decline(try #require(try fixture.assignment(last)).id, from: last)
        try fixture.advance()
        _ = try seal(fixture, round, at: turn == 0 ? "2026-06-02T00:00:00Z" : "2026-06-03T00:00:00Z")
        return encodeCanonicalJSON(.object(try stateDump(of: fixture.database)))
      }
    }
    #expect(dumps[0] == dumps[1])
    let text = String(decoding: dumps[0], as: UTF8.self)
    #expect(text.contains(#""state":"sealed""#))
    #expect(text.contains(#""refusal":"paused""#))
  }
}
