import Storage
import Cryptography
import Attestations
import CanonicalJSON
import CoordinatorAPI
import EvaluationProtocols
import Gates
import PhaseGrants
import Rounds
import StudyFixtures
import Testing

/// What the coordinator does by itself, without anybody asking: renewing grants and opening scheduled rounds.
@Suite struct UpkeepTests {
  private func later(_ seconds: Int64, than time: UTCTime? = nil) throws -> UTCTime {
    try UTCTime(secondsSinceEpoch: (time ?? RoundsFixture.now()).secondsSinceEpoch + seconds)
  }

  private func words(_ fixture: RoundsFixture, of site: String, after number: Int = 0) throws
    -> [StandingDocument.SignedStatement]
  {
    try StandingDesk(fixture.database, site: site).words(
      in: fixture.id, after: number, evidenceRoot: fixture.study.coordinator.root
    ).words
  }

  private func grant(_ fixture: RoundsFixture, of site: String, at now: UTCTime) throws -> PhaseGrant {
    let word = try #require(try words(fixture, of: site).last)
    let root = fixture.study.coordinator.root
    return try PhaseGrant.verify(
      word.statement, root: root, pinnedRootKey: root.publicKey.digest, at: now
    ).content
  }

  private func upkeep(_ fixture: RoundsFixture, at now: UTCTime) throws {
    try fixture.changeGates(at: now) { gates in
      try gates.renewGrants(study: fixture.id)
      try gates.openScheduledRound(study: fixture.id)
    }
  }

  @Test func aGrantIsRenewedAtHalfOfItsLifeAndLeavesNoEvent() throws {
    try withRounds { fixture throws in
      let site = "budapest"
      let now = try RoundsFixture.now()
      let first = try grant(fixture, of: site, at: now)
      #expect(first.phase == .silent)
      #expect(
        first.expiresAt.secondsSinceEpoch - first.issuedAt.secondsSinceEpoch == GateBook.grantSeconds)
      let events = try GateReader(fixture.database).history(of: fixture.id).events.count

      let early = try later(GateBook.grantSeconds / 2 - 1)
      try upkeep(fixture, at: early)
      #expect(try grant(fixture, of: site, at: early) == first)

      let half = try later(GateBook.grantSeconds / 2)
      #expect(try GateReader(fixture.database).studiesWithWork(at: half) == [fixture.id])
      try upkeep(fixture, at: half)
      let second = try grant(fixture, of: site, at: half)
      #expect(second.sequence == first.sequence + 1)
      #expect(second.issuedAt == half)
      #expect(try GateReader(fixture.database).history(of: fixture.id).events.count == events)
      #expect(try GateReader(fixture.database).studiesWithWork(at: half).isEmpty)
    }
  }

  @Test func ofRenewalsOnlyTheNewestIsKept() throws {
    try withRounds { fixture throws in
      var now = try RoundsFixture.now()
      for _ in 0..<4 {
        now = try later(GateBook.grantSeconds / 2, than: now)
        try upkeep(fixture, at: now)
      }
      // The grant of the opening, which has an event, and the newest renewal.
      #expect(try words(fixture, of: "budapest").map(\.sequence) == [1, 5])
    }
  }

  @Test func nothingIsRenewedInAHeldStudy() throws {
    try withRounds { fixture throws in
      try fixture.changeGates { try $0.hold(study: fixture.id, reason: "a test", drill: false) }
      let late = try later(GateBook.grantSeconds)
      #expect(try GateReader(fixture.database).studiesWithWork(at: late).isEmpty)
      try upkeep(fixture, at: late)
      #expect(try words(fixture, of: "budapest").map(\.kind) == [.grant, .stopOrder])
    }
  }

  @Test func aSiteThatTookItsConsentBackGetsAnOrderAndNoRenewal() throws {
    try withRounds { fixture throws in
      try fixture.consent("budapest", .none, sequence: 2)
      #expect(try words(fixture, of: "budapest").map(\.kind) == [.grant, .stopOrder])
      try upkeep(fixture, at: try later(GateBook.grantSeconds / 2))
      #expect(try words(fixture, of: "budapest").count == 2)
      #expect(try words(fixture, of: "cleveland").count == 2)
      try fixture.consent("budapest", .silent, sequence: 3)
      #expect(try words(fixture, of: "budapest").map(\.kind) == [.grant, .stopOrder, .grant])
    }
  }

  private func withSchedule(_ body: (RoundsFixture) throws -> Void) throws {
    try withRounds { fixture throws in
      let bytes = try fixture.protocolBytes([
        "version": 2,
        "monitoring": ["everyDays": 7, "openDays": 2, "quorum": 1, "looks": 2],
      ])
      let second = try EvaluationProtocol.parse(bytes)
      try fixture.publish(bytes)
      for site in fixture.sites { try fixture.consent(site, under: second, sequence: 2) }
      try body(fixture)
    }
  }

  private func openRounds(_ fixture: RoundsFixture) throws -> Int {
    try StudyBook(fixture.database).show(fixture.id).rounds.count { $0.state == .open }
  }

  @Test func aRoundOpensWhenItsDayHasCome() throws {
    try withSchedule { fixture throws in
      let now = try RoundsFixture.now()
      // The first round of a phase is opened by people.
      try upkeep(fixture, at: try later(30 * 86_400))
      #expect(try openRounds(fixture) == 0)
      let first = try fixture.open(at: now)
      _ = try fixture.write { database, record in
        try RoundBook(database).close(first.round, at: now, record: record)
      }
      try fixture.advance(at: now)
      try upkeep(fixture, at: try later(7 * 86_400 - 1))
      #expect(try openRounds(fixture) == 0)
      let due = try later(7 * 86_400)
      try upkeep(fixture, at: due)
      #expect(try openRounds(fixture) == 1)
      let opened = try #require(try StudyBook(fixture.database).show(fixture.id).rounds.last)
      #expect(opened.phase == .silent && opened.kind == .release)
      #expect(try opened.deadline == later(2 * 86_400, than: due))
      // One at a time.
      try upkeep(fixture, at: try later(14 * 86_400))
      #expect(try openRounds(fixture) == 1)
    }
  }

  @Test func noRoundOpensOnceThePlannedLooksAreSpent() throws {
    try withSchedule { fixture throws in
      var now = try RoundsFixture.now()
      for look in 1...3 {
        if look == 1 { _ = try fixture.open(at: now) } else { try upkeep(fixture, at: now) }
        let round = try #require(try StudyBook(fixture.database).show(fixture.id).rounds.last)
        #expect(round.state == .open, "round \(look)")
        _ = try fixture.write { database, record in
          try RoundBook(database).close(round.round, at: now, record: record)
        }
        try fixture.advance(at: now)
        // A round that failed is no look; of the others the study's numbers do not matter here.
        if look > 1 {
          try fixture.database.run(
            "UPDATE round SET state = 'complete', failure = NULL WHERE id = ?1", [.text(round.round)])
        }
        now = try later(7 * 86_400, than: now)
      }
      try upkeep(fixture, at: try later(70 * 86_400))
      #expect(try openRounds(fixture) == 0)
    }
  }
}
