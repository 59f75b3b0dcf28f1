import CanonicalJSON
import EvaluationProtocols

extension ExplanationRow {
  var json: JSONValue {
    var object: JSONObject = [
      "window": .string(window), "attribute": .string(slice.attribute), "level": .string(slice.level),
      "contributors": .strings(contributors), "withheld": .strings(withheld), "rows": .count(rows),
      "features": .array(features.map(\.json)),
    ]
    if let fromOverall { object["fromOverall"] = fromOverall.json }
    if let fromFirst { object["fromFirst"] = fromFirst.json }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    slice = SliceID(
      attribute: try object.required("attribute").identifier(),
      level: try object.required("level").identifier())
    contributors = try object.required("contributors").identifiers()
    withheld = try object.required("withheld").identifiers()
    rows = try object.count("rows")
    features = try object.required("features").array(maximum: 2000).map(Feature.init(parsing:))
    fromOverall = try object.optional("fromOverall").map(Bounded.init(parsing:))
    fromFirst = try object.optional("fromFirst").map(Distance.init(parsing:))
    try object.finish()
  }
}

extension ExplanationRow.Feature {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["feature": .string(name), "mean": mean.json, "share": share.json]
    if let overallShare { object["overallShare"] = overallShare.json }
    if let change { object["change"] = change.json }
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    name = try object.required("feature").string(maximum: 200)
    mean = try ExplanationRow.Bounded(parsing: object.required("mean"))
    share = try ExplanationRow.Bounded(parsing: object.required("share"))
    overallShare = try object.optional("overallShare").map(ExplanationRow.Bounded.init(parsing:))
    change = try object.optional("change").map(ExplanationRow.Bounded.init(parsing:))
    try object.finish()
  }
}

extension ExplanationRow.Bounded {
  fileprivate var json: JSONValue {
    ["value": .decimal(value), "lower": .decimal(lower), "upper": .decimal(upper)]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    value = try object.fixed("value")
    lower = try object.fixed("lower")
    upper = try object.fixed("upper")
    try object.finish()
  }
}

extension ExplanationRow.Distance {
  fileprivate var json: JSONValue {
    [
      "window": .string(window), "value": .decimal(distance.value), "lower": .decimal(distance.lower),
      "upper": .decimal(distance.upper),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    distance = ExplanationRow.Bounded(
      value: try object.fixed("value"), lower: try object.fixed("lower"), upper: try object.fixed("upper"))
    try object.finish()
  }
}
