import CanonicalJSON
import Cryptography
import EvaluationProtocols

@testable import Synthesis

/// The matrix: its sites and rows.
extension ReportFixture {
  /// What makes one site's numbers.
  struct Shape {
    let rows: Int
    let prevalence: Double
    let auroc: Double
    let ratio: Double
    let slope: Double
  }

  static let shapes: [String: Shape] = [
    "alder": Shape(rows: 5798, prevalence: 0.081, auroc: 0.826, ratio: 0.94, slope: 0.97),
    "birch": Shape(rows: 3120, prevalence: 0.064, auroc: 0.781, ratio: 1.18, slope: 0.84),
    "cedar": Shape(rows: 1410, prevalence: 0.112, auroc: 0.752, ratio: 1.41, slope: 0.71),
    "origin": Shape(rows: 41_200, prevalence: 0.072, auroc: 0.874, ratio: 1.01, slope: 1.02),
    "pooled": Shape(rows: 10_328, prevalence: 0.08, auroc: 0.801, ratio: 1.07, slope: 0.88),
  ]

  func matrix(_ evaluationProtocol: EvaluationProtocol) throws -> ValidationMatrix {
    let present = (["origin", "elm"] + released + more).sorted()
    func aggregate(_ site: String) -> Digest { Digest(of: Array("aggregate of \(site)".utf8)) }
    return ValidationMatrix(
      protocolDigest: evaluationProtocol.digest,
      sites: try present.map { site in
        SiteMatrix(
          site: site, role: site == "origin" ? .development : .validation, aggregateDigest: aggregate(site),
          minimumCell: site == "cedar" ? 5 : 11, dataClass: dataClass, rows: try rows(of: site),
          gaps: try gaps(of: site), trends: try trends(of: site), drift: try drift(site),
          cusum: hasExtras ? try cusum(site) : [], explanation: try explanation(of: site))
      },
      pooled: PooledMatrix(
        aggregates: present.map { .init(site: $0, digest: aggregate($0)) }, notRun: ["fir"],
        rows: try rows(of: "pooled"), gaps: try gaps(of: "pooled"), trends: try trends(of: "pooled"),
        explanation: try explanation(of: "pooled")))
  }

  private func rows(of site: String) throws -> [MatrixRow] {
    try (ReportFixture.months + ["all"]).flatMap { window in
      [try row(site, window, .overall, share: 1)]
        + (try ReportFixture.attributes.flatMap { attribute, levels in
          try levels.map { level in
            try row(
              site, window, SliceID(attribute: attribute, level: level),
              share: level == "missing" ? 0.02 : 1 / Double(levels.count - 1))
          }
        })
    }
  }

  private func row(_ site: String, _ window: String, _ slice: SliceID, share: Double) throws -> MatrixRow {
    let month = ReportFixture.months.firstIndex { $0.hasSameBytes(as: window) }
    let isWithheld =
      isSilent(site) || (site == "cedar" && slice.level == "under-50")
      || (slice.level == "missing" && site != "origin") || (site == "cedar" && month == 3)
    let windows = month == nil ? ReportFixture.months : [window]
    guard !isWithheld, let shape = ReportFixture.shapes[site.hasPrefix("more-") ? "alder" : site] else {
      return MatrixRow(
        window: window, slice: slice, contributors: [], withheld: site == "pooled" ? ["elm"] : windows,
        labelled: 0, events: 0, unlabelled: nil, patients: 0, measures: [], reliability: [],
        decomposition: nil, distribution: [], decisionCurve: [], acknowledgement: nil)
    }
    let rows = Double(shape.rows) * share / (month == nil ? 1 : 6)
    let isOverall = slice == .overall
    return MatrixRow(
      window: window, slice: slice, contributors: site == "pooled" ? released : windows,
      withheld: site == "pooled" ? ["elm"] : [], labelled: Int(rows), events: Int(rows * shape.prevalence),
      unlabelled: site == "birch" ? nil : 37, patients: Int(rows * 0.8),
      measures: try measures(
        site, shape, rows: rows, shift: Double(month ?? 0) * -0.006, slice: slice, isMonth: month != nil),
      reliability: isOverall ? try reliability(shape, rows: rows) : [],
      decomposition: isOverall
        ? BrierDecomposition(
          reliability: try decimal(0.00112), resolution: try decimal(0.01392),
          uncertainty: try decimal(0.0736), varianceWithinBins: try decimal(0.00071),
          covarianceWithinBins: try decimal(0.00051), expectedScore: try decimal(0.0604),
          calibrationErrorByChance: try decimal(0.0071)) : nil,
      distribution: isOverall ? try distribution(shape, rows: rows) : [],
      decisionCurve: isOverall ? try curve(shape) : [],
      acknowledgement: isOverall && hasExtras ? try acknowledgement() : nil)
  }

  /// Whether a hospital withholds everything.
  func isSilent(_ site: String) -> Bool { site == "elm" || (site.hasPrefix("more-") && !moreAreReleased) }

  func decimal(_ value: Double, _ scale: Int = 12) throws -> FixedDecimal {
    try FixedDecimal(value, scale: scale)
  }

  func exact(_ text: String) throws -> ExactDecimal { try ExactDecimal(parsing: text) }

  func bounds(_ lower: Double, _ upper: Double, _ scale: Int = 12) throws -> MeasureDetails.Bounds {
    MeasureDetails.Bounds(lower: try decimal(lower, scale), upper: try decimal(upper, scale))
  }
}
