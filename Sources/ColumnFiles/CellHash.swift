/// Hashes of cells and rows: multiply 64 by 64 bits and fold, eight bytes at a time. Its key is fixed, so that one
/// file always has one profile; it resists accidents, and nothing secret or signed rests on it.
package enum CellHash {
  /// What a hash begins with.
  package static let start: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let multiplier: UInt64 = 0xA076_1D64_78BD_642F

  /// The hash of some bytes.
  package static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = start
    let raw = UnsafeRawBufferPointer(bytes)
    var position = 0
    while position + 8 <= raw.count {
      hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var rest: UInt64 = 0
    while position < raw.count {
      rest = rest << 8 | UInt64(raw[position])
      position += 1
    }
    return fold(fold(hash ^ rest) ^ UInt64(raw.count))
  }

  /// The same hash, of bytes behind which eight more may be read.
  @inline(__always)
  static func hash(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    var hash = start
    var position = 0
    while position + 8 <= count {
      hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    let left = count - position
    let rest =
      left == 0
      ? 0
      : bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).bigEndian >> UInt64(64 - 8 * left)
    return fold(fold(hash ^ rest) ^ UInt64(count))
  }

  /// The hash of what came before and one more value.
  package static func combine(_ left: UInt64, _ right: UInt64) -> UInt64 {
    fold(left &* 0x9FB2_1C65_1E98_DF25 ^ right)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: multiplier)
    return product.high ^ product.low ^ value >> 29
  }
}
