import Aggregates
import EvaluationProtocols

/// One site's strata of a slice in a window of the matrix, while the windows of the protocol come in.
struct SiteRow {
  private(set) var sums: StratumSums
  private(set) var fits = CalibrationFits()
  /// Alerts, in the overall slice of a protocol with operations.
  private(set) var operations: OperationTotals?
  /// Ids of the windows that are released in the row, and of those that are withheld, in order.
  private(set) var contributors: [String] = []
  private(set) var withheld: [String] = []
  private var hidesWholeWindows = false

  /// A row without a window.
  init(_ slice: SlicePlace, plan: RowPlan) {
    sums = StratumSums(plan)
    operations = slice.attribute == nil ? plan.operations.map { OperationTotals($0) } : nil
  }

  /// Adds a window.
  mutating func add(_ row: WindowRow, id: String) {
    sums.add(row.sums, id: id)
    if let fit = row.fit { fits.add(fit) }
    if let alerts = row.operations { operations?.add(alerts, id: id) }
    switch row.status {
    case .released: contributors.append(id)
    case .withheld: withheld.append(id)
    case .empty: break
    }
    hidesWholeWindows = hidesWholeWindows || row.hidesWholeWindow
  }

  /// Hides the rows of the site that are in nothing released, once, whichever of the windows they are in.
  mutating func hide(_ hiddenRows: Int?) {
    if hidesWholeWindows { sums.hide(rows: hiddenRows) }
  }

  var presence: RowPresence {
    var presence: RowPresence = contributors.isEmpty ? [] : .releases
    if !withheld.isEmpty { presence.insert(.withholds) }
    return presence
  }

  /// Appends what the row says of each random-effects model.
  func appendEstimates(to list: inout [SiteEstimate], plan: RowPlan) {
    sums.appendEstimates(fits: fits, plan: plan, to: &list)
  }
}
