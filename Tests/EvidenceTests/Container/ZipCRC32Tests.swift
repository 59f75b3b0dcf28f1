import Evidence
import Testing

@Suite struct ZipCRC32Tests {
  // The first is the check value of the catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC);
  // the others come from Python 3.11 zlib.crc32.
  @Test(arguments: [
    ("123456789", 0xCBF4_3926 as UInt32), ("", 0), ("a", 0xE8B7_BE43),
    ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
  ])
  func matchesPublishedValues(text: String, expected: UInt32) {
    #expect(crc32(Array(text.utf8)[...]) == expected)
  }
}
