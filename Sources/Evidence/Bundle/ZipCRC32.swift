/// CRC-32 as ZIP uses it: reflected polynomial 0xEDB88320, initial value and final complement all ones.
///
/// It finds accidents, not attackers. What a file says is bound by its SHA-256 in the signed manifest;
/// this value is only checked because other ZIP readers check it too.
///
/// Shape: any number of bytes in, 32 bits out. Units: none.
///
/// - Source: ISO/IEC 13239 (HDLC frame check); APPNOTE.TXT 6.3.10, section 4.4.7. Check value for the
///   ASCII text `123456789`: 0xCBF43926.
package func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  // Reading the global once keeps its lazy initialisation out of the loop.
  let table = table
  return bytes.withUnsafeBufferPointer { buffer in
    var remainder: UInt32 = 0xFFFF_FFFF
    for byte in buffer {
      remainder = table[Int((remainder ^ UInt32(byte)) & 0xFF)] ^ (remainder >> 8)
    }
    return ~remainder
  }
}

/// The remainder of each single byte, so that a byte costs one look-up instead of eight shifts.
private let table: [UInt32] = (0..<256).map { byte in
  var remainder = UInt32(byte)
  for _ in 0..<8 {
    remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0xEDB8_8320 : remainder >> 1
  }
  return remainder
}
