import Aggregates
import CanonicalJSON
import TestSupport
import Testing

/// `protocols/aggregate.md` is what another implementation is written from, so it must not drift.
@Suite struct AggregatePageTests {
  private let page: String

  init() throws {
    page = String(decoding: try fileBytes(Repository.path("protocols/aggregate.md")), as: UTF8.self)
  }

  @Test func everyWordOfTheFormatIsOnThePage() throws {
    var words: Set<String> = []
    for name in try AggregateVectors.names("accept") {
      let value = try parseCanonicalJSON(try AggregateVectors.bytes("accept/\(name)"), limits: .submission)
      value.collectKeys(into: &words)
    }
    words.formUnion(SiteFit.Reason.allCases.map(\.rawValue))
    words.formUnion(ClusterMeasure.allCases.map(\.rawValue))
    // `status` and `reason` stand in the literal forms only.
    #expect(words.filter { !page.contains("`\($0)`") && !page.contains("\"\($0)\"") }.sorted() == [])
  }

  @Test func theExampleStandsInTheVector() throws {
    let blocks = page.split(separator: "```", omittingEmptySubsequences: false)
    try #require(blocks.count == 3)
    let example = blocks[1].split(separator: "\n")[1]
    let vector = String(decoding: try AggregateVectors.bytes("accept/41.json"), as: UTF8.self)
    #expect(vector.contains(example))
  }
}

extension JSONValue {
  fileprivate func collectKeys(into keys: inout Set<String>) {
    switch self {
    case .object(let object):
      for member in object.members {
        keys.insert(member.key)
        member.value.collectKeys(into: &keys)
      }
    case .array(let elements): for element in elements { element.collectKeys(into: &keys) }
    default: break
    }
  }
}
