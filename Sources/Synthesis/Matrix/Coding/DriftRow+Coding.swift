import CanonicalJSON

extension DriftRow {
  private enum Status: String, CaseIterable { case estimated, withheld, notEvaluable }

  var json: JSONValue {
    var object: JSONObject = ["window": .string(window), "profile": .string(profile)]
    switch result {
    case .compared(let numbers):
      object["status"] = "estimated"
      numbers.add(to: &object)
    case .withheld: object["status"] = "withheld"
    case .notEvaluable: object["status"] = "notEvaluable"
    }
    if let missing { object["missing"] = missing.json }
    if let outside { object["outside"] = outside.json }
    object.set("outsideLimit", outsideLimit)
    object.set("unlabelledPrevalence", unlabelledPrevalence)
    if let priorShift { object["priorShift"] = priorShift.json }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    profile = try object.required("profile").string(maximum: 100)
    switch try object.required("status").choice(of: Status.self) {
    case .estimated: result = .compared(try DriftNumbers(parsing: &object))
    case .withheld: result = .withheld
    case .notEvaluable: result = .notEvaluable
    }
    missing = try object.optional("missing").map(ShareShift.init(parsing:))
    outside = try object.optional("outside").map(ShareShift.init(parsing:))
    outsideLimit = try object.optionalFixed("outsideLimit")
    unlabelledPrevalence = try object.optionalFixed(
      "unlabelledPrevalence", scale: ValidationMatrix.solverScale)
    priorShift = try object.optional("priorShift").map(PriorShift.init(parsing:))
    try object.finish()
  }
}

extension DriftNumbers {
  fileprivate func add(to object: inout JSONObject) {
    object["rows"] = .count(rows)
    object["cells"] = .count(cells)
    object["stabilityIndex"] = .decimal(stabilityIndex)
    object["noise"] = .decimal(noise)
    if let assessment { object["assessment"] = assessment.json }
    object["klDivergence"] = .decimal(klDivergence)
    object["jsDivergence"] = .decimal(jsDivergence)
    if let chiSquared { object["chiSquared"] = chiSquared.json }
    object.set("ks", ks)
    object.set("wasserstein", wasserstein)
  }

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    rows = try object.count("rows")
    cells = try object.count("cells")
    stabilityIndex = try object.fixed("stabilityIndex")
    noise = try object.fixed("noise", scale: ValidationMatrix.solverScale)
    assessment = try object.optional("assessment").map(Assessment.init(parsing:))
    klDivergence = try object.fixed("klDivergence")
    jsDivergence = try object.fixed("jsDivergence")
    chiSquared = try object.optional("chiSquared").map(ChiSquared.init(parsing:))
    ks = try object.optionalBounds("ks")
    wasserstein = try object.optionalBounds("wasserstein")
  }
}

extension PriorShift {
  fileprivate var json: JSONValue { ["explained": .decimal(explained), "remainder": .decimal(remainder)] }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    explained = try object.fixed("explained")
    remainder = try object.fixed("remainder")
    try object.finish()
  }
}

extension DriftNumbers.Assessment {
  fileprivate var json: JSONValue {
    [
      "pValue": .decimal(pValue), "upperLimit": .decimal(upperLimit), "verdict": .string(verdict.rawValue),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    pValue = try object.fixed("pValue")
    upperLimit = try object.fixed("upperLimit", scale: ValidationMatrix.solverScale)
    verdict = try object.required("verdict").choice(of: DriftVerdictWord.self)
    try object.finish()
  }
}

extension DriftNumbers.ChiSquared {
  fileprivate var json: JSONValue {
    [
      "statistic": .decimal(statistic), "degreesOfFreedom": .count(degreesOfFreedom),
      "pValue": .decimal(pValue), "g": .decimal(g), "cramersV": .decimal(cramersV),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    statistic = try object.fixed("statistic")
    degreesOfFreedom = try object.required("degreesOfFreedom").integer(in: 1...2000)
    pValue = try object.fixed("pValue")
    g = try object.fixed("g")
    cramersV = try object.fixed("cramersV")
    try object.finish()
  }
}

extension DriftRow.ShareShift {
  fileprivate var json: JSONValue {
    [
      "share": .decimal(share), "reference": .decimal(reference), "difference": .decimal(difference),
      "lower": .decimal(lower), "upper": .decimal(upper),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    share = try object.fixed("share")
    reference = try object.fixed("reference")
    difference = try object.fixed("difference")
    lower = try object.fixed("lower")
    upper = try object.fixed("upper")
    try object.finish()
  }
}
