import Aggregates
import EvaluationProtocols
import Testing

/// Attacks on joint tables by name, each on the smallest hospital in which it would work.
@Suite struct PairedAttackTests {
  /// At least three of everything; model and baseline have one scale, so that 0.4 is below both thresholds.
  private let study = SmallStudy(
    thresholds: ["0.3", "0.5"], calibration: [], fine: [], minimumCell: 3, minimumFitEvents: 3,
    baseline: ["0.3", "0.5"])

  private func rows(
    _ positives: Int, _ negatives: Int, score: Double, baseline: Double?, level: Int = 0
  ) -> [TestRow] {
    [(RowClass.positive, positives), (.negative, negatives)].flatMap { rowClass, count in
      (0..<count).map { _ in
        TestRow(patient: 0, rowClass: rowClass, score: score, levels: [level], baseline: baseline)
      }
    }
  }

  /// Five rows of each class wherever model and baseline agree.
  private func agreeing(level: Int = 0) -> [TestRow] {
    [0.2, 0.4, 0.8].flatMap { rows(5, 5, score: $0, baseline: $0, level: level) }
  }

  private func counts(_ table: [TestRow]) throws -> Reader.Counts {
    try #require(try Reader(MadeUpHospital(study, rows: table).released.bytes).windows[0].overall.counts)
  }

  @Test func combinationsThatNeverOccurAreShownAsSuch() throws {
    let paired = try #require(try counts(agreeing()).paired)
    #expect(paired.thresholds == [0.3, 0.5])
    #expect(paired.positive == [5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0])
  }

  @Test func oneRowOnWhichTheTwoDisagreeCostsTheHigherThreshold() throws {
    // The row disagrees about 0.5 alone; in each interval of the model there are enough.
    let counts = try counts(agreeing() + rows(1, 3, score: 0.4, baseline: 0.8))
    #expect(counts.edges == [0, 0.3, 0.5, 1] && counts.positive == [5, 6, 5])
    #expect(counts.paired?.thresholds == [0.3])
    #expect(counts.paired?.positive == [5, 0, 0, 0, 11, 0])
  }

  @Test func rowsOnWhichTheTwoDisagreeAreNotShownToBeOfOneClass() throws {
    // Twelve rows, all without an event: "none of those whom only the baseline flags had one".
    let counts = try counts(agreeing() + rows(0, 12, score: 0.2, baseline: 0.8))
    #expect(counts.positive == [5, 5, 5] && counts.paired == nil)
    let both = try self.counts(agreeing() + rows(3, 12, score: 0.2, baseline: 0.8))
    #expect(both.paired?.negative == [5, 0, 12, 0, 0, 5, 0, 0, 0, 0, 5, 0])
  }

  @Test func fewRowsWithoutABaselineDoNotComeOutOfTheMargins() throws {
    #expect(try counts(agreeing() + rows(2, 2, score: 0.2, baseline: nil)).paired == nil)
    let enough = try counts(agreeing() + rows(3, 4, score: 0.2, baseline: nil)).paired
    #expect(enough?.negative.prefix(4) == [5, 0, 0, 4])
    let compared = try #require(enough?.compared)
    #expect(compared == (15, 15))
  }

