import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Submissions

/// Checks a study's history, at sealing and at verifying alike: first who signed what, then each event against the
/// state before it.
///
/// - Source: `protocols/bundle.md`, section 6.
struct StudyVerification {
  let bundle: BundleDocument
  let place: BundleDocument.Place
  /// The bundle's own protocol.
  let evaluationProtocol: EvaluationProtocol
  let files: StudyFiles
  /// Certificate of the coordinator's evidence root; its key is believed as far as the trust file pins it.
  let coordinatorRoot: Certificate
  let trust: TrustFile?

  private(set) var problems: [VerificationProblem] = []
  /// Each site's root key: the pinned one, that of its folder, or that of its first statement here.
  var siteKeys: [String: Digest]
  /// Sites whose key neither the trust file nor a folder of the bundle gives.
  var unknownSites: Set<String> = []
  var signers: [Digest: Certificate] = [:]
  var usedSigners: Set<Digest> = []
  var protocols: [Digest: EvaluationProtocol] = [:]
  var signed = SignedStatements()

  /// Problems after which reading on would only repeat them.
  static let mostProblems = 50
  static let askForHistory = "do not use it; ask the coordinator's owner for the history as it was"

  init(
    bundle: BundleDocument, place: BundleDocument.Place, evaluationProtocol: EvaluationProtocol,
    files: StudyFiles, coordinatorRoot: Certificate, trust: TrustFile?, submissions: [VerifiedSubmission]
  ) {
    self.bundle = bundle
    self.place = place
    self.evaluationProtocol = evaluationProtocol
    self.files = files
    self.coordinatorRoot = coordinatorRoot
    self.trust = trust
    siteKeys = Dictionary(submissions.map { ($0.site, $0.rootKey) }) { first, _ in first }
  }

  var history: StudyHistory { files.history }

  /// Whether anything was found that is more than a key which is not pinned.
  var isRefused: Bool { problems.contains { $0.kind != .notPinned } }

  mutating func add(
    _ kind: VerificationProblem.Kind = .refused, rule: String, file: String = BundlePath.history,
    _ message: String, _ remedy: String = StudyVerification.askForHistory
  ) {
    problems.append(
      VerificationProblem(kind: kind, rule: rule, file: file, message: message, remedy: remedy))
  }

  /// A problem of an event, which is named by its number.
  mutating func add(_ event: StudyEvent, rule: String, _ message: String) {
    add(rule: rule, "event \(event.sequence), \(event.fact.kind.rawValue): \(message)")
  }

  /// Reads everything that was signed and checks whose it is.
  ///
  /// - Returns: the record, unless something is wrong.
  mutating func read() -> StudyRecord? {
    checkPlace()
    readSigners()
    readProtocols()
    guard !isRefused else { return nil }
    readStatements()
    checkFileSet()
    checkKeys()
    guard !isRefused else { return nil }
    let state: StudyState
    do { state = try StudyState(history) } catch {
      add(rule: error.rule, error.description, error.remedy)
      return nil
    }
    return StudyRecord(
      tenant: place.tenant, history: history, state: state, protocols: protocols,
      decisions: signed.decisions.mapValues(\.content), delegations: signed.delegations.mapValues(\.content))
  }

  private mutating func checkPlace() {
    guard place.history == history.head, history.study.hasSameBytes(as: bundle.study),
      place.tenant.hasSameBytes(as: files.tenant), place.round.hasSameBytes(as: files.round)
    else {
      add(
        rule: "bundleHistory", file: BundlePath.bundle,
        "names another history, study, tenant or round than \(BundlePath.history)")
      return
    }
    let isRecorded = history.events.contains { event in
      guard case .evidenceRecorded(let fact) = event.fact else { return false }
      return fact.round.hasSameBytes(as: place.round)
    }
    if !isRecorded {
      add(
        rule: "evidenceRecorded", "round \(place.round) of the bundle left no evidence in the history")
    }
  }

  private mutating func readSigners() {
    for pem in files.signers {
      do {
        let root = try Certificate(pem: pem)
        signers[root.publicKey.digest] = root
      } catch {
        add(.signature, rule: "root", file: BundlePath.signersFolder, error.description, error.remedy)
      }
    }
  }

