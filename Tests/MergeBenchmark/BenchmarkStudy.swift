import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Foundation
import Statistics

/// A made-up study of any size: seeded counts, released by the real disclosure rule and read back.
///
/// A few templates are counted; every site is one of them under a name of its own, so that preparing a thousand
/// sites takes no longer than merging them.
struct BenchmarkStudy {
  let evaluationProtocol: EvaluationProtocol
  /// Strata of one site.
  let strata: Int
  private let templates: [String]

  private static let templateCount = 16

  init(sites: Int, windows: Int, levels: Int) throws {
    strata = windows * (1 + levels)
    let document = Self.document(sites: sites, windows: windows, levels: levels)
    let parsed = try EvaluationProtocol.parse(encodeCanonicalJSON(document))
    evaluationProtocol = parsed
    templates = try (0..<min(sites, Self.templateCount)).map {
      String(decoding: try Self.release($0, levels: levels, under: parsed), as: UTF8.self)
    }
  }

  /// One site's aggregate.
  func aggregate(of site: Int) throws -> CheckedAggregate {
    let template = site % templates.count
    let bytes = templates[template].replacingOccurrences(
      of: "\"site\":\"\(Self.id(template))\"", with: "\"site\":\"\(Self.id(site))\"")
    return try CheckedAggregate.parse(Array(bytes.utf8), under: evaluationProtocol)
  }

  private static func id(_ site: Int) -> String { "site-\(100_000 + site)" }

  private static func release(
    _ site: Int, levels: Int, under evaluationProtocol: EvaluationProtocol
  ) throws -> [UInt8] {
    var random = SplitMix(state: UInt64(site) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    let grid = evaluationProtocol.grid
    let windows = try evaluationProtocol.windows.ids.map { id in
      let counts = (0..<levels).map { _ in Counts(intervals: grid.intervalCount, &random) }
      let strata = try counts.map { try $0.stratum(on: grid) }
      let all = counts.dropFirst().reduce(counts[0]) { $0.adding($1) }
      return LocalWindow(
        id: id, overall: try all.stratum(on: grid),
        attributes: [strata + [LocalStratum(intervals: grid.intervalCount)]], histograms: [])
    }
    let rows = windows.reduce(0) { $0 + $1.overall.rows.total }
    let local = LocalAggregate(
      site: id(site), protocolDigest: evaluationProtocol.digest,
      modelDigest: evaluationProtocol.model.artifact, featuresDigest: nil, countsPatients: false,
      flow: LocalFlow(
        read: rows,
        exclusions: ExclusionReason.all(under: evaluationProtocol).map { (reason: $0, rows: 0, patients: 0) }),
      windows: windows)
    let policy = try DisclosurePolicy(
      site: SitePolicy(minimumCell: 11, lowering: nil), dataClass: .synthetic, protocol: evaluationProtocol)
    return local.release(under: evaluationProtocol, policy: policy).bytes
  }
}

/// Rows by interval, all of an interval at its middle.
private struct Counts {
  var positive: [Int]
  var negative: [Int]

  init(intervals: Int, _ random: inout SplitMix) {
    positive = (0..<intervals).map { 12 + Int(random.next() % UInt64(4 + 3 * $0)) }
    negative = (0..<intervals).map { 15 + Int(random.next() % UInt64(4 + 6 * (intervals - $0))) }
  }

  func adding(_ other: Counts) -> Counts {
    var sum = self
    for index in positive.indices {
      sum.positive[index] += other.positive[index]
      sum.negative[index] += other.negative[index]
    }
    return sum
  }

  func stratum(on grid: ScoreGrid) throws -> LocalStratum {
    var stratum = LocalStratum(intervals: grid.intervalCount)
    stratum.rows.positive = positive
    stratum.rows.negative = negative
    stratum.patients = stratum.rows
    let scores = zip(grid.edges, grid.edges.dropFirst()).map { ($0.value + $1.value) / 2 }
    for (index, score) in scores.enumerated() {
      add(score, positive[index], to: &stratum.positiveSums[index], &stratum.positivePowers)
      add(score, negative[index], to: &stratum.negativeSums[index], &stratum.negativePowers)
    }
    let groups = scores.indices.map { (positives: positive[$0], negatives: negative[$0]) }
    stratum.ranks = try rankIntegers(sortedGroups: groups)
    stratum.distinctPatients = stratum.rows.total
    stratum.labelledPatients = stratum.rows.total
    stratum.averagePrecision = SiteAveragePrecision(sortedGroups: groups)
    stratum.fit = .fitted(
      try SiteFit.Values(
        try recalibrate(
          scores: scores.indices.map { (score: scores[$0], positives: positive[$0], negatives: negative[$0]) }
        )))
    return stratum
  }

