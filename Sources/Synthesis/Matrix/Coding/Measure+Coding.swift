import CanonicalJSON
import EvaluationProtocols

extension Measure {
  private enum Status: String, CaseIterable { case estimated, bounded, withheld, notEvaluable }

  var json: JSONValue {
    var object: JSONObject = ["metric": .string(metric.rawValue), "estimand": .string(estimand.rawValue)]
    if let threshold { object["threshold"] = .string(threshold.text) }
    if !omitted.isEmpty { object["omitted"] = .strings(omitted) }
    switch result {
    case .estimated(let numbers): numbers.add(to: &object)
    case .bounded(let lower, let upper):
      object["status"] = "bounded"
      object["lower"] = .decimal(lower)
      object["upper"] = .decimal(upper)
    case .withheld: object["status"] = "withheld"
    case .notEvaluable(let reason):
      object["status"] = "notEvaluable"
      object["reason"] = .string(reason.rawValue)
      if let twoSites { object["twoSites"] = twoSites.json }
    }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    metric = try object.required("metric").choice(of: Metric.self)
    estimand = try object.required("estimand").choice(of: Estimand.self)
    threshold = try object.optional("threshold")?.decimal()
    omitted = try object.optional("omitted")?.identifiers() ?? []
    var twoSites: TwoSites?
    switch try object.required("status").choice(of: Status.self) {
    case .estimated: result = .estimated(try MeasureNumbers(parsing: &object))
    case .bounded: result = .bounded(lower: try object.fixed("lower"), upper: try object.fixed("upper"))
    case .withheld: result = .withheld
    case .notEvaluable:
      result = .notEvaluable(try object.required("reason").choice(of: NotEvaluable.self))
      twoSites = try object.optional("twoSites").map(TwoSites.init(parsing:))
    }
    self.twoSites = twoSites
    try object.finish()
  }
}

extension TwoSites {
  fileprivate var json: JSONValue {
    [
      "first": .string(first), "second": .string(second), "difference": .decimal(difference),
      "lower": .decimal(bounds.lower), "upper": .decimal(bounds.upper),
    ]
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    first = try object.required("first").identifier()
    second = try object.required("second").identifier()
    difference = try object.fixed("difference")
    bounds = MeasureDetails.Bounds(lower: try object.fixed("lower"), upper: try object.fixed("upper"))
    try object.finish()
  }
}

extension MeasureNumbers {
  /// Beginnings of the names of methods that iterate, and therefore write fewer decimals.
  private static let iterating = ["reml-", "site-fit", "grouped-logistic"]

  fileprivate func add(to object: inout JSONObject) {
    object["status"] = "estimated"
    object["value"] = .decimal(value)
    object["method"] = .string(method)
    object.set("lower", lower)
    object.set("upper", upper)
    object.set("successes", successes)
    object.set("trials", trials)
    if let randomEffects { object["randomEffects"] = randomEffects.json }
    object.set("exact", details.exact)
    object.set("designEffect", details.designEffect)
    object.set("withheldBounds", details.withheldBounds)
    object.set("pValue", details.pValue)
    if let labels = details.missingLabels { object["missingLabels"] = labels.json }
    if let paired = details.paired { object["paired"] = paired.json }
  }

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    let method = try object.required("method").string(maximum: 60)
    let scale =
      MeasureNumbers.iterating.contains { method.hasPrefix($0) }
      ? ValidationMatrix.solverScale : ValidationMatrix.scale
    self.method = method
    value = try object.fixed("value", scale: scale)
    lower = try object.optionalFixed("lower", scale: scale)
    upper = try object.optionalFixed("upper", scale: scale)
    successes = try object.optionalCount("successes")
    trials = try object.optionalCount("trials")
    randomEffects = try object.optional("randomEffects").map(RandomEffectsNumbers.init(parsing:))
    var details = MeasureDetails()
    details.exact = try object.optionalBounds("exact")
    details.designEffect = try object.optionalFixed("designEffect")
    details.withheldBounds = try object.optionalBounds("withheldBounds")
    details.pValue = try object.optionalFixed("pValue", scale: scale)
    details.missingLabels = try object.optional("missingLabels").map(
      MeasureDetails.MissingLabels.init(parsing:))
    details.paired = try object.optional("paired").map(PairedNumbers.init(parsing:))
    self.details = details
  }
}

extension MeasureDetails.MissingLabels {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["lowest": lowest.json, "highest": highest.json]
    object.set("ignorable", ignorable)
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    lowest = try Extreme(parsing: object.required("lowest"))
    highest = try Extreme(parsing: object.required("highest"))
    ignorable = try object.optionalFixed("ignorable")
    try object.finish()
  }
}

extension MeasureDetails.MissingLabels.Extreme {
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

extension PairedNumbers {
  fileprivate var json: JSONValue {
    var object = JSONObject()
    object.set("gained", gained)
    object.set("lost", lost)
    object.set("exactPValue", exactPValue)
    object.set("tango", tango)
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    gained = try object.optionalCount("gained")
    lost = try object.optionalCount("lost")
    exactPValue = try object.optionalFixed("exactPValue")
    tango = try object.optionalBounds("tango")
    try object.finish()
  }
}
