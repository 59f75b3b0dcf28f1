import Aggregates
import EvaluationProtocols
import Testing

/// Attacks by name (statistics.md §11), each on the smallest hospital in which it would work.
@Suite struct AttackTests {
  /// Grid 0, 0.5, 1; at least three of everything.
  private let study = SmallStudy(thresholds: ["0.5"], calibration: [], fine: [])

  /// The same number of rows in both labelled classes and on both sides of 0.5.
  private func rows(_ count: Int, levels: [Int], window: Int = 0) -> [TestRow] {
    [RowClass.positive, .negative].flatMap { rowClass in
      [0.2, 0.8].flatMap { score in
        (0..<count).map { _ in
          TestRow(patient: 0, window: window, rowClass: rowClass, score: score, levels: levels)
        }
      }
    }
  }

  private func unlabelled(_ count: Int, levels: [Int] = [0], window: Int = 0, cells: [Int] = []) -> [TestRow]
  {
    (0..<count).map { _ in
      TestRow(patient: 0, window: window, rowClass: .unlabelled, score: 0.2, levels: levels, cells: cells)
    }
  }

  private func unscored(_ count: Int, isInvalid: Bool = false) -> [TestUnscored] {
    (0..<count).map { TestUnscored(patient: $0, isInvalid: isInvalid, levels: [0]) }
  }

  @Test func aLargeLevelIsWithheldWhereItsSiblingCouldBeSubtracted() throws {
    let hospital = try MadeUpHospital(study, rows: rows(20, levels: [0]) + rows(1, levels: [1]))
    let window = try Reader(hospital.released.bytes).windows[0]
    #expect(window.overall.counts?.positive == [21, 21])
    #expect(window.attributes[0].levels.allSatisfy { $0.counts == nil })
  }

  @Test func aThresholdIsGivenUpWhereNoLevelCouldKeepIt() throws {
    // Two rows of the sibling stand on each side of the threshold: too few there, enough together.
    let hospital = try MadeUpHospital(study, rows: rows(20, levels: [0]) + rows(2, levels: [1]))
    let window = try Reader(hospital.released.bytes).windows[0]
    #expect(window.overall.counts?.edges == [0, 0.5, 1])
    #expect(window.attributes[0].levels.map { $0.counts?.edges } == [[0, 1], [0, 1], nil])
  }

  @Test func aLevelThatLeavesEnoughBehindIsReleased() throws {
    let hospital = try MadeUpHospital(study, rows: rows(20, levels: [0]) + rows(3, levels: [1]))
    let window = try Reader(hospital.released.bytes).windows[0]
    #expect(window.attributes[0].levels.map { $0.counts?.positive } == [[20, 20], [3, 3], nil])
  }

  @Test func twoSmallSiblingsMayHideBehindEachOther() throws {
    let hospital = try MadeUpHospital(
      SmallStudy(thresholds: ["0.5"], calibration: [], fine: [], attributes: [3]),
      rows: rows(20, levels: [0]) + rows(2, levels: [1]) + rows(1, levels: [2]))
    let window = try Reader(hospital.released.bytes).windows[0]
    #expect(window.attributes[0].levels.map { $0.counts?.positive } == [[20, 20], nil, nil, nil])
  }

  @Test func aLadderOfThresholdsDoesNotGiveTheRowsBetweenTwoOfThem() throws {
    var ladder = study
    ladder.thresholds = ["0.3", "0.31"]
    var table = rows(5, levels: [0])
    // Two events between the thresholds.
    for _ in 0..<2 { table.append(TestRow(patient: 0, rowClass: .positive, score: 0.305, levels: [0])) }
    let hospital = try MadeUpHospital(ladder, rows: table)
    let counts = try #require(try Reader(hospital.released.bytes).windows[0].overall.counts)
    #expect(counts.edges == [0, 0.3, 1], "the lower of two equal choices stays, and the other is gone")
    #expect(counts.positive == [5, 7])
  }

  @Test func slicesOfTwoAttributesThatDifferByOnePersonLeaveTheOverlapOpen() throws {
    var twoAttributes = study
    twoAttributes.attributes = [2, 2]
    var table = rows(20, levels: [0, 0]) + rows(19, levels: [1, 1])
    table += [0.2, 0.8].flatMap { score in
      [RowClass.positive, .negative].map {
        TestRow(patient: 0, rowClass: $0, score: score, levels: [1, 0])
      }
    }
    let hospital = try MadeUpHospital(twoAttributes, rows: table)
    let window = try Reader(hospital.released.bytes).windows[0]
    #expect(window.attributes[0].levels[0].counts?.positive == [20, 20])
    #expect(window.attributes[1].levels[0].counts?.positive == [21, 21])
    // The one person is a difference of two counts, but no reader knows that it is a person: the overlap may be
    // anything from 1 to 20.
    #expect(window.overlap(of: (0, 0), and: (1, 0), .positive, interval: 0) == 1...20)
  }