  private func add(_ score: Double, _ rows: Int, to sums: inout ScoreSums, _ powers: inout PowerTotals) {
    let square = score * score
    let units = [score, square, square * score, square * square].map { Int128(rows) * Int128(fixedPoint($0)) }
    sums.first += units[0]
    sums.second += units[1]
    powers.first += units[0]
    powers.second += units[1]
    powers.third += units[2]
    powers.fourth += units[3]
  }
}

extension SiteFit.Values {
  fileprivate init(_ fit: RecalibrationFit) throws {
    func estimate(_ value: Double) throws -> FixedDecimal { try FixedDecimal(value, scale: Self.scale) }
    func variance(_ value: Double) throws -> FixedDecimal {
      try FixedDecimal(value, scale: Self.varianceScale)
    }
    self.init(
      calibrationInTheLarge: try estimate(fit.calibrationInTheLarge),
      calibrationInTheLargeError: try variance(fit.calibrationInTheLargeSE),
      intercept: try estimate(fit.intercept), slope: try estimate(fit.slope),
      interceptVariance: try variance(fit.varianceIntercept), covariance: try variance(fit.covariance),
      slopeVariance: try variance(fit.varianceSlope))
  }
}

/// Steele, Lea and Flood's generator: the same numbers on every machine.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension BenchmarkStudy {
  private static func document(sites: Int, windows: Int, levels: Int) -> JSONValue {
    let digest = JSONValue.string(Digest(of: []).text)
    let months = (0..<windows).map { index -> JSONValue in
      func start(_ month: Int) -> String {
        String(format: "%04d-%02d-01T00:00:00Z", 2020 + month / 12, month % 12 + 1)
      }
      return [
        "id": .string("w\(100 + index)"), "start": .string(start(index)), "end": .string(start(index + 1)),
      ]
    }
    return [
      "format": "urn:equipoise:protocol:v1", "id": "benchmark", "version": 1,
      "study": [
        "title": "Benchmark", "intendedUse": "timing", "targetPopulation": "nobody", "riskCategory": "low",
        "owner": "tests", "responsibilities": [],
      ],
      "model": [
        "id": "score", "version": "1", "kind": "recordedScore", "artifact": digest, "output": "probability",
        "scorePrecision": ["kind": "binary64"],
        "thresholds": [["value": "0.2", "action": "look"], ["value": "0.5", "action": "act"]],
      ],
      "data": ["features": [], "maximumUnreadableShare": "0.01"],
      "cohort": ["description": "all", "rules": []],
      "label": [
        "description": "event", "column": "label", "positive": ["1"], "negative": ["0"],
        "outcomeWindow": "a day", "adjudication": "none",
      ],
      "slices": [
        [
          "attribute": "ward", "column": "ward",
          "levels": .array(
            (0..<levels).map { level in
              let id = JSONValue.string("l\(level)")
              return ["level": id, "label": id, "codes": [id]]
            }),
        ]
      ],
      "windows": ["kind": "dated", "column": "time", "list": .array(months)],
      "grid": ["calibrationEdges": ["0.1", "0.3", "0.7", "0.9"], "fineEdges": ["0.4", "0.6", "0.8"]],
      "drift": ["reference": "none", "profiles": []],
      "disclosure": ["minimumCell": 11, "minimumFitEvents": 100],
      "sites": .array(
        (0..<sites).map { ["id": .string(id($0)), "name": .string(id($0)), "role": "validation"] }),
      "phases": [
        [
          "phase": "silent", "exposure": "nobody",
          "minimum": ["sites": 1, "rows": 0, "events": 0, "days": 0], "goCriteria": [], "stopCriteria": [],
          "signOffs": [],
        ]
      ],
      "fallback": "none", "evidence": ["validityDays": 1, "regulatory": []],
    ]
  }
}
