/// Bounded little-endian reading: a position outside the bytes gives nil, never a trap.
struct ZipBytes {
  let bytes: [UInt8]

  var count: Int { bytes.count }

  func range(_ start: Int, _ length: Int) -> ArraySlice<UInt8>? {
    guard start >= 0, length >= 0, start <= bytes.count, length <= bytes.count - start else { return nil }
    return bytes[start..<(start + length)]
  }

  func uint16(_ position: Int) -> UInt16? {
    range(position, 2).map { $0.reversed().reduce(0) { $0 << 8 | UInt16($1) } }
  }

  func uint32(_ position: Int) -> UInt32? {
    range(position, 4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
  }
}
