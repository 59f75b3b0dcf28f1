/// The lines of a LightGBM file, and the lists on them.
struct LightGBMLines {
  typealias Failure = TreeEnsembleError
  typealias Line = Slice<UnsafeBufferPointer<UInt8>>

  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Where a NUL stands, which no line may hold.
  var firstNUL: Int? { bytes.firstIndex(of: 0) }

  /// The next line, without its end.
  mutating func next() throws(Failure) -> Line {
    guard let line = nextIfAny() else { throw .truncated(.lightGBMText) }
    return line
  }

  mutating func nextIfAny() -> Line? {
    guard offset < bytes.count else { return nil }
    let start = offset
    while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
    defer { offset += 1 }
    return bytes[start..<offset]
  }

  /// Key and value of a line; the whole line is the key where there is no sign of equality.
  static func field(_ line: Line) -> (key: String, value: Line) {
    let end = line.firstIndex(of: UInt8(ascii: "=")) ?? line.endIndex
    let key = String(decoding: line[..<end].prefix(64), as: UTF8.self)
    return (key, end == line.endIndex ? line[end...] : line[(end + 1)...])
  }

  static func number(_ field: String, _ text: Line, isEndlessAllowed: Bool = false) throws(Failure) -> Double
  {
    if let number = DecimalText.double(UnsafeBufferPointer(rebasing: text)) {
      guard number.isFinite else { throw .notFinite(field) }
      return number
    }
    if isEndlessAllowed, text.elementsEqual("inf".utf8) { return .infinity }
    if isEndlessAllowed, text.elementsEqual("-inf".utf8) { return -.infinity }
    let isWord = ["nan", "inf", "-nan", "-inf"].contains { text.elementsEqual($0.utf8) }
    throw isWord ? .notFinite(field) : .wrongValue(field, expected: "a list of numbers")
  }

  static func numbers(
    _ field: String, _ text: Line, isEndlessAllowed: Bool = false
  ) throws(Failure) -> [Double] {
    var numbers: [Double] = []
    for part in text.split(separator: UInt8(ascii: " ")) {
      numbers.append(try number(field, part, isEndlessAllowed: isEndlessAllowed))
    }
    return numbers
  }

  static func integers(_ field: String, _ text: Line) throws(Failure) -> [Int64] {
    var integers: [Int64] = []
    for part in text.split(separator: UInt8(ascii: " ")) {
      let isNegative = part.first == UInt8(ascii: "-")
      let digits = isNegative ? part.dropFirst() : part
      guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw .wrongValue(field, expected: "a list of whole numbers")
      }
      let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
      integers.append(isNegative ? -value : value)
    }
    return integers
  }
}
