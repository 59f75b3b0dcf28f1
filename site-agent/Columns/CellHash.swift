/// Hashes of cells and rows: multiply 64 by 64 bits and fold, eight bytes at a time. Its key is fixed, so that one
/// file always has one profile; it resists accidents, and nothing secret or signed rests on it.
///
/// What is asked for every cell is `public`: the compiler inlines no `package` function in another module.
public enum CellHash {
  /// What a hash begins with.
  @inlinable public static var start: UInt64 { 0x9E37_79B9_7F4A_7C15 }
  @inlinable static var multiplier: UInt64 { 0xA076_1D64_78BD_642F }

  /// The hash of some bytes.
  package static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    return hash(raw.count) { position, count in
      var rest: UInt64 = 0
      for place in (position..<(position + count)).reversed() { rest = rest << 8 | UInt64(raw[place]) }
      return rest
    }
  }

  /// The same hash, of bytes behind which eight more may be read.
  @inline(__always)
  static func hash(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    if count <= 8 { return hash(short: word(bytes, count: count), count: count) }
    return hash(count) { word(bytes + $0, count: $1) }
  }

  /// The hash of at most eight bytes in one word.
  @inline(__always)
  static func hash(short word: UInt64, count: Int) -> UInt64 {
    fold(start ^ word &+ UInt64(count) &* 0x9FB2_1C65_1E98_DF25)
  }

  /// Up to eight bytes, the first lowest; eight may be read.
  @inlinable @inline(__always)
  public static func word(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    let eight = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    return count >= 8 ? eight : eight & ((1 &<< UInt64(truncatingIfNeeded: 8 &* count)) &- 1)
  }

  /// - Parameter word: up to eight bytes from a position, the first lowest.
  @inline(__always)
  private static func hash(_ count: Int, _ word: (_ position: Int, _ count: Int) -> UInt64) -> UInt64 {
    var hash: UInt64 = 0
    var position = 0
    while count - position > 8 {
      hash = fold(hash ^ start ^ word(position, 8))
      position += 8
    }
    return self.hash(short: hash ^ word(position, count - position), count: count)
  }

  /// The hash of what came before and one more value.
  @inlinable @inline(__always)
  public static func combine(_ left: UInt64, _ right: UInt64) -> UInt64 {
    fold(left &* 0x9FB2_1C65_1E98_DF25 ^ right)
  }

  @inlinable @inline(__always)
  static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: multiplier)
    return product.high ^ product.low ^ value >> 29
  }
}
