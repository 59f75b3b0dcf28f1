import Glibc

// Used by scripts/bench and scripts/simulate; no part of the product.
//
//     StatisticsMeasures meta FILE REPEATS
//     StatisticsMeasures simulate SEED SCALE
//
// Writes one JSON object to standard output.

func printError(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  switch arguments.first {
  case "meta" where arguments.count == 3:
    guard let repeats = Int(arguments[2]), repeats > 0 else { throw UsageError() }
    print(try timeMetaAnalyses(in: arguments[1], repeats: repeats))
  case "simulate" where arguments.count == 3:
    guard let seed = UInt64(arguments[1]), let scale = Double(arguments[2]), scale > 0 else {
      throw UsageError()
    }
    print(try simulate(seed: seed, scale: scale))
  default: throw UsageError()
  }
} catch {
  printError("StatisticsMeasures: \(error)")
  exit(1)
}

struct UsageError: Error, CustomStringConvertible {
  let description = "usage: meta FILE REPEATS | simulate SEED SCALE"
}
