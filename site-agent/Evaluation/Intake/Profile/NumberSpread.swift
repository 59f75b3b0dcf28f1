/// Where a column's numbers lie, in bands of a quarter of an octave: constant memory, whatever the numbers are.
///
/// Band 0 is zero, band k > 0 the positive numbers from `lowerBound(k)` to the next, band −k its mirror. Magnitudes below
/// 2⁻³² and from 2³² on are in the outermost bands, which are open to 0 and to infinity.
struct NumberSpread: Sendable, Equatable {
  static let outermost = 256
  private static let firstQuarter = (1023 - 32) * 4

  private var counts: [Int] = []

  /// Counts a finite number, so many times.
  mutating func add(_ number: Double, times: Int = 1) {
    addAll { $0.add(number, times: times) }
  }

  /// Counts many numbers.
  mutating func addAll(_ body: (Counter) -> Void) {
    if counts.isEmpty { counts = Array(repeating: 0, count: 2 * Self.outermost + 1) }
    counts.withUnsafeMutableBufferPointer { body(Counter(counts: $0)) }
  }

  /// Counts finite numbers while it is lent.
  struct Counter {
    fileprivate let counts: UnsafeMutableBufferPointer<Int>

    @inline(__always)
    func add(_ number: Double, times: Int = 1) {
      counts[NumberSpread.outermost + NumberSpread.band(of: number)] += times
    }
  }

  /// The filled bands in ascending order of their numbers.
  var bands: [ColumnProfile.Band] {
    counts.indices.filter { counts[$0] > 0 }.map {
      ColumnProfile.Band(band: $0 - Self.outermost, count: counts[$0])
    }
  }

  /// The band of a finite number.
  @inline(__always)
  static func band(of number: Double) -> Int {
    let quarter = Int(truncatingIfNeeded: number.bitPattern >> 50 & 0x1FFF) &- firstQuarter
    let band = number == 0 ? 0 : min(max(quarter, 0), outermost - 1) &+ 1
    // Minus where the sign bit says so, without a branch that nobody could foretell.
    let sign = Int(truncatingIfNeeded: number.bitPattern >> 63)
    return (band ^ (0 &- sign)) &+ sign
  }

  /// The numbers of a band: what is surely at least, and surely at most.
  static func range(of band: Int) -> ClosedRange<Double> {
    if band == 0 { return 0...0 }
    let magnitude = abs(band)
    let low = magnitude == 1 ? 0 : bound(magnitude - 1)
    let high = magnitude >= outermost ? .infinity : bound(magnitude)
    return band > 0 ? low...high : -high ... -low
  }

  private static func bound(_ quarter: Int) -> Double {
    Double(bitPattern: UInt64(quarter + firstQuarter) << 50)
  }
}
