import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Rounds
import StudyFixtures
import TestSupport
import Testing

/// Which model cards a site is told of and can read: rounds.md, section 1.
@Suite struct ModelCardTests {
  /// The example's card with another summary.
  private func otherCard(_ fixture: RoundsFixture) -> [UInt8] {
    Array(
      String(decoding: fixture.study.modelCard, as: UTF8.self).replacing("trained on", with: "made of").utf8)
  }

  private func cards(_ objects: [ObjectReference]?) -> [Digest]? {
    objects?.filter { $0.kind == .modelCard }.map(\.digest)
  }

  private func standing(_ site: String, _ fixture: RoundsFixture) throws -> Standing? {
    try StandingDesk(fixture.database, site: site).list().first { $0.study == fixture.id }
  }

  private func canRead(_ bytes: [UInt8], _ site: String, _ fixture: RoundsFixture) throws -> Bool {
    try StudyBook(fixture.database).object(Digest(of: bytes), for: site) == bytes
  }

  @Test func aSiteReadsTheCardOfItsRoundAndTheNewest() throws {
    try withRounds { fixture throws in
      let (first, second) = (fixture.study.modelCard, otherCard(fixture))
      #expect(cards(try standing("budapest", fixture)?.objects) == [Digest(of: first)])
      #expect(try canRead(first, "budapest", fixture))
      _ = try fixture.open()
      try fixture.publish(second, .modelCard)
      #expect(cards(try fixture.assignment("budapest")?.objects) == [Digest(of: first)])
      #expect(cards(try standing("budapest", fixture)?.objects) == [Digest(of: second)])
      #expect(try canRead(first, "budapest", fixture) && canRead(second, "budapest", fixture))
      let size = try fixture.assignment("budapest")?.objects.last?.bytes
      #expect(size == first.count)
    }
  }

  @Test func aCardThatNoRoundTookIsAbsentOnceThereIsANewerOne() throws {
    try withRounds { fixture throws in
      let (first, second) = (fixture.study.modelCard, otherCard(fixture))
      try fixture.publish(second, .modelCard)
      #expect(try !canRead(first, "budapest", fixture) && canRead(second, "budapest", fixture))
      _ = try fixture.open()
      #expect(cards(try fixture.assignment("budapest")?.objects) == [Digest(of: second)])
    }
  }

  @Test func cardsOfAnotherStudyAreAbsent() throws {
    try withRounds { fixture throws in
      let theirs = otherCard(fixture)
      let sites: [JSONValue] = ["east", "north", "west"].map { site in
        ["id": .string(site), "name": .string(site), "role": "validation"]
      }
      try fixture.publish(
        fixture.protocolBytes(["id": "other-study", "sites": .array(sites)]), as: "other-study")
      _ = try fixture.write { database, record in
        try StudyBook(database).publish(
          object: theirs, kind: .modelCard, digest: Digest(of: theirs), study: "other-study",
          at: RoundsFixture.now(), record: record)
      }
      _ = try fixture.open()
      #expect(try canRead(theirs, "east", fixture) && !canRead(fixture.study.modelCard, "east", fixture))
      #expect(
        try !canRead(theirs, "budapest", fixture) && canRead(fixture.study.modelCard, "budapest", fixture))
      #expect(
        try !canRead(theirs, "nowhere", fixture) && !canRead(fixture.study.modelCard, "nowhere", fixture))
    }
  }

  @Test func aSiteThatANewVersionLeavesOutIsNotToldOfItsCards() throws {
    try withTemporaryDirectory { folder in
      let fixture = try RoundsFixture(in: folder)
      try fixture.publishAll()
      let card = fixture.study.modelCard
      #expect(try canRead(card, "long-beach", fixture))
      guard
        case .object(let document) = try parseCanonicalJSON(
          fixture.study.evaluationProtocol.bytes, limits: .protocolDocument),
        case .array(let sites) = document["sites"]
      else {
        Issue.record("the protocol has no sites")
        return
      }
      let others = sites.filter { site in
        if case .object(let site) = site { site["id"] != "long-beach" } else { false }
      }
      #expect(others.count == 3)
      try fixture.publish(fixture.protocolBytes(["version": 2, "sites": .array(others)]))
      #expect(try !canRead(card, "long-beach", fixture) && canRead(card, "budapest", fixture))
      #expect(cards(try standing("budapest", fixture)?.objects) == [Digest(of: card)])
    }
  }

  @Test func aRoundWithoutACardNamesNone() throws {
    try withTemporaryDirectory { folder in
      let fixture = try RoundsFixture(in: folder)
      try fixture.publish()
      try fixture.publish(HeartDiseaseStudy.file("lr.json"), .model)
      try fixture.publish(HeartDiseaseStudy.file("features.json"), .features)
      _ = try fixture.open(kind: .exploratory)
      #expect(cards(try fixture.assignment("budapest")?.objects) == [])
      #expect(cards(try standing("budapest", fixture)?.objects) == [])
      try fixture.publish(fixture.study.modelCard, .modelCard)
      // The round keeps what it was opened with.
      #expect(cards(try fixture.assignment("budapest")?.objects) == [])
      #expect(cards(try standing("budapest", fixture)?.objects) == [Digest(of: fixture.study.modelCard)])
    }
  }
}
