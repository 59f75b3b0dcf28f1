import Foundation
import TreeEnsembles

/// Scores rows of numbers in a file with a model, several times, and prints the seconds of each as JSON.
///
///     TreeMeasures scores|contributions FORMAT MODEL float32|float64 ROWS RESULTS REPEATS

func main() throws {
  let arguments = CommandLine.arguments
  guard arguments.count == 8, let format = TreeFormat(rawValue: arguments[2]), let repeats = Int(arguments[7])
  else {
    print("usage: TreeMeasures scores|contributions FORMAT MODEL float32|float64 ROWS RESULTS REPEATS")
    exit(2)
  }
  let model = Array(try Data(contentsOf: URL(fileURLWithPath: arguments[3])))
  let started = clock()
  let ensemble = try TreeEnsemble.parse(model, as: format)
  let parsing = seconds(since: started)
  let data = try Data(contentsOf: URL(fileURLWithPath: arguments[5]))
  let results: ([Double], [Double]) =
    arguments[4] == "float32"
    ? try data.withUnsafeBytes { try run($0.bindMemory(to: Float.self), ensemble, arguments[1], repeats) }
    : try data.withUnsafeBytes { try run($0.bindMemory(to: Double.self), ensemble, arguments[1], repeats) }
  try results.1.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: arguments[6])) }
  let printed = try JSONSerialization.data(
    withJSONObject: ["seconds": results.0, "parsing": parsing, "trees": ensemble.treeCount])
  print(String(decoding: printed, as: UTF8.self))
}

func seconds(since start: clock_t) -> Double { Double(clock() - start) / Double(CLOCKS_PER_SEC) }

func run<Input>(
  _ rows: UnsafeBufferPointer<Input>, _ ensemble: TreeEnsemble, _ work: String, _ repeats: Int
) throws -> ([Double], [Double]) {
  let evaluator = ensemble.makeEvaluator()
  let count = rows.count / ensemble.featureCount
  var results = [Double](
    repeating: 0, count: work == "scores" ? count : count * (ensemble.featureCount + 1))
  var times: [Double] = []
  for _ in 0..<repeats {
    let start = clock()
    var places = results.mutableSpan
    if let rows = rows as? UnsafeBufferPointer<Float> {
      if work == "scores" {
        evaluator.probabilities(of: rows.span, into: &places)
      } else {
        try evaluator.contributions(of: rows.span, into: &places)
      }
    } else if let rows = rows as? UnsafeBufferPointer<Double> {
      if work == "scores" {
        evaluator.probabilities(of: rows.span, into: &places)
      } else {
        try evaluator.contributions(of: rows.span, into: &places)
      }
    }
    times.append(seconds(since: start))
  }
  return (times, results)
}

try main()
