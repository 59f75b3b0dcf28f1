import CanonicalJSON
import Models

/// The chosen value of each encounter for each column that is made of observations.
struct ObservationCells {
  /// A column by its place in the table.
  typealias Column = (name: String, rule: FHIRFlattening.Observation)

  private let columns: [Column]
  private let columnsOfCode: CodeIndex
  private var values: [Value]
  private(set) var notes: Set<TableNote> = []

  private struct Value {
    var text = ""
    /// What the choice goes by: seconds since 1970, or the number.
    var key = 0.0
  }

  init(_ columns: [Column], encounters: Int) {
    self.columns = columns
    columnsOfCode = CodeIndex(columns.map(\.rule.codes))
    values = Array(repeating: Value(), count: encounters * columns.count)
  }

  /// The cell of an encounter; empty where there is no value.
  func text(_ encounter: Int, _ column: Int) -> String { values[encounter * columns.count + column].text }

  mutating func take(
    _ resource: FHIRResource, _ place: FHIRFiles.Place, of store: FHIRStore
  ) throws(TableError) {
    let content = resource.content
    var holders = columnsOfCode.places(of: content.member("code")).map { ($0, content) }
    for component in content.member("component")?.elements ?? [] {
      holders += columnsOfCode.places(of: component.member("code")).map { ($0, component) }
    }
    guard !holders.isEmpty,
      ["final", "amended", "corrected"].contains(content.member("status")?.string ?? "")
    else { return }
    let linkedByTime = holders.filter { columns[$0.0].rule.link == .time }
    if let periods = store.periods, !linkedByTime.isEmpty {
      try take(resource, linkedByTime, place, of: store, in: periods)
    }
    if linkedByTime.count == holders.count { return }
    guard let id = resource.reference("encounter", to: "Encounter"),
      let encounter = store.encounters.number(of: id)
    else {
      notes.insert(.observationsWithoutEncounter)
      return
    }
    // No row, or an unreadable one.
    guard encounter >= 0, let start = store.starts[encounter] else { return }
    guard let time = Self.time(of: content) else {
      notes.insert(.observationsWithoutTime)
      return
    }
    for (column, holder) in holders where columns[column].rule.link == .encounter {
      let hours = columns[column].rule.hours
      let after = time.secondsSinceEpoch - start.seconds
      guard after >= Int64(hours.lowerBound) * 3600, after < Int64(hours.upperBound) * 3600 else { continue }
      guard let text = try value(in: holder, column, place) else {
        notes.insert(.valuesNotUsed)
        continue
      }
      keep(text, at: time, encounter, column)
    }
  }

  /// Into every encounter of the patient that lasted at the time: one within another has it, too.
  private mutating func take(
    _ resource: FHIRResource, _ holders: [(Int, ForeignJSONValue)], _ place: FHIRFiles.Place,
    of store: FHIRStore, in periods: EncounterPeriods
  ) throws(TableError) {
    guard let id = resource.reference("subject", to: "Patient"), let patient = store.patients.number(of: id)
    else {
      notes.insert(.observationsWithoutPatient)
      return
    }
    guard let time = Self.time(of: resource.content) else {
      notes.insert(.observationsWithoutTime)
      return
    }
    for (column, holder) in holders {
      let hours = columns[column].rule.hours
      let span = Int64(hours.lowerBound) * 3600..<Int64(hours.upperBound) * 3600
      var encounters: [Int] = []
      periods.forEach(of: patient, at: time.secondsSinceEpoch, longest: span.upperBound) { encounter, after in
        if span.contains(after) { encounters.append(encounter) }
      }
      // A value that nobody asked for may have any unit.
      guard !encounters.isEmpty else { continue }
      guard let text = try value(in: holder, column, place) else {
        notes.insert(.valuesNotUsed)
        continue
      }
      for encounter in encounters { keep(text, at: time, encounter, column) }
    }
  }

  private static func time(of content: ForeignJSONValue) -> UTCTime? {
    let text =
      content.member("effectiveDateTime") ?? content.member("effectiveInstant")
      ?? content.member("effectivePeriod")?.member("start")
    return text?.string.flatMap(fhirTime)
  }

  /// The value as a cell; nil for one that cannot be used.
  private func value(
    in holder: ForeignJSONValue, _ column: Int, _ place: FHIRFiles.Place
  ) throws(TableError) -> String? {
    let rule = columns[column].rule
    let text: String?
    if let quantity = holder.member("valueQuantity") {
      let unit = (quantity.member("code") ?? quantity.member("unit"))?.string
      // A value without a unit, where one is declared, is as wrong as one in another.
      let isDeclared = rule.unit.map { unit?.hasSameBytes(as: $0) ?? false } ?? (unit == nil || unit == "1")
      guard isDeclared else {
        throw place.error {
          .otherUnit(line: $0, column: columns[column].name, declared: rule.unit ?? "none")
        }
      }
      guard quantity.member("comparator") == nil, case .number(let number) = quantity.member("value") else {
        return nil
      }
      text = number
    } else if rule.unit != nil {
      text = nil
    } else {
      text =
        (holder.member("valueInteger") ?? holder.member("valueBoolean") ?? holder.member("valueString")
        ?? holder.member("valueCodeableConcept")?.member("coding")?.elements.first?.member("code"))?.cellText
    }
    guard let text, !text.isEmpty else { return nil }
    if [.min, .max].contains(rule.choice), parseNumber(Cell(text.utf8)) == nil { return nil }
    return text
  }

  private mutating func keep(_ text: String, at time: UTCTime, _ encounter: Int, _ column: Int) {
    let choice = columns[column].rule.choice
    let key: Double
    switch choice {
    case .first, .last: key = Double(time.secondsSinceEpoch)
    case .min, .max: key = parseNumber(Cell(text.utf8)) ?? 0
    }
    let place = encounter * columns.count + column
    let old = values[place]
    let isBetter: Bool
    if old.text.isEmpty {
      isBetter = true
    } else if key == old.key {
      isBetter = text.precedesAsCell(old.text)
    } else {
      isBetter = [.first, .min].contains(choice) ? key < old.key : key > old.key
    }
    if isBetter { values[place] = Value(text: text, key: key) }
  }
}

/// Which columns a code belongs to.
struct CodeIndex {
  private struct Key: Hashable {
    let system: [UInt8]
    let code: [UInt8]
  }

  private var columns: [Key: [Int]] = [:]

  init(_ codes: [[FHIRFlattening.Code]]) {
    for (column, codes) in codes.enumerated() {
      for code in codes {
        columns[Key(system: Array(code.system.utf8), code: Array(code.code.utf8)), default: []].append(column)
      }
    }
  }

  /// The columns of a concept's codings, each once.
  func places(of concept: ForeignJSONValue?) -> [Int] {
    var places: [Int] = []
    for coding in concept?.member("coding")?.elements ?? [] {
      guard let system = coding.member("system")?.string, let code = coding.member("code")?.string else {
        continue
      }
      for place in columns[Key(system: Array(system.utf8), code: Array(code.utf8))] ?? []
      where !places.contains(place) {
        places.append(place)
      }
    }
    return places
  }
}

extension String {
  /// The order of values that are otherwise alike: by number, then by bytes.
  fileprivate func precedesAsCell(_ other: String) -> Bool {
    if let mine = parseNumber(Cell(utf8)), let theirs = parseNumber(Cell(other.utf8)), mine != theirs {
      return mine < theirs
    }
    return precedesInBytes(other)
  }
}
