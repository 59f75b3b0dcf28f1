import Testing

@testable import TreeEnsembles

@Suite struct DecimalTextTests {
  private func float(_ text: String) -> Float? { Array(text.utf8).withUnsafeBufferPointer(DecimalText.float) }
  private func double(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer(DecimalText.double)
  }

  @Test("numbers are read as the standard library reads them")
  func numbersAreRounded() {
    var state: UInt64 = 88_172_645_463_325_252
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    var wrong: [String] = []
    func check(_ text: String) {
      if float(text)?.bitPattern != Float(text)?.bitPattern { wrong.append(text) }
      if double(text)?.bitPattern != Double(text)?.bitPattern { wrong.append(text) }
    }
    for _ in 0..<20_000 {
      let single = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
      if single.isFinite {
        check("\(single)")
        // The middle between two binary32 numbers, whole and just beside.
        let middle = (Double(single) + Double(single.nextUp)) / 2
        check("\(middle)")
        check("\(middle.nextUp)")
        check("\(middle.nextDown)")
      }
      let any = Double(bitPattern: next())
      if any.isFinite { check("\(any)") }
      check("\(next() % 100_000_000_000).\(next() % 10_000_000_000_000)E\(Int(next() % 60) - 30)")
    }
    for text in ["0", "-0", "0.0", "1e-46", "7.0e-46", "3.4028235E38", "3.4028236e38", "1E400", "1e-400"] {
      check(text)
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  @Test(
    "other texts are no numbers",
    arguments: [
      "", "-", ".5", "5.", "01", "+1", "1e", "1e+", "0x1", "nan", "inf", "1 ", " 1", "1,0", "--1", "1e5.0",
    ])
  func otherTextsAreRefused(text: String) {
    #expect(float(text) == nil && double(text) == nil)
  }
}
