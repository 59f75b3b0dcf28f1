package import CanonicalJSON

extension DataDefinition {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.patientColumn = try object.optional("patientColumn")?.columnName()
    self.features = try object.required("features").array(maximum: 2000).map(FeatureColumn.init(parsing:))
    let share = try object.required("maximumUnreadableShare")
    self.maximumUnreadableShare = try share.decimal()
    guard (0...1).contains(maximumUnreadableShare.value) else {
      throw DocumentError(path: share.path, problem: "is not a share", remedy: "write a number from 0 to 1")
    }
    try object.finish()
  }
}

extension FeatureColumn {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.column = try object.required("column").columnName()
    self.type = try object.required("type").choice(of: FeatureType.self)
    self.unit = try object.optional("unit")?.string(maximum: 40)
    self.lower = try object.optional("lower")?.decimal()
    self.upper = try object.optional("upper")?.decimal()
    self.missingValues =
      try object.optional("missingValues")?.array(maximum: 16).map { element throws(DocumentError) in
        try element.decimal()
      } ?? []
    if type == .category, lower != nil || upper != nil || !missingValues.isEmpty {
      throw DocumentError(
        path: field.path, problem: "a category has no range and no missing numbers",
        remedy: "leave out lower, upper and missingValues, or give the type number")
    }
    try field.requireAscending(lower, upper)
    try object.finish()
  }
}

extension Cohort {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.description = try object.required("description").string()
    self.rules = try object.required("rules").array(maximum: 64).map(CohortRule.init(parsing:))
    try object.finish()
  }
}

extension CohortRule {
  private enum Kind: String, CaseIterable {
    case equals, oneOf = "in", range, notEmpty, firstPerPatient
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    switch try object.required("kind").choice(of: Kind.self) {
    case .equals:
      self = try .equals(
        column: object.required("column").columnName(), value: object.required("value").string(maximum: 200))
    case .oneOf:
      self = try .oneOf(
        column: object.required("column").columnName(),
        values: object.required("values").array(maximum: 1000, minimum: 1).strings(maximum: 200))
    case .range:
      let lower = try object.optional("lower")?.decimal()
      let upper = try object.optional("upper")?.decimal()
      try field.requireAscending(lower, upper)
      self = .range(column: try object.required("column").columnName(), lower: lower, upper: upper)
    case .notEmpty: self = try .notEmpty(column: object.required("column").columnName())
    case .firstPerPatient: self = try .firstPerPatient(by: object.required("by").columnName())
    }
    try object.finish()
  }
}

extension LabelDefinition {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.description = try object.required("description").string()
    self.column = try object.required("column").columnName()
    self.positive = try object.required("positive").array(maximum: 100, minimum: 1).strings(maximum: 200)
    self.negative = try object.required("negative").array(maximum: 100, minimum: 1).strings(maximum: 200)
    self.outcomeWindow = try object.required("outcomeWindow").string()
    self.adjudication = try object.required("adjudication").string()
    if !Set(positive.map(\.utf8Bytes)).isDisjoint(with: negative.map(\.utf8Bytes)) {
      throw DocumentError(
        path: field.path, problem: "a text stands under positive and under negative",
        remedy: "list each cell text once")
    }
    try object.finish()
  }
}

extension SliceAttribute {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let id = try object.required("attribute")
    self.id = try id.identifier()
    guard self.id != SliceID.overall.attribute else {
      throw DocumentError(path: id.path, problem: "overall is reserved", remedy: "choose another id")
    }
    self.column = try object.required("column").columnName()
    let levels = try object.required("levels").array(maximum: 200, minimum: 1)
    if let bands = object.optional("bands") {
      let edges = try bands.array(maximum: 199).ascendingDecimals()
      guard levels.count == edges.count + 1 else {
        throw DocumentError(
          path: bands.path, problem: "\(edges.count) edges do not divide into \(levels.count) levels",
          remedy: "give one level more than edges")
      }
      self.kind = .bands(edges: edges)
    } else {
      self.kind = .codes
    }
    let hasCodes = kind == .codes
    var parsed: [Level] = []
    for level in levels { parsed.append(try Level(parsing: level, hasCodes: hasCodes)) }
    self.levels = parsed
    self.reference = try object.optional("reference")?.identifier()
    try object.finish()
  }
}

extension Intersection {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.id = try object.required("id").identifier()
    var levels: [SliceID] = []
    for element in try object.required("levels").array(maximum: 4, minimum: 2) {
      var level = try element.object()
      levels.append(
        SliceID(
          attribute: try level.required("attribute").identifier(),
          level: try level.required("level").identifier()))
      try level.finish()
    }
    self.levels = levels
    try object.finish()
  }
}

extension SliceAttribute.Level {
  init(parsing field: DocumentField, hasCodes: Bool) throws(DocumentError) {
    var object = try field.object()
    let id = try object.required("level")
    self.id = try id.identifier()
    guard self.id != SliceAttribute.missingLevel else {
      throw DocumentError(
        path: id.path, problem: "missing is reserved for rows without a readable value",
        remedy: "leave it out; it is always there")
    }
    self.label = try object.required("label").string(maximum: 100)
    self.codes =
      hasCodes ? try object.required("codes").array(maximum: 1000, minimum: 1).strings(maximum: 200) : []
    try object.finish()
  }
}

extension WindowPlan {
  private enum Kind: String, CaseIterable { case undated, dated }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    switch try object.required("kind").choice(of: Kind.self) {
    case .undated: self = .undated
    case .dated:
      let column = try object.required("column").columnName()
      let windows = try object.required("list").array(maximum: 1000, minimum: 1).map(Window.init(parsing:))
      for (earlier, later) in zip(windows, windows.dropFirst()) where later.start < earlier.end {
        throw DocumentError(
          path: field.path, problem: "window \(later.id) begins before \(earlier.id) ends",
          remedy: "list disjoint windows in order of time")
      }
      self = .dated(column: column, windows: windows)
    }
    try object.finish()
  }
}

extension WindowPlan.Window {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let id = try object.required("id")
    self.id = try id.identifier()
    self.start = try object.required("start").time()
    self.end = try object.required("end").time()
    guard self.id != WindowPlan.allID, self.id != WindowPlan.undatedID else {
      throw DocumentError(
        path: id.path, problem: "\(self.id) is reserved", remedy: "choose another id, such as 2026-01")
    }
    guard start < end else {
      throw DocumentError(path: field.path, problem: "ends before it begins", remedy: "put start before end")
    }
    try object.finish()
  }
}

extension DocumentField {
  /// A column's name: 1 to 100 characters without a line break.
  package func columnName() throws(DocumentError) -> String { try string(maximum: 100) }

  // A range that no number is in would exclude every row in silence.
  fileprivate func requireAscending(_ lower: ExactDecimal?, _ upper: ExactDecimal?) throws(DocumentError) {
    if let lower, let upper, lower > upper {
      throw DocumentError(
        path: path, problem: "lower is above upper", remedy: "put the smaller number in lower")
    }
  }
}

extension String {
  /// The bytes; texts are compared by them, since `==` on `String` is canonical equivalence.
  package var utf8Bytes: [UInt8] { Array(utf8) }
}
