import Glibc
import Statistics

/// A small seeded generator: a simulation must give the same numbers twice.
///
/// Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A generator of its own for every name, so that what is added to a simulation changes nothing else in it.
  init(seed: UInt64, for name: String) {
    // FNV-1a.
    state = name.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension SplitMix {
  /// A number strictly between 0 and 1.
  mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

  mutating func normal() -> Double { normalQuantile(uniform()) }

  mutating func uniform(_ lower: Double, _ upper: Double) -> Double { lower + (upper - lower) * uniform() }

  /// Whether an event of this probability happens.
  mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

  mutating func binomial(_ trials: Int, _ probability: Double) -> Int {
    var successes = 0
    for _ in 0..<trials where happens(probability) { successes += 1 }
    return successes
  }

  /// How many of `trials` fall into each of as many classes as there are probabilities.
  /// Arrivals in a unit of time, by the waits between them.
  mutating func poisson(_ mean: Double) -> Int {
    var arrivals = -1
    var time = 0.0
    repeat {
      time -= log(uniform())
      arrivals += 1
    } while time < mean
    return arrivals
  }

  mutating func multinomial(_ trials: Int, _ probabilities: [Double]) -> [Int] {
    var counts = Array(repeating: 0, count: probabilities.count)
    for _ in 0..<trials {
      var rest = uniform()
      var index = 0
      while index + 1 < probabilities.count, rest >= probabilities[index] {
        rest -= probabilities[index]
        index += 1
      }
      counts[index] += 1
    }
    return counts
  }
}