  @Test func overlapsOfTwoAttributesAreNeverNarrow() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.sample.get() {
      let cell = hospital.policy.minimumCell
      for window in reader.windows {
        for range in window.overlapsOfTwoAttributes() {
          #expect(range.upperBound - range.lowerBound >= cell, "seed \(seed): \(range)")
          #expect(range.upperBound >= cell, "seed \(seed): \(range)")
          checked += 1
        }
      }
    }
    #expect(checked > 500)
  }

  @Test func histogramsDoNotCountRowsWithoutALabelWhereTheirNumberIsWithheld() throws {
    var withColumn = study
    withColumn.columns = [2]
    let table = rows(5, levels: [0]).map { row in
      var row = row
      row.cells = [0]
      return row
    }
    let few = try MadeUpHospital(withColumn, rows: table + unlabelled(2, cells: [0]))
    let window = try Reader(few.released.bytes).windows[0]
    #expect(window.overall.counts?.unlabelled == nil && !window.histogramsCountAll)
    #expect(window.histograms[0]?.reduce(0) { $0 + $1.rows } == 20)

    // Where all of them are in one score interval, the other holds none, so two intervals cannot be shown.
    var oneInterval = withColumn
    oneInterval.thresholds = ["0.9"]
    let many = try MadeUpHospital(oneInterval, rows: table + unlabelled(4, cells: [0]))
    let whole = try Reader(many.released.bytes).windows[0]
    #expect(whole.overall.counts?.unlabelled == [4] && whole.histogramsCountAll)
    #expect(whole.histograms[0]?.reduce(0) { $0 + $1.rows } == 24)
  }

  @Test func aWithheldWindowDoesNotShowThatNobodyInItHasALabel() throws {
    var withColumn = study
    withColumn.columns = [2]
    let hospital = try MadeUpHospital(withColumn, rows: unlabelled(5, cells: [0]))
    let window = try Reader(hospital.released.bytes).windows[0]
    #expect(
      window.histograms.allSatisfy { $0 == nil },
      "zero labelled rows of a window with rows are not for others")
  }

  @Test func rowsOfAWithheldWindowDoNotComeOutOfTheFlow() throws {
    var twoWindows = study
    twoWindows.windows = 2
    let table = rows(5, levels: [0]) + unlabelled(2, window: 1)
    // Nothing else is hidden, so the number of rows read would give the two away.
    let bare = try Reader(MadeUpHospital(twoWindows, rows: table).released.bytes)
    #expect(bare.read == nil && bare.exclusions.isEmpty)
    // A reason with enough rows is withheld too, and covers them.
    let covered = try Reader(
      MadeUpHospital(twoWindows, rows: table, excluded: ["timeInvalid": (9, 9)]).released.bytes)
    #expect(covered.read == 31 && covered.exclusions == [0, 0, nil, 0, 0, 0])
    #expect(covered.rowsNotShown == 11)
  }

  @Test func aSmallReasonIsCoveredByTheNextSmallest() throws {
    let hospital = try MadeUpHospital(
      study, rows: rows(5, levels: [0]), unscored: unscored(7),
      excluded: ["unreadable": (2, 2), "cohortRule1": (40, 40)])
    let reader = try Reader(hospital.released.bytes)
    #expect(reader.read == 69 && reader.exclusions == [nil, 40, nil, 0])
  }

  @Test func reasonsWithEnoughRowsAreAllShown() throws {
    let hospital = try MadeUpHospital(
      study, rows: rows(5, levels: [0]), unscored: unscored(3, isInvalid: true),
      excluded: ["cohortRule1": (40, 40)])
    let reader = try Reader(hospital.released.bytes)
    #expect(reader.read == 63 && reader.exclusions == [0, 40, 0, 3])
  }

  @Test func manyRowsOfFewPatientsAreFew() throws {
    var encounters = study
    encounters.countsPatients = true
    // Two patients with fifty rows each stand behind every count.
    let table = (0..<100).map { index in
      TestRow(
        patient: index % 2, rowClass: index % 4 < 2 ? .positive : .negative, score: index % 8 < 4 ? 0.2 : 0.8,
        levels: [0])
    }
    let hospital = try MadeUpHospital(encounters, rows: table)
    #expect(try Reader(hospital.released.bytes).windows[0].overall.counts == nil)
    #expect(hospital.released.content.flow == .withheld)
  }
}

extension Reader.Window {
  /// What a reader can say of the rows in two slices of different attributes: at least what does not fit beside
  /// each other, at most the smaller one (Fréchet).
  func overlap(
    of first: (attribute: Int, level: Int), and second: (attribute: Int, level: Int), _ rowClass: RowClass,
    interval: Int
  ) -> ClosedRange<Int>? {
    guard let one = attributes[first.attribute].levels[first.level].counts,
      let two = attributes[second.attribute].levels[second.level].counts, one.edges == two.edges,
      let a = one.counts(of: rowClass)?[interval], let b = two.counts(of: rowClass)?[interval],
      let all = overall.counts?.sum(of: rowClass, from: one.edges[interval], to: one.edges[interval + 1])
    else { return nil }
    return max(0, a + b - all)...min(a, b)
  }

  /// All overlaps that are not a released count themselves, on the intervals that two attributes share.
  func overlapsOfTwoAttributes() -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for (first, second) in pairs(attributes.indices) {
      for (one, two) in product(attributes[first].levels.indices, attributes[second].levels.indices) {
        guard let counts = attributes[first].levels[one].counts, let overall = overall.counts else {
          continue
        }
        for interval in counts.positive.indices {
          for rowClass in [RowClass.positive, .negative] {
            guard
              let range = overlap(of: (first, one), and: (second, two), rowClass, interval: interval)
            else { continue }
            let all = overall.sum(
              of: rowClass, from: counts.edges[interval], to: counts.edges[interval + 1])
            let sizes = [attributes[first].levels[one], attributes[second].levels[two]].map {
              $0.counts?.counts(of: rowClass)?[interval]
            }
            // A slice that holds everybody says nothing about the other.
            if sizes.contains(all) { continue }
            ranges.append(range)
          }
        }
      }
    }
    return ranges
  }
}

private func pairs(_ indices: Range<Int>) -> [(Int, Int)] {
  indices.flatMap { first in indices.filter { $0 > first }.map { (first, $0) } }
}

private func product(_ left: Range<Int>, _ right: Range<Int>) -> [(Int, Int)] {
  left.flatMap { one in right.map { (one, $0) } }
}
