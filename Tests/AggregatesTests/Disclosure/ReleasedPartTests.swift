import Aggregates
import EvaluationProtocols
import Testing

@Suite struct ReleasedPartTests {
  private func parts(of hospital: MadeUpHospital) -> [String: ReleasedPart] {
    Dictionary(
      uniqueKeysWithValues: hospital.released.content.parts(under: hospital.evaluationProtocol)
        .map { ($0.id, $0) })
  }

  @Test func onlyWhatTheProtocolAsksForIsAPart() throws {
    let plain = SmallStudy(thresholds: ["0.5"], calibration: [], fine: [], attributes: [])
    #expect(
      try Set(parts(of: MadeUpHospital(plain, rows: [])).keys) == [
        "patients", "averagePrecision", "unscored",
      ])
    var full = SmallStudy(thresholds: ["0.5"], calibration: [], fine: [], attributes: [1, 1], windows: 1)
    full.columns = [2]
    full.hasCUSUM = true
    full.hasOperations = true
    full.hasIntersection = true
    full.baseline = ["0"]
    let asked = try parts(of: MadeUpHospital(full, rows: []))
    #expect(
      Set(asked.keys) == [
        "patients", "averagePrecision", "unscored", "paired", "histograms", "cusum", "operations",
        "intersections",
      ])
    #expect(asked["intersections"]?.line.contains("0 of 1 intersections") == true)
  }

  @Test func partsAreCountedOverWhatLeaves() throws {
    var study = SmallStudy(thresholds: ["0.3", "0.5"], calibration: [], fine: [], attributes: [1])
    study.baseline = ["-1", "1"]
    // Both models agree; between the thresholds are too few, so that one table has one threshold.
    var rows: [TestRow] = []
    for (rowClass, level) in [(RowClass.positive, 0), (.negative, 0)] {
      for (score, baseline, count) in [(0.1, -2.0, 6), (0.4, 0.0, 5), (0.4, 2.0, 1), (0.9, 2.0, 6)] {
        for _ in 0..<count {
          rows.append(
            TestRow(patient: 0, rowClass: rowClass, score: score, levels: [level], baseline: baseline))
        }
      }
    }
    let parts = try parts(of: MadeUpHospital(study, rows: rows))
    // Overall and the one level with rows; of the reserved level everybody sees that nobody is in it.
    let patients = try #require(parts["patients"])
    #expect(patients.released == 2 && patients.places == 2)
    let paired = try #require(parts["paired"])
    #expect(paired.released == 2 && paired.places == 2)
    #expect(paired.detail == "on 1 of 2 thresholds, with rank sums in 2")
    #expect(
      parts["unscored"]?.line == "rows without a usable score: 1 of 1 windows; by level in 1 of 1 attributes")
  }
}
