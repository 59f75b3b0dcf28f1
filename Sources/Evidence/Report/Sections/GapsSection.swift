import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// How far groups of patients are apart; nothing, where no gap is in the matrix.
  mutating func gapsSection() {
    let data = data
    let families = data.gapFamilies
    guard !families.isEmpty else { return }
    section(id: "gaps", "Is it the same for all groups of patients?") { html in
      html.paragraph(
        "A gap is a group's number less that of the group it is compared with. Filled: within hospitals, by Mantel and "
          + "Haenszel or their like, so that it is not the difference between hospitals. Hollow: crude, all rows pooled. "
          + "Lines are 95 % intervals; on the upright line there is no gap.")
      html.paragraph(data.adjustmentSentence)
      html.list(data.standingOut(families))
      for family in families.prefix(ReportData.familyLimit) {
        html.element("h3", "By \(family.name)")
        html.paragraph(family.comparison)
        data.writeFigures(family, to: &html)
        data.writeRange(family, to: &html)
        html.folded("Gaps by \(family.name) as a table") { data.writeGapTable(family, to: &$0) }
      }
      let hidden = families.count - ReportData.familyLimit
      if hidden > 0 {
        html.paragraph(
          "\(ReportNumbers.count(hidden, "further attribute")) not shown here; matrix/pooled.json has the gaps."
        )
      }
      data.writeIntersections(to: &html)
    }
  }
}

/// The gaps of one attribute over the validation hospitals.
struct GapFamily {
  let attribute: String
  let name: String
  /// What the levels are compared with, as a sentence.
  let comparison: String
  /// Levels in order.
  let levels: [SliceID]
  /// Measures in order, those over all scores first.
  let measures: [Key]
  fileprivate let rows: [Place: GapRow]

  /// A measure with its threshold.
  struct Key: Hashable {
    let metric: Metric
    let threshold: ExactDecimal?
  }

  fileprivate struct Place: Hashable {
    let slice: SliceID
    let key: Key
    let estimand: Estimand
  }

  /// Whether there are two levels, each compared with the other.
  var isOnePair: Bool {
    levels.count == 2
      && rows.values.allSatisfy { row in
        if case .complement = row.against { return true }
        return false
      }
  }

  /// The gap of a level in a measure.
  func row(_ slice: SliceID, _ key: Key, _ estimand: Estimand) -> GapRow? {
    rows[Place(slice: slice, key: key, estimand: estimand)]
  }
}

extension ReportData {
  /// Most attributes with figures of their own.
  static let familyLimit = 12
  /// Most levels of one attribute in a figure.
  static let levelLimit = 24
  /// Most sentences about gaps that stand out.
  private static let sentenceLimit = 12

  /// The gaps of the summary window by attribute, in the order of the matrix.
  var gapFamilies: [GapFamily] {
    var order: [String] = []
    var byAttribute: [String: [GapRow]] = [:]
    for row in record.matrix.pooled.gaps where row.window == summaryWindow {
      if byAttribute[row.slice.attribute] == nil { order.append(row.slice.attribute) }
      byAttribute[row.slice.attribute, default: []].append(row)
    }
    return order.map { family($0, byAttribute[$0] ?? []) }
  }

  private func family(_ attribute: String, _ rows: [GapRow]) -> GapFamily {
    var levels: [SliceID] = []
    var keys: [GapFamily.Key] = []
    var seenLevels: Set<SliceID> = []
    var seenKeys: Set<GapFamily.Key> = []
    var places: [GapFamily.Place: GapRow] = [:]
    for row in rows {
      let key = GapFamily.Key(metric: row.metric, threshold: row.threshold)
      if seenLevels.insert(row.slice).inserted { levels.append(row.slice) }
      if seenKeys.insert(key).inserted { keys.append(key) }
      places[GapFamily.Place(slice: row.slice, key: key, estimand: row.estimand)] = row
    }
    let comparison =
      switch rows.first?.against {
      case .level(let level)?:
        "Each level is compared with \(levelLabel(SliceID(attribute: attribute, level: level)))."
      case .complement?, nil: "Each level is compared with all other rows."
      }
    return GapFamily(
      attribute: attribute, name: attribute, comparison: comparison, levels: levels,
      measures: keys.filter { $0.threshold == nil } + keys.filter { $0.threshold != nil }, rows: places)
  }

