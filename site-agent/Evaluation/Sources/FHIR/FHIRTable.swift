import CanonicalJSON
import Cryptography

/// An export of FHIR resources as a table with one row an encounter.
///
/// Rules: `protocols/site-files.md`, section "FHIR".
final class FHIRTable: TableSource {
  let header: [String]
  let row = RowBuffer()
  private(set) var digests: [Digest] = []
  private(set) var notes: Set<TableNote> = []

  private let path: String
  private let files: FHIRFiles
  private let flattening: FHIRFlattening
  private let cells: [CellPlace]
  private let needed: Set<FHIRType>
  private let needsStart: Bool
  private var store: FHIRStore
  private var observations: ObservationCells
  private var conditions: ConditionCells
  private var encounter = 0

  /// Where the cell of a column stands.
  private enum CellPlace {
    case patient(Int, FHIRFlattening.Path.Form?)
    case encounter(Int, FHIRFlattening.Path.Form?)
    case observation(Int)
    case condition(Int)
  }

  /// Looks at what the files hold; they are read when the first row is taken.
  ///
  /// - Throws: `TableError`.
  init(_ paths: [String], _ flattening: FHIRFlattening) throws(TableError) {
    files = try FHIRFiles(paths)
    path = paths[0]
    self.flattening = flattening
    header = flattening.columns.map(\.name)
    var patientPaths: [FHIRFlattening.Path] = []
    var encounterPaths: [FHIRFlattening.Path] = []
    var places = (observation: 0, condition: 0)
    var cells: [CellPlace] = []
    for column in flattening.columns {
      switch column.source {
      case .patient(let path):
        cells.append(.patient(patientPaths.count, path.form))
        patientPaths.append(path)
      case .encounter(let path):
        cells.append(.encounter(encounterPaths.count, path.form))
        encounterPaths.append(path)
      case .observation:
        cells.append(.observation(places.observation))
        places.observation += 1
      case .condition:
        cells.append(.condition(places.condition))
        places.condition += 1
      }
    }
    self.cells = cells
    needed = Set(FHIRType.allCases.filter { flattening.column(needing: $0) != nil })
    needsStart = flattening.needsStart
    store = FHIRStore(
      patientPaths: patientPaths, encounterPaths: encounterPaths, needsPeriods: flattening.needsPeriod)
    observations = ObservationCells([], encounters: 0)
    conditions = ConditionCells([], encounters: 0, patients: 0)
    for type in FHIRType.allCases {
      if let column = flattening.column(needing: type), !files.offers(type) {
        throw .fhir(path: path, .typeMissing(type.rawValue, column: column))
      }
    }
  }

  var size: Int { files.size }
  var bytesTaken: Int { files.bytesTaken }
  var whileReading: (() -> Void)? {
    get { files.whileReading }
    set { files.whileReading = newValue }
  }

  func next() throws(TableError) -> NextRow {
    if digests.isEmpty { try gather() }
    guard encounter < store.encounters.count else { return .end }
    defer { encounter += 1 }
    return try write(encounter) ? .row : .unreadableRow
  }

  private func gather() throws(TableError) {
    try files.read(.patient, isNeeded: needed.contains(.patient)) { resource, place throws(TableError) in
      try store.takePatient(resource, place)
    }
    try files.read(.encounter, isNeeded: true) { resource, place throws(TableError) in
      try store.takeEncounter(resource, place)
    }
    store.finishEncounters()
    let (encounters, patients) = (store.encounters.count, store.patients.count)
    conditions = ConditionCells(flattening.conditions, encounters: encounters, patients: patients)
    try files.read(.condition, isNeeded: needed.contains(.condition)) { resource, _ in
      conditions.take(resource, of: store)
    }
    observations = ObservationCells(flattening.observations, encounters: encounters)
    try files.read(.observation, isNeeded: needed.contains(.observation)) {
      resource, place throws(TableError) in
      try observations.take(resource, place, of: store)
    }
    notes = store.notes.union(conditions.notes).union(observations.notes)
    digests = try files.finish()
  }

  /// Writes the cells of an encounter; false where the rules allow no row.
  private func write(_ encounter: Int) throws(TableError) -> Bool {
    row.removeAll()
    let start = store.starts[encounter]
    let patient = store.patientOfEncounter[encounter].map(Int.init)
    if start == nil, needsStart { return false }
    if let periods = store.periods, !periods.isKnown(encounter) { return false }
    if patient == nil, needed.contains(.patient) { return false }
    for place in cells {
      switch place {
      case .patient(let column, let form):
        row.append(shape(store.patients.text(patient ?? 0, column), as: form, start).utf8)
      case .encounter(let column, let form):
        row.append(shape(store.encounters.text(encounter, column), as: form, start).utf8)
      case .observation(let column): row.append(observations.text(encounter, column).utf8)
      case .condition(let column):
        let isPresent = conditions.isPresent(encounter, patient: patient, start: start?.seconds, column)
        row.append(CollectionOfOne(isPresent ? 0x31 : 0x30))
      }
      guard row.bytes.count <= RowBuffer.longestRow else {
        throw .fhir(path: path, .rowTooLong(limit: RowBuffer.longestRow))
      }
    }
    // JSON can write one.
    return !row.bytes.contains(0)
  }

  private func shape(
    _ text: String, as form: FHIRFlattening.Path.Form?, _ start: FHIRStore.Start?
  ) -> String {
    switch form {
    case nil: text
    case .time: fhirTime(text)?.text ?? ""
    case .yearsAtStart:
      if let date = FHIRDate(text), let start { String(date.years(to: start.date)) } else { "" }
    }
  }
}

extension FHIRFlattening {
  fileprivate var observations: [ObservationCells.Column] {
    columns.compactMap {
      if case .observation(let rule) = $0.source { ($0.name, rule) } else { nil }
    }
  }

  fileprivate var conditions: [Condition] {
    columns.compactMap { if case .condition(let rule) = $0.source { rule } else { nil } }
  }

  /// A column that cannot be made without a type of resource.
  fileprivate func column(needing type: FHIRType) -> String? {
    let column = columns.first { column in
      switch (type, column.source) {
      case (.patient, .patient), (.observation, .observation), (.condition, .condition), (.encounter, _): true
      case (.patient, .condition(let condition)): condition.of == .patient || condition.link == .time
      case (.patient, .observation(let observation)): observation.link == .time
      default: false
      }
    }
    return column?.name
  }
}
