import Aggregates
import EvaluationProtocols

/// A hospital with its rows, its counts, its policy and its release.
struct MadeUpHospital {
  let evaluationProtocol: EvaluationProtocol
  let rows: [TestRow]
  let unscored: [TestUnscored]
  let local: LocalAggregate
  let policy: DisclosurePolicy
  let released: ReleasableAggregate

  init(
    _ study: SmallStudy, rows: [TestRow], unscored: [TestUnscored] = [],
    explained: [(row: Int, parts: [Double])] = [],
    excluded: [String: (rows: Int, patients: Int)] = [:]
  ) throws {
    evaluationProtocol = try study.parse()
    self.rows = rows
    self.unscored = unscored
    local = count(
      rows, unscored: unscored, explained: explained, excluded: excluded, under: evaluationProtocol)
    policy = try DisclosurePolicy(
      site: SitePolicy(
        minimumCell: study.minimumCell, lowering: SitePolicy.Lowering(person: "someone", reason: "a test")),
      dataClass: .synthetic, protocol: evaluationProtocol)
    released = local.release(under: evaluationProtocol, policy: policy)
  }

  /// The distinct patients among the rows that satisfy a condition.
  func patients(where isIncluded: (TestRow) -> Bool) -> Int {
    let members = rows.filter(isIncluded)
    return policy.countsPatients ? Set(members.map(\.patient)).count : members.count
  }
}

extension MadeUpHospital {
  /// The hospitals of seeds 1 to 1,500 with what a reader sees of them; made once for all tests.
  static let sample = Result {
    try (1...1500).map { seed in
      let hospital = try MadeUpHospital(seed: seed)
      return (seed: seed, hospital: hospital, reader: try Reader(hospital.released.bytes))
    }
  }

  /// A small hospital that differs with the seed: its size, grid, slices, windows, minimum cell, whether patients
  /// return and change level, and how many rows have no label.
  init(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var study = SmallStudy()
    study.minimumCell = random.pick([2, 3, 5, 11])
    study.minimumFitEvents = random.pick([study.minimumCell, 40, 40])
    study.attributes = (0..<random.pick(0..<4)).map { _ in random.pick(1..<5) }
    study.thresholds = random.pick([["0.5"], ["0.3", "0.5"], ["0.2", "0.4", "0.9"]])
    study.calibration = random.pick([[], ["0.3", "0.7"], ["0.5"]])
    study.fine = random.pick([[], ["0.1", "0.6"], ["0.1", "0.2", "0.4", "0.6", "0.8", "0.9"]])
    study.windows = random.pick([0, 1, 2])
    study.columns = (0..<random.pick(0..<3)).map { _ in random.pick(1..<6) }
    study.countsPatients = random.pick(0..<2) == 0
    study.hasCUSUM = study.windows > 0 && random.pick(0..<2) == 0
    study.hasOperations = random.pick(0..<2) == 0
    study.hasIntersection = study.attributes.count > 1 && random.pick(0..<2) == 0

    let size = random.pick([0, 3, 20, 60, 150, 300])
    let people = max(1, size / random.pick([1, 1, 2, 4]))
    let unlabelledOf100 = random.pick([0, 0, 3, 30])
    let eventsOf100 = random.pick([5, 20, 50])
    let personsKeepTheirLevel = random.pick(0..<2) == 0
    let scores = [0.0, 0.05, 0.15, 0.2, 0.25, 0.35, 0.45, 0.5, 0.55, 0.65, 0.75, 0.85, 0.9, 0.95, 1.0]
    var rows: [TestRow] = []
    for _ in 0..<size {
      let patient = random.pick(0..<people)
      let draw = random.pick(0..<100)
      let rowClass: RowClass =
        draw < unlabelledOf100 ? .unlabelled : random.pick(0..<100) < eventsOf100 ? .positive : .negative
      rows.append(
        TestRow(
          patient: patient, window: random.pick(0..<max(1, study.windows)), rowClass: rowClass,
          score: random.pick(scores),
          levels: study.attributes.enumerated().map { index, levels in
            // The level after the last is `missing`; the square makes later levels rare.
            let draw = random.pick(0..<100)
            let varying = draw * draw * (levels + 1) / 10_000
            return personsKeepTheirLevel ? (patient * (7 + index)) % (levels + 1) : varying
          },
          cells: study.columns.map { random.pick(0..<($0 + 2)) },
          alert: study.hasOperations && random.pick(0..<3) == 0
            ? TestAlert(response: random.pick([0, 1, 1]), acknowledgement: random.pick(0..<4)) : nil))
    }
    var unscored: [TestUnscored] = []
    for isInvalid in [false, true] {
      for _ in 0..<random.pick([0, 0, 1, 11, 40]) {
        unscored.append(
          TestUnscored(
            patient: random.pick(0..<people), window: random.pick(0..<max(1, study.windows)),
            isInvalid: isInvalid, levels: study.attributes.map { random.pick(0..<($0 + 1)) }))
      }
    }
    let reasons = ["unreadable", "cohortRule1"]
    var excluded: [String: (rows: Int, patients: Int)] = [:]
    for reason in reasons {
      let left = random.pick([0, 0, 1, 4, 10, 11, 40])
      let people = study.countsPatients && left > 0 ? random.pick(1..<(left + 1)) : left
      excluded[reason] = (left, people)
    }
    try self.init(study, rows: rows, unscored: unscored, excluded: excluded)
  }
}
