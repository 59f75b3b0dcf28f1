import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Foundation
import SiteEvaluation
import TestSupport
import Testing

/// What the score leans on, from a hospital's rows to its aggregate.
@Suite struct WindowExplanationTests {
  private static let folder = Repository.path("Tests/SiteEvaluationTests/Explaining/Reference")

  private struct Expected: Decodable {
    let features: [String]
    let largest: [String]
    /// By code of the level, or `overall`.
    let windows: [[String: Slice]]

    struct Slice: Decodable {
      let rows: Int
      let means: [Double]
    }

    static func read() throws -> Expected {
      try JSONDecoder().decode(
        Expected.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
    }
  }

  private static func bytes(_ name: String) throws -> [UInt8] { try fileBytes("\(folder)/\(name)") }

  private static func explanation(_ features: [(name: String, largest: String)]) -> JSONValue {
    [
      "explanation": [
        "rows": 1000,
        "features": .array(features.map { ["name": .string($0.name), "largest": .string($0.largest)] }),
      ]
    ]
  }

  /// The hospital of the reference; `names` says what the protocol calls the inputs, in which order.
  private static func study(names: [String]? = nil) throws -> Study {
    let expected = try Expected.read()
    var study = Study(
      features: .array(expected.features.map { ["column": .string($0), "type": "number"] }),
      windows: [
        "kind": "dated", "column": "time",
        "list": .array(
          (0..<2).map {
            [
              "id": .string("w\($0)"), "start": .string("20\(10 + $0)-01-01T00:00:00Z"),
              "end": .string("20\(11 + $0)-01-01T00:00:00Z"),
            ]
          }),
      ])
    let sizes = Dictionary(uniqueKeysWithValues: zip(expected.features, expected.largest))
    study.analysis = explanation((names ?? expected.features).map { ($0, sizes[$0] ?? "1") })
    study.kind = .treeEnsemble
    study.artifact = try bytes("xgb.json")
    study.definition = try bytes("features.json")
    return study
  }

  private static func table() throws -> (header: Substring, rows: [Substring]) {
    let lines = String(decoding: try bytes("table.csv"), as: UTF8.self).split(separator: "\n")
    return (lines[0], Array(lines.dropFirst()))
  }

  @Test func sampleAndMeansAreThoseOfXGBoostsOwnContributions() throws {
    let expected = try Expected.read()
    let study = try Self.study()
    let result = try study.evaluate([Self.bytes("table.csv")])
    #expect(result.local.windows.count == 2)
    for (window, reference) in zip(result.local.windows, expected.windows) {
      let found = try #require(window.explanation)
      let slices = [("overall", found.overall)] + zip(["F", "M", "missing"], found.attributes[0])
      for (name, contributions) in slices {
        let wanted = try #require(reference[name])
        #expect(contributions.rows == wanted.rows, "\(window.id) \(name)")
        for (sum, mean) in zip(contributions.sums, wanted.means) {
          // The library adds in binary32.
          #expect(abs(Double(sum) / 0x1p32 / Double(wanted.rows) - mean) < 1e-5, "\(window.id) \(name)")
        }
      }
    }
  }

  @Test func whatIsReleasedStandsUpToItsOwnCheckAndHoldsTheMeans() throws {
    let expected = try Expected.read()
    let study = try Self.study()
    let result = try study.evaluate([Self.bytes("table.csv")])
    let checked = try CheckedAggregate.parse(
      result.releasable.bytes, under: study.evaluationProtocol)
    #expect(checked.content == result.releasable.content)
    let shown = try #require(checked.content.windows[0].explanation?.value)
    #expect(shown.attributes[0].contains { $0 != .withheld })
    for (feature, mean) in (expected.windows[0]["overall"]?.means ?? []).enumerated() {
      let bounds = shown.overall.bounds(of: feature, minimumCell: 2)
      let sum = mean * Double(shown.overall.rows) / (Double(expected.largest[feature]) ?? .nan)
      #expect(Double(bounds.lower) - 0.01 <= sum && sum <= Double(bounds.upper) + 0.01)
    }
  }

