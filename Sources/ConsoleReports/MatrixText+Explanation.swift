import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime
import Synthesis

/// What the score leans on, where the protocol asks.
extension MatrixText {
  /// Most inputs, groups and windows.
  private static let most = 8

  /// Shares of the inputs over the validation sites, then groups and windows that differ beyond the rounding.
  var explanationLines: [StyledText] {
    let rows = matrix.pooled.explanation.filter { $0.window == window }
    guard let row = rows.first(where: { $0.slice == .overall }) else { return [] }
    guard !row.contributors.isEmpty else {
      return ["", "\("What the score leans on", .bold): \("withheld", .yellow)"]
    }
    var table = Table([("input", .left), ("share", .left), ("mean contribution to the log odds", .left)])
    let features = row.featuresByShare
    for feature in features.prefix(MatrixText.most) {
      table.add([
        StyledText(feature.name), "\(short(feature.share.value)) \(range(feature.share), .dim)",
        "\(short(feature.mean.value)) \(range(feature.mean), .dim)",
      ])
    }
    let title: StyledText =
      "\("What the score leans on", .bold): \(row.rows) sampled patients of \(row.contributors.count) sites"
    return ["", title] + table.lines
      + (features.count > MatrixText.most ? ["and \(features.count - MatrixText.most) more"] : [])
      + shiftLines
  }

  private var shiftLines: [StyledText] {
    let shifts = matrix.explanationByGroup(in: window) + matrix.explanationOverTime
    return shifts.prefix(MatrixText.most).map(line)
      + (shifts.count > MatrixText.most ? ["and \(shifts.count - MatrixText.most) more"] : [])
  }

  private func line(_ shift: ExplanationShift) -> StyledText {
    let place =
      shift.site.map { "\($0) \(shift.row.window) against \(shift.against)" }
      ?? evaluationProtocol.label(of: shift.row.slice)
    return
      "\(place): distance \(short(shift.distance.value)) \(range(shift.distance), .dim)"
      + ", \(shift.feature) \(short(shift.share.value)) against \(short(shift.other.value))"
  }

  private func range(_ bounded: ExplanationRow.Bounded) -> String {
    "[\(short(bounded.lower)), \(short(bounded.upper))]"
  }
}
