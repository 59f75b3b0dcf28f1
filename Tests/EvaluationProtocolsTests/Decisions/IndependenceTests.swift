import Cryptography
import EvaluationProtocols
import Testing

/// The rules as a delegate meets them; `vectors/protocol/reject` has them for the document itself.
@Suite struct IndependenceTests {
  private let evaluationProtocol: EvaluationProtocol
  private let phase: Phase

  init() throws {
    evaluationProtocol = try ProtocolVectors.full()
    phase = try #require(evaluationProtocol.phase(.silent))
  }

  private func problem(
    _ person: String, of organisation: String, entry: Int, key: Digest? = nil, named: Bool = true
  ) -> IndependenceProblem? {
    independenceProblem(
      person: person, organisation: organisation, fingerprint: key, for: phase.signOffs[entry], in: phase,
      authorship: named ? evaluationProtocol.authorship : nil)
  }

  @Test func aDelegateWhomNoRuleExcludesMaySign() {
    #expect(problem("D. Delegate", of: "West", entry: 0) == nil)
    #expect(problem("D. Delegate", of: "West", entry: 1, key: Digest(of: [1])) == nil)
  }

  @Test func aDelegateOfTheSameOrganisationMaySign() {
    #expect(problem("D. Delegate", of: "North", entry: 0) == nil)
  }

  @Test func anAuthorOfTheModelIsRefusedByNameAndByKey() throws {
    #expect(problem("n. AUTHOR", of: "West", entry: 0) == .isModelAuthor("n. AUTHOR"))
    let key = try #require(evaluationProtocol.authorship?.modelAuthors.first?.fingerprint)
    #expect(problem("Another Name", of: "West", entry: 0, key: key) == .isModelAuthor("Another Name"))
    // The other entry does not ask.
    #expect(problem("N. Author", of: "West", entry: 1) == nil)
  }

  @Test func anAuthorOfTheProtocolIsRefusedByNameAndByKey() throws {
    #expect(problem("P. Author", of: "West", entry: 1) == .isProtocolAuthor("P. Author"))
    let key = try #require(evaluationProtocol.authorship?.protocolAuthors.first?.fingerprint)
    #expect(problem("Another Name", of: "West", entry: 1, key: key) == .isProtocolAuthor("Another Name"))
  }

  @Test func whoWorksForTheVendorIsRefused() {
    #expect(
      problem("D. Delegate", of: "example VENDOR", entry: 1) == .isVendorEmployee("D. Delegate"))
    #expect(problem("D. Delegate", of: "Example Vendor Ltd", entry: 1) == nil)
  }

  @Test func anotherReviewersOrganisationIsRefused() {
    #expect(
      problem("D. Delegate", of: "SOUTH", entry: 0) == .sharesOrganisation("D. Delegate", with: "B. Person"))
    // The second entry does not ask to be apart.
    #expect(problem("D. Delegate", of: "North", entry: 1) == nil)
  }

  @Test func onlyASCIILettersAreFolded() {
    #expect(problem("N. \u{C1}uthor", of: "West", entry: 0) == nil)
    #expect(problem("N. Author ", of: "West", entry: 0) == nil)
  }

  @Test func withoutAuthorsNobodyIsIndependentOfThem() {
    #expect(problem("D. Delegate", of: "West", entry: 0, named: false) == .authorsNotNamed)
  }

  @Test func eachProblemSaysWhatToDo() {
    let problems: [IndependenceProblem] = [
      .authorsNotNamed, .isProtocolAuthor("A"), .isModelAuthor("A"), .isVendorEmployee("A"),
      .sharesOrganisation("A", with: "B"),
    ]
    #expect(problems.allSatisfy { !$0.description.isEmpty && !$0.remedy.isEmpty })
  }
}
