import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime
import Synthesis

private let rows = Parameter<Int>.integer(
  "--rows-per-window", "labelled rows of one window, all sites together", in: 1...1_000_000)
private let runLength = Parameter<Int>.integer(
  "--run-length", "windows to a false alarm; default: the protocol's", in: 2...100_000
)
.optional()

/// `evidence protocol cusum`: the limit that a stated run length needs.
let protocolCUSUMCommand = Command(
  "protocol cusum", "find the limit of a protocol's CUSUM by simulation",
  [Options.evaluationProtocol, rows, runLength, Options.json],
  example: "protocol cusum --protocol protocol.json --rows-per-window 500 --run-length 100"
) { arguments, console in
  let found = try readProtocol(arguments[Options.evaluationProtocol])
    .simulateCUSUMLimit(rowsPerWindow: arguments[rows], runLength: arguments[runLength])
  if arguments[Options.json] {
    console.write(
      encodeCanonicalJSON([
        "limit": .string(found.limit.text), "runLength": .string(found.runLength.text),
        "standardError": .string(found.standardError.text), "rowsPerWindow": .integer(Int64(arguments[rows])),
      ]))
    console.print("")
    return .done
  }
  console.print("limit: \(found.limit.text, .bold)")
  console.print(
    "windows to a false alarm: \(found.runLength.text), standard error of the simulation \(found.standardError.text)"
  )
  console.print("simulated with the middle of each cell of the protocol's score profile as the score")
  return .done
}
