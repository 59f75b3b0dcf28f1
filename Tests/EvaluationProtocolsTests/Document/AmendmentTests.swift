import CanonicalJSON
import EvaluationProtocols
import Testing

@Suite struct AmendmentTests {
  /// The full vector with texts replaced, which have to be there.
  private func amended(_ changes: [(old: String, new: String)]) throws -> EvaluationProtocol {
    var text = String(decoding: try ProtocolVectors.bytes("accept/full.json"), as: UTF8.self)
    for (old, new) in changes {
      try #require(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    return try EvaluationProtocol.parse(Array(text.utf8))
  }

  @Test(
    "another use, population, cohort, label or model returns the study to silent",
    arguments: [
      ("to call the nurse earlier", "to call the nurse", "intended use"),
      ("adults on a ward", "adults at home", "target population"),
      (#""description":"adults""#, #""description":"all adults""#, "cohort"),
      (
        #""column":"unit","kind":"in","values":["a","b"]"#, #""column":"unit","kind":"in","values":["a"]"#,
        "cohort"
      ),
      ("two physicians", "three physicians", "label"),
      (#""id":"sepsis-lr""#, #""id":"sepsis-lr2""#, "model id"),
      (#""version":"2.1""#, #""version":"2.2""#, "model version"),
      (
        #""artifact":"sha256:ca97"#, #""artifact":"sha256:ca98"#, "model artifact"
      ),
      (#""features":"sha256:ca97"#, #""features":"sha256:ca98"#, "model features"),
      ("risk of sepsis in 48 hours", "risk of sepsis in 24 hours", "model output"),
      (#""digits":6"#, #""digits":5"#, "score precision"),
      ("call the team", "call the doctor", "thresholds"),
    ])
  func returnsToSilent(old: String, new: String, name: String) throws {
    let effect = try amended([(old, new)]).amendmentEffect(from: ProtocolVectors.full())
    #expect(effect == .returnsToSilent([name]))
  }

  @Test func aThresholdThatMovesReturnsTheStudyToSilent() throws {
    let other = try amended([
      (#""value":"0.6""#, #""value":"0.8""#), (#""threshold":"0.6""#, #""threshold":"0.8""#),
    ])
    #expect(try other.amendmentEffect(from: ProtocolVectors.full()) == .returnsToSilent(["thresholds"]))
  }

  @Test func otherChangesKeepThePhase() throws {
    let other = try amended([
      (#""name":"West""#, #""name":"Far West""#), ("the score is switched off", "the score is hidden"),
      (#""everyDays":30"#, #""everyDays":31"#),
    ])
    let full = try ProtocolVectors.full()
    #expect(other.amendmentEffect(from: full) == .keepsPhase)
    #expect(other.changedSections(from: full) == ["fallback", "monitoring", "sites"])
    #expect(full.changedSections(from: full).isEmpty && full.amendmentEffect(from: full) == .keepsPhase)
  }

  @Test(
    "another comparator, intersection, analysis or record of alerts keeps the phase",
    arguments: [
      (#""thresholds":["5","7"]"#, #""thresholds":["5","8"]"#, "baseline"),
      (#""id":"old-men""#, #""id":"elderly-men""#, "intersections"),
      (#""multiplicity":"holm""#, #""multiplicity":"benjaminiHochberg""#, "analysis"),
      (#""values":["dismissed"]"#, #""values":["closed"]"#, "operations"),
    ])
  func keepsPhase(old: String, new: String, section: String) throws {
    let full = try ProtocolVectors.full()
    let other = try amended([(old, new)])
    #expect(other.amendmentEffect(from: full) == .keepsPhase)
    #expect(other.changedSections(from: full) == [section])
  }

  @Test func sectionsThatComeOrGoAreNamed() throws {
    let full = try ProtocolVectors.full()
    let small = try ProtocolVectors.small()
    #expect(full.changedSections(from: small).contains("authorship"))
    #expect(small.changedSections(from: full).contains("baseline"))
    #expect(!small.changedSections(from: full).contains("amendment"))
    #expect(!small.changedSections(from: full).contains("study"))
  }
}
