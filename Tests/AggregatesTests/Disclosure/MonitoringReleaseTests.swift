import Aggregates
import EvaluationProtocols
import Testing

/// What hospitals of every shape show beside their tables; patients are counted from the rows themselves.
@Suite struct MonitoringReleaseTests {
  @Test func alertsAndSparedRowsAreNobodyOrEnoughPatients() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        guard let operations = window.operations else { continue }
        #expect(window.overall.counts != nil, "seed \(seed)")
        func counted(_ row: TestRow) -> Bool {
          row.window == index && (window.histogramsCountAll || row.rowClass != .unlabelled)
        }
        #expect(operations.alerts == hospital.rows.count { counted($0) && $0.alert != nil })
        #expect(operations.spared == hospital.rows.count { counted($0) && $0.alert == nil })
        let groups = [
          (operations.alerts, hospital.patients { counted($0) && $0.alert != nil }),
          (operations.spared, hospital.patients { counted($0) && $0.alert == nil }),
        ]
        for (rows, patients) in groups where rows > 0 {
          #expect(patients >= hospital.policy.minimumCell, "seed \(seed): \(rows) rows of \(patients)")
        }
        for (runs, cell) in [
          (operations.responses, \TestAlert.response), (operations.acknowledgement, \.acknowledgement),
        ] {
          for run in runs {
            func isInside(_ row: TestRow) -> Bool {
              counted(row) && row.alert.map { (run.first...run.last).contains($0[keyPath: cell]) } ?? false
            }
            #expect(hospital.rows.count(where: isInside) == run.rows, "seed \(seed)")
            #expect(run.rows == 0 || hospital.patients(where: isInside) >= hospital.policy.minimumCell)
            checked += 1
          }
        }
      }
    }
    #expect(checked > 500)
  }

  @Test func rowsWithoutAScoreAreNobodyOrEnoughPatientsInEverySetOfWindowsAndLevels() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      func patients(where isIncluded: (TestUnscored) -> Bool) -> Int {
        let members = hospital.unscored.filter(isIncluded)
        return hospital.policy.countsPatients ? Set(members.map(\.patient)).count : members.count
      }
      func check(_ shown: [Int], where isIncluded: (TestUnscored) -> Bool) {
        for (rows, isInvalid) in zip(shown, [false, true]) {
          func isInside(_ row: TestUnscored) -> Bool { isIncluded(row) && row.isInvalid == isInvalid }
          #expect(hospital.unscored.count(where: isInside) == rows, "seed \(seed)")
          #expect(rows == 0 || patients(where: isInside) >= hospital.policy.minimumCell, "seed \(seed)")
          checked += 1
        }
      }
      // All windows or none, or the reasons in the flow would give the one that is kept back.
      let shown = reader.windows.compactMap(\.unscored)
      #expect(shown.isEmpty || shown.count == reader.windows.count, "seed \(seed)")
      for (index, window) in reader.windows.enumerated() {
        guard let unscored = window.unscored else {
          #expect(window.unscoredLevels.allSatisfy { $0 == nil }, "seed \(seed)")
          continue
        }
        check(unscored) { $0.window == index }
        for (attribute, levels) in window.unscoredLevels.enumerated() {
          for (level, counts) in (levels ?? []).enumerated() {
            check(counts) { $0.window == index && $0.levels[attribute] == level }
          }
        }
      }
    }
    #expect(checked > 1000)
  }

  @Test func cusumNeedsAHundredPatients() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        guard let cusum = window.cusum else { continue }
        let patients = hospital.patients { $0.window == index && $0.rowClass != .unlabelled }
        if cusum > 0 || window.overall.counts != nil { #expect(patients >= 100, "seed \(seed)") }
        checked += patients > 0 ? 1 : 0
      }
    }
    #expect(checked > 50)
  }

  @Test func intersectionsAreCountedButNeverReleased() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        #expect(window.intersectionsSayNothing.allSatisfy { $0 }, "seed \(seed)")
        for stratum in hospital.local.windows[index].intersections {
          let rows = hospital.rows.count { $0.window == index && $0.levels.prefix(2) == [0, 0] }
          #expect(stratum.rows.total == rows, "seed \(seed)")
          checked += rows > 0 ? 1 : 0
        }
      }
    }
    #expect(checked > 100)
  }

  @Test func patientsOfASliceAreThoseWithALabel() throws {
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        guard let counts = window.overall.counts else { continue }
        let patients = hospital.patients { $0.window == index && $0.rowClass != .unlabelled }
        #expect(counts.patients == patients, "seed \(seed)")
        let classes = [RowClass.positive, .negative].map { rowClass in
          hospital.patients { $0.window == index && $0.rowClass == rowClass }
        }
        let isEnough = classes.allSatisfy { $0 >= hospital.policy.minimumFitEvents }
        #expect((counts.averagePrecision != nil) == isEnough, "seed \(seed)")
      }
    }
  }
}
