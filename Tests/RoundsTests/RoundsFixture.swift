import Aggregates
import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import Rounds
import Storage
import StudyFixtures
import Submissions
import TestSupport
import Testing

/// A tenant's file with the tables of rounds, and a log that keeps what a transaction keeps.
final class RoundsFixture {
  struct LogEntry: Equatable {
    let action: String
    let object: String
    let detail: JSONObject
  }

  static let tenant = "t-\(String(repeating: "a", count: 26))"

  let study: HeartDiseaseStudy
  let path: String
  private(set) var database: Database
  private(set) var log: [LogEntry] = []
  private var identifiers = 0

  init(in folder: String) throws {
    study = try HeartDiseaseStudy.shared()
    path = folder + "/tenant.sqlite"
    database = try Database(
      opening: path, journal: .writeAhead, schemas: [roundsSchema], createIfMissing: true)
  }

  var id: String { study.evaluationProtocol.id }
  var sites: [String] { study.evaluationProtocol.sites.map(\.id).sorted() }

  static func time(_ text: String) throws -> UTCTime { try UTCTime(parsing: text) }
  /// After the study's submissions were signed.
  static func now() throws -> UTCTime { try time("2026-06-01T12:00:00Z") }
  static func deadline() throws -> UTCTime { try time("2026-06-08T12:00:00Z") }

  /// As after a crash: what was not committed is gone, and the file is read anew.
  func reopen() throws {
    database = try Database(
      opening: path, journal: .writeAhead, schemas: [roundsSchema], createIfMissing: false)
  }

  /// One transaction; its entries are kept with it.
  func write<Value>(_ body: (Database, @escaping AuditRecorder) throws -> Value) throws -> Value {
    var entries: [LogEntry] = []
    let value = try database.transaction {
      let record: AuditRecorder = { action, object, detail in
        entries.append(LogEntry(action: action, object: object, detail: detail))
        return Int64(self.log.count + entries.count)
      }
      return try body(database, record)
    }
    log += entries
    return value
  }

  func makeIdentifier(_ kind: ServerIdentifier) -> String {
    identifiers += 1
    let letters = String(identifiers).utf8.map { String(UnicodeScalar($0 - 0x30 + 0x61)) }.joined()
    return kind.prefix + String(repeating: "z", count: 26 - letters.utf8.count) + letters
  }

  // MARK: the study

  @discardableResult
  func publish(_ bytes: [UInt8]? = nil, as study: String? = nil) throws -> StudyDocument {
    try write { database, record in
      try gates(database, at: Self.now(), record).publish(
        protocol: bytes ?? self.study.evaluationProtocol.bytes, study: study ?? id)
    }
  }

  @discardableResult
  func publish(_ bytes: [UInt8], _ kind: ObjectKind, digest: Digest? = nil) throws -> StudyDocument {
    try write { database, record in
      try StudyBook(database).publish(
        object: bytes, kind: kind, digest: digest ?? Digest(of: bytes), study: id, at: Self.now(),
        record: record)
    }
  }

  func publishAll() throws {
    try publish()
    try publish(HeartDiseaseStudy.file("lr.json"), .model)
    try publish(HeartDiseaseStudy.file("features.json"), .features)
    try publish(study.modelCard, .modelCard)
  }

  // MARK: gates

  func gates(_ database: Database, at now: UTCTime, _ record: @escaping AuditRecorder) -> GateBook {
    GateBook(
      database, tenant: Self.tenant, identity: study.coordinator, actor: "user/\(Self.person)", at: now,
      makeIdentifier: makeIdentifier, record: record)
  }

  static let person = "u-\(String(repeating: "p", count: 26))"

  /// Changes the gates in one transaction.
  @discardableResult
  func changeGates<Value>(at now: UTCTime? = nil, _ body: (GateBook) throws -> Value) throws -> Value {
    try write { database, record in try body(gates(database, at: now ?? Self.now(), record)) }
  }

  /// What a site's people sign about how far they go.
  func consent(
    _ site: String, _ phase: ConsentPhase = .silent, under evaluationProtocol: EvaluationProtocol? = nil,
    sequence: Int = 1, at now: UTCTime? = nil
  ) throws {
    let now = try now ?? Self.now()
    let statement = try study.consent(
      of: site, phase, under: evaluationProtocol, tenant: Self.tenant, sequence: sequence, at: now)
    try changeGates(at: now) {
      try $0.consent(statement, site: site, root: study.identities[site]?.root, study: id)
    }
  }

  /// Every site consents, and the study opens.
  func enterSilent() throws {
    for site in sites { try consent(site) }
    try changeGates { try $0.enter(.silent, study: id) }
  }

