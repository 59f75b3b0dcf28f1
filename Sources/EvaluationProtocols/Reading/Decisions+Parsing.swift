import CanonicalJSON
import Cryptography

extension Phase {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.name = try object.required("phase").choice(of: PhaseName.self)
    self.exposure = try object.required("exposure").string()
    self.minimum = try PhaseMinimum(parsing: object.required("minimum"))
    self.goCriteria = try object.required("goCriteria").array(maximum: 200).map(Criterion.init(parsing:))
    self.stopCriteria = try object.required("stopCriteria").array(maximum: 200).map(Criterion.init(parsing:))
    self.signOffs = try object.required("signOffs").array(maximum: 64).map(RequiredSignOff.init(parsing:))
    try object.finish()
  }
}

extension PhaseMinimum {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.sites = try object.required("sites").integer(in: 1...1000)
    self.rows = try object.required("rows").integer(in: 0...1_000_000_000_000)
    self.events = try object.required("events").integer(in: 0...1_000_000_000_000)
    self.days = try object.required("days").integer(in: 0...36_500)
    try object.finish()
  }
}

extension RequiredSignOff {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.role = try object.required("role").string(maximum: 100)
    self.person = try object.required("person").string(maximum: 200)
    self.organisation = try object.required("organisation").string(maximum: 200)
    self.fingerprint = try object.optional("fingerprint")?.digest()
    self.independence = try object.required("independence").array(maximum: 8).map {
      element throws(DocumentError) in
      try element.choice(of: IndependenceRule.self)
    }
    try object.finish()
  }
}

extension Criterion {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.id = try object.required("id").identifier()
    self.rationale = try object.required("rationale").string(maximum: 500)
    self.metric = try object.required("metric").choice(of: Metric.self)
    self.threshold = try object.optional("threshold")?.decimal()
    self.slices = try SliceSelector(parsing: object.required("slice"))
    self.contrast = try object.optional("contrast").map(Contrast.init(parsing:)) ?? .none
    self.profile = try object.optional("profile")?.columnName()
    self.scope = try object.required("scope").choice(of: Scope.self)
    self.bound = try object.required("bound").choice(of: Bound.self)
    self.interval = try object.optional("interval").map(Interval.init(parsing:)) ?? .standard
    let confidence = try object.required("confidence")
    guard try confidence.string(maximum: 10) == "0.95" else {
      throw DocumentError(
        path: confidence.path, problem: "intervals are given at 0.95 only", remedy: "write \"0.95\"")
    }
    self.comparison = try object.required("comparison").choice(of: Comparison.self)
    self.limit = try object.required("limit").decimal()
    self.minimumEvents = try object.required("minimumEvents").integer(in: 1...1_000_000_000)
    self.coverage = try Coverage(parsing: object.required("coverage"))
    self.window = try object.optional("window").map(Window.init(parsing:)) ?? .all
    self.looks = try object.optional("looks").map(Looks.init(parsing:))
    try object.finish()
  }
}

extension Criterion.Window {
  // The default is not written, so that a criterion has one form.
  private enum Written: String, CaseIterable { case newest }

  init(parsing field: DocumentField) throws(DocumentError) {
    switch try field.choice(of: Written.self) {
    case .newest: self = .newest
    }
  }
}

extension Criterion.Interval {
  private enum Written: String, CaseIterable { case exact }

  init(parsing field: DocumentField) throws(DocumentError) {
    switch try field.choice(of: Written.self) {
    case .exact: self = .exact
    }
  }
}

extension Criterion.Contrast {
  // The default is not written, so that a criterion has one form.
  private enum Written: String, CaseIterable { case gap }

  init(parsing field: DocumentField) throws(DocumentError) {
    switch try field.choice(of: Written.self) {
    case .gap: self = .gap
    }
  }
}

extension Criterion.Looks {
  private enum Method: String, CaseIterable { case alwaysValid, alphaSpending }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    switch try object.required("method").choice(of: Method.self) {
    case .alwaysValid: self = .alwaysValid
    case .alphaSpending: self = .alphaSpending(planned: try object.required("planned").integer(in: 2...200))
    }
    try object.finish()
  }
}

extension MonitoringPlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.everyDays = try object.required("everyDays").integer(in: 1...3650)
    self.openDays = try object.required("openDays").integer(in: 1...365)
    self.quorum = try object.required("quorum").integer(in: 1...1000)
    self.looks = try object.required("looks").integer(in: 1...200)
    try object.finish()
  }
}

extension Criterion.SliceSelector {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let attribute = try object.required("attribute").identifier()
    if attribute == SliceID.overall.attribute {
      self = .one(.overall)
    } else if let level = object.optional("level") {
      self = .one(SliceID(attribute: attribute, level: try level.identifier()))
    } else {
      self = .eachLevel(attribute: attribute)
    }
    try object.finish()
  }
}

extension Criterion.Coverage {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.minimumSites = try object.required("minimumSites").integer(in: 1...1000)
    let share = try object.required("minimumRowShare")
    self.minimumRowShare = try share.decimal()
    guard (0...1).contains(minimumRowShare.value) else {
      throw DocumentError(path: share.path, problem: "is not a share", remedy: "write a number from 0 to 1")
    }
    self.whenWithheld = try object.required("whenWithheld").choice(of: Criterion.WhenWithheld.self)
    try object.finish()
  }
}
