package import Attestations
package import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Submissions

/// Checks a bundle offline: container, signatures against the trust file, file set, and every derived number.
///
/// Keys in the bundle are hints; only keys pinned in `trust` are believed. Nothing is written.
///
/// - Parameters:
///   - trust: the reader's own; without it a bundle can reach E1 only.
///   - now: for the question whether the evidence is out of date, and for nothing else.
package func verifyBundle(_ bytes: [UInt8], trust: TrustFile?, now: UTCTime) -> VerificationReport {
  var verification = BundleVerification(trust: trust)
  return verification.run(bytes, now: now)
}

/// One run over one bundle. Each step adds what it found; a step that cannot go on ends the run.
struct BundleVerification {
  let trust: TrustFile?
  private var problems: [VerificationProblem] = []
  private var confirmed: [String] = []

  init(trust: TrustFile?) { self.trust = trust }

  mutating func run(_ bytes: [UInt8], now: UTCTime) -> VerificationReport {
    let files: BundleFiles
    do { files = try BundleFiles(reading: bytes) } catch {
      add(.refused, rule: error.rule, file: error.file, error.message, error.remedy)
      return report()
    }
    confirm("container: \(files.paths.count) files, every byte where the format puts it")
    guard let documents = readDocuments(files) else {
      // Even then the manifest can say which file lies.
      checkManifest(files, at: now)
      return report()
    }
    checkManifest(files, at: documents.bundle.sealedAt)
    checkFixedFiles(files)
    let submissions = verifySubmissions(files, documents)
    checkKeys(submissions)
    var study = studyVerification(files, documents, submissions)
    let studyRecord = study?.read()
    if let study { take(study) }
    let missing = documents.evaluationProtocol.sites.map(\.id).filter { !files.sites.contains($0) }
    for site in missing { confirm("not run: site \(site) is in the protocol and sent nothing") }
    guard isGoodSoFar, !submissions.isEmpty else { return report() }
    guard let round = checkDerived(files, documents, submissions, study: studyRecord) else { return report() }
    if let study { replay(study, round) } else { confirm(BundleWords.noHistory) }
    return report(round: round, isExpired: now > documents.bundle.validUntil)
  }

  /// The documents without which nothing else can be checked.
  struct Documents {
    let bundle: BundleDocument
    let evaluationProtocol: EvaluationProtocol
    let modelCard: ModelCard
  }

  mutating func add(
    _ kind: VerificationProblem.Kind, rule: String, file: String, _ message: String, _ remedy: String
  ) {
    problems.append(
      VerificationProblem(kind: kind, rule: rule, file: file, message: message, remedy: remedy))
  }

  mutating func confirm(_ line: String) { confirmed.append(line) }

  /// Adds what was found elsewhere.
  mutating func add(_ found: [VerificationProblem]) { problems += found }

  private var isGoodSoFar: Bool { problems.allSatisfy { $0.kind == .notPinned } }

  private func report(round: RoundEvidence? = nil, isExpired: Bool = false) -> VerificationReport {
    let record = round?.record
    let level: VerificationReport.Level =
      if record == nil || problems.contains(where: { $0.kind != .notPinned }) {
        .malformed
      } else {
        problems.isEmpty ? .signed : .selfConsistent
      }
    return VerificationReport(
      level: level, problems: problems, confirmed: confirmed, record: record,
      review: level > .malformed ? round?.review : nil, isExpired: isExpired)
  }

  private mutating func readDocuments(_ files: BundleFiles) -> Documents? {
    func read<Document>(_ path: String, _ rule: String, _ parse: ([UInt8]) throws -> Document) -> Document? {
      do { return try parse(files[path]) } catch {
        add(.refused, rule: rule, file: path, "\(error)", BundleVerification.askAgain)
        return nil
      }
    }
    guard let bundle = read(BundlePath.bundle, "bundleDocument", BundleDocument.parse),
      let evaluationProtocol = read(BundlePath.protocolDocument, "protocol", EvaluationProtocol.parse),
      let modelCard = read(BundlePath.modelCard, "modelCard", ModelCard.parse)
    else { return nil }
    guard bundle.protocolDigest == evaluationProtocol.digest, bundle.study == evaluationProtocol.id,
      evaluationProtocol.phase(bundle.phase) != nil
    else {
      add(
        .refused, rule: "bundleProtocol", file: BundlePath.bundle,
        "names another protocol or phase than \(BundlePath.protocolDocument)", BundleVerification.askAgain)
      return nil
    }
    guard files.carriesHistory == (bundle.place != nil) else {
      add(
        .refused, rule: files.carriesHistory ? "unknownFile" : "missingFile", file: BundlePath.history,
        files.carriesHistory ? "is a history that bundle.json does not name" : "is missing",
        BundleVerification.askAgain)
      return nil
    }
    return Documents(bundle: bundle, evaluationProtocol: evaluationProtocol, modelCard: modelCard)
  }