  fileprivate var adjustmentSentence: String {
    switch evaluationProtocol.analysis.multiplicity {
    case .holm?:
      "P-values are adjusted by Holm's rule over the levels of an attribute, as the protocol says: the chance of any "
        + "false gap among them is at most 5 %."
    case .benjaminiHochberg?:
      "P-values are adjusted by Benjamini and Hochberg's rule over the levels of an attribute, as the protocol says: "
        + "of the gaps it raises, 5 % are expected to be false."
    case nil:
      "The protocol has no rule for many gaps, so no p-value is adjusted: of twenty intervals one is expected to miss."
    }
  }

  /// The gaps whose interval does not hold 0, the most certain first.
  fileprivate func standingOut(_ families: [GapFamily]) -> [String] {
    var found: [(text: String, p: FixedDecimal?)] = []
    for family in families {
      for key in family.measures {
        // Of two levels that are compared with each other one says it all.
        for level in family.isOnePair ? family.levels.prefix(1) : family.levels[...] {
          let row = family.row(level, key, .withinSite) ?? family.row(level, key, .pooledRows)
          guard let row, case .estimated(let gap) = row.result, gap.isApart else { continue }
          found.append((sentence(row, gap, family), gap.adjustedPValue ?? gap.pValue))
        }
      }
    }
    guard !found.isEmpty else { return ["No gap lies beyond chance."] }
    let sorted = found.enumerated().sorted { left, right in
      switch (left.element.p, right.element.p) {
      case (let one?, let other?): (one, left.offset) < (other, right.offset)
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): left.offset < right.offset
      }
    }.map(\.element.text)
    let hidden = sorted.count - ReportData.sentenceLimit
    return Array(sorted.prefix(ReportData.sentenceLimit))
      + (hidden > 0
        ? ["\(ReportNumbers.count(hidden, "further gap")) beyond chance in the tables below."] : [])
  }

  private func sentence(_ row: GapRow, _ gap: GapNumbers, _ family: GapFamily) -> String {
    let direction = gap.difference.units < 0 ? "lower" : "higher"
    let size =
      row.metric.isProportion
      ? "\(ReportNumbers.pointsAside(gap.difference)) points \(direction)"
      : "\(direction) by \(gap.text)"
    let interval =
      row.metric.isProportion
      ? gap.lower.flatMap { lower in
        gap.upper.map {
          " (95 % interval \(ReportNumbers.points(lower)) to \(ReportNumbers.points($0)))"
        }
      } ?? "" : ""
    let logarithm = row.metric == .observedExpectedRatio ? ", as logarithms" : ""
    let against =
      switch row.against {
      case .level(let level): "than in \(levelLabel(SliceID(attribute: row.slice.attribute, level: level)))"
      case .complement: "than in all other rows"
      }
    let test =
      gap.adjustedPValue.map { "; adjusted \(ReportNumbers.pValue($0))" }
      ?? gap.pValue.map { "; \(ReportNumbers.pValue($0)), not adjusted" } ?? ""
    return
      "\(row.metric.words(at: row.threshold).capitalisedFirst), \(family.name) \(levelLabel(row.slice)): "
      + "\(size)\(interval) \(against)\(logarithm), \(row.estimand.words)\(test)."
  }

  fileprivate func writeIntersections(to html: inout HTMLWriter) {
    let listed = evaluationProtocol.intersections
    guard !listed.isEmpty else { return }
    let names = listed.prefix(12).map {
      $0.levels.map(evaluationProtocol.label(of:)).joined(separator: " and ")
    }
    let more = listed.count > 12 ? "; and \(ReportNumbers.count(listed.count - 12)) more" : ""
    html.paragraph("Intersections that the protocol lists: \(names.joined(separator: "; "))\(more).")
  }
}
