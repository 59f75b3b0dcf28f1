package import CanonicalJSON
import Cryptography
package import EvaluationProtocols

extension ValidationMatrix {
  /// Reads the files of a matrix back, so that verdicts can be decided on the written decimals.
  ///
  /// - Parameter files: bytes by path, as `encode()` gives them; order does not matter.
  /// - Throws: `MatrixError` naming the file and what is wrong in it.
  package static func parse(
    _ files: [(path: String, bytes: [UInt8])], under evaluationProtocol: EvaluationProtocol
  ) throws(MatrixError) -> ValidationMatrix {
    var pooled: PooledMatrix?
    var sites: [SiteMatrix] = []
    for (path, bytes) in files {
      let field: DocumentField
      do {
        field = DocumentField(try parseCanonicalJSON(bytes, limits: .submission))
      } catch { throw .syntax(path: path, error) }
      do {
        if path == "pooled.json" {
          pooled = try PooledMatrix(parsing: field, digest: evaluationProtocol.digest.text)
        } else {
          let site = try SiteMatrix(parsing: field, digest: evaluationProtocol.digest.text)
          guard path == "sites/\(site.site).json" else { throw MatrixError.misplaced(path) }
          sites.append(site)
        }
      } catch let error as DocumentError {
        throw .document(path: path, error)
      } catch let error as MatrixError {
        throw error
      } catch { throw .misplaced(path) }
    }
    guard let pooled else { throw .missing("pooled.json") }
    return ValidationMatrix(
      protocolDigest: evaluationProtocol.digest, sites: sites.sorted { $0.site < $1.site }, pooled: pooled)
  }
}

/// Why the files of a matrix were refused.
package enum MatrixError: Error, Equatable {
  case syntax(path: String, JSONError)
  case document(path: String, DocumentError)
  case misplaced(String)
  case missing(String)
}

extension MatrixError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let path, let error): "matrix/\(path) is not canonical JSON: \(error)"
    case .document(let path, let error): "matrix/\(path): \(error)"
    case .misplaced(let path): "matrix/\(path) does not belong there"
    case .missing(let path): "matrix/\(path) is missing"
    }
  }

  /// What whoever holds the files can do.
  package var remedy: String { "make the matrix again with `evidence recompute`" }
}

extension DocumentObject {
  fileprivate mutating func expectProtocol(_ digest: String) throws(DocumentError) {
    let field = try required("protocol")
    guard try field.string(maximum: 71) == digest else {
      throw DocumentError(
        path: field.path, problem: "is of another protocol",
        remedy: "make the matrix again under this protocol")
    }
  }

  fileprivate mutating func count(_ key: String) throws(DocumentError) -> Int {
    try required(key).integer(in: 0...1_000_000_000_000)
  }

  fileprivate mutating func fixed(
    _ key: String, scale: Int = ValidationMatrix.scale
  ) throws(DocumentError) -> FixedDecimal { try required(key).fixed(scale: scale) }
}

extension DocumentField {
  fileprivate func identifiers() throws(DocumentError) -> [String] {
    try array(maximum: 1000).map { element throws(DocumentError) in try element.identifier() }
  }
}

extension SiteMatrix {
  fileprivate init(parsing field: DocumentField, digest: String) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(SiteMatrix.format)
    try object.expectProtocol(digest)
    site = try object.required("site").identifier()
    role = try object.required("role").choice(of: SiteRole.self)
    aggregateDigest = try object.required("aggregate").digest()
    minimumCell = try object.required("minimumCell").integer(in: 2...1_000_000)
    dataClass = try object.required("dataClass").identifier()
    rows = try object.required("rows").array(maximum: 500_000).map(MatrixRow.init(parsing:))
    drift = try object.required("drift").array(maximum: 500_000).map(DriftRow.init(parsing:))
    try object.finish()
  }
}

extension PooledMatrix {
  fileprivate init(parsing field: DocumentField, digest: String) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(PooledMatrix.format)
    try object.expectProtocol(digest)
    aggregates = try object.required("aggregates").array(maximum: 1000).map { element throws(DocumentError) in
      var entry = try element.object()
      let pair = (
        site: try entry.required("site").identifier(), digest: try entry.required("digest").digest()
      )
      try entry.finish()
      return pair
    }
    notRun = try object.required("notRun").identifiers()
    rows = try object.required("rows").array(maximum: 500_000).map(MatrixRow.init(parsing:))
    try object.finish()
  }
}

