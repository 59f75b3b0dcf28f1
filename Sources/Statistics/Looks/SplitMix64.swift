/// A small seeded generator of random numbers, for simulations that anyone can repeat.
///
/// State s of 64 bits, first the seed. Each number: s ← s + 9E3779B97F4A7C15, then with z = s
/// z ← (z xor z≫30)·BF58476D1CE4E5B9, z ← (z xor z≫27)·94D049BB133111EB, and z xor z≫31 out; all modulo 2⁶⁴. Not for
/// secrets.
///
/// - Source: Steele, Lea & Flood (2014), OOPSLA, 453–472; constants of Java's SplittableRandom.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number strictly between 0 and 1: the upper 53 bits and a half, times 2⁻⁵³ (the rounding to 1 excepted).
  mutating func uniform() -> Double {
    min((Double(next() >> 11) + 0.5) * 0x1p-53, 1.0.nextDown)
  }

  /// A binomial number: successes in `trials` of the given probability.
  ///
  /// A probability above ½ is that of the failures. By inversion of one uniform number, upward from 0 where the mean is
  /// at most 20 and outward from the mode else. Where the variance is above 2500 the normal quantile of
  /// that number with the first correction for skewness is rounded instead: its error there is below 1/2500 of
  /// a standard deviation, and the work stays bounded for any count.
  mutating func binomial(trials: Int, probability: Double) -> Int {
    if trials <= 0 || probability <= 0 { return 0 }
    if probability >= 1 { return trials }
    if probability > 0.5 { return trials - binomial(trials: trials, probability: 1 - probability) }
    let n = Double(trials)
    let mean = n * probability
    let variance = mean * (1 - probability)
    let u = uniform()
    if variance > 2500 {
      let z = normalQuantile(u)
      let place = mean + variance.squareRoot() * z + (1 - 2 * probability) * (z * z - 1) / 6
      return Int(min(n, max(0, place.rounded())))
    }
    // The term at 0 is the cheapest, and with such a mean not below 1e-13.
    let start = mean <= 20 ? 0 : Int((n + 1) * probability)
    let odds = probability / (1 - probability)
    var (above, below) = (start, start)
    var densityAbove = binomialTerm(start, of: trials, probability: probability)
    var densityBelow = densityAbove
    var rest = u - densityAbove
    while rest >= 0 {
      if above < trials {
        densityAbove *= Double(trials - above) / Double(above + 1) * odds
        above += 1
        rest -= densityAbove
        if rest < 0 { return above }
      } else {
        densityAbove = 0
      }
      if below > 0 {
        densityBelow *= Double(below) / Double(trials - below + 1) / odds
        below -= 1
        rest -= densityBelow
        if rest < 0 { return below }
      } else {
        densityBelow = 0
      }
      // What the rounding of all terms has left over belongs to no number.
      if densityAbove + densityBelow < 0x1p-60 { return start }
    }
    return start
  }
}
