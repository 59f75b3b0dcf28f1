import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

extension ReportData {
  /// Most measures side by side in one figure.
  private static let columnLimit = 4

  /// A figure for the measures over all scores and one for each threshold.
  func writeFigures(_ family: GapFamily, to html: inout HTMLWriter) {
    var groups: [(threshold: ExactDecimal?, keys: [GapFamily.Key])] = []
    for key in family.measures {
      if let last = groups.indices.last, groups[last].threshold == key.threshold {
        groups[last].keys.append(key)
      } else {
        groups.append((key.threshold, [key]))
      }
    }
    for (number, group) in groups.prefix(ReportData.thresholdFigureLimit + 1).enumerated() {
      let caption =
        group.threshold.map { "Gaps at threshold \($0.text), by \(family.name)" }
        ?? "Gaps over all scores, by \(family.name)"
      // More than four columns have no room for their numbers; parts are about as wide as each other.
      let parts = max(1, (group.keys.count + ReportData.columnLimit - 1) / ReportData.columnLimit)
      let most = (group.keys.count + parts - 1) / parts
      var rest = group.keys[...]
      var part = 0
      while !rest.isEmpty {
        let keys = Array(rest.prefix(most))
        rest = rest.dropFirst(most)
        panels(family, keys, title: caption)
          .write(
            id: "gaps-\(family.attribute)-\(number)-\(part)",
            caption: part == 0 ? caption : "\(caption), continued", to: &html)
        part += 1
      }
    }
    let hidden = family.levels.count - ReportData.levelLimit
    if hidden > 0 {
      html.paragraph("\(ReportNumbers.count(hidden, "further level")) not drawn; the table has them.")
    }
  }

  private func panels(_ family: GapFamily, _ keys: [GapFamily.Key], title: String) -> DotPanels {
    DotPanels(
      title: title,
      columns: keys.map { key in
        DotPanels.Column(
          title: key.metric == .observedExpectedRatio ? "O / E, log" : key.metric.shortWords,
          bounds: key.metric.isProportion || key.metric == .auroc ? -1...1 : -3...3, ideal: 0, limits: [])
      },
      rows: family.levels.prefix(ReportData.levelLimit).map { level in
        DotPanels.Row(name: levelLabel(level), cells: keys.map { marks(family, level, $0) })
      })
  }

  private func marks(_ family: GapFamily, _ level: SliceID, _ key: GapFamily.Key) -> [DotPanels.Mark] {
    let found = [Estimand.withinSite, .pooledRows].compactMap { estimand in
      family.row(level, key, estimand).map { (estimand: estimand, row: $0) }
    }
    let marks = found.map { entry -> (mark: DotPanels.Mark, word: String?) in
      switch entry.row.result {
      case .estimated(let numbers):
        return (
          .interval(ForestRow.Numbers(numbers), isHollow: entry.estimand == .pooledRows), nil
        )
      case .withheld: return (.absent("withheld"), "withheld")
      case .notEvaluable(let reason):
        return (.absent("not evaluable"), "not evaluable: \(reason.words)")
      }
    }
    // The same word twice is one.
    if let first = marks.first?.word, marks.allSatisfy({ $0.word == first }) { return [marks[0].mark] }
    return marks.isEmpty ? [.absent("not estimated")] : marks.map(\.mark)
  }

  /// From which level to which a measure runs: what people ask first, and what small groups drive.
  func writeRange(_ family: GapFamily, to html: inout HTMLWriter) {
    let texts = family.measures.filter { $0.metric.isProportion || $0.metric == .auroc }.compactMap {
      key -> String? in
      let estimand = key.metric == .auroc ? Estimand.withinSite : .pooledRows
      guard let attribute = evaluationProtocol.attributes.first(where: { $0.id == family.attribute }) else {
        return nil
      }
      let found = attribute.levelIDs.compactMap { level -> (level: SliceID, value: FixedDecimal)? in
        let slice = SliceID(attribute: attribute.id, level: level)
        return pooled(slice)?.numbers(key.metric, at: key.threshold, estimand).map { (slice, $0.value) }
      }
      guard found.count > 1, let lowest = found.min(by: { $0.value < $1.value }),
        let highest = found.max(by: { $0.value < $1.value }), lowest.value < highest.value
      else { return nil }
      return "\(key.metric.words(at: key.threshold)) from \(ReportNumbers.text(lowest.value)) "
        + "(\(levelLabel(lowest.level))) to \(ReportNumbers.text(highest.value)) (\(levelLabel(highest.level)))"
    }
    guard !texts.isEmpty else { return }
    html.paragraph(
      "Least and most of the released levels, for description only, since it grows with the number of levels and small "
        + "ones drive it: \(texts.joined(separator: "; ")).", class: "range")
  }

  /// Every gap of the attribute, crude and within hospitals side by side.
  func writeGapTable(_ family: GapFamily, to html: inout HTMLWriter) {
    let limit = 160
    var written = 0
    html.table(
      "Gaps by \(family.name)", class: "numbers gaps",
      columns: [
        "Level", "Measure", "Within hospitals (95 % interval)", "Crude, pooled rows", "Ratio, crude", "p",
        "Adjusted p",
      ]
    ) { body in
      for level in family.levels {
        for key in family.measures where written < limit {
          written += 1
          let within = family.row(level, key, .withinSite)
          let crude = family.row(level, key, .pooledRows)
          let numbers = ReportData.numbers(within) ?? ReportData.numbers(crude)
          body.line(
            levelLabel(level),
            [
              key.metric.words(at: key.threshold), ReportData.text(within), ReportData.text(crude),
              ReportData.numbers(crude)?.ratio.map(ReportData.text) ?? "–",
              numbers?.pValue.map(ReportNumbers.narrowPValue) ?? "–",
              numbers?.adjustedPValue.map(ReportNumbers.narrowPValue) ?? "–",
            ])
        }
      }
    }
    let hidden = family.levels.count * family.measures.count - written
    if hidden > 0 { html.paragraph("\(ReportNumbers.count(hidden, "further gap")) in matrix/pooled.json.") }
  }

  private static func numbers(_ row: GapRow?) -> GapNumbers? {
    guard case .estimated(let numbers)? = row?.result else { return nil }
    return numbers
  }

  private static func text(_ row: GapRow?) -> String {
    switch row?.result {
    case .estimated(let numbers)?: numbers.text
    case .withheld?: "withheld"
    case .notEvaluable(let reason)?: "not evaluable: \(reason.words)"
    case nil: "–"
    }
  }

  private static func text(_ ratio: GapNumbers.Ratio) -> String {
    guard let lower = ratio.lower, let upper = ratio.upper else { return ReportNumbers.text(ratio.value) }
    return "\(ReportNumbers.text(ratio.value)) (\(ReportNumbers.interval(lower, upper)))"
  }
}
