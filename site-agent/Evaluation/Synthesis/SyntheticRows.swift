import CanonicalJSON

/// Makes the rows of one hospital, each from its own numbers, so that none depends on those before.
struct SyntheticRows {
  private let hospital: SyntheticHospital
  private let seed: UInt64
  private let number: UInt64
  /// Second of the year from which the score has lost its meaning; nil where it keeps it.
  private let driftSecond: Int?

  init(_ hospital: SyntheticHospital, seed: UInt64, number: Int, driftSecond: Int?) {
    self.hospital = hospital
    self.seed = seed
    self.number = UInt64(number)
    self.driftSecond = driftSecond
  }

  /// The seconds of the year, from its beginning to its end.
  static let year = 0...365 * 86_400
  private static let newYear: Int64 = 1_735_689_600

  /// Seconds from the beginning of 2025 to a time; outside `year` for any other.
  static func second(of time: UTCTime) -> Int { Int(time.secondsSinceEpoch - newYear) }

  /// What stays the same in all rows of a patient.
  private struct Patient {
    let age: Int
    let sex: String
    let race: String
    let insurance: String
    let language: String
    /// What nobody measures.
    let frailty: Double
  }

  /// A measured value: how it reads, and how many standard deviations it lies off, towards risk.
  private struct Measurement {
    let mean: Double
    let unit: Double
    let decimals: Int
    let weight: Double
    /// What the model does with it.
    let modelWeight: Double
    let baselineWeight: Double
    var isLactate = false
  }

  // The seven measured columns, in order. A standard deviation towards risk adds `weight` to the logit.
  private static let measurements = [
    Measurement(mean: 88, unit: 17, decimals: 0, weight: 0.55, modelWeight: 0.55, baselineWeight: 0.4),
    Measurement(mean: 19, unit: 4.5, decimals: 0, weight: 0.7, modelWeight: 0.68, baselineWeight: 0.4),
    Measurement(mean: 122, unit: -20, decimals: 0, weight: 0.5, modelWeight: 0.48, baselineWeight: 0),
    Measurement(mean: 36.9, unit: 0.6, decimals: 1, weight: 0.25, modelWeight: 0.22, baselineWeight: 0.1),
    Measurement(mean: 95.5, unit: -2.4, decimals: 0, weight: 0.55, modelWeight: 0.54, baselineWeight: 0),
    Measurement(
      mean: 1.9, unit: 0.45, decimals: 1, weight: 0.6, modelWeight: 0.55, baselineWeight: 0, isLactate: true),
    Measurement(mean: 10.5, unit: 2.6, decimals: 1, weight: 0.25, modelWeight: 0.22, baselineWeight: 0),
  ]

  /// One line of the table, without its line break; nil when the prediction was made later than asked for.
  func line(row: Int, patient index: Int, before end: Int) -> String? {
    var random = RandomStream(seed, 3, number, UInt64(row))
    let second = random.integer(below: Self.year.upperBound)
    guard second < end else { return nil }
    let patient = patient(index)
    var cells = [
      "SYN-\(hospital.identifier)-\(padded(row + 1, 8))",
      "SYN-P-\(hospital.identifier)-\(padded(index + 1, 8))",
      Self.time(second), String(patient.age), patient.sex, patient.race, patient.insurance,
      random.pick(hospital.units, otherwise: "medical"), patient.language,
    ]
    let aging = Double(patient.age - 62) / 16
    var risk = hospital.riskShift - 3.55 + 0.35 * aging + 0.7 * patient.frailty
    var model = -3.15 + 0.3 * aging
    // The simpler score was taken at another moment, so it sees the values through noise.
    var baseline = -2.9 + 0.2 * random.normal()
    for measurement in Self.measurements {
      let deviation = random.normal()
      let isMissing = random.happens(missingShare(of: measurement, second: second))
      risk += hospital.effect * measurement.weight * deviation
      if !isMissing {
        model += measurement.modelWeight * deviation
        baseline += measurement.baselineWeight * deviation
      }
      let value = measurement.mean + measurement.unit * deviation
      cells.append(isMissing ? "" : Self.written(min(max(value, 0.1), 400), decimals: measurement.decimals))
    }
    if let driftSecond, second >= driftSecond { model = noise(row: row) }
    let isEvent = random.happens(portableLogistic(risk))
    // A score can be missing and an outcome unknown, whatever the patient's state.
    cells.append(random.happens(0.004) ? "" : Self.written(portableLogistic(model), decimals: 4))
    cells.append(Self.written(portableLogistic(baseline), decimals: 4))
    cells.append(random.happens(0.02) ? "" : isEvent ? "1" : "0")
    return cells.joined(separator: ",")
  }

  /// The logit of a score whose inputs no longer mean what the model was made for: noise, and more alarms than before.
  /// From a stream of its own, so that no other cell changes.
  private func noise(row: Int) -> Double {
    var random = RandomStream(seed, 5, number, UInt64(row))
    return -2.3 + 1.2 * random.normal()
  }

  private func patient(_ index: Int) -> Patient {
    var random = RandomStream(seed, 4, number, UInt64(index))
    let age = hospital.meanAge + 16 * random.normal()
    return Patient(
      age: Int(min(max(age, 18), 95)), sex: random.pick(hospital.sexes, otherwise: "female"),
      race: random.pick(hospital.races, otherwise: ""),
      insurance: random.pick(hospital.insurances, otherwise: "medicare"),
      language: random.pick(hospital.languages, otherwise: ""), frailty: random.normal())
  }

  private func missingShare(of measurement: Measurement, second: Int) -> Double {
    guard measurement.isLactate else { return hospital.valueMissing }
    let month = 1 + second / (365 * 86_400 / 12)
    let hasChanged = hospital.changeMonth.map { month >= $0 } ?? false
    return hasChanged ? (1 + hospital.lactateMissing) / 2 : hospital.lactateMissing
  }

  /// Seconds since the beginning of 2025 as a time in UTC.
  private static func time(_ second: Int) -> String {
    (try? UTCTime(secondsSinceEpoch: newYear + Int64(second)))?.text ?? ""
  }

  private static func written(_ value: Double, decimals: Int) -> String {
    (try? FixedDecimal(value, scale: decimals))?.text ?? ""
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
