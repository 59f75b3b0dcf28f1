import CanonicalJSON
import EvaluationProtocols

extension ReleasedUnscored {
  var json: JSONValue { ["missing": .integer(Int64(missing)), "invalid": .integer(Int64(invalid))] }
}

extension ReleasedOperations {
  var json: JSONValue {
    var object: JSONObject = ["alerts": .integer(Int64(alerts)), "spared": .integer(Int64(spared))]
    if let responses { object["responses"] = responses.json(runs) }
    if let acknowledgement { object["acknowledgement"] = acknowledgement.json(runs) }
    return .object(object)
  }
}

extension ReleasedIntersection {
  func json(grid: ScoreGrid) -> JSONValue {
    var object = slice.json(edges: partition?.json(grid: grid))
    object["intersection"] = .string(id)
    return .object(object)
  }
}
