package import CanonicalJSON
import EvaluationProtocols

/// One thing that was found when a dataset was looked at. It never carries a cell.
package struct IntakeFinding: Sendable, Equatable {
  package let severity: Severity
  package let check: Check
  /// The column as the hospital's file calls it; nil where it is about rows as a whole.
  package let column: String?
  package let identifier: IdentifierKind?
  /// How many of the column's filled cells it is about.
  package let share: AffectedShare?
  /// The finding as a clause.
  package let text: String

  /// What follows from a finding.
  package enum Severity: String, CaseIterable, Sendable {
    /// Nothing is registered or evaluated.
    case refusal
    case warning
    /// A person has looked at it and says that it may be.
    case reviewed
  }

  /// What was looked at.
  package enum Check: String, CaseIterable, Sendable {
    case deidentification, header, unit, range, category, number, date, duplicate, label, missingness
    case prevalence
  }

  init(
    _ severity: Severity, _ check: Check, column: String? = nil, identifier: IdentifierKind? = nil,
    share: AffectedShare? = nil, _ text: String
  ) {
    self.severity = severity
    self.check = check
    self.column = column
    self.identifier = identifier
    self.share = share
    self.text = text
  }

  /// The finding with its column.
  package var sentence: String { column.map { "column \($0): \(text)" } ?? text }

  var json: JSONValue {
    var object: JSONObject = [
      "severity": .string(severity.rawValue), "check": .string(check.rawValue), "text": .string(text),
    ]
    object["column"] = column.map(JSONValue.string)
    object["identifier"] = identifier.map { .string($0.rawValue) }
    object["share"] = share.map { .string($0.rawValue) }
    return .object(object)
  }
}

extension IntakeFinding {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    severity = try object.required("severity").choice(of: Severity.self)
    check = try object.required("check").choice(of: Check.self)
    column = try object.optional("column")?.string(maximum: 1 << 20, minimum: 0)
    identifier = try object.optional("identifier")?.choice(of: IdentifierKind.self)
    share = try object.optional("share")?.choice(of: AffectedShare.self)
    text = try object.required("text").string(maximum: 1 << 20)
    try object.finish()
  }
}

/// What was found before an evaluation or at a registration. A local document: it says nothing of one patient, but
/// it is not released either.
package struct IntakeReport: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:intake-report:v1"

  /// Refusals first, then warnings, then what was reviewed; each in the order of columns.
  package let findings: [IntakeFinding]

  package init(_ findings: [IntakeFinding]) {
    self.findings = IntakeFinding.Severity.allCases.flatMap { severity in
      findings.filter { $0.severity == severity }
    }
  }

  /// Reads a report that this product wrote.
  ///
  /// - Throws: `JSONError` for bytes that are not canonical; `DocumentError`.
  package init(parsing bytes: [UInt8]) throws {
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: .protocolDocument)).object()
    try object.expectFormat(Self.format)
    findings = try object.required("findings").array(maximum: 100_000).map(IntakeFinding.init(parsing:))
    try object.finish()
  }

  /// The findings for which nothing is evaluated.
  package var refusals: [IntakeFinding] { findings.filter { $0.severity == .refusal } }

  /// The report and another one's findings.
  package func adding(_ findings: [IntakeFinding]) -> IntakeReport { IntakeReport(self.findings + findings) }

  /// The document for programs.
  package var json: JSONValue {
    ["format": .string(Self.format), "findings": .array(findings.map(\.json))]
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] { encodeCanonicalJSON(json) }

  /// The table for people, a line a finding.
  package var lines: [String] { findings.map { "\($0.severity.rawValue): \($0.sentence)" } }

  /// - Throws: `IntakeError.refused` where there is a refusal.
  package func requireNoRefusal() throws(IntakeError) {
    if !refusals.isEmpty { throw .refused(refusals) }
  }
}

/// Why a dataset was neither registered nor evaluated. Columns and kinds, never a cell or a number of rows.
package enum IntakeError: Error, Equatable {
  case refused([IntakeFinding])
}

extension IntakeError: CustomStringConvertible {
  private static let shown = 10

  package var description: String {
    switch self {
    case .refused(let findings):
      "the dataset is refused: " + findings.prefix(Self.shown).map(\.sentence).joined(separator: "; ")
        + (findings.count > Self.shown ? "; and \(findings.count - Self.shown) more" : "")
    }
  }

  /// What whoever prepares the data can do.
  package var remedy: String {
    switch self {
    case .refused(let findings):
      findings.contains { $0.check == .deidentification }
        ? "take the column out, make it coarser, or, where it is a false alarm, list it under reviewed in the declaration"
        : "correct the extract or its declaration, or ask for a protocol that describes the column as it is"
    }
  }
}
