import CanonicalJSON

extension ReleasedExplanation {
  var json: JSONValue {
    [
      "overall": overall.json,
      "attributes": .array(attributes.map { .array($0.map { $0.json(\.json) }) }),
    ]
  }
}

extension ReleasedExplanation.Contributions {
  fileprivate var json: JSONValue { ["rows": .integer(Int64(rows)), "steps": integers(steps)] }
}
