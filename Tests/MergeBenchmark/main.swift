import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Foundation
import Statistics
import Synthesis

// Times the merge of many sites: `MergeBenchmark SITES WINDOWS LEVELS`. Strata a site are windows × (1 + levels).
// One line of JSON: seconds of adding the sites, of the pooled part and of the sites' own parts, and peak memory.

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard arguments.count == 3, arguments.allSatisfy({ $0 > 0 }) else {
  FileHandle.standardError.write(Data("usage: MergeBenchmark SITES WINDOWS LEVELS\n".utf8))
  exit(2)
}
let (siteCount, windowCount, levelCount) = (arguments[0], arguments[1], arguments[2])
let study = try BenchmarkStudy(sites: siteCount, windows: windowCount, levels: levelCount)

/// Seconds of processor that this process has used: other work on the machine does not count.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

var merge = Merge(under: study.evaluationProtocol)
var adding = 0.0
var siteParts = 0.0
var timedParts = 0
for site in 0..<siteCount {
  let aggregate = try study.aggregate(of: site)
  let start = processorTime()
  let part = try merge.add(aggregate)
  adding += processorTime() - start
  // Every site's own part is the same work: a sample says how long one takes.
  if site % 50 == 0 {
    let start = processorTime()
    let matrix = part.matrix()
    siteParts += processorTime() - start
    timedParts += matrix.rows.isEmpty ? 0 : 1
  }
}
let start = processorTime()
let pooled = try merge.pooled()
let finishing = processorTime() - start
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let measures = pooled.rows.reduce(0) { $0 + $1.measures.count }
print(
  "{\"strata\":\(study.strata),\"rows\":\(pooled.rows.count),\"measures\":\(measures),"
    + "\"adding\":\(adding),\"pooled\":\(finishing),"
    + "\"sitePart\":\(siteParts / Double(max(timedParts, 1))),\"peakKiB\":\(usage.ru_maxrss)}")
