import Foundation
import Testing
import TreeEnsembles

/// Models of several versions of the libraries, against the libraries' own results.
@Suite struct ReferenceTests {
  @Test(
    "XGBoost's margins and probabilities are equal bit for bit, from JSON and from UBJSON",
    arguments: ReferenceTable.xgboost, [TreeFormat.xgboostJSON, .xgboostUBJSON])
  func xgboostIsEqual(name: String, format: TreeFormat) throws {
    let table = try ReferenceTable(name)
    let evaluator = try ReferenceTable.model(name, format).makeEvaluator()
    #expect(table.rows.count == 100)
    let margins = evaluator.margins(table.rows)
    let scores = evaluator.probabilities(table.rows)
    for row in table.rows.indices {
      let isEqual =
        margins[row] == Double(Float(table.margins[row])) && scores[row] == Double(Float(table.scores[row]))
      #expect(isEqual, "row \(row): \(margins[row]), \(scores[row])")
    }
  }

  @Test("binary32 inputs score as binary64 inputs of the same value", arguments: ReferenceTable.xgboost)
  func floatsAreTaken(name: String) throws {
    let table = try ReferenceTable(name)
    let evaluator = try ReferenceTable.model(name, .xgboostJSON).makeEvaluator()
    var found = [Double](repeating: .nan, count: table.rows.count)
    var places = found.mutableSpan
    let flat = table.rows.flatMap { $0.map { Float($0) } }
    evaluator.margins(of: flat.span, into: &places)
    let same = found == evaluator.margins(table.rows)
    #expect(same)
  }

  @Test("LightGBM's margins and probabilities are equal to 1e-15", arguments: ReferenceTable.lightGBM)
  func lightGBMIsEqual(name: String) throws {
    let table = try ReferenceTable(name)
    let evaluator = try ReferenceTable.model(name, .lightGBMText).makeEvaluator()
    #expect(table.rows.count == 100)
    let margins = evaluator.margins(table.rows)
    let scores = evaluator.probabilities(table.rows)
    for row in table.rows.indices {
      let isEqual =
        abs(margins[row] - table.margins[row]) <= 1e-15 * abs(table.margins[row])
        && abs(scores[row] - table.scores[row]) <= 1e-15 * table.scores[row]
      #expect(isEqual, "row \(row): \(margins[row]) for \(table.margins[row])")
    }
  }

  @Test(
    "contributions are the libraries' own to 1e-5, and add up to the margin",
    arguments: ReferenceTable.xgboost.map { ($0, TreeFormat.xgboostUBJSON) }
      + ReferenceTable.lightGBM.map { ($0, TreeFormat.lightGBMText) })
  func contributionsAreEqual(name: String, format: TreeFormat) throws {
    let table = try ReferenceTable(name)
    let evaluator = try ReferenceTable.model(name, format).makeEvaluator()
    let found = try evaluator.contributions(table.rows)
    for row in table.rows.indices {
      let apart = zip(found[row], table.contributions[row]).map { abs($0 - $1) }.max() ?? .infinity
      #expect(apart < 1e-5, "row \(row)")
      // The library sums XGBoost's margin in binary32.
      #expect(abs(found[row].reduce(0, +) - table.margins[row]) < 5e-6, "sum of row \(row)")
    }
  }

  @Test("a row's score does not depend on the rows beside it")
  func rowsAreIndependent() throws {
    for (name, format) in [
      ("xgboost-3.2.0-categories", TreeFormat.xgboostUBJSON), ("lightgbm-4.7.0-deep", .lightGBMText),
    ] {
      let rows = try ReferenceTable(name).rows
      let evaluator = try ReferenceTable.model(name, format).makeEvaluator()
      let together = evaluator.margins(rows)
      let alone = rows.map { evaluator.margins([$0])[0] }
      let same = together == alone && evaluator.margins(rows.reversed()) == together.reversed()
      #expect(same, "\(name)")
      let contributions = try evaluator.contributions(rows)
      let sameContributions = try contributions == rows.map { try evaluator.contributions([$0])[0] }
      #expect(sameContributions, "\(name)")
    }
  }

  @Test("the file's own names, counts and writer are told")
  func descriptionIsRead() throws {
    let shared = try ReferenceTable.model("lightgbm-4.7.0-nan", .lightGBMText)
    #expect(shared.featureNames == (0..<12).map { "Column_\($0)" })
    #expect(shared.writer == "LightGBM v4")
    let forest = try ReferenceTable.model("xgboost-3.2.0-forest", .xgboostJSON)
    #expect(forest.writer == "XGBoost 3.2.0")
    #expect(forest.featureNames.isEmpty && forest.featureCount == 12 && forest.treeCount == 9)
    #expect(forest.nodeCount == 125)
  }
}
