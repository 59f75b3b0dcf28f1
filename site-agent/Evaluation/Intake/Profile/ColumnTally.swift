import ColumnFiles
import Models

/// What is counted of one column, one cell after the other; its memory does not grow with the rows.
struct ColumnTally: Sendable {
  let name: String
  private(set) var rows = 0
  private(set) var empty = 0
  private(set) var numbers = 0
  private(set) var integers = 0
  private(set) var dates = ColumnProfile.Dates()
  private(set) var least = Double.infinity
  private(set) var most = -Double.infinity
  private(set) var longest = 0
  private(set) var spread = NumberSpread()
  private(set) var values = ValueTable()
  private(set) var sample = HashSample(capacity: 256)
  private(set) var longTexts = HashSample(capacity: 256)
  /// Cells by the number of their digits, for cells of 1 to 20 digits and nothing else.
  private(set) var digitLengths = [Int](repeating: 0, count: 21)
  /// Cells by their length, for cells of letters, digits and dashes with at least four digits.
  private(set) var codeLengths = [Int](repeating: 0, count: 41)
  private(set) var over89 = 0
  /// Cells whose hash the sample could hold, by the leading zero bits of the hash.
  private var sampled = [Int](repeating: 0, count: 65)
  private var patterns = [Int](repeating: 0, count: ValuePattern.allCases.count)

  init(_ name: String) { self.name = name }

  /// Cells with something in them.
  var filled: Int { rows - empty }
  /// Cells that are neither empty nor number nor date.
  var texts: Int { filled - numbers - dates.total }

  /// Cells of the texts in the sample that repeat the text of one before them.
  var repeatedInSample: Int { sampled[min(sample.halvings, 64)...].reduce(0, +) - sample.count }

  /// How many cells have a pattern.
  func count(_ pattern: ValuePattern) -> Int { patterns[pattern.rawValue] }

  /// Counts a cell that comes so many times.
  mutating func takeCell(_ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64, times: Int) {
    rows += times
    guard !bytes.isEmpty else {
      empty += times
      return
    }
    note(bytes, hash, times)
    if let plain = PlainNumber(bytes) {
      takeNumber(
        plain.value ?? parseNumber(Cell(bytes)) ?? .nan, isInteger: plain.isInteger, times)
      if plain.isAllDigits { takeDigits(bytes, times) }
    } else if bytes[0] < 0x3A, let number = parseNumber(Cell(bytes)) {
      takeNumber(number, isInteger: false, times)
    } else {
      takeText(bytes, hash: hash, times)
    }
  }

  /// Counts the cells of a column of a chunk.
  mutating func take(_ cells: EncodedCells) {
    // As many as a block of codes can have are as many as are kept.
    if cells.hasManyTexts { values.giveUp() }
    cells.forEachText { takeCell($0, hash: $1, times: $2) }
    if let numbers = cells.numbers { takeNumbers(numbers) }
  }

  // What `takeCell` does, for many cells of which most is known.
  private mutating func takeNumbers(_ cells: NumberCells) {
    var found = 0
    var whole = 0
    var old = 0
    var longest = 0
    var (least, most) = (self.least, self.most)
    // Out of `self` while `self` counts beside it.
    var spread = NumberSpread()
    swap(&spread, &self.spread)
    spread.addAll { spread in
      PlainNumber.powersOfTen.withUnsafeBufferPointer { powers in
        cells.forEach { row, hash, size, mantissa, scale in
          found &+= 1
          if size > longest { longest = size }
          if sample.mayHold(hash) { insert(hash, 1) }
          let number = Double(mantissa) / powers[scale]
          if number < least { least = number }
          if number > most { most = number }
          old &+= number > 89 && number <= 150 ? 1 : 0
          spread.add(number)
          if scale == 0 {
            whole &+= 1
            if mantissa >= 0 {
              if size < 7 { digitLengths[size] += 1 } else { takeDigits(cells.text(row), 1) }
            }
          }
        }
      }
    }
    swap(&spread, &self.spread)
    rows += found
    numbers += found
    integers += whole
    over89 += old
    (self.least, self.most) = (least, most)
    self.longest = max(self.longest, longest)
  }

