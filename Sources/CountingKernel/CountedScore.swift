/// A binary32 or binary64 score, with the two conversions that the counter needs: the standard library's own are not
/// specialised for a generic type.
protocol CountedScore: Comparable {
  var binary64: Double { get }

  /// Which of so many equal parts of 0...1 the score lies in; 1 is in one more. Exact for a power of two of them.
  func bucket(of count: Int32) -> Int32
}

extension Float: CountedScore {
  @inline(__always) var binary64: Double { Double(self) }

  @inline(__always) func bucket(of count: Int32) -> Int32 { Int32(self * Float(count)) }
}

extension Double: CountedScore {
  @inline(__always) var binary64: Double { self }

  @inline(__always) func bucket(of count: Int32) -> Int32 { Int32(self * Double(count)) }
}
