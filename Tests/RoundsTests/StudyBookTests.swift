import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Rounds
import StudyFixtures
import TestSupport
import Testing

@Suite struct StudyBookTests {
  @Test func aStudyIsShownAsItWasPublished() throws {
    try withRounds { fixture throws in
      let shown = try StudyBook(fixture.database).show(fixture.id)
      #expect(shown.versions == [.init(version: 1, digest: fixture.study.evaluationProtocol.digest)])
      #expect(shown.objects.map(\.kind) == [.evaluationProtocol, .model, .features, .modelCard])
      #expect(shown.objects.allSatisfy { $0.bytes != nil })
      #expect(shown.sites == fixture.sites)
      #expect(try StudyBook(fixture.database).list().studies.map(\.study) == [fixture.id])
      #expect(
        fixture.log.map(\.action).prefix(4) == [
          "protocol.published", "object.published", "object.published", "object.published",
        ])
    }
  }

  @Test func theSameBytesAgainChangeNothing() throws {
    try withRounds { fixture throws in
      let before = fixture.log
      try fixture.publishAll()
      #expect(fixture.log == before)
    }
  }

  @Test func versionsAreAChain() throws {
    try withRounds { fixture throws in
      #expect(try refusalCode { try fixture.publish(fixture.protocolBytes(["version": 3])) } == "version-gap")
      #expect(
        try refusalCode { try fixture.publish(fixture.protocolBytes(["fallback": "another"])) }
          == "version-taken")
      let second = try fixture.publish(fixture.protocolBytes(["version": 2]))
      #expect(second.versions.map(\.version) == [1, 2])
    }
  }

  @Test func aFirstVersionIsOne() throws {
    try withTemporaryDirectory { folder in
      let fixture = try RoundsFixture(in: folder)
      #expect(try refusalCode { try fixture.publish(fixture.protocolBytes(["version": 2])) } == "version-gap")
      #expect(try StudyBook(fixture.database).list().studies.isEmpty)
    }
  }

  @Test func whatNoSiteWouldReadIsNotPublished() throws {
    try withRounds { fixture throws in
      let bytes = fixture.study.evaluationProtocol.bytes
      #expect(try refusalCode { try fixture.publish(bytes + [0x0A]) } == "protocol-malformed")
      #expect(try refusalCode { try fixture.publish(bytes, as: "other") } == "other-study")
    }
  }

  @Test func filesHaveToBeThoseThatTheProtocolNames() throws {
    try withRounds { fixture throws in
      let model = try HeartDiseaseStudy.file("lr.json")
      #expect(try refusalCode { try fixture.publish(model + [0x20], .model) } == "not-named")
      #expect(try refusalCode { try fixture.publish(model, .features) } == "not-named")
      #expect(try refusalCode { try fixture.publish(model, .evaluationProtocol) } == "not-named")
      #expect(
        try refusalCode { try fixture.publish(model, .model, digest: Digest(of: [])) } == "digest-differs")
      #expect(try refusalCode { try fixture.publish(model, .modelCard) } == "model-card-malformed")
    }
  }

  @Test func aModelThatNoSiteCouldLoadIsRefused() throws {
    try withTemporaryDirectory { folder in
      let fixture = try RoundsFixture(in: folder)
      let broken = Array("not a model".utf8)
      guard
        case .object(let whole) = try parseCanonicalJSON(
          fixture.study.evaluationProtocol.bytes, limits: .protocolDocument),
        case .object(var model) = whole["model"]
      else {
        Issue.record("the protocol has no model")
        return
      }
      model["artifact"] = .string(Digest(of: broken).text)
      try fixture.publish(fixture.protocolBytes(["model": .object(model)]))
      // Its digest is right, but only loading it with the features shows that it is none.
      try fixture.publish(broken, .model)
      #expect(
        try refusalCode { try fixture.publish(HeartDiseaseStudy.file("features.json"), .features) }
          == "model-unusable")
    }
  }

  @Test func aSiteGetsOnlyWhatItsStudiesName() throws {
    try withRounds { fixture throws in
      let book = StudyBook(fixture.database)
      let evaluationProtocol = fixture.study.evaluationProtocol
      let model = try HeartDiseaseStudy.file("lr.json")
      #expect(try book.object(evaluationProtocol.digest, for: "budapest") == evaluationProtocol.bytes)
      #expect(try book.object(evaluationProtocol.model.artifact, for: "budapest") == model)
      #expect(try book.object(evaluationProtocol.model.artifact, for: "elsewhere") == nil)
      #expect(try book.object(Digest(of: fixture.study.modelCard), for: nil) == fixture.study.modelCard)
      #expect(try book.object(Digest(of: [1]), for: nil) == nil)
    }
  }
}
