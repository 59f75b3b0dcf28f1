import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import StudyFixtures
import Synthesis
import TestSupport

/// A study with three phases and two reviewers, three validation sites and one development site, two months.
struct ReviewStudy {
  let evaluationProtocol: EvaluationProtocol

  static let sites = ["alpha", "beta", "gamma"]

  /// - Parameter windows: ids of months; empty for an undated study.
  init(
    version: Int64 = 1, modelVersion: String = "1", go: [JSONValue] = [], stop: [JSONValue] = [],
    isDated: Bool = true, minimum: JSONValue = ["sites": 1, "rows": 0, "events": 0, "days": 0],
    looks: Int64? = nil, stabilityLimit: JSONValue? = "0.25", keys: Bool = true,
    change: (inout JSONObject) -> Void = { _ in }
  ) throws {
    let bytes = try fileBytes(Repository.path("protocols/vectors/gates/small-study.json"))
    guard case .object(var document) = try parseCanonicalJSON(bytes, limits: .protocolDocument),
      case .object(var model)? = document["model"], case .object(var drift)? = document["drift"]
    else { throw GateStudy.Unexpected() }
    document["phases"] = .array(
      ["silent", "limited", "broad"].map { phase in
        [
          "phase": .string(phase), "exposure": "somebody", "minimum": minimum,
          "goCriteria": .array(phase == "silent" ? go : []),
          "stopCriteria": .array(phase == "silent" ? stop : []),
          "signOffs": .array(
            [("clinical sponsor", "Dr. Ada"), ("safety officer", "Dr. Ben")].map { role, person in
              var entry: JSONObject = [
                "role": .string(role), "person": .string(person), "organisation": "Alpha Hospital",
                "independence": [],
              ]
              if keys { entry["fingerprint"] = .string(Digest(of: Array(person.utf8)).text) }
              return .object(entry)
            }),
        ]
      })
    model["version"] = .string(modelVersion)
    model["artifact"] = .string(Digest(of: Array("model \(modelVersion)".utf8)).text)
    document["model"] = .object(model)
    drift["stabilityLimit"] = stabilityLimit
    document["drift"] = .object(drift)
    document["version"] = .integer(version)
    if version > 1 {
      document["amendment"] = ["previous": .string(Digest(of: []).text), "reason": "because"]
    }
    if let looks {
      document["monitoring"] = ["everyDays": 30, "openDays": 5, "quorum": 1, "looks": .integer(looks)]
    }
    if !isDated { document["windows"] = ["kind": "undated"] }
    change(&document)
    evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }

  /// Those who sign to leave a phase.
  var reviewers: [RequiredSignOff] { evaluationProtocol.phase(.silent)?.signOffs ?? [] }

  /// A study in the silent phase, to which everybody consents.
  func story() throws -> ToldHistory {
    var story = try ToldHistory(evaluationProtocol)
    try story.consent(Self.sites)
    try story.enter(.silent)
    return story
  }

  /// The matrix of some rows and drift, and what it comes to.
  func result(
    _ rows: [SiteRow], pooled: [JSONValue] = [], drift: [String: [JSONValue]] = [:]
  ) throws -> ReviewFacts.Result {
    let matrix = try MatrixParts(drift: drift).matrix(rows, pooled: pooled, under: evaluationProtocol)
    return ReviewFacts.Result(
      matrix: matrix, outcome: try decide(matrix, phase: .silent, under: evaluationProtocol, look: 1))
  }
}

extension ToldHistory {
  /// The answers as the story stands.
  func facts(
    _ result: ReviewFacts.Result? = nil, missingObjects: [String] = [], now: UTCTime? = nil
  ) throws -> ReviewFacts {
    ReviewFacts(
      history: history, state: try state(), protocols: protocols, result: result,
      missingObjects: missingObjects, now: now ?? clock)
  }
}
