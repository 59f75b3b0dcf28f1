import CanonicalJSON
import EvaluationProtocols

extension MatrixRow {
  var json: JSONValue {
    var object: JSONObject = [
      "window": .string(window), "attribute": .string(slice.attribute), "level": .string(slice.level),
      "contributors": .strings(contributors), "withheld": .strings(withheld),
      "labelled": .count(labelled), "events": .count(events), "patients": .count(patients),
      "unlabelled": unlabelled.map { .count($0) } ?? ["status": "withheld"],
      "measures": .array(measures.map(\.json)),
    ]
    object.set("reliability", unlessEmpty: reliability.map(\.json))
    if let decomposition { object["decomposition"] = decomposition.json }
    object.set("distribution", unlessEmpty: distribution.map(\.json))
    object.set("decisionCurve", unlessEmpty: decisionCurve.map(\.json))
    if let acknowledgement { object["acknowledgement"] = acknowledgement.json }
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
    labelled = try object.count("labelled")
    events = try object.count("events")
    patients = try object.count("patients")
    let unlabelled = try object.required("unlabelled")
    if case .object = unlabelled.value {
      enum Status: String, CaseIterable { case withheld }
      var status = try unlabelled.object()
      _ = try status.required("status").choice(of: Status.self)
      try status.finish()
      self.unlabelled = nil
    } else {
      self.unlabelled = try unlabelled.integer(in: 0...1_000_000_000_000)
    }
    measures = try object.required("measures").array(maximum: 2000).map(Measure.init(parsing:))
    reliability =
      try object.optional("reliability")?.array(maximum: 300).map(ReliabilityBin.init(parsing:)) ?? []
    decomposition = try object.optional("decomposition").map(BrierDecomposition.init(parsing:))
    distribution =
      try object.optional("distribution")?.array(maximum: 20_000).map(ScoreInterval.init(parsing:)) ?? []
    decisionCurve =
      try object.optional("decisionCurve")?.array(maximum: 20_000).map(DecisionPoint.init(parsing:)) ?? []
    acknowledgement = try object.optional("acknowledgement").map(AcknowledgementTimes.init(parsing:))
    try object.finish()
  }
}

extension ReliabilityBin {
  fileprivate var json: JSONValue {
    [
      "lower": .string(lower.text), "upper": .string(upper.text), "rows": .count(rows),
      "events": .count(events), "meanScore": .decimal(meanScore), "observed": .decimal(observed),
      "observedLower": .decimal(observedLower), "observedUpper": .decimal(observedUpper),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    lower = try object.required("lower").decimal()
    upper = try object.required("upper").decimal()
    rows = try object.count("rows")
    events = try object.count("events")
    meanScore = try object.fixed("meanScore")
    observed = try object.fixed("observed")
    observedLower = try object.fixed("observedLower")
    observedUpper = try object.fixed("observedUpper")
    try object.finish()
  }
}

extension BrierDecomposition {
  fileprivate var json: JSONValue {
    [
      "reliability": .decimal(reliability), "resolution": .decimal(resolution),
      "uncertainty": .decimal(uncertainty), "varianceWithinBins": .decimal(varianceWithinBins),
      "covarianceWithinBins": .decimal(covarianceWithinBins), "expectedScore": .decimal(expectedScore),
      "calibrationErrorByChance": .decimal(calibrationErrorByChance),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    reliability = try object.fixed("reliability")
    resolution = try object.fixed("resolution")
    uncertainty = try object.fixed("uncertainty")
    varianceWithinBins = try object.fixed("varianceWithinBins")
    covarianceWithinBins = try object.fixed("covarianceWithinBins")
    expectedScore = try object.fixed("expectedScore")
    calibrationErrorByChance = try object.fixed("calibrationErrorByChance")
    try object.finish()
  }
}

extension ScoreInterval {
  fileprivate var json: JSONValue {
    [
      "lower": .string(lower.text), "upper": .string(upper.text), "events": .count(events),
      "nonEvents": .count(nonEvents),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    lower = try object.required("lower").decimal()
    upper = try object.required("upper").decimal()
    events = try object.count("events")
    nonEvents = try object.count("nonEvents")
    try object.finish()
  }
}

extension DecisionPoint {
  fileprivate var json: JSONValue {
    [
      "threshold": .string(threshold.text), "netBenefit": .decimal(netBenefit),
      "treatAll": .decimal(treatAll),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    threshold = try object.required("threshold").decimal()
    netBenefit = try object.fixed("netBenefit")
    treatAll = try object.fixed("treatAll")
    try object.finish()
  }
}

extension AcknowledgementTimes {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["bins": .array(bins.map(\.json)), "never": .count(never)]
    object.set("medianBin", medianBin)
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    bins = try object.required("bins").array(maximum: 101).map(Bin.init(parsing:))
    never = try object.count("never")
    medianBin = try object.optional("medianBin")?.integer(in: 0...max(0, bins.count - 1))
    try object.finish()
  }
}

extension AcknowledgementTimes.Bin {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["lower": .string(lower.text), "alerts": .count(alerts)]
    if let upper { object["upper"] = .string(upper.text) }
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    lower = try object.required("lower").decimal()
    upper = try object.optional("upper")?.decimal()
    alerts = try object.count("alerts")
    try object.finish()
  }
}
