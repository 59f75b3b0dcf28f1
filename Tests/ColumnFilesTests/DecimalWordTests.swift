import TestSupport
import Testing

@testable import ColumnFiles

@Suite struct DecimalWordTests {
  /// The word of a text, byte by byte, and all bytes at once where it is short.
  private func words(_ text: String) -> (slow: Int64?, fast: Int64?) {
    let bytes = Array(text.utf8) + Array(repeating: 0xFF, count: RowChunk.slack)
    return bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return (nil, nil) }
      let count = text.utf8.count
      return (
        DecimalWord.word(base, count: count),
        DecimalWord.word(short: CellHash.word(base, count: count), count: count)
      )
    }
  }

  @Test func allBytesAtOnceGiveTheWordOfOneAfterTheOther() {
    var numbers = SeededNumbers(state: 8)
    let alphabet = Array("00112345678999..--+e ,/:".unicodeScalars)
    var found = 0
    for _ in 0..<200_000 {
      var text = ""
      for _ in 0..<Int(numbers.next() % 9) {
        text.unicodeScalars.append(alphabet[Int(numbers.next() % UInt64(alphabet.count))])
      }
      let (slow, fast) = words(text)
      if slow != fast { Issue.record("\(text): \(String(describing: fast))") }
      if slow != nil { found += 1 }
    }
    #expect(found > 10_000)
  }

  @Test(
    "a text has a word where it is written in the one way that the word stands for",
    arguments: [
      ("0", 0, 0), ("7", 7, 0), ("-7", -7, 0), ("0.5", 5, 1), ("-0.05", -5, 2), ("12345678", 12_345_678, 0),
      ("-1.23456", -123_456, 5), ("0.000000", 0, 6), ("10.0", 100, 1),
    ] as [(String, Int64, Int64)])
  func plainDecimalHasAWord(text: String, mantissa: Int64, scale: Int64) {
    let (slow, fast) = words(text)
    #expect(slow == mantissa << 4 | scale && fast == slow)
  }

  @Test(arguments: [
    "", "-", ".", "-.", "1.", ".5", "00", "01", "-0", "-0.0", "+1", "1e3", "1 ", "1.2.3", "--1",
  ])
  func otherTextHasNone(text: String) {
    let (slow, fast) = words(text)
    #expect(slow == nil && fast == nil)
  }
}
