import TestSupport
import Testing

@testable import SiteEvaluation

@Suite struct AscendingOrderTests {
  private static func numbers(_ kind: String, _ random: inout SeededNumbers) -> [Double] {
    (0..<4000).map { _ in
      switch kind {
      case "any score": Double.random(in: 0...1, using: &random)
      case "binary32": Double(Float.random(in: 0...1, using: &random))
      case "few values": Double(Int.random(in: 0..<7, using: &random)) / 7
      // Alike in their upper 32 bits, so that the passes leave their order open.
      case "close together": 0.5 + Double(Int.random(in: 0..<1000, using: &random)) * 0x1p-52
      case "close with one far":
        Double.random(in: 0..<1, using: &random) < 0.01
          ? 0 : 0.7 + Double.random(in: 0..<1e-14, using: &random)
      case "both signs": Double.random(in: -1e9...1e9, using: &random)
      case "all sizes": Double(bitPattern: UInt64.random(in: 0...0x7FF0_0000_0000_0000, using: &random))
      default: 0.25
      }
    }
  }

  @Test(
    "numbers ascend and every row is there once",
    arguments: [
      "any score", "binary32", "few values", "close together", "close with one far", "both signs",
      "all sizes",
      "one value",
    ])
  func numbersAscend(_ kind: String) {
    var random = SeededNumbers(state: 41)
    let numbers = Self.numbers(kind, &random)
    let rows = (0..<UInt32(numbers.count)).filter { $0 % 3 != 1 }
    let order = ascendingOrder(of: rows, by: numbers)
    let sorted = order.map { numbers[Int($0)] } == rows.map { numbers[Int($0)] }.sorted()
    #expect(sorted, "\(kind)")
    let complete = order.sorted() == rows
    #expect(complete, "\(kind)")
  }

  @Test func noneOneAndBothZerosAreSorted() {
    #expect(ascendingOrder(of: [], by: []) == [])
    #expect(ascendingOrder(of: [1], by: [0.5, 0.25]) == [1])
    let order = ascendingOrder(of: [0, 1, 2, 3], by: [0.5, -0.0, 0, -.infinity])
    #expect(order[0] == 3 && order[3] == 0 && Set(order[1...2]) == [1, 2])
  }

  @Test func entriesOfAnEqualUpperHalfKeepTheirOrder() {
    var packed = (0..<5000).map { (place: Int) -> UInt64 in
      let upper = UInt64(place * 7919 % 50)
      return upper << 32 | UInt64(place)
    }
    sortByUpperHalf(&packed)
    // With the lower half counted up, keeping the order is sorting by the whole.
    let sorted = zip(packed, packed.dropFirst()).allSatisfy { $0 < $1 }
    #expect(sorted)
  }
}
