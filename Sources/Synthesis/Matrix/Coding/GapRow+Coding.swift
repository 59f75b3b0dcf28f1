import CanonicalJSON
import EvaluationProtocols

extension GapRow {
  private enum Status: String, CaseIterable { case estimated, withheld, notEvaluable }

  var json: JSONValue {
    var object: JSONObject = [
      "window": .string(window), "attribute": .string(slice.attribute), "level": .string(slice.level),
      "metric": .string(metric.rawValue), "estimand": .string(estimand.rawValue),
    ]
    // All other rows are what a level is compared with where no level is named.
    if case .level(let level) = against { object["against"] = .string(level) }
    if let threshold { object["threshold"] = .string(threshold.text) }
    switch result {
    case .estimated(let numbers):
      object["status"] = "estimated"
      numbers.add(to: &object)
    case .withheld: object["status"] = "withheld"
    case .notEvaluable(let reason):
      object["status"] = "notEvaluable"
      object["reason"] = .string(reason.rawValue)
    }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    slice = SliceID(
      attribute: try object.required("attribute").identifier(),
      level: try object.required("level").identifier())
    if let level = object.optional("against") {
      against = .level(try level.identifier())
    } else {
      against = .complement
    }
    metric = try object.required("metric").choice(of: Metric.self)
    estimand = try object.required("estimand").choice(of: Estimand.self)
    threshold = try object.optional("threshold")?.decimal()
    switch try object.required("status").choice(of: Status.self) {
    case .estimated: result = .estimated(try GapNumbers(parsing: &object))
    case .withheld: result = .withheld
    case .notEvaluable:
      result = .notEvaluable(try object.required("reason").choice(of: NotEvaluable.self))
    }
    try object.finish()
  }
}

extension GapNumbers {
  fileprivate func add(to object: inout JSONObject) {
    object["difference"] = .decimal(difference)
    object["method"] = .string(method)
    object.set("lower", lower)
    object.set("upper", upper)
    object.set("pValue", pValue)
    object.set("adjustedPValue", adjustedPValue)
    if let ratio { object["ratio"] = ratio.json }
  }

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    difference = try object.fixed("difference")
    method = try object.required("method").string(maximum: 60)
    lower = try object.optionalFixed("lower")
    upper = try object.optionalFixed("upper")
    pValue = try object.optionalFixed("pValue")
    adjustedPValue = try object.optionalFixed("adjustedPValue")
    ratio = try object.optional("ratio").map(Ratio.init(parsing:))
  }
}

extension GapNumbers.Ratio {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["value": .decimal(value)]
    object.set("lower", lower)
    object.set("upper", upper)
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    value = try object.fixed("value")
    lower = try object.optionalFixed("lower")
    upper = try object.optionalFixed("upper")
    try object.finish()
  }
}

extension TrendRow {
  private enum Status: String, CaseIterable { case estimated, notEvaluable }

  var json: JSONValue {
    var object: JSONObject = [
      "attribute": .string(slice.attribute), "level": .string(slice.level),
      "metric": .string(metric.rawValue), "estimand": .string(estimand.rawValue),
    ]
    if let threshold { object["threshold"] = .string(threshold.text) }
    switch result {
    case .estimated(let numbers):
      object["status"] = "estimated"
      numbers.add(to: &object)
    case .notEvaluable(let reason):
      object["status"] = "notEvaluable"
      object["reason"] = .string(reason.rawValue)
    }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    slice = SliceID(
      attribute: try object.required("attribute").identifier(),
      level: try object.required("level").identifier())
    metric = try object.required("metric").choice(of: Metric.self)
    estimand = try object.required("estimand").choice(of: Estimand.self)
    threshold = try object.optional("threshold")?.decimal()
    switch try object.required("status").choice(of: Status.self) {
    case .estimated: result = .estimated(try TrendNumbers(parsing: &object))
    case .notEvaluable:
      result = .notEvaluable(try object.required("reason").choice(of: NotEvaluable.self))
    }
    try object.finish()
  }
}

extension TrendNumbers {
  fileprivate func add(to object: inout JSONObject) {
    object["windows"] = .count(windows)
    object["method"] = .string(method)
    object["slope"] = .decimal(slope)
    object["lower"] = .decimal(lower)
    object["upper"] = .decimal(upper)
    object["pValue"] = .decimal(pValue)
    if let change {
      var part = JSONObject()
      change.add(to: &part)
      object["change"] = .object(part)
    }
  }

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    windows = try object.required("windows").integer(in: 2...1000)
    method = try object.required("method").string(maximum: 60)
    slope = try object.fixed("slope")
    lower = try object.fixed("lower")
    upper = try object.fixed("upper")
    pValue = try object.fixed("pValue")
    guard let field = object.optional("change") else {
      change = nil
      return
    }
    var part = try field.object()
    change = try GapNumbers(parsing: &part)
    try part.finish()
  }
}

extension CUSUMRow {
  private enum Status: String, CaseIterable { case counted, withheld, noRows }

  var json: JSONValue {
    var object: JSONObject = ["window": .string(window)]
    switch result {
    case .counted(let increment, let value, let signals):
      object["status"] = "counted"
      object["increment"] = .decimal(increment)
      object["value"] = .decimal(value)
      object["signals"] = .boolean(signals)
    case .withheld: object["status"] = "withheld"
    case .noRows: object["status"] = "noRows"
    }
    return .object(object)
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    switch try object.required("status").choice(of: Status.self) {
    case .counted:
      result = .counted(
        increment: try object.fixed("increment"), value: try object.fixed("value"),
        signals: try object.required("signals").boolean())
    case .withheld: result = .withheld
    case .noRows: result = .noRows
    }
    try object.finish()
  }
}
