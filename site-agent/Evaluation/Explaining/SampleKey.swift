/// What decides whether a row is in the sample whose scores are explained: a function of its inputs alone.
///
/// So neither the order of rows, nor their division into files, nor the names of patients matter; and rows of one key
/// have the same contributions. No secret: it chooses, and hides nothing.
/// Specified in `protocols/site-files.md`, "The sample".
struct SampleKey: Hashable, Comparable {
  private(set) var bits: UInt64 = 0

  /// The key of a row without inputs.
  init() {}

  /// The key of a row with these inputs, not-a-number where one is missing.
  init(inputs: some Sequence<Double>) {
    // There are two zeros and many not-a-numbers, which no model tells apart.
    for input in inputs { fold(input.isNaN ? .max : input == 0 ? 0 : input.bitPattern) }
  }

  /// The key of a patient with rows of these keys, in whatever order.
  init(ofPatientWith rows: some Sequence<SampleKey>) {
    fold(rows.reduce(0) { $0 &+ $1.bits })
  }

  static func < (left: SampleKey, right: SampleKey) -> Bool { left.bits < right.bits }

  // The finaliser of SplitMix64, a bijection that changes half of all bits when one changes.
  //
  // Source: Steele, Lea & Flood (2014), OOPSLA, 453–472; constants of Stafford's variant 13.
  private mutating func fold(_ word: UInt64) {
    var mixed = (bits ^ word) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    bits = mixed ^ mixed >> 31
  }
}
