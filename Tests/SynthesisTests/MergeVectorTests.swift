import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Foundation
import Synthesis
import TestSupport
import Testing

/// `protocols/vectors/merge`: aggregates of made-up hospitals, the matrix they give, and what other programs
/// make of the raw rows.
@Suite struct MergeVectorTests {
  private let evaluationProtocol: EvaluationProtocol
  private let aggregates: [CheckedAggregate]

  init() throws {
    let parsed = try EvaluationProtocol.parse(fileBytes(vector("protocol.json")))
    evaluationProtocol = parsed
    aggregates = try folderNames(vector("aggregates")).map {
      try CheckedAggregate.parse(fileBytes(vector("aggregates/\($0)")), under: parsed)
    }
  }

  @Test func aggregatesGiveTheMatrixOfTheVectors() throws {
    let files = try merge(aggregates, under: evaluationProtocol).encode()
    #expect(files.count == 5)
    for (path, bytes) in files {
      let stored = try parseCanonicalJSON(fileBytes(vector("matrix/\(path)")), limits: .submission)
      let fresh = try parseCanonicalJSON(bytes, limits: .submission)
      #expect(firstDifference(stored: stored, recomputed: fresh) == nil, "\(path)")
    }
  }

  // Values and programs: expected.json, written by Tests/EndToEndTests/Reference/compare_matrix.py.
  @Test func everyNumberIsThatOfOtherPrograms() throws {
    let files = try Dictionary(
      uniqueKeysWithValues: merge(aggregates, under: evaluationProtocol).encode().map {
        ($0.path, try parseCanonicalJSON($0.bytes, limits: .submission))
      })
    let values = try ExpectedValue.read(vector("expected.json"))
    #expect(values.count > 700)
    for value in values {
      let document = try #require(files[value.file])
      let found = try #require(value.place(in: document), "\(value.name) is not in the matrix")
      for (member, expected) in value.numbers {
        let written = try #require(found.number(member), "\(value.name) has no \(member)")
        #expect(abs(written - expected) <= value.tolerance, "\(value.name) \(member)")
      }
    }
  }
}

private func vector(_ name: String) -> String { Repository.path("protocols/vectors/merge/\(name)") }

/// One entry of a file of expected values.
struct ExpectedValue {
  let texts: [String: String]
  let numbers: [String: Double]
  let tolerance: Double

  var file: String { texts["file", default: ""] }
  var name: String { texts.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ") }

  static func read(_ path: String) throws -> [ExpectedValue] {
    let data = Data(try fileBytes(path))
    let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let values = try #require(document["values"] as? [[String: Any]])
    return try values.map { entry in
      let numbers = entry.compactMapValues { ($0 as? NSNumber)?.doubleValue }
      return ExpectedValue(
        texts: entry.compactMapValues { $0 as? String }, numbers: numbers.filter { $0.key != "tolerance" },
        tolerance: try #require(numbers["tolerance"]))
    }
  }

  /// The object of the matrix that holds the numbers.
  func place(in document: JSONValue) -> JSONValue? {
    let isDrift = texts["attribute"] == "drift"
    let row = document.elements(isDrift ? "drift" : "rows").first { row in
      row.text("window") == texts["window"]
        && (isDrift
          ? row.text("profile") == texts["level"]
          : row.text("attribute") == texts["attribute"] && row.text("level") == texts["level"])
    }
    switch texts["metric"] {
    case "drift": return row
    case "driftMissing": return row?["missing"]
    case "reliability": return row?.elements("reliability").first { $0.text("lower") == texts["threshold"] }
    case "decisionCurve":
      return row?.elements("decisionCurve").first { $0.text("threshold") == texts["threshold"] }
    default:
      return row?.elements("measures").first { entry in
        ["metric", "estimand", "threshold"].allSatisfy { entry.text($0) == texts[$0] }
      }
    }
  }
}

extension JSONValue {
  fileprivate subscript(_ key: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }

  fileprivate func elements(_ key: String) -> [JSONValue] {
    guard case .array(let elements)? = self[key] else { return [] }
    return elements
  }

  fileprivate func text(_ key: String) -> String? {
    guard case .string(let text)? = self[key] else { return nil }
    return text
  }

  /// A written decimal of this object, or of its random-effects part.
  fileprivate func number(_ key: String) -> Double? {
    (text(key) ?? self["randomEffects"]?.text(key)).flatMap(Double.init)
  }
}
