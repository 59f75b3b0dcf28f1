import EvaluationProtocols
import TestSupport
import Testing

@Suite struct PeopleLinterTests {
  private func lines(_ kind: LintLine.Kind, replacing changes: [(String, String)] = []) throws -> [String] {
    var text = String(decoding: try ProtocolVectors.bytes("accept/full.json"), as: UTF8.self)
    for (old, new) in changes {
      try #require(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    return try EvaluationProtocol.parse(Array(text.utf8)).lint().filter { $0.kind == kind }.map(\.text)
  }

  @Test func peopleAmendmentAndScheduleAreExplained() throws {
    let found = try lines(.explanation)
    let wanted = [
      "Version 2 amends sha256:\(String(repeating: "0", count: 64)), because: a hospital joined.",
      "The model is Example Vendor's, made by M. Author (Example Vendor), N. Author (Example Vendor); the protocol "
        + "was written by P. Author (Example Hospital).",
      "A. Person of North signs as clinical sponsor and is no author of the model and is of no other reviewer's "
        + "organisation.",
      "A round opens every 30 days, stays open for 14 days and counts from 2 sites; 12 looks at the results are "
        + "planned.",
      "flags may be looked at as often as one likes: its bound is valid at all looks together.",
      "misses may be looked at 12 times: its bound is wide at the first look, near the usual one at the last, and "
        + "valid at all of them together.",
      "Stop unless sensitivity at threshold 0.3, over the pooled rows of the validation sites, in the newest window, "
        + "is at least 0.5 (newest: because).",
    ]
    #expect(wanted.filter { !found.contains($0) } == [])
  }

  @Test func aReviewerWithoutAKeyIsNamed() throws {
    let key = #""fingerprint":"sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d","#
    let wanted = "silent: the gate cannot open until an amendment names the key of B. Person"
    #expect(try lines(.warning, replacing: [(key, "")]).contains(wanted))
    #expect(try !lines(.warning).contains { $0.contains("names the key of") })
  }

  @Test func aPhaseThatNobodySignsIsNamedUnlessItIsTheLast() throws {
    let text = String(decoding: try ProtocolVectors.bytes("accept/full.json"), as: UTF8.self)
    let start = try #require(text.firstRange(of: #""signOffs":[{"#))
    let end = try #require(text[start.upperBound...].firstRange(of: #"],"stopCriteria""#))
    let signOffs = String(text[start.lowerBound..<end.lowerBound]) + "]"
    let found = try lines(.warning, replacing: [(signOffs, #""signOffs":[]"#)])
      .filter { $0.contains("no required sign-offs") }
    #expect(
      found
        == ["silent", "limited"].map {
          "\($0) has no required sign-offs, so nobody has to agree to the phase after it"
        })
    #expect(try !lines(.warning).contains { $0.contains("no required sign-offs") })
  }

  @Test func criteriaWithoutLooksAreNamedWhereRoundsAreScheduled() throws {
    func without(_ found: [String]) -> [String] {
      found.filter { $0.contains("scheduled round without looks") }
    }
    let found = without(try lines(.warning)).flatMap {
      $0.split(separator: ": ").last?.split(separator: ", ").map(String.init) ?? []
    }
    #expect(found.contains("sensitivity"))
    #expect(!found.contains("flags") && !found.contains("misses"))
    let unscheduled = try EvaluationProtocol.parse(
      try fileBytes(Repository.path("protocols/examples/heart-disease/protocol.json")))
    #expect(without(unscheduled.lint().map(\.text)).isEmpty)
  }
}
