import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import Submissions
import Synthesis

private let file = Parameter<String>.path("FILE", "the protocol; spacing and key order are free")
private let write = Parameter<String>.path("--write", "write the canonical form here").optional()
private let rowsPerWindow = Parameter<Int>.integer(
  "--rows-per-window", "check the CUSUM's limit for windows of so many rows", in: 1...1_000_000
)
.optional()
private let profile = Parameter<String>.path(
  "--profile", "check the drift section against this signed reference profile", placeholder: "STATEMENT"
)
.optional()
private let root = Parameter<String>.path(
  "--root", "the signer's root certificate; default: root.pem beside the statement"
).optional()

/// `evidence protocol lint`: explains a protocol in English, warns of criteria that cannot pass, and compares its drift
/// section with what a site signed.
let protocolLintCommand = Command(
  "protocol lint", "explain a protocol in English, warn of what cannot pass, and give its digest",
  [file, write, rowsPerWindow, profile, root, Options.optionalTrust, Options.json],
  example: "protocol lint draft.json --write protocol.json"
) { arguments, console in
  let draft = try readFile(arguments[file], maximumBytes: JSONLimits.protocolDocument.maximumBytes)
  let bytes = encodeCanonicalJSON(try parseStrictJSON(draft, limits: .protocolDocument))
  let evaluationProtocol = try EvaluationProtocol.parse(bytes)
  let reference = try arguments[profile].map {
    try confirmReference(
      $0, root: arguments[root], trust: arguments[Options.optionalTrust], in: evaluationProtocol)
  }
  if let path = arguments[write] { try writeFileAtomically(bytes, to: path) }
  var lines = evaluationProtocol.lint() + (reference.map { lint($0, in: evaluationProtocol) } ?? [])
  if let rows = arguments[rowsPerWindow],
    let warning = try evaluationProtocol.warningOfCUSUMLimit(rowsPerWindow: rows)
  {
    lines.append(LintLine(kind: .warning, text: warning))
  }
  if arguments[Options.json] {
    console.write(
      encodeCanonicalJSON([
        "digest": .string(evaluationProtocol.digest.text),
        "lines": .array(lines.map { ["kind": .string($0.kind.rawValue), "text": .string($0.text)] }),
      ]))
    console.print("")
    return .done
  }
  for line in lines {
    switch line.kind {
    case .explanation: console.print("\(line.text)")
    case .warning: console.print("\("warning", .yellow): \(line.text)")
    }
  }
  console.print("digest: \(evaluationProtocol.digest.text)")
  if draft != bytes, arguments[write] == nil {
    console.note("the file is not in canonical form; sites accept only that: run again with --write FILE")
  }
  return .done
}

/// Checks that a protocol's drift section is what a pinned site signed.
private func confirmReference(
  _ path: String, root: String?, trust: String?, in evaluationProtocol: EvaluationProtocol
) throws -> ReferenceStatement {
  let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  let rootPath = root ?? (path.contains("/") ? "\(folder)/" : "") + SubmissionFiles.rootName
  let verified = try ReferenceStatement.verify(
    readFile(path, maximumBytes: JSONLimits.attestation.maximumBytes),
    root: Certificate(pem: readFile(rootPath, maximumBytes: JSONLimits.small.maximumBytes)),
    trust: trust.map(readTrust) ?? TrustFile(), now: currentTime())
  try verified.confirm(in: evaluationProtocol)
  return verified.statement
}

private func lint(_ statement: ReferenceStatement, in evaluationProtocol: EvaluationProtocol) -> [LintLine] {
  let site = evaluationProtocol.site(statement.site)
  var lines = [
    LintLine(
      kind: .explanation,
      text: "The drift reference is what \(site?.name ?? statement.site) counted on its dataset "
        + "\(statement.dataset) (\(statement.dataClass.rawValue) data, extracted \(statement.extractedAt.text)) and "
        + "signed on \(statement.signedAt.text); no count is of fewer than \(statement.minimumCell).")
  ]
  if site?.role == .validation {
    lines.append(
      LintLine(
        kind: .warning,
        text:
          "the drift reference is of the validation site \(statement.site), whose own windows will look stable"
      ))
  }
  return lines
}
