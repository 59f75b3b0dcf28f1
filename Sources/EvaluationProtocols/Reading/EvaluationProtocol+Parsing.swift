package import CanonicalJSON
import Cryptography

extension EvaluationProtocol {
  /// Parses and validates a protocol document.
  ///
  /// - Throws: `ProtocolError.syntax` when the bytes are not canonical JSON, `.document` when a field or
  ///   a rule between fields is wrong; both name the place and a remedy.
  package static func parse(_ bytes: [UInt8]) throws(ProtocolError) -> EvaluationProtocol {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .protocolDocument) } catch {
      throw .syntax(error)
    }
    do {
      let parsed = try EvaluationProtocol(
        parsing: DocumentField(value), digest: Digest(of: bytes), bytes: bytes)
      try parsed.validate()
      return parsed
    } catch {
      throw .document(error)
    }
  }

  private init(parsing field: DocumentField, digest: Digest, bytes: [UInt8]) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(EvaluationProtocol.format)
    self.digest = digest
    self.bytes = bytes
    self.id = try object.required("id").identifier()
    self.version = try object.required("version").integer(in: 1...1_000_000)
    self.amendment = try object.optional("amendment").map(Amendment.init(parsing:))
    self.authorship = try object.optional("authorship").map(Authorship.init(parsing:))
    self.study = try Study(parsing: object.required("study"))
    self.model = try ModelReference(parsing: object.required("model"))
    self.baseline = try object.optional("baseline").map(Baseline.init(parsing:))
    self.data = try DataDefinition(parsing: object.required("data"))
    self.cohort = try Cohort(parsing: object.required("cohort"))
    self.label = try LabelDefinition(parsing: object.required("label"))
    self.attributes = try object.required("slices").array(maximum: 64).map(SliceAttribute.init(parsing:))
    self.intersections =
      try object.optional("intersections")?.array(maximum: 64).map(Intersection.init(parsing:)) ?? []
    self.windows = try WindowPlan(parsing: object.required("windows"))
    self.grid = try ScoreGrid(
      parsing: object.required("grid"), thresholds: model.thresholds.map(\.value))
    self.drift = try DriftPlan(parsing: object.required("drift"))
    self.analysis = try object.optional("analysis").map(AnalysisPlan.init(parsing:)) ?? AnalysisPlan()
    self.operations = try object.optional("operations").map(OperationsPlan.init(parsing:))
    var disclosure = try object.required("disclosure").object()
    self.disclosure = try DisclosureRequest(
      minimumCell: disclosure.required("minimumCell").integer(in: 2...1000),
      minimumFitEvents: disclosure.required("minimumFitEvents").integer(in: 2...1_000_000))
    try disclosure.finish()
    self.sites = try object.required("sites").array(maximum: 1000, minimum: 1).map(Site.init(parsing:))
    self.phases = try object.required("phases").array(maximum: 3, minimum: 1).map(Phase.init(parsing:))
    self.monitoring = try object.optional("monitoring").map(MonitoringPlan.init(parsing:))
    self.fallback = try object.required("fallback").string()
    self.evidence = try EvidencePlan(parsing: object.required("evidence"))
    self.sectionDigests = EvaluationProtocol.sectionDigests(of: field.value)
    try object.finish()
  }

  private static func sectionDigests(of document: JSONValue) -> [String: Digest] {
    guard case .object(let object) = document else { return [:] }
    return Dictionary(
      object.members.map { ($0.key, Digest(of: encodeCanonicalJSON($0.value))) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// Why a protocol document was refused.
package enum ProtocolError: Error, Equatable {
  case syntax(JSONError)
  case document(DocumentError)
}

extension ProtocolError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let error): "protocol is not canonical JSON: \(error)"
    case .document(let error): "protocol: \(error)"
    }
  }

  /// What the author of the document can do.
  package var remedy: String {
    switch self {
    case .syntax: "write it in canonical form with `evidence protocol lint --write`"
    case .document(let error): error.remedy
    }
  }
}

extension DocumentObject {
  /// Reads `format` and refuses every other value.
  package mutating func expectFormat(_ expected: String) throws(DocumentError) {
    let field = try required("format")
    let found = try field.string(maximum: 200)
    guard found == expected else {
      throw DocumentError(
        path: field.path, problem: "this reader does not know that format",
        remedy: "give a document of format \(expected)")
    }
  }
}

extension Study {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.title = try object.required("title").string(maximum: 200)
    self.intendedUse = try object.required("intendedUse").string()
    self.targetPopulation = try object.required("targetPopulation").string()
    self.riskCategory = try object.required("riskCategory").choice(of: RiskCategory.self)
    self.owner = try object.required("owner").string(maximum: 200)
    self.responsibilities = try object.required("responsibilities").array(maximum: 64)
      .map(Responsibility.init(parsing:))
    try object.finish()
  }
}

extension Responsibility {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.role = try object.required("role").string(maximum: 100)
    self.who = try object.required("who").string(maximum: 200)
    try object.finish()
  }
}

extension Site {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.id = try object.required("id").identifier()
    self.name = try object.required("name").string(maximum: 200)
    self.role = try object.required("role").choice(of: SiteRole.self)
    try object.finish()
  }
}

extension EvidencePlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.validityDays = try object.required("validityDays").integer(in: 1...36_500)
    self.regulatory = try object.required("regulatory").array(maximum: 64).strings()
    try object.finish()
  }
}

extension [DocumentField] {
  /// Each element as text.
  package func strings(maximum: Int = 2000) throws(DocumentError) -> [String] {
    var texts: [String] = []
    texts.reserveCapacity(count)
    for element in self { texts.append(try element.string(maximum: maximum)) }
    return texts
  }

  /// Each element as an exact decimal; they have to ascend.
  package func ascendingDecimals() throws(DocumentError) -> [ExactDecimal] {
    var numbers: [ExactDecimal] = []
    numbers.reserveCapacity(count)
    for element in self {
      let number = try element.decimal()
      if let last = numbers.last, last >= number {
        throw DocumentError(
          path: element.path, problem: "\(number.text) does not ascend",
          remedy: "list numbers from small to large, each once")
      }
      numbers.append(number)
    }
    return numbers
  }
}