  @Test func ranksAreWithheldWhereNobodyHasABaselineScore() throws {
    let paired = try #require(
      try counts(
        rows(5, 5, score: 0.2, baseline: nil)
          + rows(5, 5, score: 0.4, baseline: nil) + rows(5, 5, score: 0.8, baseline: nil)
      ).paired)
    #expect(paired.positive == [0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 5] && paired.compared == nil)
  }

  @Test func aThresholdThatWasMergedAwayDoesNotComeBack() throws {
    // Between 0.3 and 0.5 the model has one row of each class.
    let table = rows(5, 5, score: 0.2, baseline: 0.2) + rows(1, 1, score: 0.4, baseline: 0.8)
    let counts = try counts(table + rows(5, 5, score: 0.8, baseline: 0.8))
    #expect(counts.edges == [0, 0.3, 1] && counts.paired?.thresholds == [0.3])
  }

  @Test func aLevelIsWithheldWhereItsSiblingCouldBeSubtracted() throws {
    var table = agreeing() + rows(4, 4, score: 0.2, baseline: 0.8)
    // The sibling's table is fine by itself until one of its rows disagrees.
    table += agreeing(level: 1)
    func levels(_ table: [TestRow]) throws -> [Reader.Paired?] {
      let window = try Reader(MadeUpHospital(study, rows: table).released.bytes).windows[0]
      #expect(window.attributes[0].levels.prefix(2).allSatisfy { $0.counts != nil })
      return window.attributes[0].levels.map { $0.counts?.paired }
    }
    #expect(try levels(table).map { $0 != nil } == [true, true, false])
    let spoiled = table + rows(1, 1, score: 0.2, baseline: 0.8, level: 1)
    #expect(try counts(spoiled).paired?.positive[2] == 5)
    #expect(try levels(spoiled).allSatisfy { $0 == nil })
  }

  @Test func thePagesExampleIsTheRules() throws {
    // protocols/disclosure.md, section 12; columns: neither flags, only the baseline, only the model, both.
    var one = SmallStudy(
      thresholds: ["0.5"], calibration: [], fine: [], minimumCell: 3, minimumFitEvents: 3, baseline: ["0.5"])
    one.attributes = [2]
    func window(ofA positives: [Int], _ negatives: [Int], ofB few: [Int], _ others: [Int]) throws
      -> Reader.Window
    {
      let cells = [(0.2, 0.2), (0.2, 0.8), (0.8, 0.2), (0.8, 0.8)]
      let table = cells.indices.flatMap { cell in
        [(0, positives, negatives), (1, few, others)].flatMap { level, up, down in
          rows(up[cell], down[cell], score: cells[cell].0, baseline: cells[cell].1, level: level)
        }
      }
      return try Reader(MadeUpHospital(one, rows: table).released.bytes).windows[0]
    }
    let tooFew = try window(ofA: [20, 2, 6, 30], [50, 9, 12, 10], ofB: [0, 0, 0, 0], [0, 0, 0, 0])
    #expect(tooFew.overall.counts?.positive == [22, 36] && tooFew.overall.counts?.paired == nil)
    #expect(
      tooFew.attributes[0].levels[0].counts != nil && tooFew.attributes[0].levels[0].counts?.paired == nil)

    let spoiled = try window(ofA: [10, 3, 3, 20], [30, 6, 6, 5], ofB: [10, 1, 3, 10], [20, 3, 6, 5])
    #expect(spoiled.overall.counts?.paired?.positive == [20, 4, 0, 6, 30, 0])
    #expect(spoiled.attributes[0].levels.allSatisfy { $0.counts?.paired == nil })

    let nobody = try window(ofA: [10, 4, 3, 20], [30, 9, 6, 5], ofB: [10, 0, 3, 10], [20, 0, 6, 5])
    #expect(
      nobody.attributes[0].levels.map { $0.counts?.paired?.positive } == [
        [10, 4, 0, 3, 20, 0], [10, 0, 0, 3, 10, 0], nil,
      ])
  }

  @Test func unlabelledRowsOfFewInACellAreNotShown() throws {
    func unlabelled(_ count: Int, _ score: Double, _ baseline: Double) -> [TestRow] {
      (0..<count).map { _ in
        TestRow(patient: 0, rowClass: .unlabelled, score: score, levels: [0], baseline: baseline)
      }
    }
    let everywhere = [0.2, 0.4, 0.8].flatMap { unlabelled(4, $0, $0) }
    let enough = try counts(agreeing() + everywhere)
    #expect(enough.paired?.unlabelled == [4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 4, 0])
    let few = try counts(agreeing() + everywhere + unlabelled(1, 0.2, 0.8))
    #expect(few.unlabelled == [5, 4, 4] && few.paired != nil && few.paired?.unlabelled == nil)
  }

  @Test func manyRowsOfFewPatientsAreFew() throws {
    var encounters = study
    encounters.countsPatients = true
    let crowd = agreeing().enumerated().map { index, row in
      var row = row
      row.patient = index
      return row
    }
    // Two patients stand behind the twenty rows on which the two disagree.
    let few = rows(10, 10, score: 0.2, baseline: 0.8).enumerated().map { index, row in
      var row = row
      row.patient = 1000 + index % 2
      return row
    }
    let reader = try Reader(MadeUpHospital(encounters, rows: crowd + few).released.bytes)
    #expect(reader.windows[0].overall.counts?.positive == [15, 5, 5])
    #expect(reader.windows[0].overall.counts?.paired == nil)
  }
}
