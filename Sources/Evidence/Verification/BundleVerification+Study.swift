import Cryptography
import EvaluationProtocols
import Gates
import Submissions

extension BundleVerification {
  /// The check of the study's history, if the bundle carries one that can be read.
  mutating func studyVerification(
    _ files: BundleFiles, _ documents: Documents, _ submissions: [VerifiedSubmission]
  ) -> StudyVerification? {
    guard let place = documents.bundle.place, let study = studyFiles(files, place),
      let root = try? Certificate(pem: files[BundlePath.coordinatorRoot])
    else { return nil }
    return StudyVerification(
      bundle: documents.bundle, place: place, evaluationProtocol: documents.evaluationProtocol, files: study,
      coordinatorRoot: root, trust: trust, submissions: submissions)
  }

  /// The files below `history/`, each in the place that its content gives.
  private mutating func studyFiles(_ files: BundleFiles, _ place: BundleDocument.Place) -> StudyFiles? {
    let history: StudyHistory
    do { history = try StudyHistory.parse(files[BundlePath.history]) } catch {
      add(.refused, rule: error.rule, file: BundlePath.history, error.description, error.remedy)
      return nil
    }
    var protocols: [Int: [UInt8]] = [:]
    var statements: [Int: [UInt8]] = [:]
    var signers: [[UInt8]] = []
    for path in files.paths where path.hasPrefix(BundlePath.historyFolder) && path != BundlePath.history {
      let bytes = files[path]
      if let version = BundlePath.number(
        in: path, of: BundlePath.protocolsFolder, BundlePath.protocolVersion)
      {
        protocols[version] = bytes
      } else if let event = BundlePath.number(
        in: path, of: BundlePath.statementsFolder, BundlePath.statement)
      {
        statements[event] = bytes
      } else if let root = try? Certificate(pem: bytes), BundlePath.signer(root.publicKey.digest) == path {
        signers.append(bytes)
      } else {
        add(
          .refused, rule: "unknownFile", file: path, "no file of this format has that place",
          BundleVerification.askAgain)
      }
    }
    return StudyFiles(
      tenant: place.tenant, round: place.round, history: history, protocols: protocols,
      statements: statements, signers: signers)
  }

  /// Adds what the reading of a history found.
  mutating func take(_ study: StudyVerification) { add(study.problems) }

  /// Replays the history against the round.
  mutating func replay(_ study: StudyVerification, _ round: RoundEvidence) {
    let found = study.problems.count
    var replay = StudyReplay(study, round: round)
    replay.run()
    add(Array(replay.verification.problems.dropFirst(found)))
    if !replay.verification.isRefused { for line in replay.summary { confirm(line) } }
  }
}