  private mutating func readProtocols() {
    for event in history.events {
      guard case .protocolPublished(let fact) = event.fact else { continue }
      if fact.protocolDigest == evaluationProtocol.digest {
        protocols[fact.protocolDigest] = evaluationProtocol
        continue
      }
      let path = BundlePath.protocolVersion(fact.version)
      guard let bytes = files.protocols[fact.version] else {
        add(rule: "missingFile", file: path, "is missing", BundleVerification.askAgain)
        continue
      }
      do {
        let document = try EvaluationProtocol.parse(bytes)
        guard document.digest == fact.protocolDigest, document.id.hasSameBytes(as: history.study) else {
          add(rule: "amendment", file: path, "is not the protocol that event \(event.sequence) published")
          continue
        }
        protocols[fact.protocolDigest] = document
      } catch {
        add(rule: "protocol", file: path, error.description, BundleVerification.askAgain)
      }
    }
    if protocols[evaluationProtocol.digest] == nil {
      add(
        rule: "bundleHistory", file: BundlePath.protocolDocument,
        "the bundle's protocol is no version in the history")
    }
  }

  /// Exactly the files that the history asks for.
  private mutating func checkFileSet() {
    func unknown(_ path: String) {
      add(
        rule: "unknownFile", file: path, "the history asks for no such file", BundleVerification.askAgain)
    }
    var versions: Set<Int> = []
    var statements: Set<Int> = []
    for event in history.events {
      if case .protocolPublished(let fact) = event.fact, fact.protocolDigest != evaluationProtocol.digest {
        versions.insert(fact.version)
      }
      if event.fact.statement != nil { statements.insert(event.sequence) }
    }
    for version in files.protocols.keys.sorted() where !versions.contains(version) {
      unknown(BundlePath.protocolVersion(version))
    }
    for number in statements.sorted() where files.statements[number] == nil {
      add(
        rule: "missingFile", file: BundlePath.statement(number), "is missing", BundleVerification.askAgain)
    }
    for number in files.statements.keys.sorted() where !statements.contains(number) {
      unknown(BundlePath.statement(number))
    }
    // A statement that does not verify uses no root; what is wrong has been said then.
    guard !isRefused else { return }
    for key in signers.keys.sorted() where !usedSigners.contains(key) { unknown(BundlePath.signer(key)) }
  }

  /// One key speaks for one signer.
  private mutating func checkKeys() {
    var owners: [Digest: String] = [coordinatorRoot.publicKey.digest: "the coordinator"]
    for (site, key) in siteKeys.sorted(by: { $0.key.precedesInBytes($1.key) }) {
      if let other = owners[key] {
        add(
          .signature, rule: "oneKeyTwoSites", file: BundlePath.signer(key),
          "site \(site) and \(other) sign under one root", "ask both for their fingerprints")
      }
      owners[key] = "site \(site)"
    }
    let reviewers = signed.decisions.values.map(\.key) + signed.delegations.values.map(\.key)
    for key in Set(reviewers).sorted() {
      guard let other = owners[key] else { continue }
      add(
        .signature, rule: "oneKeyTwoRoles", file: BundlePath.signer(key),
        "a reviewer and \(other) sign under one root", "a reviewer's key is the reviewer's alone")
    }
    for site in unknownSites.sorted(by: { $0.precedesInBytes($1) }) {
      guard let key = siteKeys[site] else { continue }
      add(
        .notPinned, rule: "siteNotPinned", file: BundlePath.signer(key),
        "site \(site) is not in the trust file; the bundle's own root is \(Fingerprint(key))",
        "compare with what the hospital itself shows, then `evidence trust add --site \(site)`")
    }
  }
}

/// What was signed, by the number of the event that recorded it.
struct SignedStatements {
  var consents: [Int: VerifiedWord<SiteConsent>] = [:]
  var grants: [Int: VerifiedWord<PhaseGrant>] = [:]
  var orders: [Int: VerifiedWord<StopOrder>] = [:]
  var acknowledgements: [Int: VerifiedWord<Acknowledgement>] = [:]
  var decisions: [Int: VerifiedDecision] = [:]
  var delegations: [Int: VerifiedDelegation] = [:]
}
