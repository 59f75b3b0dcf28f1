import Attestations
import CanonicalJSON
import Cryptography
import Evidence
import EvaluationProtocols
import Gates
import ServiceRuntime
import Synthesis

/// Options of the commands that sign as a reviewer.
enum ReviewOptions {
  static let out = Parameter<String>.path("--out", "the file to write", placeholder: "FILE")
}

/// A review package that verified, with everything that can be said about it.
struct Review {
  let package: ReviewPackage
  let record: EvidenceRecord
}

/// Reads a reviewer's keys.
func reviewerKeys(_ folder: String) throws -> SigningIdentity {
  let identity = try SigningIdentity.load(from: folder)
  guard identity.role == .reviewer else {
    throw ToolError(
      "the keys are for \(identity.role.uri), not a reviewer's",
      remedy: "make some with `evidence keys create`",
      exitCode: .signatureOrDigestWrong)
  }
  return identity
}

/// Verifies a review package before anything is signed about it; a reader who pins nobody is warned.
func readReview(_ path: String, trust: String?, _ console: Console) throws -> Review {
  let report = verifyBundle(
    try readFile(path, maximumBytes: VerificationReport.largestBundle), trust: try trust.map(readTrust),
    now: try currentTime())
  guard let record = report.record, report.level > .malformed else {
    throw ToolError(
      "the package does not verify, so there is nothing to sign", remedy: "run `evidence verify \(path)`",
      exitCode: report.exitCode)
  }
  guard let package = report.review else {
    throw ToolError(
      "the bundle carries no study history, so nobody is asked for a sign-off",
      remedy: "get the review package with `coordinator gate review`", exitCode: .inputRefused)
  }
  if report.level < .signed {
    console.note("\("warning", .yellow): \(report.level.name), \(report.level.words)")
  }
  return Review(package: package, record: record)
}

extension Review {
  /// What a reviewer sees before signing.
  func summary(of prepared: PreparedSignOff, bundle: String) -> [StyledText] {
    let content = prepared.content
    let state = package.study.state
    var lines: [StyledText] = [
      "study:     \(record.evaluationProtocol.study.title)",
      "gate:      \(content.gate.rawValue), after round \(package.round), \(record.outcome.verdict.words)",
    ]
    if let withheld { lines.append("withheld:  \(withheld)") }
    let entries =
      record.study.flatMap { study in
        state.inForce.flatMap { study.protocols[$0.protocolDigest] }
      }.map { state.reviewers(of: content.gate, under: $0) } ?? []
    for entry in entries {
      let standing = state.standing(
        of: entry, at: content.gate, target: content.target, now: content.signedAt)
      lines.append("sign-off:  \(entry.person), \(entry.role): \(standing.words)")
    }
    lines.append("page:      \(prepared.page); unzip -p \(bundle) \(prepared.page) > page.html")
    lines.append("you sign:  \(content.person, .bold), \(content.role), \(content.organisation)")
    if let person = prepared.onBehalfOf { lines.append("           in the place of \(person)") }
    lines.append("meaning:   \(content.meaning, .bold)")
    lines += content.conditions.map { "condition: \($0)" }
    lines += content.conflicts.map { "conflict:  \($0)" }
    if content.conflicts.isEmpty { lines.append("conflicts: none, as you declare") }
    if !content.independence.isEmpty {
      lines.append(
        "you declare that who signs \(content.independence.map(\.words).joined(separator: ", and "))")
    }
    lines.append("until:     \(content.validUntil.text)")
    return lines
  }

  /// Which sites withhold their counts over all rows.
  private var withheld: String? {
    let window = record.evaluationProtocol.windows.wholeID
    let row = record.matrix.pooled.rows.first { $0.window == window && $0.slice == .overall }
    let sites = (row?.withheld ?? []) + record.matrix.pooled.notRun.map { "\($0) (sent nothing)" }
    return sites.isEmpty ? nil : sites.joined(separator: ", ")
  }
}

extension SignOffStanding {
  fileprivate var words: String {
    switch self {
    case .keyUnknown: "the protocol names no key"
    case .missing: "not signed"
    case .approved(let decision): "approved on \(decision.fact.signedAt.text)"
    case .rejected(let decision): "rejected on \(decision.fact.signedAt.text)"
    case .abstained(let decision): "abstained on \(decision.fact.signedAt.text)"
    case .expired(let decision): "approved, valid until \(decision.fact.validUntil.text)"
    case .void(let decision): "approved on \(decision.fact.signedAt.text), void since"
    }
  }
}
