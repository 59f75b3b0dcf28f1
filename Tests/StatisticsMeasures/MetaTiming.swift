import Glibc
import Statistics

/// Times meta-analyses of the strata in a file, on one core.
///
/// The file is, in the byte order of this machine, two 64-bit integers, strata S and sites K, then S·K
/// estimates and S·K variances as doubles, a stratum after the other.
func timeMetaAnalyses(in path: String, repeats: Int) throws -> String {
  let strata = try readStrata(path)
  var seconds: [Double] = []
  var results: [MetaAnalysis] = []
  for _ in 0..<repeats {
    let start = processorSeconds()
    let multipliers = try StudentMultipliers(studies: strata.sites)
    results = try zip(strata.estimates, strata.variances).map { estimates, variances in
      try StudySet(estimates: estimates, variances: variances).randomEffects(multipliers)
    }
    seconds.append(processorSeconds() - start)
  }
  let sets = try zip(strata.estimates, strata.variances).prefix(50).map {
    try StudySet(estimates: $0, variances: $1)
  }
  var start = processorSeconds()
  for set in sets { _ = try qProfileInterval(set) }
  let profile = (processorSeconds() - start) / Double(sets.count)
  start = processorSeconds()
  for set in sets { _ = try leaveOneOut(set) }
  let left = (processorSeconds() - start) / Double(sets.count)
  func list(_ value: (MetaAnalysis) -> Double) -> String {
    "[\(results.map { "\(value($0))" }.joined(separator: ","))]"
  }
  return """
    {"seconds": [\(seconds.map { "\($0)" }.joined(separator: ","))], "qProfileSeconds": \(profile),
     "leaveOneOutSeconds": \(left), "mean": \(list(\.mean)), "tauSquared": \(list(\.tauSquared)),
     "standardError": \(list(\.hksjStandardError)), "predictionUpper": \(list(\.metaforPredictionInterval.upper))}
    """
}

/// Time this process has spent on processors.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

private struct Strata {
  var sites = 0
  var estimates: [[Double]] = []
  var variances: [[Double]] = []
}

private struct FileError: Error, CustomStringConvertible {
  let description: String
}

private func readStrata(_ path: String) throws -> Strata {
  guard let file = fopen(path, "r") else { throw FileError(description: "cannot open \(path)") }
  defer { fclose(file) }
  var sizes: [Int64] = [0, 0]
  guard fread(&sizes, 8, 2, file) == 2, sizes[0] > 0, sizes[1] > 0, sizes[0] < 1 << 24, sizes[1] < 1 << 24
  else {
    throw FileError(description: "no sizes in \(path)")
  }
  func table() throws -> [[Double]] {
    try (0..<sizes[0]).map { _ in
      var row = Array(repeating: 0.0, count: Int(sizes[1]))
      guard fread(&row, 8, row.count, file) == row.count else {
        throw FileError(description: "\(path) is too short")
      }
      return row
    }
  }
  let estimates = try table()
  return Strata(sites: Int(sizes[1]), estimates: estimates, variances: try table())
}
