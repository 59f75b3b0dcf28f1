import Aggregates
import EvaluationProtocols
import Testing

@Suite struct ExplanationReleaseTests {
  /// A window of so many patients in each level, half of them without an event, and the first of each level sampled.
  private func hospital(
    levels: [(patients: Int, sampled: Int)], largest: [String] = ["2"], minimumCell: Int = 3,
    parts: (Int) -> [Double]
  ) throws -> MadeUpHospital {
    var study = SmallStudy()
    study.attributes = [levels.count]
    study.explained = largest
    study.minimumCell = minimumCell
    study.minimumFitEvents = minimumCell
    (study.thresholds, study.calibration, study.fine) = (["0.5"], [], [])
    var rows: [TestRow] = []
    var explained: [(row: Int, parts: [Double])] = []
    for (level, (patients, sampled)) in levels.enumerated() {
      for number in 0..<patients {
        if number < sampled { explained.append((rows.count, parts(explained.count))) }
        rows.append(
          TestRow(
            patient: rows.count, rowClass: number % 4 < 2 ? .positive : .negative,
            score: number % 2 == 0 ? 0.2 : 0.8, levels: [level]))
      }
    }
    return try MadeUpHospital(study, rows: rows, explained: explained)
  }

  private func shown(_ hospital: MadeUpHospital) throws -> ReleasedExplanation {
    try #require(hospital.released.content.windows[0].explanation?.value)
  }

  @Test func aSumIsShownInStepsOfWhatAMinimumCellOfPatientsCanAdd() throws {
    // 40 sampled, each 0.5 of at most 2: 20 in all, a step is 3 · 2 = 6.
    let explanation = try shown(hospital(levels: [(80, 40)]) { _ in [0.5] })
    #expect(explanation.overall.rows == 40 && explanation.overall.steps == [3])
    let bounds = explanation.overall.bounds(of: 0, minimumCell: 3)
    #expect(bounds == (9, 12))
  }

  @Test func aContributionBeyondTheLargestCountsAsIt() throws {
    let explanation = try shown(
      hospital(levels: [(80, 40)], largest: ["2", "1"]) { $0 == 0 ? [-1e300, .nan] : [0, -1] })
    // 2 in all is no whole step of 6; 39 are 13 steps of 3, and not-a-number adds nothing.
    #expect(explanation.overall.steps == [0, 13])
  }

  @Test func theLastStepEndsWhereThePatientsDo() throws {
    let explanation = try shown(hospital(levels: [(82, 41)]) { _ in [2] })
    #expect(explanation.overall.steps == [13])
    #expect(explanation.overall.bounds(of: 0, minimumCell: 3) == (39, 41))
  }

  @Test func fourteenSampledPatientsAreTooFewAndFifteenEnough() throws {
    let few = try hospital(levels: [(29, 14)]) { _ in [1] }
    #expect(few.released.content.windows[0].explanation == .withheld)
    let enough = try hospital(levels: [(30, 15)]) { _ in [1] }
    #expect(try shown(enough).overall.rows == 15)
  }

  @Test func aLevelOfFewSampledPatientsIsWithheldAndTheNextIfItWouldGiveItAway() throws {
    // 14 are too few by themselves, but enough to hide behind.
    let one = try shown(hospital(levels: [(60, 34), (36, 14)]) { _ in [1] })
    #expect(one.attributes[0].map { $0.value?.rows } == [34, nil, nil])
    // 2 are left over by the others, so the smaller of these is withheld too.
    let two = try shown(hospital(levels: [(60, 34), (36, 15), (12, 5), (0, 0)]) { _ in [1] })
    #expect(two.attributes[0].map { $0.value?.rows } == [34, 15, nil, nil, nil])
    let three = try shown(hospital(levels: [(60, 35), (36, 17), (12, 2)]) { _ in [1] })
    #expect(three.attributes[0].map { $0.value?.rows } == [35, nil, nil, nil])
  }

  @Test func aWithheldLevelHasNoExplanation() throws {
    // The second level has too few patients for its counts.
    let explanation = try shown(hospital(levels: [(60, 30), (4, 2)]) { _ in [1] })
    #expect(explanation.attributes[0].allSatisfy { $0 == .withheld })
  }

  @Test(
    "whatever a reader subtracts, no sum is known to less than a step",
    arguments: 1...60)
  func noSumIsKnownToLessThanAStep(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let cell = random.pick([2, 3, 5])
    let levels = (0..<random.pick(2..<6)).map { _ in random.pick([8, 40, 60, 120]) }
    let total = levels.reduce(0) { $0 + $1 / 2 }
    let made = try hospital(
      levels: levels.map { ($0, $0 / 2) }, minimumCell: cell,
      parts: { _ in [Double(random.pick(0..<33)) / 16] })
    guard let explanation = made.released.content.windows[0].explanation?.value else { return }
    let local = try #require(made.local.windows[0].explanation)
    func exact(_ contributions: LocalExplanation.Contributions) -> Double {
      Double(contributions.sums[0]) / 0x1p32 / 2
    }
    let whole = explanation.overall.bounds(of: 0, minimumCell: cell)
    let parts = explanation.attributes[0].compactMap { $0.value?.bounds(of: 0, minimumCell: cell) }
    let rest = explanation.attributes[0].reduce(total) { $0 - ($1.value?.rows ?? 0) }
    for (index, (level, shown)) in zip(local.attributes[0], explanation.attributes[0]).enumerated() {
      guard let shown = shown.value else { continue }
      let own = shown.bounds(of: 0, minimumCell: cell)
      let others = parts.reduce((lower: 0, upper: rest)) { ($0.lower + $1.lower, $0.upper + $1.upper) }
      let lower = max(own.lower, whole.lower - (others.upper - own.upper))
      let upper = min(own.upper, whole.upper - (others.lower - own.lower))
      #expect(Double(lower) <= exact(level) && exact(level) <= Double(upper), "level \(index)")
      #expect(upper - lower >= min(cell, own.upper - own.lower), "level \(index)")
    }
  }
}
