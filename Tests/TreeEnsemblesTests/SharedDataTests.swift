import Foundation
import TestSupport
import Testing
import TreeEnsembles

/// Public multi-site data with the scores that the libraries gave. It is large and lies beside the repository.
@Suite(.enabled(if: SharedModel.isThere, "needs the shared clinical data beside the checkout"))
struct SharedDataTests {
  @Test(
    "every row of every site scores as XGBoost and LightGBM scored it",
    arguments: ["heart-disease", "icu-mortality", "diabetes-readmission"])
  func scoresAreEqual(set: String) throws {
    let features = try SharedModel.object("\(set)/features.json")
    let sites = try FileManager.default.contentsOfDirectory(atPath: SharedModel.folder + "/\(set)/sites")
    var count = 0
    for site in sites.sorted() {
      let cells = try SharedModel.table("\(set)/sites/\(site)")
      let expected = try SharedModel.table("\(set)/expected/\(site)")
      for (model, files) in [
        "xgb": ["xgb.json": TreeFormat.xgboostJSON, "xgb.ubj": .xgboostUBJSON],
        "lgbm": ["lgbm.txt": .lightGBMText],
      ] {
        let inputs = try #require(SharedModel.inputs(features, of: model))
        let rows = SharedModel.rows(cells, inputs)
        let column = try #require(expected.header.firstIndex(of: model))
        let scores = expected.rows.map { Double($0[column]) ?? .nan }
        #expect(rows.count == scores.count)
        for (file, format) in files {
          let bytes = try SharedModel.bytes("\(set)/models/\(file)")
          let found = try TreeEnsemble.parse(bytes, as: format).makeEvaluator().probabilities(rows)
          let different = zip(found, scores).filter { found, score in
            model == "xgb" ? found != Double(Float(score)) : !(abs(found - score) <= 1e-15 * score)
          }
          #expect(different.isEmpty, "\(different.count) rows of \(site) by \(file)")
          count += rows.count
        }
      }
    }
    #expect(count == 3 * (["heart-disease": 720, "icu-mortality": 2520][set] ?? 101_766))
  }
}

/// Reads the shared data by its own description; independent of the modules that do it in the product.
enum SharedModel {
  static let folder =
    ProcessInfo.processInfo.environment["EQUIPOISE_SHARED_DATA"] ?? Repository.path("../shared/data")

  static let isThere: Bool = {
    let isThere = FileManager.default.isReadableFile(atPath: folder + "/SHA256SUMS")
    if !isThere { print("skipped: no data at \(folder); EQUIPOISE_SHARED_DATA may name another folder") }
    return isThere
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
  }

  static func object(_ path: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(bytes(path))) as? [String: Any] ?? [:]
  }

  struct Table {
    var header: [String]
    var rows: [[String]]
  }

  static func table(_ path: String) throws -> Table {
    let text = String(decoding: try bytes(path), as: UTF8.self)
    let rows = text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
      // Every second part stands between double quotes; no cell of these files holds one.
      line.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).enumerated()
        .reduce(into: [""]) { cells, part in
          if part.offset % 2 == 1 {
            return cells[cells.count - 1] += String(decoding: part.element, as: UTF8.self)
          }
          let more = part.element.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
          cells[cells.count - 1] += String(decoding: more[0], as: UTF8.self)
          cells += more.dropFirst().map { String(decoding: $0, as: UTF8.self) }
        }
    }
    return Table(header: rows.first ?? [], rows: Array(rows.dropFirst()))
  }

  /// How an input of a model is made from a cell of a column.
  struct Input {
    var column: String
    var value: (String) -> Double
  }

  static func inputs(_ features: [String: Any], of model: String) -> [Input]? {
    let definitions = features["features"] as? [[String: Any]] ?? []
    let byName = Dictionary(uniqueKeysWithValues: definitions.map { ($0["name"] as? String ?? "", $0) })
    let models = features["models"] as? [String: [String: Any]]
    return (models?[model]?["features"] as? [String])?.compactMap { byName[$0].flatMap(input) }
  }

  private static func input(_ definition: [String: Any]) -> Input? {
    guard let column = definition["column"] as? String, let kind = definition["kind"] as? String else {
      return nil
    }
    let isMissingKept = definition["missing"] != nil
    switch kind {
    case "number":
      let missing = (definition["missing_values"] as? [NSNumber] ?? []).map(\.doubleValue)
      return Input(column: column) { cell in
        Double(cell).flatMap { missing.contains($0) ? nil : $0 } ?? .nan
      }
    case "equals":
      let value = definition["value"] as? String
      return Input(column: column) { $0.isEmpty && isMissingKept ? .nan : $0 == value ? 1 : 0 }
    case "in":
      let values = Set(definition["values"] as? [String] ?? [])
      return Input(column: column) { values.contains($0) ? 1 : 0 }
    case "map":
      let map = (definition["map"] as? [String: NSNumber] ?? [:]).mapValues(\.doubleValue)
      return Input(column: column) { map[$0] ?? .nan }
    case "number_or_top":
      let top = definition["top"] as? String
      let value = (definition["value"] as? NSNumber)?.doubleValue ?? .nan
      return Input(column: column) { $0 == top ? value : Double($0) ?? .nan }
    default: return nil
    }
  }

  static func rows(_ table: Table, _ inputs: [Input]) -> [[Double]] {
    let columns = inputs.compactMap { table.header.firstIndex(of: $0.column) }
    return table.rows.map { row in zip(inputs, columns).map { input, column in input.value(row[column]) } }
  }
}