  /// The protocol with some members replaced, in canonical form.
  func protocolBytes(_ changes: JSONObject) throws -> [UInt8] {
    guard
      case .object(var object) = try parseCanonicalJSON(
        study.evaluationProtocol.bytes, limits: .protocolDocument)
    else { return [] }
    for member in changes.members { object[member.key] = member.value }
    if let version = changes["version"], version != .integer(1) {
      object["amendment"] = [
        "previous": .string(study.evaluationProtocol.digest.text), "reason": "a test of versions",
      ]
    }
    return encodeCanonicalJSON(.object(object))
  }

  // MARK: rounds

  func open(
    kind: RoundKind = .release, phase: PhaseName = .silent, quorum: Int = 1, deadline: UTCTime? = nil,
    at now: UTCTime? = nil
  ) throws -> RoundStatusDocument {
    let request = RoundRequestDocument(
      phase: phase, kind: kind, deadline: try deadline ?? Self.deadline(), quorum: quorum)
    return try write { database, record in
      try RoundBook(database).open(
        request, study: id, at: now ?? Self.now(), makeIdentifier: makeIdentifier, record: record)
    }
  }

  func assignment(_ site: String, at now: UTCTime? = nil) throws -> Assignment? {
    try AssignmentDesk(database, tenant: Self.tenant, site: site).list(at: now ?? Self.now()).assignments
      .first
  }

  /// What a site signs for a round.
  func submission(
    _ site: String, sequence: Int = 1, phase: PhaseName = .silent,
    under evaluationProtocol: EvaluationProtocol? = nil, signedBy signer: String? = nil
  ) throws -> [UInt8] {
    let evaluation = try #require(study.evaluations[site])
    let identity = try #require(study.identities[signer ?? site])
    return try HeartDiseaseStudy.sign(
      evaluation, site: site, under: evaluationProtocol ?? study.evaluationProtocol, with: identity,
      at: Self.time("2026-06-01T09:00:00Z"), phase: phase, sequence: sequence
    ).encodePackage()
  }

  func signingRoot(_ site: String) -> Digest? { study.identities[site]?.fingerprint.digest }

  @discardableResult
  func admit(
    _ bytes: [UInt8], _ assignment: String, from site: String, at now: UTCTime? = nil,
    signingRoot: Digest?? = nil
  ) throws -> Admission {
    try write { database, record in
      try AssignmentDesk(database, tenant: Self.tenant, site: site).admit(
        bytes, for: assignment, signingRoot: signingRoot ?? self.signingRoot(site),
        receiptsBy: study.coordinator, at: now ?? Self.now(), record: record)
    }
  }

  @discardableResult
  func decline(
    _ assignment: String, from site: String, _ code: RefusalCode = .paused, at now: UTCTime? = nil
  ) throws -> AssignmentsDocument {
    try write { database, record in
      try AssignmentDesk(database, tenant: Self.tenant, site: site).decline(
        assignment, code: code, at: now ?? Self.now(), record: record)
    }
  }

  /// The site evaluates, signs and sends; returns the bytes that it sent.
  @discardableResult
  func submit(_ site: String, sequence: Int = 1, at now: UTCTime? = nil) throws -> [UInt8] {
    let bytes = try submission(site, sequence: sequence)
    guard let assignment = try assignment(site, at: now) else { return bytes }
    try admit(bytes, assignment.id, from: site, at: now)
    return bytes
  }

  @discardableResult
  func advance(at now: UTCTime? = nil) throws -> String? {
    try write { database, record in
      let now = try now ?? Self.now()
      return try RoundBook(database).advance(
        with: gates(database, at: now, record), at: now, record: record)
    }
  }

  func status(_ round: String) throws -> RoundStatusDocument {
    try RoundBook(database).status(round, at: Self.now())
  }
}

/// Runs `body` with a fixture whose study is published and complete.
func withRounds<Value>(_ body: (RoundsFixture) throws -> Value) throws -> Value {
  try withTemporaryDirectory { folder in
    let fixture = try RoundsFixture(in: folder)
    try fixture.publishAll()
    try fixture.enterSilent()
    return try body(fixture)
  }
}

/// The code of the refusal that `body` ends with, or nil.
func refusalCode<Value>(_ body: () throws -> Value) throws -> String? {
  do {
    _ = try body()
    return nil
  } catch let refusal as RoundsRefusal {
    return refusal.code
  }
}

extension HeartDiseaseStudy {
  /// What a site's people sign about how far they go.
  func consent(
    of site: String, _ phase: ConsentPhase = .silent, under other: EvaluationProtocol? = nil, tenant: String,
    sequence: Int = 1, at now: UTCTime
  ) throws -> [UInt8] {
    let evaluationProtocol = other ?? self.evaluationProtocol
    return try SiteConsent(
      tenant: tenant, site: site, study: evaluationProtocol.id, protocolDigest: evaluationProtocol.digest,
      phase: phase, by: "Dr Ada Marsh", reason: "agreed", sequence: sequence, signedAt: now
    ).sign(with: try #require(identities[site]))
  }
}