  private mutating func note(_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ times: Int) {
    if bytes.count > longest { longest = bytes.count }
    if !values.isGivenUp { values.add(bytes, hash: hash, times: times) }
    if sample.mayHold(hash) { insert(hash, times) }
  }

  private mutating func insert(_ hash: UInt64, _ times: Int) {
    sampled[max(hash, 1).leadingZeroBitCount] += times
    sample.insert(hash)
  }

  private mutating func takeNumber(_ number: Double, isInteger: Bool, _ times: Int) {
    // Beyond binary64: text, like everything else that is no number.
    guard number.isFinite else { return }
    numbers += times
    if isInteger { integers += times }
    if number < least { least = number }
    if number > most { most = number }
    // 999 stands for a missing age, not for an old one.
    if number > 89, number <= 150 { over89 += times }
    spread.add(number, times: times)
  }

  private mutating func takeDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ times: Int) {
    digitLengths[min(bytes.count, 20)] += times
    guard bytes.count >= 7 else { return }
    let text = PatternText(bytes)
    if bytes.count == 8, text.isCompactDate { note(.compactDate, times) }
    if (13...19).contains(bytes.count), text.hasLuhnDigit { note(.cardNumber, times) }
    if bytes.count >= 16, text.startsWith("01") { note(.productIdentifier, times) }
  }

  private mutating func takeText(_ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64, _ times: Int) {
    let summary = ByteSummary(bytes)
    if summary.digits >= 5, summary.dashes + summary.slashes + summary.dots > 0,
      let date = DatePattern(bytes)
    {
      dates.add(date, times: times)
      return
    }
    forEachPattern(in: bytes, summary) { pattern in
      note(pattern, times)
      if pattern == .code, summary.isRecordNumberLike { codeLengths[bytes.count] += times }
      if pattern == .longText { longTexts.insert(hash) }
    }
  }

  private mutating func note(_ pattern: ValuePattern, _ times: Int) { patterns[pattern.rawValue] += times }
}

/// A cell of digits with at most one sign and one point: what nearly every cell of a clinical table is.
private struct PlainNumber {
  /// The number where one rounding of exact operands gives it; else nil, and a slower way has to.
  private(set) var value: Double?
  private(set) var isInteger = true
  private(set) var isAllDigits = true

  static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  ]

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= 400 else { return nil }
    var position = 0
    if bytes[0] == 0x2D || bytes[0] == 0x2B {
      position = 1
      isAllDigits = false
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var pointAt = -1
    while position < bytes.count {
      let digit = bytes[position] &- 0x30
      if digit < 10 {
        if digits < 18 { mantissa = mantissa &* 10 &+ UInt64(digit) }
        digits += 1
      } else if bytes[position] == 0x2E, pointAt < 0 {
        pointAt = digits
      } else {
        return nil
      }
      position += 1
    }
    guard digits > 0 else { return nil }
    if pointAt >= 0 {
      isInteger = false
      isAllDigits = false
    }
    guard digits <= 18, mantissa <= 1 << 53 else { return }
    let whole = Double(mantissa)
    let magnitude = pointAt < 0 ? whole : whole / Self.powersOfTen[digits - pointAt]
    value = bytes[0] == 0x2D ? -magnitude : magnitude
  }
}

extension PatternText {
  /// `19850131`.
  fileprivate var isCompactDate: Bool {
    let digits = bytes.map { Int($0 &- 0x30) }
    let year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3]
    return (1880...2100).contains(year) && (1...12).contains(digits[4] * 10 + digits[5])
      && (1...31).contains(digits[6] * 10 + digits[7])
  }
}
