import CanonicalJSON
import EvaluationProtocols

@testable import Synthesis

/// What the score leans on: three inputs, one of which matters more and more at one hospital and more to the old.
extension ReportFixture {
  /// The names of the inputs; a vendor may call one what it likes.
  static let inputs = ["lactate", "pulse", "age <50>"]

  var explanationPlan: JSONValue {
    [
      "rows": 10_000,
      "features": .array(ReportFixture.inputs.map { ["name": .string($0), "largest": "2"] }),
    ]
  }

  func explanation(of site: String) throws -> [ExplanationRow] {
    guard hasExplanation else { return [] }
    return try (ReportFixture.months + ["all"]).flatMap { window in
      try [SliceID.overall, SliceID(attribute: "age", level: "70-and-over")].map { slice in
        try explanationRow(site, window, slice)
      }
    }
  }

  private func explanationRow(_ site: String, _ window: String, _ slice: SliceID) throws -> ExplanationRow {
    let month = ReportFixture.months.firstIndex { $0.hasSameBytes(as: window) }
    let terms = month == nil ? ReportFixture.months : [window]
    if isSilent(site) {
      return ExplanationRow(
        window: window, slice: slice, contributors: [], withheld: terms, rows: 0, features: [],
        fromOverall: nil, fromFirst: nil)
    }
    let moves = site == "birch" ? Double(month ?? 0) * 0.05 : 0
    let isOld = slice != .overall
    let shares = [0.5 + moves, 0.3 - moves - (isOld ? 0.15 : 0), 0.2 + (isOld ? 0.15 : 0)]
    let whole = [0.5 + moves, 0.3 - moves, 0.2]
    let isLater = site != "pooled" && (month ?? 0) > 0
    return ExplanationRow(
      window: window, slice: slice, contributors: site == "pooled" ? released : terms,
      withheld: site == "pooled" ? ["elm"] : [], rows: isOld ? 900 : 2400,
      features: try ReportFixture.inputs.indices.map { index in
        ExplanationRow.Feature(
          name: ReportFixture.inputs[index], mean: try around(shares[index] * 1.5, 0.01),
          share: try around(shares[index], 0.01),
          overallShare: isOld ? try around(whole[index], 0.01) : nil,
          change: isLater ? try around([moves, -moves, 0][index], 0.02) : nil)
      },
      fromOverall: isOld ? try around(0.15, 0.02) : nil,
      fromFirst: isLater
        ? ExplanationRow.Distance(window: ReportFixture.months[0], distance: try around(moves, 0.03)) : nil)
  }

  private func around(_ value: Double, _ half: Double) throws -> ExplanationRow.Bounded {
    ExplanationRow.Bounded(
      value: try decimal(value), lower: try decimal(max(0, value - half)), upper: try decimal(value + half))
  }
}
