import CountingKernel
import Testing

@Suite struct CountingRowsTests {
  @Test func aCodeIsBelowItsCardinality() throws {
    #expect(try CodeColumn([0, 4], cardinality: 5).codes == [0, 4])
    #expect(try CodeColumn([255], cardinality: 256).codes == [255])
    #expect(throws: CountingError.codeOutOfRange(cardinality: 5)) {
      try CodeColumn([0, 5, 1], cardinality: 5)
    }
    #expect(throws: CountingError.cardinalityOutOfRange(0)) { try CodeColumn([], cardinality: 0) }
    #expect(throws: CountingError.cardinalityOutOfRange(257)) { try CodeColumn([], cardinality: 257) }
  }

  @Test(
    "a score outside 0...1 is refused",
    arguments: [Double.nan, -.nan, .infinity, -.infinity, -1e-300, 1.0.nextUp])
  func aScoreOutsideIsRefused(_ score: Double) throws {
    let codes = try CodeColumn([0, 0, 0], cardinality: 1)
    #expect(throws: CountingError.scoreOutOfRange) {
      try CountingRows(scores: [0.5, score, 0.5], classes: codes, columns: [codes])
    }
    guard Float(score) != 0, Float(score) != 1 else { return }
    #expect(throws: CountingError.scoreOutOfRange) {
      try CountingRows(scores: [0.5, Float(score), 0.5], classes: codes, columns: [codes])
    }
  }

  @Test func theEndsOfTheScaleAndBothZerosAreScores() throws {
    let codes = try CodeColumn([0, 0, 0], cardinality: 1)
    #expect(try CountingRows(scores: [0, -0.0, 1], classes: codes, columns: [codes]).count == 3)
    let rows = try CountingRows(scores: [Float(0), -0.0, 1], classes: codes, columns: [codes])
    let table = try rows.count(0..<3, powers: .firstAndSecond, by: ScoreIntervals(edges: [0, 0.5, 1]))
    #expect(table.first?.rows == [2, 1] && table.first?.lower == [0, 1 << 32])
  }

  @Test func columnsOfDifferentLengthAreRefused() throws {
    let two = try CodeColumn([0, 0], cardinality: 1)
    let three = try CodeColumn([0, 0, 0], cardinality: 1)
    #expect(throws: CountingError.lengthsDiffer) {
      try CountingRows(scores: [0.5, 0.5], classes: three, columns: [two])
    }
    #expect(throws: CountingError.lengthsDiffer) {
      try CountingRows(scores: [0.5, 0.5], classes: two, columns: [two, three])
    }
    let rows = try CountingRows(scores: [0.5, 0.5], classes: two, columns: [two])
    #expect(throws: CountingError.lengthsDiffer) {
      try rows.count(0..<3, powers: .firstAndSecond, by: ScoreIntervals(edges: [0, 1]))
    }
  }

  @Test(
    "edges ascend from 0 to 1",
    arguments: [
      [], [0], [0, 0.5], [0.1, 1], [0, 0.5, 0.5, 1], [0, 0.6, 0.5, 1], [0, .nan, 1], [0, 1.5, 1],
    ])
  func edgesAscend(_ edges: [Double]) {
    #expect(throws: CountingError.edgesOutOfOrder) { try ScoreIntervals(edges: edges) }
  }

  @Test func intervalsAndClassesHaveALimit() throws {
    let many = try ScoreIntervals(edges: (0...40_000).map { Double($0) / 40_000 })
    #expect(many.count == 40_000)
    #expect(throws: CountingError.tooManyCells(limit: 65_536)) {
      try ScoreIntervals(edges: (0...70_000).map { Double($0) / 70_000 })
    }
    let rows = try CountingRows(
      scores: [0.5], classes: CodeColumn([1], cardinality: 2), columns: [CodeColumn([0], cardinality: 1)])
    #expect(throws: CountingError.tooManyCells(limit: 65_536)) {
      try rows.count(0..<1, powers: .firstAndSecond, by: many)
    }
  }

  @Test func everyErrorSaysWhatToDo() {
    let errors: [CountingError] = [
      .codeOutOfRange(cardinality: 3), .scoreOutOfRange, .lengthsDiffer, .cardinalityOutOfRange(0),
      .edgesOutOfOrder, .tooManyRows(limit: 4), .tooManyCells(limit: 5),
    ]
    for error in errors { #expect(!error.description.isEmpty && !error.remedy.isEmpty) }
    #expect(Set(errors.map(\.description)).count == errors.count)
  }
}
