package import CanonicalJSON
package import Cryptography

extension ModelReference {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.id = try object.required("id").identifier()
    self.version = try object.required("version").string(maximum: 100)
    self.kind = try object.required("kind").choice(of: ModelKind.self)
    self.artifact = try object.required("artifact").digest()
    let features = object.optional("features")
    self.features = try features?.digest()
    self.output = try object.required("output").string()
    self.scorePrecision = try ScorePrecision(parsing: object.required("scorePrecision"))
    self.thresholds = try object.required("thresholds").array(maximum: 32, minimum: 1)
      .map(DecisionThreshold.init(parsing:))
    for (lower, higher) in zip(thresholds, thresholds.dropFirst()) where higher.value <= lower.value {
      throw DocumentError(
        path: field.path, problem: "thresholds do not ascend",
        remedy: "list them from small to large, each once")
    }
    switch (kind, self.features) {
    case (.logisticRegression, nil), (.treeEnsemble, nil):
      throw DocumentError(
        path: field.path, problem: "a \(kind.rawValue) needs the digest of its feature definition",
        remedy: "add features: sha256 of features.json")
    case (.recordedScore, .some):
      throw DocumentError(
        path: features?.path ?? field.path, problem: "a recordedScore computes no features",
        remedy: "leave out features")
    default: break
    }
    try object.finish()
  }
}

extension ScorePrecision {
  private enum Kind: String, CaseIterable { case binary64, binary32, decimals }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    switch try object.required("kind").choice(of: Kind.self) {
    case .binary64: self = .binary64
    case .binary32: self = .binary32
    case .decimals: self = try .decimals(object.required("digits").integer(in: 1...15))
    }
    try object.finish()
  }
}

extension DecisionThreshold {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.value = try object.required("value").decimal()
    self.action = try object.required("action").string(maximum: 500)
    try object.finish()
  }
}

extension Baseline {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.name = try object.required("name").string(maximum: 200)
    self.column = try object.required("column").columnName()
    self.thresholds = try object.required("thresholds").array(maximum: 32, minimum: 1).ascendingDecimals()
    try object.finish()
  }
}

extension ScoreGrid {
  init(parsing field: DocumentField, thresholds: [ExactDecimal]) throws(DocumentError) {
    var object = try field.object()
    let calibration = try object.required("calibrationEdges").array(maximum: 200).ascendingDecimals()
    let fine = try object.required("fineEdges").array(maximum: 10_000).ascendingDecimals()
    try object.finish()
    try self.init(thresholds: thresholds, calibration: calibration, fine: fine)
  }
}

extension DriftPlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.reference = try object.required("reference").string()
    self.profiles = try object.required("profiles").array(maximum: 2000).map(DriftProfile.init(parsing:))
    self.stabilityLimit = try object.optional("stabilityLimit")?.decimal()
    self.statement = try object.optional("statement")?.digest()
    try object.finish()
  }
}

extension DriftProfile {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let source = try Source(parsing: &object)
    var counts: [Int] = []
    for element in try object.required("counts").array(maximum: 1002, minimum: 1) {
      counts.append(try element.integer(in: 0...1_000_000_000))
    }
    try object.finish()
    self.source = source
    self.counts = counts
  }
}

extension DriftProfile.Source {
  private enum Kind: String, CaseIterable { case score, attribute, column }

  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    switch try object.required("of").choice(of: Kind.self) {
    case .score:
      self = .score(edges: try object.required("edges").array(maximum: 1000).ascendingDecimals())
    case .attribute:
      self = .attribute(try object.required("id").identifier())
    case .column:
      let column = try object.required("id").columnName()
      if let edges = object.optional("edges") {
        let values = DriftProfile.Values.bands(try edges.array(maximum: 1000).ascendingDecimals())
        self = .column(DriftProfile.Column(name: column, values: values))
      } else {
        let levels = try object.required("levels").array(maximum: 1000, minimum: 1)
        let values = DriftProfile.Values.levels(try levels.strings(maximum: 200))
        self = .column(DriftProfile.Column(name: column, values: values))
      }
    }
  }
}

extension DocumentField {
  /// A digest written as `sha256:` and 64 lower-case hexadecimal digits.
  package func digest() throws(DocumentError) -> Digest {
    let text = try string(maximum: 71)
    guard let digest = try? Digest(parsing: text) else {
      throw DocumentError(
        path: path, problem: "is not a digest", remedy: "write sha256: and 64 lower-case hexadecimal digits")
    }
    return digest
  }
}
