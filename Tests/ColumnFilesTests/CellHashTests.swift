import TestSupport
import Testing

@testable import ColumnFiles

@Suite struct CellHashTests {
  /// A column's name is hashed byte by byte, its cells eight bytes at once.
  @Test func bothWaysGiveTheSameHash() {
    var numbers = SeededNumbers(state: 5)
    var seen: Set<UInt64> = []
    for count in 0..<70 {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
      let hash = bytes.withUnsafeBufferPointer(CellHash.hash)
      // What stands behind a cell must not be seen.
      for filler in [UInt8(0), 0xFF] {
        let beside = bytes + Array(repeating: filler, count: RowChunk.slack)
        let other = beside.withUnsafeBytes { bytes in
          bytes.baseAddress.map { CellHash.hash($0, count: count) }
        }
        #expect(other == hash, "\(count) bytes")
      }
      seen.insert(hash)
    }
    #expect(seen.count == 70)
  }
}
