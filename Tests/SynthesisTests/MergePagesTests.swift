import CanonicalJSON
import EvaluationProtocols
import Synthesis
import TestSupport
import Testing

/// The pages are what another implementation is written from, so they must not drift.
@Suite struct MergePagesTests {
  private func page(_ name: String) throws -> String {
    String(decoding: try fileBytes(Repository.path("protocols/\(name)")), as: UTF8.self)
  }

  @Test func everyReasonAndEstimandIsOnThePage() throws {
    let merge = try page("merge.md")
    for name in NotEvaluable.allCases.map(\.rawValue) + Estimand.allCases.map(\.rawValue) {
      #expect(merge.contains("`\(name)`"), "\(name)")
    }
  }

  @Test func everyMetricHasItsPlaceInTheOrder() throws {
    let matrix = try page("matrix.md")
    for metric in Metric.allCases { #expect(matrix.contains("`\(metric.rawValue)`"), "\(metric)") }
  }

  @Test func everyMethodOfTheVectorsIsOnThePage() throws {
    let merge = try page("merge.md")
    var methods: Set<Substring> = []
    for path in ["pooled.json", "sites/alpha.json", "sites/delta.json", "sites/gamma.json"] {
      let file = try fileBytes(Repository.path("protocols/vectors/merge/matrix/\(path)"))
      for part in String(decoding: file, as: UTF8.self).split(separator: "\"method\":\"").dropFirst() {
        methods.insert(part.prefix { $0 != "\"" })
      }
    }
    #expect(methods.count == 37)
    for method in methods { #expect(merge.contains("`\(method)`"), "\(method)") }
  }

  @Test func examplesStandInTheVectors() throws {
    let vectors = try ["pooled.json", "sites/alpha.json"].map {
      String(decoding: try fileBytes(Repository.path("protocols/vectors/merge/matrix/\($0)")), as: UTF8.self)
    }
    let examples = try page("matrix.md").split(separator: "\n").filter { $0.hasPrefix("{\"") }
    #expect(examples.count == 2)
    for (example, vector) in zip(examples, vectors) { #expect(vector.contains(example)) }
  }

  // A number of the page with the decimals of a result is one of the matrix.
  @Test func numbersOfTheExamplesStandInTheVectors() throws {
    let folder = Repository.path("protocols/vectors/merge/matrix")
    let paths = ["pooled.json"] + (try folderNames("\(folder)/sites").map { "sites/\($0)" })
    let vectors = try paths.map { String(decoding: try fileBytes("\(folder)/\($0)"), as: UTF8.self) }.joined()
    let numbers = try page("merge.md").split { !"0123456789.".contains($0) }.filter { text in
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      return parts.count == 2 && [8, 12].contains(parts[1].count)
    }
    #expect(numbers.count > 75)
    for number in numbers { #expect(vectors.contains(number), "\(number)") }
  }
}
