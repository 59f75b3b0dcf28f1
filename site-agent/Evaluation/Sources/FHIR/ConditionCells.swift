import CanonicalJSON

/// Whether each encounter, or its patient before it, has a condition of each column that asks.
struct ConditionCells {
  private let columns: [FHIRFlattening.Condition]
  private let columnsOfCode: CodeIndex
  private var ofEncounter: [Bool]
  /// By patient the last second of the earliest onset.
  private var onset: [Int64]
  private(set) var notes: Set<TableNote> = []

  init(_ columns: [FHIRFlattening.Condition], encounters: Int, patients: Int) {
    self.columns = columns
    columnsOfCode = CodeIndex(columns.map(\.codes))
    let (encounterColumns, patientColumns) = (
      columns.contains { $0.of == .encounter }, columns.contains { $0.of == .patient }
    )
    ofEncounter = Array(repeating: false, count: encounterColumns ? encounters * columns.count : 0)
    onset = Array(repeating: .max, count: patientColumns ? patients * columns.count : 0)
  }

  /// Whether the cell is 1.
  func isPresent(_ encounter: Int, patient: Int?, start: Int64?, _ column: Int) -> Bool {
    switch columns[column].of {
    case .encounter: return ofEncounter[encounter * columns.count + column]
    case .patient:
      guard let patient, let start else { return false }
      return onset[patient * columns.count + column] <= start
    }
  }

  mutating func take(_ resource: FHIRResource, of store: FHIRStore) {
    let places = columnsOfCode.places(of: resource.content.member("code"))
    guard !places.isEmpty, !isDenied(resource.content) else { return }
    for place in places {
      switch columns[place].of {
      case .encounter where columns[place].link == .time: takeByTime(resource, place, store)
      case .encounter: takeOfEncounter(resource, place, store)
      case .patient: takeOfPatient(resource, place, store)
      }
    }
  }

  private func isDenied(_ content: ForeignJSONValue) -> Bool {
    (content.member("verificationStatus")?.member("coding")?.elements ?? []).contains {
      ["refuted", "entered-in-error"].contains($0.member("code")?.string ?? "")
    }
  }

  private mutating func takeOfEncounter(_ resource: FHIRResource, _ place: Int, _ store: FHIRStore) {
    guard let id = resource.reference("encounter", to: "Encounter"),
      let encounter = store.encounters.number(of: id)
    else {
      notes.insert(.conditionsWithoutReference)
      return
    }
    if encounter >= 0 { ofEncounter[encounter * columns.count + place] = true }
  }

  private mutating func takeOfPatient(_ resource: FHIRResource, _ place: Int, _ store: FHIRStore) {
    guard let id = resource.reference("subject", to: "Patient"), let patient = store.patients.number(of: id)
    else {
      notes.insert(.conditionsWithoutReference)
      return
    }
    guard let end = Self.onset(of: resource.content)?.end else {
      notes.insert(.conditionsWithoutDate)
      return
    }
    let cell = patient * columns.count + place
    onset[cell] = min(onset[cell], end)
  }

  private mutating func takeByTime(_ resource: FHIRResource, _ place: Int, _ store: FHIRStore) {
    guard let periods = store.periods, let id = resource.reference("subject", to: "Patient"),
      let patient = store.patients.number(of: id)
    else {
      notes.insert(.conditionsWithoutReference)
      return
    }
    var found: [Int] = []
    switch Self.onset(of: resource.content) {
    case nil: notes.insert(.conditionsWithoutDate)
    case .moment(let time): periods.forEach(of: patient, at: time) { encounter, _ in found.append(encounter) }
    case .date(let date, end: _): periods.forEach(of: patient, over: date) { found.append($0) }
    }
    for encounter in found { ofEncounter[encounter * columns.count + place] = true }
  }

  /// When it began.
  private enum Onset {
    case moment(Int64)
    case date(FHIRDate, end: Int64)

    /// When it had begun for certain.
    var end: Int64 {
      switch self {
      case .moment(let time): time
      case .date(_, let end): end
      }
    }
  }

  private static func onset(of content: ForeignJSONValue) -> Onset? {
    let value =
      content.member("onsetDateTime") ?? content.member("onsetPeriod")?.member("start")
      ?? content.member("recordedDate")
    guard let text = value?.string else { return nil }
    if let time = fhirTime(text) { return .moment(time.secondsSinceEpoch) }
    guard !text.utf8.contains(0x54), let date = FHIRDate(text), let end = date.end else { return nil }
    return .date(date, end: end)
  }
}
