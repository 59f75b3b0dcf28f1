import CanonicalJSON
import EvaluationProtocols
import Statistics

extension ReleasedStratum {
  init(
    parsing object: inout DocumentObject, on partition: Partition,
    under evaluationProtocol: EvaluationProtocol
  ) throws(DocumentError) {
    positive = try object.required("positive").counts(exactly: partition.count)
    negative = try object.required("negative").counts(exactly: partition.count)
    unlabelled = try object.required("unlabelled").disclosed { field throws(DocumentError) in
      try field.counts(exactly: partition.count)
    }
    patients = try object.required("patients").count()
    bins = try object.required("bins").array(exactly: partition.bins(of: evaluationProtocol.grid).count)
      .map(ReleasedBin.init(parsing:))
    var powers = try object.required("powers").object()
    positivePowers = try ReleasedPowers(parsing: powers.required("positive"))
    negativePowers = try ReleasedPowers(parsing: powers.required("negative"))
    try powers.finish()
    ranks = try RankIntegers(parsing: object.required("ranks"))
    averagePrecision = try SiteAveragePrecision(parsing: object.required("averagePrecision"))
    fit = try SiteFit(parsing: object.required("fit"))
    clusters = try object.required("clusters").array(maximum: 32 * ClusterMeasure.allCases.count)
      .map(ClusterRecord.init(parsing:))
    if evaluationProtocol.baseline == nil {
      paired = nil
    } else {
      paired = try object.required("paired").disclosed { field throws(DocumentError) in
        try ReleasedPaired(parsing: field, under: evaluationProtocol)
      }
    }
    try object.finish()
  }
}

extension ReleasedBin {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    positive = ScoreSums(
      first: try object.required("positiveSum").sum(), second: try object.required("positiveSquares").sum())
    negative = ScoreSums(
      first: try object.required("negativeSum").sum(), second: try object.required("negativeSquares").sum())
    try object.finish()
  }
}

extension ReleasedPowers {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    first = try object.required("first").sum()
    second = try object.required("second").sum()
    high = try object.required("high").disclosed { field throws(DocumentError) in
      var fields = try field.object()
      let powers = HighPowers(
        third: try fields.required("third").sum(), fourth: try fields.required("fourth").sum())
      try fields.finish()
      return powers
    }
    try object.finish()
  }
}

extension RankIntegers {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.init(
      positives: try object.required("positives").count(),
      negatives: try object.required("negatives").count(),
      sumPositive: try object.required("positiveSum").sum(),
      sumSquaredPositive: try object.required("positiveSquares").sum(),
      sumNegative: try object.required("negativeSum").sum(),
      sumSquaredNegative: try object.required("negativeSquares").sum())
    try object.finish()
  }
}

extension SiteAveragePrecision {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    guard case .object = field.value else {
      self = .evaluated(try field.fixed(scale: SiteAveragePrecision.scale))
      return
    }
    var object = try field.object()
    guard try object.notEvaluable() == .tooFewEvents else {
      throw DocumentError(
        path: field.path, problem: "is not evaluable for another reason than tooFewEvents",
        remedy: "give the number or that reason")
    }
    self = .tooFewEvents
  }
}

extension DocumentObject {
  /// The reason in `{"status":"notEvaluable","reason":…}`; nil where there is no status.
  fileprivate mutating func notEvaluable() throws(DocumentError) -> SiteFit.Reason? {
    guard let status = optional("status") else { return nil }
    guard try status.string(maximum: 20) == "notEvaluable" else {
      throw DocumentError(
        path: status.path, problem: "is not notEvaluable", remedy: "give the numbers or the reason")
    }
    let reason = try required("reason").choice(of: SiteFit.Reason.self)
    try finish()
    return reason
  }
}

extension SiteFit {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    if let reason = try object.notEvaluable() {
      self = .notEvaluable(reason)
      return
    }
    func estimate(_ key: String) throws(DocumentError) -> FixedDecimal {
      try object.required(key).fixed(scale: Values.scale)
    }
    func variance(_ key: String) throws(DocumentError) -> FixedDecimal {
      try object.required(key).fixed(scale: Values.varianceScale)
    }
    self = .fitted(
      Values(
        calibrationInTheLarge: try estimate("calibrationInTheLarge"),
        calibrationInTheLargeError: try variance("calibrationInTheLargeError"),
        intercept: try estimate("intercept"), slope: try estimate("slope"),
        interceptVariance: try variance("interceptVariance"), covariance: try variance("covariance"),
        slopeVariance: try variance("slopeVariance")))
    try object.finish()
  }
}

extension ClusterRecord {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    threshold = try object.required("threshold").decimal()
    measure = try object.required("measure").choice(of: ClusterMeasure.self)
    sums = ClusterSums(
      clusters: try object.required("patients").count(),
      sumSuccesses: try object.required("successes").count(),
      sumTrials: try object.required("trials").count(),
      sumSquaredSuccesses: try object.required("squaredSuccesses").count(),
      sumProducts: try object.required("products").count(),
      sumSquaredTrials: try object.required("squaredTrials").count())
    try object.finish()
  }
}
