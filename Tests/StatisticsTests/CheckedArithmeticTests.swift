import Testing

@testable import Statistics

@Suite struct CheckedArithmeticTests {
  @Test func theNearestBinary64IsThatOfTheStandardLibrary() {
    var random = SystemRandomNumberGenerator()
    for width in 1...126 {
      for _ in 0..<40 {
        let value = Int128.random(in: 0..<(Int128(1) << Int128(width)), using: &random)
        #expect(value.nearestDouble == Double(value), "\(value)")
        #expect((-value).nearestDouble == -Double(value), "\(-value)")
      }
    }
  }

  @Test func tiesGoToTheEvenBinary64AndASetBitFarBelowBreaksThem() {
    // Half a unit in the last place above 2^100, then above its odd neighbour.
    let half: Int128 = 1 << 47
    let even: Int128 = 1 << 100
    let odd = even + 2 * half
    #expect((even + half).nearestDouble == 0x1p100)
    #expect((even + half + 1).nearestDouble == 0x1.0000000000001p100)
    #expect((even + half - 1).nearestDouble == 0x1p100)
    #expect((odd + half).nearestDouble == 0x1.0000000000002p100)
    #expect((odd + half - 1).nearestDouble == 0x1.0000000000001p100)
    #expect((-(odd + half)).nearestDouble == -0x1.0000000000002p100)
  }

  private static let limits: [Int128] = [
    .max, .min, -.max, 0, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
    0x1_0000_0000_0000_0000, -0x8000_0000_0000_0001,
  ]

  @Test(arguments: limits)
  func limitsConvertAsInTheStandardLibrary(value: Int128) {
    #expect(value.nearestDouble == Double(value))
  }
}
