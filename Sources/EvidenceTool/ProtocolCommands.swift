import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import Synthesis

private let file = Parameter<String>.path("FILE", "the protocol; spacing and key order are free")
private let write = Parameter<String>.path("--write", "write the canonical form here").optional()
private let rowsPerWindow = Parameter<Int>.integer(
  "--rows-per-window", "check the CUSUM's limit for windows of so many rows", in: 1...1_000_000
)
.optional()

/// `evidence protocol lint`: explains a protocol in English and warns of criteria that cannot pass.
let protocolLintCommand = Command(
  "protocol lint", "explain a protocol in English, warn of what cannot pass, and give its digest",
  [file, write, rowsPerWindow, Options.json], example: "protocol lint draft.json --write protocol.json"
) { arguments, console in
  let draft = try readFile(arguments[file], maximumBytes: JSONLimits.protocolDocument.maximumBytes)
  let bytes = encodeCanonicalJSON(try parseStrictJSON(draft, limits: .protocolDocument))
  let evaluationProtocol = try EvaluationProtocol.parse(bytes)
  if let path = arguments[write] { try writeFileAtomically(bytes, to: path) }
  var lines = evaluationProtocol.lint()
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
