import Glibc
import Models
import Testing

@Suite struct CellNumberTests {
  private func parse(_ text: String) -> Double? { parseNumber(Cell(text.utf8)) }

  @Test(
    "decimal texts are read as the nearest binary64, as the C library reads them",
    arguments: [
      "0", "-0", "1", "+1", "0.1", "0.3", ".5", "5.", "00012", "120", "98.6", "-273.15", "1e5", "1E-5",
      "2.5e+3",
      "9007199254740993", "9007199254740992", "123456789012345678901234567890", "0.1e-320", "4.9e-324",
      "1e-400",
      "1.7976931348623157e308", "0.000000000000000000000000000001", "1e22", "1e23", "8.98846567431158e307",
      "1234567890123456.7", "0.500000000000000166533453693773481063544750213623046875",
      "2.2250738585072011e-308", "9.5e-1",
      "0.0000000000000000000000000000000000000000000000000000000000001e60",
    ])
  func numberIsRead(text: String) {
    #expect(parse(text)?.bitPattern == strtod(text, nil).bitPattern)
  }

  @Test(
    "everything else is no number",
    arguments: [
      "", " ", " 1", "1 ", "+", "-", ".", "1,5", "1.2.3", "0x1A", "inf", "nan", "NaN", "-inf", "Infinity",
      "1e",
      "1e+", "e5", "1e5.0", "--1", "+-1", "1_000", "1'000", "12 %", "> 89", "1e309", "-1e400", "١", "1\u{0}",
      String(repeating: "1", count: 401),
    ])
  func otherTextIsRefused(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func shortestFormsOfRandomNumbersComeBack() {
    var generator = SplitMix(state: 7)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      #expect(parse(number.description)?.bitPattern == number.bitPattern)
      let ordinary = Double(generator.next() % 1_000_000) / 1000
      #expect(parse(ordinary.description) == ordinary)
    }
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
