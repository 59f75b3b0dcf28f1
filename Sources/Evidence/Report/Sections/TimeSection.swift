import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

extension ReportPage {
  /// Measures window by window, with what changed, the trends and the CUSUM; nothing in a study of one window.
  mutating func timeSection() {
    let data = data
    guard case .dated(_, let windows) = data.evaluationProtocol.windows, windows.count > 1 else { return }
    section(id: "time", "Does it stay the same over time?") { html in
      html.paragraph(
        "\(ReportNumbers.count(windows.count, "window")) from \(ReportNumbers.time(windows[0].start)) to "
          + "\(ReportNumbers.time(windows[windows.count - 1].end)). Points are estimates in a window with their 95 % "
          + "interval; hatched windows are withheld or not evaluable.")
      let marks = data.changeMarks
      data.writeTrendSentences(to: &html)
      html.newline()
      html.element("div", ["class": "panels wide"]) { grid in
        for (index, entry) in data.followed.enumerated() {
          data.windowPlot(entry.key, entry.together, marks: marks).write(id: "windows-\(index)", to: &grid)
        }
      }
      data.writeMarks(marks, to: &html)
      for (index, entry) in data.followed.prefix(2).enumerated() {
        data.writeSiteWindows(entry.key, index: index, marks: marks, to: &html)
      }
      data.writeTrendTable(to: &html)
      data.writeCUSUM(to: &html)
    }
  }
}

extension ReportData {
  /// Most trends in words.
  private static let trendSentenceLimit = 10
  /// Most lines of the table of trends, the most certain first.
  private static let trendLimit = 40

  /// What is followed over time, and the estimand for the hospitals together.
  fileprivate var followed: [(key: GapFamily.Key, together: Estimand)] {
    [
      (GapFamily.Key(metric: .auroc, threshold: nil), .withinSite),
      (GapFamily.Key(metric: .observedExpectedRatio, threshold: nil), .pooledRows),
    ]
      + evaluationProtocol.model.thresholds.prefix(2).map {
        (GapFamily.Key(metric: .sensitivity, threshold: $0.value), .pooledRows)
      }
  }

  fileprivate func writeSiteWindows(
    _ key: GapFamily.Key, index: Int, marks: [ChangeMark], to html: inout HTMLWriter
  ) {
    let plots = windowPlots(key, marks: marks)
    html.folded("\(key.metric.words(at: key.threshold).capitalisedFirst) over time, hospital by hospital") {
      block in
      block.element("div", ["class": "panels wide"]) { grid in
        for (number, plot) in plots.prefix(ReportData.panelLimit).enumerated() {
          plot.write(id: "windows-\(index)-\(number)", to: &grid)
        }
      }
      let absent = sites.filter { $0.matrix == nil }.map(\.name)
      if !absent.isEmpty { block.paragraph("Sent nothing: \(absent.joined(separator: ", ")).") }
      writePanelRemainder(to: &block)
    }
  }

  /// What the trends of all rows say, in words.
  fileprivate func writeTrendSentences(to html: inout HTMLWriter) {
    let sentences = record.matrix.pooled.trends.filter { $0.slice == .overall }.compactMap {
      trend -> String? in
      let what = "\(trend.metric.words(at: trend.threshold).capitalisedFirst), \(trend.estimand.words)"
      guard case .estimated(let numbers) = trend.result else {
        guard case .notEvaluable(let reason) = trend.result else { return nil }
        return "\(what): no trend can be given, \(reason.words)."
      }
      let change = numbers.change.map {
        " From the first window to the last: \(ReportNumbers.points($0.difference)) points\(ReportData.span($0))."
      }
      return "\(what): \(ReportData.reading(numbers, trend.metric))\(change ?? "")"
    }
    html.list(Array(sentences.prefix(ReportData.trendSentenceLimit)))
    let hidden = sentences.count - ReportData.trendSentenceLimit
    if hidden > 0 { html.paragraph("\(ReportNumbers.count(hidden, "further trend")) in the table below.") }
  }

  private static func span(_ gap: GapNumbers) -> String {
    guard let lower = gap.lower, let upper = gap.upper else { return "" }
    return " (95 % interval \(ReportNumbers.points(lower)) to \(ReportNumbers.points(upper)))"
  }

  private static func scale(_ metric: Metric) -> String {
    switch metric {
    case .observedExpectedRatio: "logarithm"
    case .calibrationSlope, .calibrationInTheLarge, .netBenefit: "value"
    default: "log odds"
    }
  }

  private static func reading(_ numbers: TrendNumbers, _ metric: Metric) -> String {
    let isApart = numbers.lower.value > 0 || numbers.upper.value < 0
    let verdict =
      isApart
      ? (numbers.slope.units < 0 ? "falls, beyond chance" : "rises, beyond chance") : "no trend beyond chance"
    return "\(verdict). Its \(scale(metric)) changes by \(ReportNumbers.text(numbers.slope)) a window "
      + "(95 % interval \(ReportNumbers.interval(numbers.lower, numbers.upper)); \(ReportNumbers.pValue(numbers.pValue)); "
      + "\(ReportNumbers.count(numbers.windows, "window")))."
  }

  /// Trends of hospitals and of groups, the most certain first.
  fileprivate func writeTrendTable(to html: inout HTMLWriter) {
    var found: [(place: String, trend: TrendRow, numbers: TrendNumbers)] = []
    func collect(_ place: String, _ trends: [TrendRow]) {
      for trend in trends {
        if case .estimated(let numbers) = trend.result { found.append((place, trend, numbers)) }
      }
    }
    collect("Validation hospitals together", record.matrix.pooled.trends)
    for site in sites { collect(site.name, (site.matrix?.trends ?? []).filter { $0.slice == .overall }) }
    guard !found.isEmpty else { return }
    let sorted = found.enumerated().sorted {
      ($0.element.numbers.pValue, $0.offset) < ($1.element.numbers.pValue, $1.offset)
    }.map(\.element)
    html.folded("Trends of hospitals and groups, the most certain first") { block in
      block.table(
        "Trends", class: "numbers trends",
        columns: [
          "Where", "Rows", "Measure", "Windows", "Change a window (95 % interval)", "p", "Last less first",
        ]
      ) { body in
        for (place, trend, numbers) in sorted.prefix(ReportData.trendLimit) {
          body.line(
            place,
            [
              trend.slice == .overall ? "all" : label(of: trend.slice),
              "\(trend.metric.words(at: trend.threshold)), \(trend.estimand.words); \(ReportData.scale(trend.metric))",
              "\(numbers.windows)",
              "\(ReportNumbers.text(numbers.slope)) (\(ReportNumbers.interval(numbers.lower, numbers.upper)))",
              ReportNumbers.narrowPValue(numbers.pValue), numbers.change?.text ?? "–",
            ])
        }
      }
      let hidden = sorted.count - ReportData.trendLimit
      if hidden > 0 {
        block.paragraph("\(ReportNumbers.count(hidden, "further trend")) less certain, not shown.")
      }
    }
  }
}
