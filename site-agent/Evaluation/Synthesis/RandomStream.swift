/// Random numbers that are the same on every machine and in every version: SplitMix64.
///
/// For made-up data only; nothing secret comes from here. Only additions, shifts and products are used, so
/// no mathematics library can change a digit.
///
/// - Source: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA, with
///   the constants of the authors' Java implementation.
struct RandomStream {
  private var state: UInt64

  /// The stream of a seed and of what is to be drawn, such as a hospital and a patient; different lists give
  /// unrelated streams.
  init(_ seed: UInt64, _ keys: UInt64...) {
    state = seed
    for key in keys { state = next() ^ (key &* 0xD6E8_FEB8_6659_FD93) }
  }

  /// 64 random bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0..<1 with 53 random bits.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0..<bound; the bias of the remainder is far below what data of this size can show.
  mutating func integer(below bound: Int) -> Int { Int(next() >> 1) % max(bound, 1) }

  /// Nearly normal with mean 0 and standard deviation 1, never beyond ±6: a sum of twelve uniform numbers.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }

  /// Whether an event of this probability happens.
  mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

  /// One of several with given weights.
  mutating func pick<Value>(_ choices: [(value: Value, weight: Double)], otherwise last: Value) -> Value {
    var rest = uniform() * choices.reduce(0) { $0 + $1.weight }
    for choice in choices {
      if rest < choice.weight { return choice.value }
      rest -= choice.weight
    }
    return last
  }
}

/// 1 / (1 + exp(−x)) from basic operations alone, so that made-up data have the same bytes everywhere.
///
/// Shape: any number in, 0...1 out; good to about 1e-15, which four printed decimals never show.
func portableLogistic(_ x: Double) -> Double {
  // exp(−|x|) = exp(r)·2⁻ᵏ with |r| ≤ ln 2 / 2; the Taylor series has then converged after 16 terms.
  let magnitude = min(abs(x), 700)
  let halvings = (magnitude * 1.4426950408889634).rounded()
  let rest = halvings * 0.6931471805599453 - magnitude
  var term = 1.0
  var sum = 1.0
  for index in 1...16 {
    term *= rest / Double(index)
    sum += term
  }
  let small = Double(sign: .plus, exponent: -Int(halvings), significand: sum)
  return x < 0 ? small / (1 + small) : 1 / (1 + small)
}
