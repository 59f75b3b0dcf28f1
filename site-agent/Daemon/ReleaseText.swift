import Aggregates
import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime

/// What would leave and what is withheld, for the hospital's privacy officer.
struct ReleaseText {
  let local: LocalAggregate
  let released: ReleasableAggregate
  let policy: DisclosurePolicy
  let evaluationProtocol: EvaluationProtocol

  var lines: [StyledText] {
    [heading] + notices + table.lines + partLines + summaryLines
  }

  private var summary: ReleaseSummary {
    ReleaseSummary(local: local, released: released.content, under: evaluationProtocol)
  }

  private var heading: StyledText {
    let excluded = local.flow.exclusions.reduce(0) { $0 + $1.rows }
    return
      "site \(local.site, .bold): \(local.flow.read) rows read, \(local.flow.read - excluded) evaluated (seen on this machine only)"
  }

  private var notices: [StyledText] {
    let unit = policy.countsPatients ? "patients" : "rows (no patient column: a row is a patient)"
    var lines: [StyledText] = [
      "minimum cell: \(policy.minimumCell) \(unit); data class: \(policy.dataClass.rawValue)"
    ]
    if let lowering = policy.lowering {
      lines.append("lowered below \(SitePolicy.defaultMinimumCell) by \(lowering.person): \(lowering.reason)")
    }
    if policy.dataClass != .clinical {
      lines.append("\("\(policy.dataClass.rawValue) data: not a result about clinical records", .yellow)")
    }
    return lines
  }

  private var table: Table {
    var table = Table([
      ("slice", .left), ("rows", .right), ("events", .right), ("windows that leave", .right),
      ("score intervals", .right), ("what leaves", .left),
    ])
    for (position, slice) in evaluationProtocol.slices.enumerated() {
      table.add(row(slice, position))
    }
    return table
  }

  private func row(_ slice: SliceID, _ position: Int) -> [StyledText] {
    var rows = 0
    var events = 0
    var withRows = 0
    var leaving = 0
    var intervals: [Int] = []
    var thresholds = 0
    for (window, out) in zip(local.windows, released.content.windows) {
      let stratum = window.stratum(position)
      rows += stratum.rows.total
      events += stratum.rows.positive.reduce(0, +)
      if !stratum.rows.isEmpty { withRows += 1 }
      guard let (_, partition) = out.stratum(position) else { continue }
      leaving += 1
      intervals.append(partition.count)
      thresholds += partition.edges.count { evaluationProtocol.grid.kinds[$0] == .threshold }
    }
    let range = intervals.min().map { low in
      low == intervals.max() ? "\(low)" : "\(low)–\(intervals.max() ?? low)"
    }
    let what: StyledText
    if withRows == 0 {
      what = StyledText("no rows", .dim)
    } else if leaving == 0 {
      what = StyledText("withheld", .yellow)
    } else if thresholds == 0 {
      what = "sums and ranks; no threshold"
    } else {
      what = leaving == withRows ? "counts, sums, ranks" : "counts, sums, ranks; some windows withheld"
    }
    return [
      StyledText(slice.text), "\(rows)", "\(events)", "\(leaving) of \(withRows)", StyledText(range ?? "–"),
      what,
    ]
  }

  private var parts: [ReleasedPart] { released.content.parts(under: evaluationProtocol) }

  private var partLines: [StyledText] {
    ["\("also leaves", .bold):"] + parts.map { "  \($0.line)" }
  }

  private var summaryLines: [StyledText] {
    let summary = self.summary
    var lines: [StyledText] = [
      "\("survives", .bold): \(summary.countsReleased) of \(summary.countsBefore) counts, \(summary.metricsReleased) of \(summary.metricsBefore) metrics"
    ]
    if let stricter = defaultSummary {
      lines.append(
        "at the default minimum of \(SitePolicy.defaultMinimumCell) it would have been \(stricter.countsReleased) counts and \(stricter.metricsReleased) metrics"
      )
    }
    return lines
  }

  /// What the default minimum would have left, where a lower one is in force.
  private var defaultSummary: ReleaseSummary? {
    guard policy.minimumCell < SitePolicy.defaultMinimumCell,
      let strict = try? DisclosurePolicy(
        site: .standard, dataClass: policy.dataClass, protocol: evaluationProtocol)
    else { return nil }
    let content = local.release(under: evaluationProtocol, policy: strict).content
    return ReleaseSummary(local: local, released: content, under: evaluationProtocol)
  }

  var json: JSONValue {
    func counts(_ summary: ReleaseSummary) -> JSONValue {
      [
        "countsBefore": .integer(Int64(summary.countsBefore)),
        "countsReleased": .integer(Int64(summary.countsReleased)),
        "metricsBefore": .integer(Int64(summary.metricsBefore)),
        "metricsReleased": .integer(Int64(summary.metricsReleased)),
      ]
    }
    var object: JSONObject = [
      "site": .string(local.site), "minimumCell": .integer(Int64(policy.minimumCell)),
      "dataClass": .string(policy.dataClass.rawValue), "survives": counts(summary),
    ]
    object["parts"] = .array(
      parts.map {
        [
          "part": .string($0.id), "released": .integer(Int64($0.released)),
          "of": .integer(Int64($0.places)), "places": .string($0.kind.rawValue),
        ]
      })
    if let stricter = defaultSummary { object["atDefaultMinimum"] = counts(stricter) }
    return .object(object)
  }
}

extension LocalWindow {
  /// The stratum at a position of the protocol's list of slices.
  fileprivate func stratum(_ position: Int) -> LocalStratum {
    position == 0 ? overall : attributes.flatMap { $0 }[position - 1]
  }
}

extension ReleasedWindow {
  /// The released stratum at a position of the protocol's list of slices, with its partition.
  fileprivate func stratum(_ position: Int) -> (ReleasedStratum, Partition)? {
    if position == 0 {
      guard let stratum = overall.stratum, let partition else { return nil }
      return (stratum, partition)
    }
    let slices = attributes.flatMap { attribute in attribute.levels.map { ($0, attribute.partition) } }
    guard let stratum = slices[position - 1].0.stratum, let partition = slices[position - 1].1 else {
      return nil
    }
    return (stratum, partition)
  }
}
