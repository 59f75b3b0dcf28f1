import Statistics
import Testing

@Suite struct DescriptiveMeasuresTests {
  @Test func matchScikitLearn() throws {
    for object in try ReferenceFile("threshold_measures.json").objects("descriptive") {
      let table = try ConfusionTable(object.integers("counts"))
      #expect(isClose(try f1Score(table), try object.number("f1"), 1e-12))
      #expect(isClose(try youdenIndex(table), try object.number("youden"), 1e-12))
      #expect(isClose(try numberNeededToEvaluate(table), try object.number("numberNeeded"), 1e-12))
    }
  }

  @Test func zeroDenominatorsAreNeitherZeroNorOne() throws {
    let allNegative = try ConfusionTable([0, 0, 0, 8])
    #expect(throws: StatisticsError.noTrials) { try f1Score(allNegative) }
    #expect(throws: StatisticsError.noEvents) { try youdenIndex(allNegative) }
    #expect(throws: StatisticsError.noTrials) { try numberNeededToEvaluate(allNegative) }
    #expect(throws: StatisticsError.noEvents) { try numberNeededToEvaluate(ConfusionTable([0, 3, 1, 1])) }
    #expect(try f1Score(ConfusionTable([0, 3, 0, 1])) == 0)
    #expect(throws: StatisticsError.countExceedsTrials) { try f1Score(ConfusionTable([-1, 3, 0, 1])) }
  }
}

extension ConfusionTable {
  /// A table from TP, FP, FN, TN.
  init(_ counts: [Int]) throws {
    try #require(counts.count == 4)
    self.init(
      truePositives: counts[0], falsePositives: counts[1], falseNegatives: counts[2],
      trueNegatives: counts[3])
  }
}
