import CanonicalJSON
import Synchronization
import Testing

@testable import Models

/// A scorer of one input for tests, with a way to misbehave.
private struct OddScorer: BlockScorer {
  enum Habit: Sendable {
    case none
    /// Remembers in the scorer how many rows it has seen, and writes it into the last digits.
    case counts
    /// A row's answer depends on the row before it in the block.
    case looksBack
    /// Only the first row of each block gets another answer.
    case firstOfBlock
    case loses, adds, beyondOne, infinite
  }

  /// What a scorer remembers, shared by its copies.
  final class Memory: Sendable {
    let seen = Mutex<[[Double]]>([])
  }

  let habit: Habit
  let memory = Memory()
  var inputCount: Int { 1 }
  var computes: Bool { true }

  func scores(of inputs: [Double], rows: Int) -> [ModelScore] {
    let before = memory.seen.withLock { seen in
      defer { seen.append(Array(inputs.prefix(rows))) }
      return seen.reduce(0) { $0 + $1.count }
    }
    var scores = (0..<rows).map { row in inputs[row] / 1e6 }
    switch habit {
    case .none: break
    case .counts: for row in scores.indices { scores[row] = scores[row].moved(by: before + row) }
    case .looksBack:
      for row in scores.indices.dropFirst() where inputs[row - 1] > inputs[row] {
        scores[row] = scores[row].nextUp
      }
    case .firstOfBlock: if rows > 0 { scores[0] = scores[0].nextUp }
    case .loses: scores = scores.dropLast()
    case .adds: scores.append(0.5)
    case .beyondOne: if rows > 1 { scores[1] = 1.0.nextUp }
    case .infinite: if rows > 1 { scores[1] = .infinity }
    }
    return scores.map { .number($0) }
  }
}

extension Double {
  fileprivate func moved(by steps: Int) -> Double { self + ulp * Double(steps) }
}

@Suite struct CheckedScorerTests {
  /// Scores the numbers in their order, in full blocks.
  private func score(
    _ numbers: [Int], _ scorer: OddScorer
  ) throws(ModelError) -> (scores: [ModelScore], rescored: Int) {
    var checked = CheckedScorer(scorer)
    var scores: [ModelScore] = []
    var start = 0
    while start < numbers.count {
      let block = numbers[start..<min(start + CheckedScorer<OddScorer>.blockSize, numbers.count)]
      scores += try checked.scores(of: block.map(Double.init), rows: block.count)
      start = block.endIndex
    }
    try checked.finish()
    return (scores, checked.rescored)
  }

  private func failure(_ habit: OddScorer.Habit, rows: Int = 20_000) -> ModelError? {
    do throws(ModelError) {
      _ = try score(Array(0..<rows), OddScorer(habit: habit))
      return nil
    } catch { return error }
  }

  @Test func honestScorerIsAskedAgainAboutOneRowInAHundred() throws {
    let found = try score(Array(0..<50_000), OddScorer(habit: .none))
    let isRight = found.scores == (0..<50_000).map { .number(Double($0) / 1e6) }
    #expect(isRight, "answers come back otherwise than they were given")
    #expect((350...650).contains(found.rescored), "\(found.rescored)")
  }

  @Test(arguments: [0, 1, 3, 8, 90])
  func fewRowsAreAllOrAtLeastEightScoredAgain(rows: Int) throws {
    let found = try score(Array(0..<rows), OddScorer(habit: .none))
    #expect(found.rescored >= min(rows, 8) && found.rescored <= rows)
  }

  @Test(arguments: [OddScorer.Habit.counts, .looksBack, .firstOfBlock])
  private func scorerThatKeepsStateIsRefused(habit: OddScorer.Habit) {
    #expect(failure(habit) == .scoreDependsOnRows)
  }

  @Test func stateIsFoundAmongFewRowsToo() {
    #expect(failure(.counts, rows: 5) == .scoreDependsOnRows)
  }

  @Test func anotherNumberOfAnswersIsRefused() {
    #expect(failure(.loses, rows: 10) == .scoreCount(expected: 10, found: 9))
    #expect(failure(.adds, rows: 10) == .scoreCount(expected: 10, found: 11))
  }

  @Test func numberBeyondOneIsRefusedAndWhatIsNotFiniteIsTheRows() throws {
    #expect(failure(.beyondOne, rows: 10) == .scoreOutOfRange)
    // Rows without a usable score are counted as such; one hostile cell must not end an evaluation.
    var checked = CheckedScorer(OddScorer(habit: .infinite))
    #expect(try checked.scores(of: (0..<10).map(Double.init), rows: 10)[1] == .number(.infinity))
  }

  @Test func rowsAreChosenByTheirInputsNotByTheirPlace() throws {
    func again(_ numbers: [Int]) throws -> Set<Double> {
      let scorer = OddScorer(habit: .none)
      _ = try score(numbers, scorer)
      // The second scorings are the short blocks.
      return Set(scorer.memory.seen.withLock { $0.filter { $0.count <= 37 }.joined() })
    }
    let numbers = Array(0..<4096)
    let forwards = try again(numbers)
    let backwards = try again(numbers.reversed())
    #expect(forwards == backwards && forwards.count >= 20)
  }

  @Test func recordedScoreIsReadAndNotScoredAgain() throws {
    let model = try RecordedScoreModel.parse(
      Array(#"{"format": "recorded-score", "version": 1, "column": "s", "system": "x"}"#.utf8))
    let scorer = ModelScorer(.recordedScore(model))
    let inputs = ["0.5", "", "7", "high"].map { scorer.inputRules[0].value(of: Cell($0.utf8)) }
    var checked = CheckedScorer(scorer)
    #expect(try checked.scores(of: inputs, rows: 4) == [.number(0.5), .missing, .number(7), .unreadable])
    try checked.finish()
    #expect(checked.rescored == 0)
  }
}
