import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Submissions

/// A study's history on its way into a bundle, checked by the code of the verifier.
struct CheckedStudy {
  let record: StudyRecord
  private let verification: StudyVerification

  /// Checks what was signed and whose it is.
  ///
  /// - Throws: `SealError.study`, the first rule that is broken.
  init(
    _ files: StudyFiles, in bundle: BundleDocument, evaluationProtocol: EvaluationProtocol,
    submissions: [VerifiedSubmission], trust: TrustFile, coordinatorRoot: Certificate
  ) throws(SealError) {
    guard let place = bundle.place else {
      throw .study(rule: "bundleHistory", file: BundlePath.bundle, "names no history", remedy: "seal again")
    }
    // A verifier reads the file, so what it could not read is not sealed.
    do throws(HistoryError) { _ = try StudyHistory.parse(files.history.encode()) } catch {
      throw .study(
        rule: error.rule, file: BundlePath.history, error.description, remedy: error.remedy)
    }
    var verification = StudyVerification(
      bundle: bundle, place: place, evaluationProtocol: evaluationProtocol,
      files: files.without(version: evaluationProtocol.version),
      coordinatorRoot: coordinatorRoot, trust: trust, submissions: submissions)
    let record = verification.read()
    try CheckedStudy.refuse(verification.problems)
    guard let record else {
      throw .study(
        rule: "state", file: BundlePath.history, "cannot be replayed", remedy: StudyVerification.askForHistory
      )
    }
    self.record = record
    self.verification = verification
  }

  /// Replays the history against the round that is sealed.
  ///
  /// - Throws: `SealError.study`, the first rule that is broken.
  func replay(_ derived: DerivedFiles, modelCard: Digest, submissions: [VerifiedSubmission]) throws(SealError)
  {
    var replay = StudyReplay(
      verification,
      round: RoundEvidence(
        roundName: verification.place.round, record: derived.record, modelCard: modelCard,
        submissions: submissions,
        matrix: derived.matrix + [(path: "gates.json", bytes: derived.gates)], reviews: derived.reviews))
    replay.run()
    try CheckedStudy.refuse(replay.verification.problems)
  }

  /// The files below `history/`.
  var entries: [(name: String, bytes: [UInt8])] {
    let files = verification.files
    var entries: [(name: String, bytes: [UInt8])] = [(BundlePath.history, files.history.encode())]
    for (version, bytes) in files.protocols.sorted(by: { $0.key < $1.key }) {
      entries.append((BundlePath.protocolVersion(version), bytes))
    }
    for (event, bytes) in files.statements.sorted(by: { $0.key < $1.key }) {
      entries.append((BundlePath.statement(event), bytes))
    }
    for (key, root) in verification.signers.sorted(by: { $0.key < $1.key }) {
      entries.append((BundlePath.signer(key), root.pem))
    }
    return entries
  }

  // A key that the sealing side does not pin is the reader's question.
  private static func refuse(_ problems: [VerificationProblem]) throws(SealError) {
    guard let problem = problems.first(where: { $0.kind != .notPinned }) else { return }
    throw .study(
      rule: problem.rule, file: problem.file, problem.message, remedy: problem.remedy)
  }
}

extension StudyFiles {
  /// The bundle's own protocol has its place already.
  fileprivate func without(version: Int) -> StudyFiles {
    StudyFiles(
      tenant: tenant, round: round, history: history, protocols: protocols.filter { $0.key != version },
      statements: statements, signers: signers)
  }
}
