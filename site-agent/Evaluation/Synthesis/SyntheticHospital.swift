/// What makes one made-up hospital differ from the next.
struct SyntheticHospital {
  let identifier: String
  /// Shift of every patient's risk on the logit scale.
  let riskShift: Double
  /// How strongly what is measured acts here, relative to what the model assumes.
  let effect: Double
  /// Probability that a lactate is not measured, and that another value is not.
  let lactateMissing: Double
  let valueMissing: Double
  /// Month from which the laboratory measures lactate half as often; nil where nothing changes.
  let changeMonth: Int?
  /// Shares of patients by group.
  let sexes: [(value: String, weight: Double)]
  let races: [(value: String, weight: Double)]
  let insurances: [(value: String, weight: Double)]
  let units: [(value: String, weight: Double)]
  let languages: [(value: String, weight: Double)]
  let meanAge: Double

  init(_ number: Int, seed: UInt64) {
    let digits = String(number)
    identifier = "H" + String(repeating: "0", count: max(0, 2 - digits.utf8.count)) + digits
    // The hospital's own stream: adding a hospital changes no other.
    var random = RandomStream(seed, 1, UInt64(number))
    riskShift = 0.7 * (random.uniform() - 0.5)
    effect = 1 + 0.15 * random.uniform()
    lactateMissing = 0.35 + 0.35 * random.uniform()
    valueMissing = 0.01 + 0.05 * random.uniform()
    changeMonth = random.happens(0.3) ? 7 + random.integer(below: 4) : nil
    meanAge = 58 + 10 * random.uniform()
    func shares(_ names: [(String, Double)]) -> [(value: String, weight: Double)] {
      names.map { ($0.0, $0.1 * (0.6 + 0.8 * random.uniform())) }
    }
    sexes = [("female", 0.5), ("male", 0.5)]
    races = shares([("white", 0.58), ("black", 0.18), ("hispanic", 0.13), ("asian", 0.06), ("", 0.05)])
    insurances = shares([("medicare", 0.45), ("private", 0.3), ("medicaid", 0.17), ("uninsured", 0.08)])
    units = shares([("medical", 0.45), ("surgical", 0.3), ("stepdown", 0.17), ("emergency", 0.08)])
    languages = shares([("english", 0.85), ("spanish", 0.09), ("other", 0.05), ("", 0.01)])
  }
}
