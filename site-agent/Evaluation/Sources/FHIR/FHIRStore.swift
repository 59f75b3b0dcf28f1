import CanonicalJSON

/// The patients and encounters of an export by their ids, with the texts that columns take from them.
///
/// Memory grows with the resources and the columns; of the resources themselves nothing is kept.
struct FHIRStore {
  /// How many resources of one type a table is made of at most.
  static let mostResources = Int(Int32.max)

  /// The resources of one type: a number by id, and texts by number and column.
  struct Resources {
    private let paths: [FHIRFlattening.Path]
    private var numbers: [String: Int32] = [:]
    private(set) var texts: [String] = []
    private(set) var count = 0

    init(_ paths: [FHIRFlattening.Path]) { self.paths = paths }

    /// Takes a resource; one that is no row is only known by its id.
    mutating func take(
      _ resource: FHIRResource, _ place: FHIRFiles.Place, isRow: Bool = true
    ) throws(TableError) {
      guard let id = resource.id else { throw place.error(FHIRProblem.idMissing) }
      guard count < FHIRStore.mostResources else {
        throw place.error { _ in .tooMany(limit: FHIRStore.mostResources) }
      }
      guard numbers.updateValue(isRow ? Int32(count) : -1, forKey: id) == nil else {
        throw place.error(FHIRProblem.idTwice)
      }
      guard isRow else { return }
      count += 1
      for path in paths { texts.append(resource.content.text(at: path)) }
    }

    /// The number of a resource; negative for one that is no row, nil for one that is not there.
    func number(of id: String) -> Int? { numbers[id].map(Int.init) }

    /// The text of a resource for one of its columns.
    func text(_ number: Int, _ column: Int) -> String { texts[number * paths.count + column] }
  }

  /// When an encounter began: in UTC, and on its own calendar.
  struct Start {
    let seconds: Int64
    let date: FHIRDate
  }

  private(set) var patients: Resources
  private(set) var encounters: Resources
  /// By encounter; nil where there is none.
  private(set) var starts: [Start?] = []
  /// By encounter the number of its patient; nil where that is in no file.
  private(set) var patientOfEncounter: [Int32?] = []
  /// Where a column asks how long encounters lasted.
  private(set) var periods: EncounterPeriods?
  private(set) var notes: Set<TableNote> = []

  init(
    patientPaths: [FHIRFlattening.Path], encounterPaths: [FHIRFlattening.Path], needsPeriods: Bool = false
  ) {
    periods = needsPeriods ? EncounterPeriods() : nil
    patients = Resources(patientPaths)
    encounters = Resources(encounterPaths)
  }

  mutating func takePatient(_ resource: FHIRResource, _ place: FHIRFiles.Place) throws(TableError) {
    try patients.take(resource, place)
  }

  mutating func takeEncounter(_ resource: FHIRResource, _ place: FHIRFiles.Place) throws(TableError) {
    let status = resource.content.member("status")?.string ?? ""
    guard !["planned", "cancelled", "entered-in-error"].contains(status) else {
      notes.insert(.encountersNotTaken)
      return try encounters.take(resource, place, isRow: false)
    }
    try encounters.take(resource, place)
    starts.append(start(of: resource))
    periods?.take(resource.content)
    patientOfEncounter.append(
      resource.reference("subject", to: "Patient").flatMap { patients.number(of: $0) }.map(Int32.init))
  }

  /// To be called once all encounters are taken.
  mutating func finishEncounters() {
    periods?.sort(by: patientOfEncounter, patients: patients.count)
  }

  private func start(of resource: FHIRResource) -> Start? {
    let period = resource.content.member("period") ?? resource.content.member("actualPeriod")
    guard let text = period?.member("start")?.string, let time = fhirTime(text), let date = FHIRDate(text)
    else { return nil }
    return Start(seconds: time.secondsSinceEpoch, date: date)
  }
}
