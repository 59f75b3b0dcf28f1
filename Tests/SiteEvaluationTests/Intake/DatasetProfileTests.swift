import CanonicalJSON
import TestSupport
import Testing

@testable import SiteEvaluation

@Suite struct DatasetProfileTests {
  @Test func cellsAreCountedByWhatTheyAre() throws {
    let profile = try inspected(
      table(
        "x",
        ["", "1", "-2.5", "1e3", "+7", "2025-01-02", "2025-01", "2025-01-02T03:04:05Z", "abc", "1,5", "1"])
    ).profile
    let column = try #require(profile.column("x"))
    #expect((column.rows, column.empty, column.numbers, column.integers) == (11, 1, 5, 3))
    #expect((column.dates.months, column.dates.days, column.dates.times, column.dates.zoned) == (1, 1, 1, 1))
    #expect((column.texts, column.longest) == (2, 20))
    #expect(column.least?.text == "-2.5" && column.most?.text == "1000")
    #expect(column.distinct == .exactly(9))
    // Texts that hardly repeat are not kept.
    #expect(column.values.isEmpty)
  }

  @Test(
    "a date is read as fine as it is",
    arguments: [
      ("2025-01-31", DatePrecision.day, false), ("31.01.2025", .day, false), ("1/31/2025", .day, false),
      ("2025/1/3", .day, false), ("2025-01", .month, false), ("2025-01-31 08:15", .time, false),
      ("2025-01-31T08:15:00+01:00", .time, true), ("2025-01-31T08:15:00", .time, false),
    ])
  func dateIsRead(text: String, precision: DatePrecision, isZoned: Bool) throws {
    let date = Array(text.utf8).withUnsafeBufferPointer { DatePattern($0) }
    #expect(date?.precision == precision && date?.isZonedTime == isZoned)
  }

  @Test(
    "what only looks like a date is none",
    arguments: [
      "2025-13-01", "1-2-3", "120/80", "2025.01", "2025-01-32", "99/99/2025", "2025-01-31T8", "12-34-56",
    ])
  func lookAlikeIsNoDate(text: String) {
    #expect(Array(text.utf8).withUnsafeBufferPointer { DatePattern($0) } == nil)
  }

  @Test func profileDoesNotDependOnTheOrderOfRowsColumnsAndFiles() throws {
    var rows: [String] = []
    var numbers = SeededNumbers(state: 9)
    for _ in 0..<2000 {
      rows.append("\(Int.random(in: 0..<1500, using: &numbers)),\(Int.random(in: 0...2, using: &numbers))")
    }
    let first = try inspected("a,b\n" + rows.joined(separator: "\n")).profile
    rows.shuffle(using: &numbers)
    let turned = rows[1000...].map { row in row.split(separator: ",").reversed().joined(separator: ",") }
    let second = try inspected(
      "b,a\n" + turned.joined(separator: "\n"), "a,b\n" + rows[..<1000].joined(separator: "\n")
    ).profile
    let same = first.encode() == second.encode()
    #expect(same)
    #expect(first.repeated.found > 0 && first.repeated.oneIn == 1)
  }

  @Test func profileIsReadBackAndNothingElse() throws {
    let profile = try inspected(
      "a,b,t\n1,x,2025-01-02\n2,x,2025-01-03\n-3.25,y,\n0,y,2025-02\n"
    ).profile
    let bytes = profile.encode()
    let same = try DatasetProfile(parsing: bytes) == profile
    #expect(same)
    let text = String(decoding: bytes, as: UTF8.self)
    for (old, new) in [
      ("\"rows\":4", "\"rows\":-4"), ("\"empty\":1", "\"empty\":9"), ("\"name\":\"a\"", "\"name\":\"z\""),
    ] {
      let changed = text.replacing(old, with: new)
      #expect(changed != text)
      #expect(throws: (any Error).self) { try DatasetProfile(parsing: Array(changed.utf8)) }
    }
  }

  @Test func numberLiesInItsBand() {
    var numbers = SeededNumbers(state: 4)
    for _ in 0..<2000 {
      let number = Double.random(in: -1e7...1e7, using: &numbers)
      #expect(NumberSpread.range(of: NumberSpread.band(of: number)).contains(number))
    }
    for number in [0, 1e-300, -1e300, 0.25, 1, -1, 4_294_967_296] {
      #expect(NumberSpread.range(of: NumberSpread.band(of: number)).contains(number))
    }
  }

  @Test func sampleIsExactUntilItIsFullAndThenEstimates() {
    var sample = RepeatSample(capacity: 256)
    var numbers = SeededNumbers(state: 3)
    let values = (0..<200).map { _ in numbers.next() }
    sample.insert(all: values + values[..<30])
    #expect(sample.sample.distinct == 200 && sample.repeated == 30 && sample.sample.share == 1)
    sample.insert(all: (0..<100_000).map { _ in numbers.next() })
    #expect(abs(sample.sample.distinct - 100_200) < 25_000)
    #expect(sample.sample.share < 1 && sample.sample.count <= 256)
  }

  @Test func sampleDependsOnTheValuesAlone() {
    var numbers = SeededNumbers(state: 6)
    let values = (0..<3000).map { _ in numbers.next() >> (numbers.next() % 3) } + [0, 0, 1]
    func found(_ values: [UInt64], pieces: Int) -> (Int, Int, Double) {
      var sample = RepeatSample(capacity: 256)
      for start in stride(from: 0, to: values.count, by: pieces) {
        sample.insert(all: Array(values[start..<min(start + pieces, values.count)]))
      }
      return (sample.sample.count, sample.repeated, sample.sample.share)
    }
    let whole = found(values + values, pieces: values.count)
    #expect(whole.1 > 0 && whole.2 < 1)
    #expect(found(values + values, pieces: 1) == whole)
    #expect(found(values.reversed() + values.shuffled(using: &numbers), pieces: 97) == whole)
  }

  @Test func unreadableRowIsCountedAndNotLookedInto() throws {
    let profile = try inspected("a,b\n1,2\n3\n").profile
    #expect(profile.rows == 1 && profile.unreadable == 1)
  }
}
