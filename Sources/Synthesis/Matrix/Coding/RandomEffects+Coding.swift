import CanonicalJSON

// All numbers of a random-effects model come from a solver that iterates.

extension RandomEffectsNumbers {
  var json: JSONValue {
    var object: JSONObject = [
      "sites": .count(sites), "tauSquared": .decimal(tauSquared), "iSquared": .decimal(iSquared),
      "iSquaredFromQ": .decimal(iSquaredFromQ), "q": .decimal(q), "qPValue": .decimal(qPValue),
      "predictionLower": .decimal(predictionLower), "predictionUpper": .decimal(predictionUpper),
      "hartungKnapp": hartungKnapp.json, "modified": modified.json,
    ]
    object.set("contributions", unlessEmpty: contributions.map(\.json))
    object.set("tauSquaredBounds", tauSquaredBounds)
    if let derSimonianLaird { object["derSimonianLaird"] = derSimonianLaird.json }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    let scale = ValidationMatrix.solverScale
    var object = try field.object()
    sites = try object.required("sites").integer(in: 3...1000)
    contributions =
      try object.optional("contributions")?.array(maximum: 1000).map(SiteContribution.init(parsing:)) ?? []
    tauSquared = try object.fixed("tauSquared", scale: scale)
    tauSquaredBounds = try object.optionalBounds("tauSquaredBounds", scale: scale)
    iSquared = try object.fixed("iSquared", scale: scale)
    iSquaredFromQ = try object.fixed("iSquaredFromQ", scale: scale)
    q = try object.fixed("q", scale: scale)
    qPValue = try object.fixed("qPValue", scale: scale)
    predictionLower = try object.fixed("predictionLower", scale: scale)
    predictionUpper = try object.fixed("predictionUpper", scale: scale)
    hartungKnapp = try object.bounds("hartungKnapp", scale: scale)
    modified = try object.bounds("modified", scale: scale)
    derSimonianLaird = try object.optional("derSimonianLaird").map(DerSimonianLaird.init(parsing:))
    try object.finish()
  }
}

extension RandomEffectsNumbers.SiteContribution {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["site": .string(site), "weight": .decimal(weight)]
    if let without {
      object["without"] = [
        "value": .decimal(without.value), "lower": .decimal(without.lower), "upper": .decimal(without.upper),
        "tauSquared": .decimal(without.tauSquared),
      ]
    }
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    site = try object.required("site").identifier()
    weight = try object.fixed("weight", scale: ValidationMatrix.solverScale)
    without = try object.optional("without").map(Without.init(parsing:))
    try object.finish()
  }
}

extension RandomEffectsNumbers.SiteContribution.Without {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    let scale = ValidationMatrix.solverScale
    var object = try field.object()
    value = try object.fixed("value", scale: scale)
    lower = try object.fixed("lower", scale: scale)
    upper = try object.fixed("upper", scale: scale)
    tauSquared = try object.fixed("tauSquared", scale: scale)
    try object.finish()
  }
}

extension RandomEffectsNumbers.DerSimonianLaird {
  fileprivate var json: JSONValue {
    [
      "tauSquared": .decimal(tauSquared), "value": .decimal(value), "lower": .decimal(lower),
      "upper": .decimal(upper),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    let scale = ValidationMatrix.solverScale
    var object = try field.object()
    tauSquared = try object.fixed("tauSquared", scale: scale)
    value = try object.fixed("value", scale: scale)
    lower = try object.fixed("lower", scale: scale)
    upper = try object.fixed("upper", scale: scale)
    try object.finish()
  }
}
