import Aggregates
import CanonicalJSON
import ConsoleReports
import Cryptography
import EvaluationProtocols
import Gates
import ServiceRuntime
import Synthesis

private let aggregates = Parameter<String>.path(
  "--aggregates", "folder with one folder a site, each with its aggregate.json")
private let out = Parameter<String>.path("--out", "folder for matrix and verdicts; what is there is replaced")
  .optional()

private let look = Parameter<Int>.integer(
  "--look", "which look at the phase's results this is", in: 1...1_000_000
).defaulting(to: 1)

/// `evidence recompute`: merges plain aggregates and judges them; nothing is signed, and every line says so.
let recomputeCommand = Command(
  "recompute", "merge the sites' aggregates into the validation matrix and judge the criteria; unsigned",
  [Options.evaluationProtocol, aggregates, Options.phase, look, out, Options.json],
  example: "recompute --protocol protocol.json --aggregates submissions --out merged"
) { arguments, console in
  let evaluationProtocol = try readProtocol(arguments[Options.evaluationProtocol])
  var checked: [CheckedAggregate] = []
  for entry in try listDirectory(arguments[aggregates]) where entry.kind == .folder {
    let bytes = try readFile(
      "\(arguments[aggregates])/\(entry.name)/aggregate.json",
      maximumBytes: JSONLimits.submission.maximumBytes)
    checked.append(try CheckedAggregate.parse(bytes, under: evaluationProtocol))
  }
  let matrix = try merge(checked, under: evaluationProtocol)
  let outcome = try decide(
    matrix, phase: arguments[Options.phase], under: evaluationProtocol, look: arguments[look])
  let verdicts = outcome.encode(protocolDigest: evaluationProtocol.digest)
  if let folder = arguments[out] {
    try writeDirectoryAtomically(
      matrix.encode() + [(path: "gates.json", bytes: verdicts)], to: folder, replacing: true)
  }
  if arguments[Options.json] {
    console.write(verdicts)
    console.print("")
  } else {
    for line in MatrixText(matrix: matrix, evaluationProtocol: evaluationProtocol).lines
      + GateText(outcome: outcome).lines
    {
      console.print("\("unsigned", .dim)  \(line)")
    }
  }
  return outcome.verdict == .pass ? .done : .criteriaNotMet
}
