import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Evidence
import Foundation
import StudyFixtures
import Synthesis
import TestSupport
import Testing

/// Numbers of a matrix against scikit-learn, statsmodels, pROC and metafor on the same rows, as
/// `Reference/compare_matrix.py` wrote them down. Each value carries its own tolerance, after
/// statistics.md §13.
private struct MatrixReference {
  private struct File: Decodable {
    let `protocol`: String
    let values: [Value]
  }

  /// One entry: what it is about as texts, and its numbers by name.
  struct Value: Decodable {
    let file: String
    let window: String
    let attribute: String
    let level: String
    let metric: String
    let estimand: String
    let threshold: String?
    let tolerance: Double
    let value, lower, upper: Double?
    let tauSquared, iSquared, q, predictionLower, predictionUpper: Double?
    let meanScore, observed, observedLower, observedUpper: Double?
    let netBenefit, treatAll: Double?
    let stabilityIndex, noise: Double?
    let share, reference, difference: Double?

    var name: String { "\(file) \(metric) \(attribute) \(level) \(threshold ?? "")" }
  }

  let matrix: ValidationMatrix
  let values: [Value]

  init(_ name: String, for matrix: ValidationMatrix) throws {
    let path = Repository.path("Tests/EndToEndTests/Reference/\(name)")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(filePath: path)))
    #expect(file.protocol == matrix.protocolDigest.text, "the vectors are of another protocol")
    self.matrix = matrix
    values = file.values
  }

  private func row(_ value: Value) throws -> MatrixRow {
    let rows =
      value.file == "pooled.json"
      ? matrix.pooled.rows : try #require(matrix.sites.first { value.file == "sites/\($0.site).json" }).rows
    return try #require(
      rows.first {
        $0.window == value.window && $0.slice.attribute == value.attribute && $0.slice.level == value.level
      })
  }

  private func check(_ value: Value, _ parts: [(name: String, found: FixedDecimal?, expected: Double?)]) {
    #expect(parts.contains { $0.expected != nil }, "\(value.name) has nothing to compare")
    for (name, found, expected) in parts {
      guard let expected else { continue }
      guard let found else {
        Issue.record("\(value.name): no \(name)")
        continue
      }
      #expect(
        abs(found.value - expected) <= value.tolerance,
        "\(value.name) \(name): \(found.text) against \(expected)")
    }
  }

  func checkMeasures() throws -> Int {
    var checked = 0
    for value in values {
      guard let metric = Metric(rawValue: value.metric), let estimand = Estimand(rawValue: value.estimand)
      else {
        continue
      }
      let threshold = try value.threshold.map { try ExactDecimal(parsing: $0) }
      let measure = try #require(try row(value).measure(metric, at: threshold, estimand))
      switch measure.result {
      case .estimated(let numbers):
        let effects = numbers.randomEffects
        check(
          value,
          [
            ("value", numbers.value, value.value), ("lower", numbers.lower, value.lower),
            ("upper", numbers.upper, value.upper), ("tauSquared", effects?.tauSquared, value.tauSquared),
            ("iSquared", effects?.iSquared, value.iSquared), ("q", effects?.q, value.q),
            ("predictionLower", effects?.predictionLower, value.predictionLower),
            ("predictionUpper", effects?.predictionUpper, value.predictionUpper),
          ])
      case .bounded(let lower, let upper):
        check(value, [("lower", lower, value.lower), ("upper", upper, value.upper)])
      case .withheld, .notEvaluable: Issue.record("\(value.name) has no number")
      }
      checked += 1
    }
    return checked
  }

  func checkBinsAndCurves() throws {
    for value in values where value.metric == "reliability" || value.metric == "decisionCurve" {
      let row = try row(value)
      let edge = try ExactDecimal(parsing: try #require(value.threshold))
      if value.metric == "reliability" {
        let bin = try #require(row.reliability.first { $0.lower == edge })
        check(
          value,
          [
            ("meanScore", bin.meanScore, value.meanScore), ("observed", bin.observed, value.observed),
            ("observedLower", bin.observedLower, value.observedLower),
            ("observedUpper", bin.observedUpper, value.observedUpper),
          ])
      } else {
        let point = try #require(row.decisionCurve.first { $0.threshold == edge })
        check(
          value,
          [("netBenefit", point.netBenefit, value.netBenefit), ("treatAll", point.treatAll, value.treatAll)])
      }
    }
  }

  func checkDrift() throws {
    for value in values where value.attribute == "drift" {
      let site = try #require(matrix.sites.first { value.file == "sites/\($0.site).json" })
      let drift = try #require(site.drift.first { $0.window == value.window && $0.profile == value.level })
      if value.metric == "drift" {
        guard case .compared(let index, let noise, _, _) = drift.result else {
          Issue.record("\(value.name) is not compared")
          continue
        }
        check(value, [("stabilityIndex", index, value.stabilityIndex), ("noise", noise, value.noise)])
      } else {
        let missing = try #require(drift.missing)
        check(
          value,
          [
            ("share", missing.share, value.share), ("reference", missing.reference, value.reference),
            ("difference", missing.difference, value.difference), ("lower", missing.lower, value.lower),
            ("upper", missing.upper, value.upper),
          ])
      }
    }
  }
}

@Suite struct MatrixReferenceTests {
  @Test func heartDiseaseMatrixEqualsTheOtherPrograms() throws {
    let reference = try MatrixReference(
      "heart-disease-matrix.json", for: HeartDiseaseStudy.shared().bundle.record.matrix)
    #expect(try reference.checkMeasures() > 250)
    try reference.checkBinsAndCurves()
    try reference.checkDrift()
  }

  @Test func sampleOfTheSyntheticMatrixEqualsTheOtherPrograms() throws {
    let reference = try MatrixReference(
      "synthetic-deterioration-matrix.json",
      for: SyntheticStudy.matrix(rows: 6000, seed: 2026, under: SyntheticStudy.evaluationProtocol(version: 2))
    )
    #expect(try reference.checkMeasures() > 80)
    try reference.checkBinsAndCurves()
    try reference.checkDrift()
  }
}