extension MatrixRow {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    slice = SliceID(
      attribute: try object.required("attribute").identifier(),
      level: try object.required("level").identifier())
    contributors = try object.required("contributors").identifiers()
    withheld = try object.required("withheld").identifiers()
    labelled = try object.count("labelled")
    events = try object.count("events")
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
    measures = try object.required("measures").array(maximum: 1000).map(Measure.init(parsing:))
    reliability =
      try object.optional("reliability")?.array(maximum: 300).map(ReliabilityBin.init(parsing:)) ?? []
    decisionCurve =
      try object.optional("decisionCurve")?.array(maximum: 20_000).map(DecisionPoint.init(parsing:)) ?? []
    try object.finish()
  }
}

extension Measure {
  private enum Status: String, CaseIterable { case estimated, bounded, withheld, notEvaluable }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    metric = try object.required("metric").choice(of: Metric.self)
    estimand = try object.required("estimand").choice(of: Estimand.self)
    threshold = try object.optional("threshold")?.decimal()
    omitted = try object.optional("omitted")?.identifiers() ?? []
    switch try object.required("status").choice(of: Status.self) {
    case .estimated: result = .estimated(try MeasureNumbers(parsing: &object))
    case .bounded: result = .bounded(lower: try object.fixed("lower"), upper: try object.fixed("upper"))
    case .withheld: result = .withheld
    case .notEvaluable:
      result = .notEvaluable(try object.required("reason").choice(of: NotEvaluable.self))
    }
    try object.finish()
  }
}

extension MeasureNumbers {
  fileprivate init(parsing object: inout DocumentObject) throws(DocumentError) {
    method = try object.required("method").string(maximum: 60)
    let scale = MeasureNumbers.scale(ofMethod: method)
    value = try object.fixed("value", scale: scale)
    lower = try object.optional("lower")?.fixed(scale: scale)
    upper = try object.optional("upper")?.fixed(scale: scale)
    successes = try object.optional("successes")?.integer(in: 0...1_000_000_000_000)
    trials = try object.optional("trials")?.integer(in: 0...1_000_000_000_000)
    randomEffects = try object.optional("randomEffects").map(RandomEffectsNumbers.init(parsing:))
  }

  /// Methods that iterate write fewer decimals.
  private static func scale(ofMethod method: String) -> Int {
    method.hasPrefix("reml-") || method.hasPrefix("site-fit")
      ? ValidationMatrix.solverScale : ValidationMatrix.scale
  }
}

extension RandomEffectsNumbers {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    let scale = ValidationMatrix.solverScale
    var object = try field.object()
    weights = try object.required("weights").array(maximum: 1000).map { element throws(DocumentError) in
      var entry = try element.object()
      let pair = (
        site: try entry.required("site").identifier(), weight: try entry.fixed("weight", scale: scale)
      )
      try entry.finish()
      return pair
    }
    tauSquared = try object.fixed("tauSquared", scale: scale)
    iSquared = try object.fixed("iSquared", scale: scale)
    q = try object.fixed("q", scale: scale)
    predictionLower = try object.fixed("predictionLower", scale: scale)
    predictionUpper = try object.fixed("predictionUpper", scale: scale)
    try object.finish()
  }
}

extension ReliabilityBin {
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

extension DecisionPoint {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    threshold = try object.required("threshold").decimal()
    netBenefit = try object.fixed("netBenefit")
    treatAll = try object.fixed("treatAll")
    try object.finish()
  }
}

extension DriftRow {
  private enum Status: String, CaseIterable { case estimated, withheld, notEvaluable }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    window = try object.required("window").identifier()
    profile = try object.required("profile").string(maximum: 100)
    switch try object.required("status").choice(of: Status.self) {
    case .estimated:
      result = .compared(
        index: try object.fixed("stabilityIndex"),
        noise: try object.fixed("noise", scale: ValidationMatrix.solverScale),
        rows: try object.count("rows"), cells: try object.count("cells"))
    case .withheld: result = .withheld
    case .notEvaluable: result = .notEvaluable
    }
    missing = try object.optional("missing").map(Missing.init(parsing:))
    try object.finish()
  }
}

extension DriftRow.Missing {
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
