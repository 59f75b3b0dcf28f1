import CanonicalJSON

/// From when to when encounters lasted, and which of a patient's lasted at a moment, or over a day, month or year.
///
/// Memory grows with the encounters and the patients.
struct EncounterPeriods {
  /// Seconds since 1970, both ends inside.
  fileprivate struct Period {
    let start: Int64
    /// The largest number for a period that is open.
    let end: Int64
    /// What is added to UTC for the calendar by which the start is written.
    let offset: Int64
  }

  /// By encounter; nil where there is none that can be used.
  private var periods: [Period?] = []
  /// Encounters patient by patient, in the order of their starts.
  private var order: [Int32] = []
  /// By patient the place of the first encounter in `order`, and one more.
  private var firsts: [Int] = []

  /// Takes the next encounter.
  mutating func take(_ content: ForeignJSONValue) { periods.append(Period(of: content)) }

  /// Whether an encounter has a period.
  func isKnown(_ encounter: Int) -> Bool { periods[encounter] != nil }

  /// To be called once all encounters are taken.
  ///
  /// - Parameter patientOfEncounter: by encounter the number of its patient.
  mutating func sort(by patientOfEncounter: [Int32?], patients: Int) {
    let periods = periods
    var counts = [Int](repeating: 0, count: patients + 1)
    order = periods.indices.filter { periods[$0] != nil && patientOfEncounter[$0] != nil }.map(Int32.init)
    for encounter in order { counts[Int(patientOfEncounter[Int(encounter)] ?? 0) + 1] += 1 }
    for patient in 0..<patients { counts[patient + 1] += counts[patient] }
    firsts = counts
    order.sort { left, right in
      let patients = (patientOfEncounter[Int(left)] ?? 0, patientOfEncounter[Int(right)] ?? 0)
      if patients.0 != patients.1 { return patients.0 < patients.1 }
      let starts = (periods[Int(left)]?.start ?? 0, periods[Int(right)]?.start ?? 0)
      return starts.0 == starts.1 ? left < right : starts.0 < starts.1
    }
  }

  /// Shows the patient's encounters that lasted at a moment, with the seconds since their start.
  ///
  /// - Parameter longest: encounters that started more seconds ago are not looked at.
  func forEach(
    of patient: Int, at time: Int64, longest: Int64 = .max,
    _ body: (_ encounter: Int, _ after: Int64) -> Void
  ) {
    // Every start is that of a calendar year of four digits, so that no difference overflows.
    for place in places(of: patient, startedBy: time).reversed() {
      let encounter = Int(order[place])
      guard let period = periods[encounter] else { continue }
      if time - period.start > longest { return }
      if time <= period.end { body(encounter, time - period.start) }
    }
  }

  /// Shows the patient's encounters on whose days a date lies whole, by the calendar of each encounter.
  func forEach(of patient: Int, over date: FHIRDate, _ body: (_ encounter: Int) -> Void) {
    guard let first = date.begin, let last = date.end else { return }
    for place in firsts[patient]..<firsts[patient + 1] {
      let encounter = Int(order[place])
      guard let period = periods[encounter] else { continue }
      let firstDay = day(period.start + period.offset)
      let lastDay = period.end == .max ? .max : day(period.end + period.offset)
      if day(first) >= firstDay, day(last) <= lastDay { body(encounter) }
    }
  }

  private func places(of patient: Int, startedBy time: Int64) -> Range<Int> {
    var (low, high) = (firsts[patient], firsts[patient + 1])
    while low < high {
      let middle = low + (high - low) / 2
      if (periods[Int(order[middle])]?.start ?? .max) <= time { low = middle + 1 } else { high = middle }
    }
    return firsts[patient]..<low
  }
}

/// The number of a day since 1970, also before.
private func day(_ seconds: Int64) -> Int64 {
  let rest = seconds % 86_400
  return (seconds - rest) / 86_400 - (rest < 0 ? 1 : 0)
}

extension EncounterPeriods.Period {
  /// Nil without a start, with an end that cannot be read, and with one before the start.
  fileprivate init?(of content: ForeignJSONValue) {
    let period = content.member("period") ?? content.member("actualPeriod")
    guard let text = period?.member("start")?.string, let time = fhirTime(text) else { return nil }
    // What stands before the fraction and the zone, as if it were UTC.
    guard let local = fhirTime(String(text.prefix(19)) + "Z") else { return nil }
    start = time.secondsSinceEpoch
    offset = local.secondsSinceEpoch - start
    guard let end = period?.member("end") else {
      self.end = .max
      return
    }
    guard let text = end.string else { return nil }
    if let time = fhirTime(text) {
      self.end = time.secondsSinceEpoch
    } else {
      guard !text.utf8.contains(0x54), let last = FHIRDate(text)?.end else { return nil }
      self.end = last - offset
    }
    guard self.end >= start else { return nil }
  }
}
