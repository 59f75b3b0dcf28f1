import CanonicalJSON
import EvaluationProtocols

/// How FHIR resources become one row an encounter.
///
/// Format: `protocols/site-files.md`, section "FHIR".
package struct FHIRFlattening: Sendable, Equatable {
  let columns: [Column]

  struct Column: Sendable, Equatable {
    let name: String
    let source: Source
  }

  enum Source: Sendable, Equatable {
    case patient(Path)
    case encounter(Path)
    case observation(Observation)
    case condition(Condition)
  }

  /// A place in a resource.
  struct Path: Sendable, Equatable {
    let names: [String]
    /// Of lists of objects, the system whose first one is taken.
    let system: String?
    let form: Form?

    enum Form: String, CaseIterable {
      case time, yearsAtStart
    }
  }

  struct Code: Sendable, Equatable {
    let system: String
    let code: String
  }

  /// How what was found belongs to an encounter.
  enum Link: String, CaseIterable, Sendable {
    /// It names it.
    case encounter
    /// It is of the same patient, and its time lies in the encounter's period.
    case time
  }

  struct Observation: Sendable, Equatable {
    let codes: [Code]
    let link: Link
    let choice: Choice
    let unit: String?
    /// Hours after the encounter's start, the last one outside.
    let hours: Range<Int>

    enum Choice: String, CaseIterable {
      case first, last, min, max
    }
  }

  struct Condition: Sendable, Equatable {
    let codes: [Code]
    let of: Holder
    /// Of a condition of the encounter.
    let link: Link

    enum Holder: String, CaseIterable {
      case encounter, patient
    }
  }

  init(columns: [Column]) { self.columns = columns }

  /// Whether any column needs the encounter's start.
  var needsStart: Bool {
    columns.contains {
      switch $0.source {
      case .patient(let path), .encounter(let path): path.form == .yearsAtStart
      case .observation: true
      case .condition(let condition): condition.of == .patient || condition.link == .time
      }
    }
  }

  /// Whether any column needs to know how long the encounter lasted.
  var needsPeriod: Bool { columns.contains { $0.source.link == .time } }
}

extension FHIRFlattening.Source {
  /// How what the cell is made of is found; nil for what stands in patient and encounter themselves.
  var link: FHIRFlattening.Link? {
    switch self {
    case .patient, .encounter: nil
    case .observation(let observation): observation.link
    case .condition(let condition): condition.link
    }
  }
}

extension FHIRFlattening {
  init(parsing field: DocumentField) throws(DocumentError) {
    columns = try field.array(maximum: 2000, minimum: 1).map(Column.init(parsing:))
    guard Set(columns.map(\.name.utf8Bytes)).count == columns.count else {
      throw field.error("a column is there twice", remedy: "give each column one entry")
    }
  }

  var json: JSONValue { .array(columns.map(\.json)) }
}

extension FHIRFlattening.Column {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    name = try object.required("column").columnName()
    let from = try object.required("from")
    let text = try from.string(maximum: 200)
    switch text {
    case "observation": source = .observation(try FHIRFlattening.Observation(parsing: &object))
    case "condition": source = .condition(try FHIRFlattening.Condition(parsing: &object))
    default:
      let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let areNames = names.dropFirst().allSatisfy { name in
        !name.isEmpty
          && name.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) }
      }
      guard (2...9).contains(names.count), areNames, ["patient", "encounter"].contains(names[0]) else {
        throw from.error(
          "neither observation, condition nor a path of patient or encounter",
          remedy: "write a path such as patient.birthDate or encounter.period.start")
      }
      let path = FHIRFlattening.Path(
        names: Array(names.dropFirst()), system: try object.optional("system")?.string(maximum: 500),
        form: try object.optional("as")?.choice(of: FHIRFlattening.Path.Form.self))
      source = names[0] == "patient" ? .patient(path) : .encounter(path)
    }
    try object.finish()
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = ["column": .string(name)]
    switch source {
    case .patient(let path):
      object["from"] = .string((["patient"] + path.names).joined(separator: "."))
      path.write(to: &object)
    case .encounter(let path):
      object["from"] = .string((["encounter"] + path.names).joined(separator: "."))
      path.write(to: &object)
    case .observation(let observation):
      object["from"] = "observation"
      object["codes"] = .array(observation.codes.map(\.json))
      object["value"] = .string(observation.choice.rawValue)
      if observation.link == .time { object["linkedBy"] = "time" }
      object["unit"] = observation.unit.map(JSONValue.string)
      if observation.hours.lowerBound != 0 {
        object["fromHour"] = .integer(Int64(observation.hours.lowerBound))
      }
      object["untilHour"] = .integer(Int64(observation.hours.upperBound))
    case .condition(let condition):
      object["from"] = "condition"
      object["codes"] = .array(condition.codes.map(\.json))
      object["value"] = "present"
      if condition.of == .patient { object["of"] = "patient" }
      if condition.link == .time { object["linkedBy"] = "time" }
    }
    return .object(object)
  }
}

extension FHIRFlattening.Path {
  fileprivate func write(to object: inout JSONObject) {
    object["system"] = system.map(JSONValue.string)
    object["as"] = form.map { .string($0.rawValue) }
  }
}

extension FHIRFlattening.Observation {
  // A year and a day, as far as a study looks around a stay.
  private static let farthestHour = 8784

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    codes = try object.required("codes").fhirCodes()
    choice = try object.required("value").choice(of: Choice.self)
    unit = try object.optional("unit")?.string(maximum: 100)
    link = try object.optional("linkedBy")?.choice(of: FHIRFlattening.Link.self) ?? .encounter
    let end = try object.required("untilHour")
    let last = try end.integer(in: -Self.farthestHour...Self.farthestHour)
    let begin = object.optional("fromHour")
    let first = try begin?.integer(in: -Self.farthestHour...Self.farthestHour) ?? 0
    if link == .time, first < 0 {
      throw (begin ?? end).error(
        "before the start, where no observation is linked by time", remedy: "write 0 or a later hour")
    }
    guard first < last else {
      throw end.error("not after fromHour", remedy: "write a later hour; fromHour is 0 where it is not given")
    }
    hours = first..<last
  }
}

extension FHIRFlattening.Condition {
  private enum Value: String, CaseIterable { case present }

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    codes = try object.required("codes").fhirCodes()
    _ = try object.required("value").choice(of: Value.self)
    of = try object.optional("of")?.choice(of: Holder.self) ?? .encounter
    let linkedBy = object.optional("linkedBy")
    link = try linkedBy?.choice(of: FHIRFlattening.Link.self) ?? .encounter
    if let linkedBy, of == .patient {
      throw linkedBy.error("a condition of the patient belongs to no encounter", remedy: "leave it out")
    }
  }
}

extension FHIRFlattening.Code {
  fileprivate var json: JSONValue { ["system": .string(system), "code": .string(code)] }
}

extension DocumentField {
  fileprivate func fhirCodes() throws(DocumentError) -> [FHIRFlattening.Code] {
    try array(maximum: 1000, minimum: 1).map { element throws(DocumentError) in
      var object = try element.object()
      let code = FHIRFlattening.Code(
        system: try object.required("system").string(maximum: 500),
        code: try object.required("code").string(maximum: 200))
      try object.finish()
      return code
    }
  }
}
