import Aggregates
import EvaluationProtocols

extension MadeUpHospital {
  /// Hospitals of seeds 1 to 300 under protocols with a baseline; made once for all tests.
  static let pairedSample = Result {
    try (1...300).map { seed in
      let hospital = try MadeUpHospital(pairedSeed: seed)
      return (seed: seed, hospital: hospital, reader: try Reader(hospital.released.bytes))
    }
  }

  /// A small hospital whose baseline agrees with the model more or less closely, and is there for all rows, most or
  /// none.
  init(pairedSeed seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var study = SmallStudy(calibration: random.pick([[], ["0.35"]]))
    study.minimumCell = random.pick([2, 3, 5])
    study.minimumFitEvents = study.minimumCell
    study.attributes = (0..<random.pick(0..<3)).map { _ in random.pick(1..<4) }
    study.thresholds = random.pick([["0.5"], ["0.3", "0.5"], ["0.2", "0.4", "0.9"]])
    study.baseline = ["0.5": ["0"], "0.3": ["-4", "0"], "0.2": ["-6", "-2", "8"]][study.thresholds[0]]
    study.fine = random.pick([[], ["0.1", "0.6"], ["0.1", "0.2", "0.4", "0.6", "0.8"]])
    study.countsPatients = random.pick(0..<2) == 0

    let size = random.pick([0, 20, 100, 300, 600])
    let people = max(1, size / random.pick([1, 1, 2, 3]))
    let unlabelledOf100 = random.pick([0, 0, 20])
    let eventsOf100 = random.pick([20, 50])
    let spread = random.pick([0, 2, 5, 10])
    let missingOf100 = random.pick([0, 0, 0, 1, 25, 100])
    var rows: [TestRow] = []
    for _ in 0..<size {
      let hundredths = random.pick(0..<101)
      let rowClass: RowClass =
        random.pick(0..<100) < unlabelledOf100
        ? .unlabelled : random.pick(0..<100) < eventsOf100 ? .positive : .negative
      let baseline = hundredths / 5 - 10 + random.pick((-spread)..<(spread + 1))
      rows.append(
        TestRow(
          patient: random.pick(0..<people), rowClass: rowClass, score: Double(hundredths) / 100,
          levels: study.attributes.map { levels in
            let draw = random.pick(0..<100)
            return draw * draw * (levels + 1) / 10_000
          },
          baseline: random.pick(0..<100) < missingOf100 ? nil : Double(baseline)))
    }
    try self.init(study, rows: rows)
  }
}
