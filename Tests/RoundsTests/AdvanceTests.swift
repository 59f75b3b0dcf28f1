import Aggregates
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Gates
import Rounds
import Storage
import StudyFixtures
import Submissions
import Synthesis
import TestSupport
import Testing

@Suite struct AdvanceTests {
  private func result(_ fixture: RoundsFixture, _ round: String) throws -> [String: [UInt8]] {
    let book = RoundBook(fixture.database)
    var files = Dictionary(
      uniqueKeysWithValues: try book.matrix(round).files.map { ($0.path, $0.bytes) })
    files["gates.json"] = try book.verdicts(round)
    return files
  }

  @Test func anyOrderOfArrivalGivesTheBytesOfTheOfflineTools() throws {
    let study = try HeartDiseaseStudy.shared()
    let aggregates = try study.submissions.values.map {
      try CheckedAggregate.parse($0.aggregate, under: study.evaluationProtocol)
    }
    let matrix = try merge(aggregates, under: study.evaluationProtocol)
    var expected = Dictionary(uniqueKeysWithValues: matrix.encode().map { ($0.path, $0.bytes) })
    expected["gates.json"] = try decide(matrix, phase: .silent, under: study.evaluationProtocol, look: 1)
      .encode(protocolDigest: study.evaluationProtocol.digest)

    let sites = study.evaluationProtocol.sites.map(\.id)
    for order in [sites, sites.reversed(), Array(sites.dropFirst() + sites.prefix(1))] {
      try withRounds { fixture throws in
        let round = try fixture.open(quorum: 4).round
        for site in order {
          #expect(try fixture.advance() == nil)
          try fixture.submit(site)
        }
        #expect(try fixture.advance() == round)
        #expect(try fixture.status(round).state == .complete)
        #expect(try result(fixture, round) == expected)
        #expect(try fixture.advance() == nil)
      }
    }
  }

  @Test func sitesThatDeclinedAreNotWaitedFor() throws {
    try withRounds { fixture throws in
      let round = try fixture.open(quorum: 2).round
      try fixture.submit("budapest")
      try fixture.submit("switzerland")
      for site in ["cleveland", "long-beach"] {
        try fixture.decline(try #require(try fixture.assignment(site)).id, from: site)
      }
      #expect(try fixture.advance() == round)
      let status = try fixture.status(round)
      #expect(status.state == .complete)
      #expect(status.sites.map(\.state) == [.accepted, .declined, .declined, .accepted])
      let pooled = try #require(try result(fixture, round)["pooled.json"])
      #expect(String(decoding: pooled, as: UTF8.self).contains(#""notRun":["cleveland","long-beach"]"#))
      #expect(try fixture.assignment("budapest")?.isMerged == true)
      #expect(try fixture.assignment("cleveland")?.isMerged == false)
    }
  }

  @Test func theDeadlineEndsARoundOnceItHasPassed() throws {
    try withRounds { fixture throws in
      let round = try fixture.open(quorum: 1).round
      try fixture.submit("budapest")
      let deadline = try RoundsFixture.deadline()
      #expect(try fixture.advance(at: deadline) == nil)
      let after = try UTCTime(secondsSinceEpoch: deadline.secondsSinceEpoch + 1)
      #expect(try fixture.advance(at: after) == round)
      let status = try fixture.status(round)
      #expect(status.state == .complete)
      #expect(status.endedAt == after)
      #expect(status.sites.count { $0.state == .expired } == 3)
    }
  }

  @Test func tooFewAnswersFailTheRound() throws {
    try withRounds { fixture throws in
      let round = try fixture.open(quorum: 2).round
      try fixture.submit("budapest")
      try fixture.advance(at: RoundsFixture.time("2026-07-01T00:00:00Z"))
      let status = try fixture.status(round)
      #expect(status.state == .failed)
      #expect(status.failure == .quorumNotMet)
      #expect(fixture.log.last?.action == "round.failed")
      #expect(try refusalCode { try RoundBook(fixture.database).matrix(round) } == "not-complete")
    }
  }

  @Test func aCrashBetweenTheLastAdmissionAndTheMergeCostsNothing() throws {
    try withRounds { fixture throws in
      let round = try fixture.open(quorum: 4).round
      for site in fixture.sites { try fixture.submit(site) }
      struct Crash: Error {}
      // The merge was running: its transaction is gone.
      #expect(throws: Crash.self) {
        try fixture.write { database, record in
          let now = try RoundsFixture.now()
          _ = try RoundBook(database).advance(
            with: fixture.gates(database, at: now, record), at: now, record: record)
          throw Crash()
        }
      }
      #expect(try fixture.status(round).state == .open)
      try fixture.reopen()
      #expect(try fixture.advance() == round)
      #expect(try fixture.status(round).state == .complete)
      #expect(fixture.log.count { $0.action == "round.completed" } == 1)
    }
  }

  @Test func aStoredSubmissionThatWasChangedIsNotMerged() throws {
    try withRounds { fixture throws in
      let round = try fixture.open(quorum: 4).round
      for site in fixture.sites { try fixture.submit(site) }
      try fixture.database.run("DROP TRIGGER submission_is_not_changed")
      try fixture.database.run(
        """
        UPDATE submission SET package = (SELECT package FROM submission ORDER BY assignment DESC LIMIT 1)
        WHERE assignment = (SELECT min(assignment) FROM submission)
        """)
      try fixture.advance()
      let status = try fixture.status(round)
      #expect(status.state == .failed)
      #expect(status.failure == .storedSubmissionBroken)
    }
  }

  @Test func closingEndsARoundEarlyAndOnce() throws {
    try withRounds { fixture throws in
      let round = try fixture.open(quorum: 1).round
      try fixture.submit("budapest")
      for _ in 1...2 {
        let status = try fixture.write { database, record in
          try RoundBook(database).close(round, at: RoundsFixture.now(), record: record)
        }
        #expect(status.sites.map(\.state) == [.accepted, .expired, .expired, .expired])
      }
      #expect(fixture.log.count { $0.action == "round.closed" } == 1)
      #expect(try fixture.advance() == round)
      let again = try refusalCode {
        try fixture.write { database, record in
          try RoundBook(database).close(round, at: RoundsFixture.now(), record: record)
        }
      }
      #expect(again == "not-open")
    }
  }
}
