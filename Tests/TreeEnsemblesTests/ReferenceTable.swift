import Foundation
import TestSupport
import TreeEnsembles

/// A model that a library wrote, with what the library computed for awkward rows (`Reference/make_trees.py`).
struct ReferenceTable {
  let rows: [[Double]]
  let margins: [Double]
  let scores: [Double]
  /// The bias last.
  let contributions: [[Double]]

  static let folder = Repository.path("Tests/TreeEnsemblesTests/Reference")

  static let xgboost = [
    "xgboost-1.7.6-missing", "xgboost-1.7.6-categories", "xgboost-2.1.4-missing",
    "xgboost-2.1.4-categories", "xgboost-3.2.0-missing", "xgboost-3.2.0-categories", "xgboost-3.2.0-deep",
    "xgboost-3.2.0-forest", "xgboost-3.2.0-leaves", "xgboost-3.2.0-pruned",
  ]
  static let lightGBM = [
    "lightgbm-3.3.5-nan", "lightgbm-3.3.5-zero", "lightgbm-3.3.5-categories", "lightgbm-4.7.0-nan",
    "lightgbm-4.7.0-zero", "lightgbm-4.7.0-none", "lightgbm-4.7.0-deep", "lightgbm-4.7.0-leaves",
    "lightgbm-4.7.0-categories",
  ]

  init(_ name: String) throws {
    let text = String(decoding: try Self.bytes(name + ".csv"), as: UTF8.self)
    let lines = text.split(separator: "\n").dropFirst(2)
    let table = lines.map { line in line.split(separator: ",").map { Double($0) ?? .infinity } }
    let width = ((table.first?.count ?? 3) - 3) / 2
    rows = table.map { Array($0[..<width]) }
    margins = table.map { $0[width] }
    scores = table.map { $0[width + 1] }
    contributions = table.map { Array($0[(width + 2)...]) }
  }

  static func bytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file)))
  }

  static func model(_ name: String, _ format: TreeFormat) throws -> TreeEnsemble {
    try TreeEnsemble.parse(bytes(name + suffix(format)), as: format)
  }

  private static func suffix(_ format: TreeFormat) -> String {
    switch format {
    case .xgboostJSON: ".json"
    case .xgboostUBJSON: ".ubj"
    case .lightGBMText: ".txt"
    }
  }
}

extension TreeEvaluator {
  func margins(_ rows: [[Double]]) -> [Double] {
    var found = [Double](repeating: .nan, count: rows.count)
    var places = found.mutableSpan
    let flat = rows.flatMap { $0 }
    margins(of: flat.span, into: &places)
    return found
  }

  func probabilities(_ rows: [[Double]]) -> [Double] {
    var found = [Double](repeating: .nan, count: rows.count)
    var places = found.mutableSpan
    let flat = rows.flatMap { $0 }
    probabilities(of: flat.span, into: &places)
    return found
  }

  func contributions(_ rows: [[Double]]) throws -> [[Double]] {
    let width = (rows.first?.count ?? 0) + 1
    var found = [Double](repeating: .nan, count: rows.count * width)
    var places = found.mutableSpan
    let flat = rows.flatMap { $0 }
    try contributions(of: flat.span, into: &places)
    return rows.indices.map { Array(found[$0 * width..<($0 + 1) * width]) }
  }
}
