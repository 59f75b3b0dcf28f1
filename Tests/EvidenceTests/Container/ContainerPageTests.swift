import Evidence
import TestSupport
import Testing

/// `protocols/container.md` is what another implementation is written from, so it must not drift.
@Suite struct ContainerPageTests {
  private let page: String

  init() throws {
    page = String(decoding: try fileBytes(Repository.path("protocols/container.md")), as: UTF8.self)
  }

  @Test(arguments: ZipRule.allCases)
  func everyRuleIsOnThePage(_ rule: ZipRule) {
    #expect(page.contains("`\(rule.rawValue)`"))
  }

  @Test func exampleIsTheVector() throws {
    let vector = try #require(ContainerVector.accepted.first { $0.name == "mimetype-only" })
    let blocks = page.split(separator: "```", omittingEmptySubsequences: false)
    try #require(blocks.count == 3)
    // The remark after two spaces is not part of the bytes.
    let hex = blocks[1].split(separator: "\n").flatMap { line in
      line.split(separator: "  ", maxSplits: 1).first.map { Array($0.filter { $0 != " " }) } ?? []
    }
    let digits = vector.bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    #expect(String(hex) == digits.joined())
  }
}
