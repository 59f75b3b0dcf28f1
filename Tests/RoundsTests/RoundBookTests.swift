import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Rounds
import StudyFixtures
import TestSupport
import Testing

@Suite struct RoundBookTests {
  @Test func everySiteOfTheProtocolGetsAnAssignment() throws {
    try withRounds { fixture throws in
      let round = try fixture.open()
      #expect(round.state == .open)
      #expect(round.sites.map(\.site) == fixture.sites)
      #expect(round.sites.allSatisfy { $0.state == .open })
      for site in fixture.sites {
        let assignment = try #require(try fixture.assignment(site))
        #expect(assignment.round == round.round)
        #expect(assignment.sequence == 1)
        #expect(assignment.objects.map(\.kind) == [.evaluationProtocol, .model, .features, .modelCard])
      }
      #expect(try fixture.assignment("elsewhere") == nil)
    }
  }

  @Test func whatIsSentToSitesIsADocumentTheyRead() throws {
    try withRounds { fixture throws in
      _ = try fixture.open()
      let list = try AssignmentDesk(fixture.database, tenant: RoundsFixture.tenant, site: "budapest")
        .list(at: RoundsFixture.now())
      #expect(try AssignmentsDocument.parse(list.encode()) == list)
      let status = try fixture.status(try #require(list.assignments.first).round)
      #expect(try RoundStatusDocument.parse(status.encode()) == status)
    }
  }

  @Test func openingHasRules() throws {
    try withRounds { fixture throws in
      let now = try RoundsFixture.now()
      let late = try UTCTime(
        secondsSinceEpoch: now.secondsSinceEpoch + RoundBook.longestSeconds + 1)
      #expect(try refusalCode { try fixture.open(phase: .limited) } == "phase-missing")
      #expect(try refusalCode { try fixture.open(deadline: now) } == "deadline")
      #expect(try refusalCode { try fixture.open(deadline: late) } == "deadline")
      #expect(try refusalCode { try fixture.open(quorum: 5) } == "quorum")
      let round = try fixture.open(quorum: 4)
      #expect(try refusalCode { try fixture.open() } == "round-open")
      _ = try fixture.write { database, record in
        try RoundBook(database).close(round.round, at: now, record: record)
      }
      // Closed but not merged yet: still the one round of its phase.
      #expect(try refusalCode { try fixture.open() } == "round-open")
      #expect(try fixture.advance() == round.round)
      _ = try fixture.open()
    }
  }

  @Test func aRoundNeedsItsFiles() throws {
    try withTemporaryDirectory { folder in
      let fixture = try RoundsFixture(in: folder)
      #expect(try refusalCode { try fixture.open() } == "absent")
      try fixture.publish()
      #expect(try refusalCode { try fixture.open(kind: .exploratory) } == "objects-missing")
      try fixture.publish(HeartDiseaseStudy.file("lr.json"), .model)
      try fixture.publish(HeartDiseaseStudy.file("features.json"), .features)
      // Without a model card the study does not open, and a draft has no release round.
      for site in fixture.sites { try fixture.consent(site) }
      #expect(
        try refusalCode { try fixture.changeGates { try $0.enter(.silent, study: fixture.id) } }
          == "objectsMissing")
      #expect(try refusalCode { try fixture.open() } == "phase-closed")
      #expect(try fixture.open(kind: .exploratory).kind == .exploratory)
    }
  }

  @Test func sequencesGrowBySiteStudyAndPhase() throws {
    try withRounds { fixture throws in
      for expected in 1...3 {
        let round = try fixture.open(kind: expected == 2 ? .exploratory : .release)
        #expect(try fixture.assignment("budapest")?.sequence == expected)
        _ = try fixture.write { database, record in
          try RoundBook(database).close(round.round, at: RoundsFixture.now(), record: record)
        }
        try fixture.advance()
      }
    }
  }

  @Test func anAbsentRoundIsAbsentEverywhere() throws {
    try withRounds { fixture throws in
      let book = RoundBook(fixture.database)
      let id = "r-\(String(repeating: "q", count: 26))"
      #expect(try refusalCode { try book.status(id, at: RoundsFixture.now()) } == "absent")
      #expect(try refusalCode { try book.matrix(id) } == "absent")
      #expect(try refusalCode { try book.verdicts(id) } == "absent")
      #expect(try refusalCode { try book.bundle(id) } == "absent")
      #expect(try refusalCode { try book.submission(id, site: "budapest") } == "absent")
      #expect(try book.cursor(id) == nil)
    }
  }

  @Test func cursorsGrowWithEveryChangeThatConcernsThem() throws {
    try withRounds { fixture throws in
      let round = try fixture.open().round
      let book = RoundBook(fixture.database)
      let desk = AssignmentDesk(fixture.database, tenant: RoundsFixture.tenant, site: "budapest")
      let (before, siteBefore) = (try #require(try book.cursor(round)), try desk.cursor())
      try fixture.submit("cleveland")
      let between = try #require(try book.cursor(round))
      #expect(between > before)
      // Another site's answer is none of this site's business.
      #expect(try desk.cursor() == siteBefore)
      try fixture.submit("budapest")
      #expect(try book.cursor(round) ?? 0 > between)
      #expect(try desk.cursor() > siteBefore)
    }
  }
}