  @Test func neitherOrderNorFilesNorNamesOfPatientsCanBeSeen() throws {
    let study = try Self.study()
    let (header, rows) = try Self.table()
    func table(_ rows: some Sequence<Substring>) -> [UInt8] {
      Array((header + "\n" + rows.joined(separator: "\n")).utf8)
    }
    let expected = try study.evaluate([table(rows)]).releasable.bytes
    let renamed = rows.map { Substring("x" + $0.dropFirst()) }
    let others = [
      [table(rows.reversed())], [table(rows.sorted())], [table(renamed)],
      [table(rows[500...]), table(rows[..<120]), table(rows[120..<500])],
    ]
    for tables in others {
      let same = try study.evaluate(tables).releasable.bytes == expected
      #expect(same, "another order or division gives another aggregate")
    }
  }

  @Test func withTheFirstRowOfEachPatientOrderCannotBeSeenEither() throws {
    // All rows of a patient have one score and one time: only the inputs tell them apart.
    var study = Study(rules: [["kind": "firstPerPatient", "by": "n"]])
    study.analysis = Self.explanation([("a", "8"), ("b", "8")])
    study.kind = .logisticRegression
    study.artifact = Array(
      #"{"format":"logistic-regression","version":1,"link":"logit","intercept":0,"features":[{"name":"a","coefficient":1,"impute":0},{"name":"b","coefficient":1,"impute":0}]}"#
        .utf8)
    study.definition = Array(
      #"{"dataset":"d","features":[{"name":"a","column":"a","kind":"number"},{"name":"b","column":"b","kind":"number"}]}"#
        .utf8)
    let rows = (0..<200).flatMap { patient in
      (0..<3).map { "p\(patient),1,\((patient + 3 * $0) % 8),\(-((patient + 3 * $0) % 8)),\(patient % 2),F" }
    }
    func bytes(_ rows: [String]) throws -> [UInt8] {
      try study.evaluate("pid,n,a,b,y,sex\n" + rows.joined(separator: "\n")).releasable.bytes
    }
    let expected = try bytes(rows)
    let shown = String(decoding: expected, as: UTF8.self)
    #expect(shown.contains(#""overall":{"rows":100,"#))
    for other in [rows.reversed(), rows.sorted()] {
      let same = try bytes(other) == expected
      #expect(same, "another order gives another aggregate")
    }
  }

  @Test func inputsMayStandInAnotherOrderInTheProtocol() throws {
    let table = try Self.bytes("table.csv")
    let names = try Expected.read().features
    let one = try Self.study().evaluate([table]).local.windows[0].explanation
    let other = try Self.study(names: names.reversed()).evaluate([table]).local.windows[0].explanation
    #expect(one?.overall.sums == other?.overall.sums.reversed())
  }

  @Test func inputsThatTheModelDoesNotHaveAreRefusedByName() throws {
    let table = try Self.bytes("table.csv")
    let names = try Expected.read().features
    let extra = #expect(throws: SiteEvaluationError.self) {
      try Self.study(names: names + ["glucose"]).evaluate([table])
    }
    #expect(extra == .explainedInputs("glucose is named in the protocol and no input of the model"))
    let missing = #expect(throws: SiteEvaluationError.self) {
      try Self.study(names: names.dropLast()).evaluate([table])
    }
    #expect(missing == .explainedInputs("sodium is an input of the model and not named in the protocol"))
  }

  @Test func treesThatDoNotSayHowTheyWereTrainedAreRefusedBeforeAnyRowIsRead() throws {
    var study = try Self.study()
    let text = String(decoding: study.artifact, as: UTF8.self)
    let without = text.replacing(/"sum_hessian":\[[^\]]*\]/) { match in
      "\"sum_hessian\":[" + match.output.split(separator: ",").map { _ in "0" }.joined(separator: ",") + "]"
    }
    #expect(without != text)
    study.artifact = Array(without.utf8)
    let error = #expect(throws: SiteEvaluationError.self) {
      try study.evaluate(files: ["/nowhere"], declaredAs: Study.declaration())
    }
    #expect(error?.description.contains("cannot be divided among the inputs") == true)
  }
}
