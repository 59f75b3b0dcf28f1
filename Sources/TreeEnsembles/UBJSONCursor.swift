/// Reads XGBoost's UBJSON (draft 12): numbers are big-endian, texts and counts have a length of any whole type,
/// lists may have one type and a count, objects have neither.
struct UBJSONCursor: FieldCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0
  private var open: [Frame] = []

  private struct Frame {
    /// The type of every value of a list, where it is said once.
    var type: UInt8?
    /// Values of a list that are still to come, where their count is said.
    var left: Int?
  }

  /// The bytes must outlive the cursor.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  func peek() throws(Failure) -> FieldKind {
    let marker: UInt8
    if let type = open.last?.type {
      marker = type
    } else {
      guard offset < bytes.count else { throw .truncated(.xgboostUBJSON) }
      marker = bytes[offset]
    }
    return switch marker {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "S"): .string
    case UInt8(ascii: "T"), UInt8(ascii: "F"), UInt8(ascii: "Z"): .other
    default: .number
    }
  }

  mutating func beginObject() throws(Failure) {
    guard try marker() == UInt8(ascii: "{") else { throw malformed("an object") }
    try push(Frame())
  }

  mutating func nextKey() throws(Failure) -> String? {
    guard offset < bytes.count else { throw .truncated(.xgboostUBJSON) }
    if bytes[offset] == UInt8(ascii: "}") {
      offset += 1
      _ = open.popLast()
      return nil
    }
    return try text(length: length())
  }

  mutating func beginArray() throws(Failure) {
    guard try marker() == UInt8(ascii: "[") else { throw malformed("a list") }
    var frame = Frame()
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "$") {
      offset += 1
      let type = try byte()
      // A list of lists or of texts is never typed by XGBoost.
      guard Self.width(of: type) != nil else { throw malformed("a type of numbers") }
      frame.type = type
      guard offset < bytes.count else { throw .truncated(.xgboostUBJSON) }
      guard bytes[offset] == UInt8(ascii: "#") else { throw malformed("a count") }
    }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "#") {
      let start = offset
      offset += 1
      let count = try length()
      // Every value has at least a byte; nothing is allocated before this is known.
      let width = frame.type.flatMap(Self.width) ?? 1
      guard count <= (bytes.count - offset) / width else { throw .countTooLarge(at: start) }
      frame.left = count
    }
    try push(frame)
  }

  mutating func nextElement() throws(Failure) -> Bool {
    guard let last = open.indices.last else { throw malformed("a list") }
    if let left = open[last].left {
      guard left > 0 else {
        open.removeLast()
        return false
      }
      open[last].left = left - 1
      return true
    }
    guard offset < bytes.count else { throw .truncated(.xgboostUBJSON) }
    guard bytes[offset] == UInt8(ascii: "]") else { return true }
    offset += 1
    open.removeLast()
    return false
  }

  mutating func string() throws(Failure) -> String {
    guard try marker() == UInt8(ascii: "S") else { throw malformed("a text") }
    return try text(length: length())
  }

  mutating func float() throws(Failure) -> Float {
    let type = try marker()
    switch type {
    case UInt8(ascii: "d"): return Float(bitPattern: try big(UInt32.self))
    case UInt8(ascii: "D"): return Float(Double(bitPattern: try big(UInt64.self)))
    default: return Float(try whole(type))
    }
  }

  mutating func integer() throws(Failure) -> Int64 {
    let type = try marker()
    if type == UInt8(ascii: "T") { return 1 }
    if type == UInt8(ascii: "F") { return 0 }
    return try whole(type)
  }

  mutating func skipScalar() throws(Failure) {
    let type = try marker()
    switch type {
    case UInt8(ascii: "S"): _ = try text(length: length())
    case UInt8(ascii: "T"), UInt8(ascii: "F"), UInt8(ascii: "Z"): break
    default:
      guard let width = Self.width(of: type) else { throw malformed("a value") }
      guard width <= bytes.count - offset else { throw .truncated(.xgboostUBJSON) }
      offset += width
    }
  }

  mutating func end() throws(Failure) {
    guard offset == bytes.count else { throw .bytesAfterEnd(.xgboostUBJSON, at: offset) }
  }

  // MARK: Parts

  private func malformed(_ expected: String) -> Failure {
    .malformed(.xgboostUBJSON, at: max(0, offset - 1), expected: expected)
  }

  private static func width(of type: UInt8) -> Int? {
    switch type {
    case UInt8(ascii: "i"), UInt8(ascii: "U"): 1
    case UInt8(ascii: "I"): 2
    case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
    case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
    default: nil
    }
  }

  private mutating func push(_ frame: Frame) throws(Failure) {
    guard open.count < nestingLimit else { throw .nestedTooDeep(at: offset) }
    open.append(frame)
  }

  /// The type of the next value, said here or once for the list.
  private mutating func marker() throws(Failure) -> UInt8 {
    if let type = open.last?.type { return type }
    return try byte()
  }

  private mutating func byte() throws(Failure) -> UInt8 {
    guard offset < bytes.count else { throw .truncated(.xgboostUBJSON) }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func big<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type) throws(Failure) -> Word {
    let width = MemoryLayout<Word>.size
    guard width <= bytes.count - offset else { throw .truncated(.xgboostUBJSON) }
    var word: Word = 0
    for index in offset..<offset + width { word = word << 8 | Word(bytes[index]) }
    offset += width
    return word
  }

  private mutating func whole(_ type: UInt8) throws(Failure) -> Int64 {
    switch type {
    case UInt8(ascii: "i"): return Int64(Int8(bitPattern: try byte()))
    case UInt8(ascii: "U"): return Int64(try byte())
    case UInt8(ascii: "I"): return Int64(Int16(bitPattern: try big(UInt16.self)))
    case UInt8(ascii: "l"): return Int64(Int32(bitPattern: try big(UInt32.self)))
    case UInt8(ascii: "L"): return Int64(bitPattern: try big(UInt64.self))
    default: throw malformed("a number")
    }
  }

  private mutating func length() throws(Failure) -> Int {
    let start = offset
    let length = try whole(byte())
    guard length >= 0, length <= bytes.count else { throw .countTooLarge(at: start) }
    return Int(length)
  }

  private mutating func text(length: Int) throws(Failure) -> String {
    guard length <= bytes.count - offset else { throw .truncated(.xgboostUBJSON) }
    let part = bytes[offset..<offset + length]
    guard let text = String(validating: part, as: UTF8.self), !part.contains(0) else {
      throw malformed("a text of UTF-8 without NUL")
    }
    offset += length
    return text
  }
}
