package import CanonicalJSON

/// What one column of a dataset holds, in numbers. It stays at the site: counts in it may be of one patient.
package struct ColumnProfile: Sendable, Equatable {
  /// The name in the hospital's file.
  package let name: String
  package let rows: Int
  package let empty: Int
  package let numbers: Int
  /// Those of the numbers that are written without a point and an exponent.
  package let integers: Int
  package let dates: Dates
  package let distinct: Distinct
  /// Every text with its count, where texts are few and repeat; else none.
  package let values: [Value]
  package let least: ExactDecimal?
  package let most: ExactDecimal?
  /// Bytes of the longest cell.
  package let longest: Int
  /// Where the numbers lie, in ascending order.
  package let spread: [Band]

  /// Cells that are dates, by how fine they are.
  package struct Dates: Sendable, Equatable {
    package internal(set) var months = 0
    package internal(set) var days = 0
    package internal(set) var times = 0
    /// Those of the times that a window can be found for.
    package internal(set) var zoned = 0

    /// All of them.
    package var total: Int { months + days + times }

    /// The finest of them.
    package var finest: DatePrecision? {
      times > 0 ? .time : days > 0 ? .day : months > 0 ? .month : nil
    }

    mutating func add(_ date: DatePattern, times: Int) {
      switch date.precision {
      case .year, .month: months += times
      case .day: days += times
      case .time: self.times += times
      }
      if date.isZonedTime { zoned += times }
    }
  }

  /// How many different texts there are, the empty one not counted.
  package enum Distinct: Sendable, Equatable {
    case exactly(Int)
    /// Estimated from a sample of 256: within about 6 % as a rule.
    case about(Int)
  }

  /// A text and the rows that have it.
  package struct Value: Sendable, Equatable {
    package let text: String
    package let count: Int
  }

  /// A band of numbers and how many lie in it; `NumberSpread` says which numbers these are.
  package struct Band: Sendable, Equatable {
    package let band: Int
    package let count: Int
  }

  /// Cells with something in them.
  package var filled: Int { rows - empty }
  /// Cells that are neither number nor date.
  package var texts: Int { filled - numbers - dates.total }

  /// What was counted. Texts that hardly repeat are not kept: they are no codes, and could name one patient each.
  init(_ tally: ColumnTally) {
    name = tally.name
    rows = tally.rows
    empty = tally.empty
    numbers = tally.numbers
    integers = tally.integers
    dates = tally.dates
    distinct =
      tally.values.isGivenUp ? .about(max(tally.sample.distinct, 1)) : .exactly(tally.values.count)
    values = tally.values.count * 2 <= tally.filled ? tally.values.values : []
    least = try? ExactDecimal(tally.least)
    most = try? ExactDecimal(tally.most)
    longest = tally.longest
    spread = tally.spread.bands
  }

  init(
    name: String, rows: Int, empty: Int, numbers: Int, integers: Int, dates: Dates, distinct: Distinct,
    values: [Value], least: ExactDecimal?, most: ExactDecimal?, longest: Int, spread: [Band]
  ) {
    self.name = name
    self.rows = rows
    self.empty = empty
    self.numbers = numbers
    self.integers = integers
    self.dates = dates
    self.distinct = distinct
    self.values = values
    self.least = least
    self.most = most
    self.longest = longest
    self.spread = spread
  }
}

/// The columns of a dataset in the order of their names.
package struct DatasetProfile: Sendable, Equatable {
  /// Rows with as many cells as their header.
  package let rows: Int
  /// Rows whose cells cannot be told apart.
  package let unreadable: Int
  package let columns: [ColumnProfile]
  package let repeated: RepeatedRows

  /// Rows that stand there more than once, byte by byte.
  package struct RepeatedRows: Sendable, Equatable {
    /// Rows that repeat an earlier one, among those looked at.
    package let found: Int
    /// What one of how many rows was looked at, a power of two: 1 for every row.
    package let oneIn: Int
  }

  /// A column by the name in the hospital's file.
  package func column(_ name: String) -> ColumnProfile? {
    columns.first { $0.name.hasSameBytes(as: name) }
  }
}
