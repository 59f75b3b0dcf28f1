import Aggregates
import EvaluationProtocols
import Testing

@Suite struct ReleaseSummaryTests {
  /// Grid 0, 0.25, 0.5, 1 with the threshold 0.5; one attribute of two levels.
  private let study = SmallStudy(thresholds: ["0.5"], calibration: [], fine: ["0.25"], attributes: [2])

  private func rows(_ count: Int, _ rowClass: RowClass, score: Double, level: Int) -> [TestRow] {
    (0..<count).map { _ in TestRow(patient: 0, rowClass: rowClass, score: score, levels: [level]) }
  }

  @Test func countsWhatMergingAndWithholdingCost() throws {
    let evaluationProtocol = try study.parse()
    // Level 0 stands on the threshold; level 1 is too small, and so is what overall minus level 0 leaves.
    var table: [TestRow] = []
    for rowClass in [RowClass.positive, .negative] {
      table += rows(5, rowClass, score: 0.1, level: 0) + rows(6, rowClass, score: 0.7, level: 0)
      table += rows(1, rowClass, score: 0.1, level: 1)
    }
    let local = count(table, under: evaluationProtocol)
    let policy = try DisclosurePolicy(
      site: SitePolicy(minimumCell: 3, lowering: SitePolicy.Lowering(person: "p", reason: "r")),
      dataClass: .synthetic, protocol: evaluationProtocol)
    let summary = ReleaseSummary(
      local: local, released: local.release(under: evaluationProtocol, policy: policy).content,
      under: evaluationProtocol)
    // Before: three slices with rows, three classes, three intervals. After: overall alone, on 0, 0.5, 1.
    #expect(summary.slicesWithRows == 3 && summary.slicesReleased == 1)
    #expect(summary.countsBefore == 27 && summary.countsReleased == 6)
    #expect(summary.thresholdsBefore == 3 && summary.thresholdsReleased == 1)
    // Prevalence, Brier score, observed / expected, AUROC, and thirteen at the threshold; three of a fit, which level 1
    // is too small for.
    #expect(summary.metricsBefore == 57 && summary.metricsReleased == 20)
  }

  @Test func slicesWithoutRowsAreNotCounted() throws {
    let evaluationProtocol = try study.parse()
    let local = count([], under: evaluationProtocol)
    let policy = try DisclosurePolicy(site: .standard, dataClass: .clinical, protocol: evaluationProtocol)
    let summary = ReleaseSummary(
      local: local, released: local.release(under: evaluationProtocol, policy: policy).content,
      under: evaluationProtocol)
    #expect(summary.slicesWithRows == 0 && summary.countsBefore == 0 && summary.metricsBefore == 0)
    #expect(summary.slicesReleased == 0 && summary.countsReleased == 0 && summary.metricsReleased == 0)
  }
}
