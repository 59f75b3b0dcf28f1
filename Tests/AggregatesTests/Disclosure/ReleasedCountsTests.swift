import Aggregates
import EvaluationProtocols
import Testing

/// The rule, asked of hospitals of every shape; the expected patients are counted from the rows themselves.
@Suite struct ReleasedCountsTests {
  @Test func everyReleasedCountAndEveryRemainderHoldsEnoughPatients() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        for set in window.derivableSets() {
          let patients = hospital.patients { $0.window == index && set.contains($0) }
          let rows = hospital.rows.count { $0.window == index && set.contains($0) }
          #expect(rows == set.rows, "seed \(seed): \(set)")
          if set.rowClass == .unlabelled, rows == 0 { continue }
          #expect(patients >= hospital.policy.minimumCell, "seed \(seed): \(set) is of \(patients)")
          checked += 1
        }
      }
    }
    // The claim is empty if nothing is released.
    #expect(checked > 20_000)
  }

  @Test func attributesStandOnCoarseningsOfTheOverallPartition() throws {
    for (seed, _, reader) in try MadeUpHospital.sample.get() {
      for window in reader.windows {
        let overall = window.overall.counts
        for level in window.attributes.flatMap(\.levels).compactMap(\.counts) {
          #expect(Set(level.edges).isSubset(of: try #require(overall).edges), "seed \(seed)")
        }
      }
    }
  }

  @Test func slicesWithoutRowsAreEmptyAndNoOthers() throws {
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        let rows = hospital.rows.filter { $0.window == index }
        #expect(window.overall.isEmpty == rows.isEmpty, "seed \(seed)")
        for (attribute, levels) in window.attributes.enumerated() {
          for (level, slice) in levels.levels.enumerated() {
            let isEmpty = !rows.contains { $0.levels[attribute] == level }
            #expect(slice.isEmpty == isEmpty, "seed \(seed)")
          }
        }
      }
    }
  }

  @Test func histogramsHoldEnoughPatientsOrNobody() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      for (index, window) in reader.windows.enumerated() {
        for (column, runs) in window.histograms.enumerated() {
          for run in runs ?? [] {
            func stands(_ row: TestRow) -> Bool {
              row.window == index && (run.first...run.last).contains(row.cells[column])
                && (window.histogramsCountAll || row.rowClass != .unlabelled)
            }
            #expect(hospital.rows.count(where: stands) == run.rows, "seed \(seed)")
            guard run.rows > 0 else { continue }
            #expect(hospital.patients(where: stands) >= hospital.policy.minimumCell, "seed \(seed)")
            checked += 1
          }
        }
      }
    }
    #expect(checked > 500)
  }

  @Test func rowsReadMinusEverythingShownIsNothingOrEnoughPatients() throws {
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      guard let rest = reader.rowsNotShown else { continue }
      #expect(rest == 0 || rest >= hospital.policy.minimumCell, "seed \(seed): \(rest)")
    }
  }
}

extension Reader.Slice {
  fileprivate var isEmpty: Bool {
    if case .empty = self { true } else { false }
  }
}

extension Reader {
  /// Rows read less everything that the file lets one count: reasons, labelled rows, rows without a label.
  var rowsNotShown: Int? {
    guard let read else { return nil }
    let reasons = exclusions.reduce(0) { $0 + ($1 ?? 0) }
    return windows.reduce(read - reasons) { rest, window in rest - window.rowsShown }
  }
}

extension Reader.Window {
  /// The rows of the window that can be counted; a histogram counts those of a withheld table too.
  var rowsShown: Int {
    if let counts = overall.counts {
      return (counts.positive + counts.negative + (counts.unlabelled ?? [])).reduce(0, +)
    }
    return histograms.compactMap { $0 }.first.map { $0.reduce(0) { $0 + $1.rows } } ?? 0
  }

  /// Every set of rows of one class whose size is a sum or a difference of released counts of one attribute:
  /// each released interval, each union of levels, and what overall has beside each union.
  func derivableSets() -> [DerivedSet] {
    guard let overall = overall.counts else { return [] }
    var sets: [DerivedSet] = []
    for rowClass in RowClass.allCases {
      guard let whole = overall.counts(of: rowClass) else { continue }
      for (interval, rows) in whole.enumerated() {
        sets.append(
          DerivedSet(
            rowClass: rowClass, attribute: nil, levels: [], lower: overall.edges[interval],
            upper: overall.edges[interval + 1], rows: rows))
      }
      for (attribute, slices) in attributes.enumerated() {
        sets += slices.derivableSets(of: rowClass, at: attribute, overall: overall)
      }
    }
    return sets
  }
}

extension Reader.Attribute {
  fileprivate func derivableSets(
    of rowClass: RowClass, at attribute: Int, overall: Reader.Counts
  ) -> [DerivedSet] {
    let shown = levels.indices.filter { levels[$0].counts?.counts(of: rowClass) != nil }
    let occupied = levels.indices.filter { !levels[$0].isEmpty }
    guard let edges = shown.first.flatMap({ levels[$0].counts?.edges }) else { return [] }
    var sets: [DerivedSet] = []
    for subset in 1..<(1 << shown.count) {
      let union = shown.enumerated().filter { subset & (1 << $0.offset) != 0 }.map(\.element)
      let rest = occupied.filter { !union.contains($0) }
      for interval in edges.indices.dropLast() {
        let rows = union.reduce(0) {
          $0 + (levels[$1].counts?.counts(of: rowClass)?[interval] ?? 0)
        }
        let (lower, upper) = (edges[interval], edges[interval + 1])
        sets.append(
          DerivedSet(
            rowClass: rowClass, attribute: attribute, levels: union, lower: lower, upper: upper, rows: rows))
        // What is left over is nobody only where no other level has a row.
        if rest.isEmpty { continue }
        sets.append(
          DerivedSet(
            rowClass: rowClass, attribute: attribute, levels: rest, lower: lower, upper: upper,
            rows: overall.sum(of: rowClass, from: lower, to: upper) - rows))
      }
    }
    return sets
  }
}

extension Reader.Counts {
  func counts(of rowClass: RowClass) -> [Int]? {
    switch rowClass {
    case .positive: positive
    case .negative: negative
    case .unlabelled: unlabelled
    }
  }

  func sum(of rowClass: RowClass, from lower: Double, to upper: Double) -> Int {
    zip(edges, counts(of: rowClass) ?? []).reduce(0) {
      $1.0 >= lower && $1.0 < upper ? $0 + $1.1 : $0
    }
  }
}

/// A set of rows that a reader can count.
struct DerivedSet {
  let rowClass: RowClass
  let attribute: Int?
  let levels: [Int]
  let lower: Double
  let upper: Double
  let rows: Int

  func contains(_ row: TestRow) -> Bool {
    row.rowClass == rowClass && row.score >= lower && (row.score < upper || upper == 1)
      && (attribute.map { levels.contains(row.levels[$0]) } ?? true)
  }
}