  static let askAgain = "do not use it; ask the sender for the bundle as it was sealed"

  // Texts that are the same in every bundle of this format.
  private mutating func checkFixedFiles(_ files: BundleFiles) {
    var expected = [(path: BundlePath.instructions, text: verificationInstructions)]
    expected += embeddedSchemas.map { (path: BundlePath.schemaFolder + $0.name, text: $0.text) }
    for (path, text) in expected where files[path] != Array(text.utf8) {
      add(
        .refused, rule: "fixedFile", file: path, "is not the text of this bundle format",
        BundleVerification.askAgain)
    }
  }

  private mutating func verifySubmissions(
    _ files: BundleFiles, _ documents: Documents
  ) -> [VerifiedSubmission] {
    var verified: [VerifiedSubmission] = []
    for site in files.sites {
      guard documents.evaluationProtocol.site(site) != nil else {
        add(
          .refused, rule: "siteNotInProtocol", file: "sites/\(site)/", "the protocol lists no such site",
          "ask the sender which protocol the site took part under")
        continue
      }
      if let submission = verify(files.submission(of: site), documents) { verified.append(submission) }
    }
    return verified
  }

  private mutating func verify(_ files: SubmissionFiles, _ documents: Documents) -> VerifiedSubmission? {
    do {
      let claimed = try files.claimedRootKey()
      let pinned = (try? SignerRole(site: files.site)).flatMap { trust?.rootKey(of: $0) }
      let submission = try files.verify(
        under: documents.evaluationProtocol, phase: documents.bundle.phase, pinnedRootKey: pinned ?? claimed,
        at: documents.bundle.sealedAt)
      let fingerprint = Fingerprint(submission.rootKey)
      if pinned == nil {
        add(
          .notPinned, rule: "siteNotPinned",
          file: SubmissionFiles.path(SubmissionFiles.rootName, site: files.site),
          "site \(files.site) is not in the trust file; the bundle's own root is \(fingerprint)",
          "compare with what the hospital itself shows, then `evidence trust add --site \(files.site)`")
      } else {
        confirm("site \(files.site): aggregate, context and acceptance signed under \(fingerprint)")
      }
      return submission
    } catch {
      add(
        error.isSignature ? .signature : .refused, rule: error.rule,
        file: SubmissionFiles.path(error.file, site: files.site), error.description, error.remedy)
      return nil
    }
  }

  // One hospital's key must not speak for another.
  private mutating func checkKeys(_ submissions: [VerifiedSubmission]) {
    var seen: [Digest: String] = [:]
    for submission in submissions {
      if let other = seen[submission.rootKey] {
        add(
          .signature, rule: "oneKeyTwoSites",
          file: SubmissionFiles.path(SubmissionFiles.rootName, site: submission.site),
          "sites \(other) and \(submission.site) sign under one root",
          "ask both hospitals for their fingerprints")
      }
      seen[submission.rootKey] = submission.site
    }
  }
}

extension SubmissionError {
  /// Whether it is about who signed what, and not about what was said.
  fileprivate var isSignature: Bool {
    switch self {
    case .attestation, .root: true
    case .context, .predicate, .aggregate, .otherSite, .package: false
    }
  }

  /// The rule by a stable name.
  fileprivate var rule: String {
    switch self {
    case .attestation(_, let error): error.rule
    case .root: "root"
    case .context: "context"
    case .predicate: "submissionPredicate"
    case .aggregate: "aggregate"
    case .otherSite: "otherSite"
    // A bundle holds the files themselves, so no bundle is refused for this.
    case .package: "package"
    }
  }
}
