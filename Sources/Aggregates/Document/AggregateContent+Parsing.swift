import CanonicalJSON
import EvaluationProtocols
import Statistics

// Shape only: that the numbers agree with each other is checked in `CheckedAggregate`.
extension AggregateContent {
  init(parsing field: DocumentField, under evaluationProtocol: EvaluationProtocol) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(AggregateContent.format)
    site = try object.required("site").identifier()
    protocolDigest = try object.required("protocol").digest()
    modelDigest = try object.required("model").digest()
    featuresDigest = try object.optional("features")?.digest()
    policy = try DisclosurePolicy(parsing: object.required("policy"))
    flow = try object.required("flow").disclosed { field throws(DocumentError) in
      try ReleasedFlow(parsing: field, reasons: ExclusionReason.all(under: evaluationProtocol))
    }
    let ids = evaluationProtocol.windows.ids
    let fields = try object.required("windows").array(exactly: ids.count)
    var windows: [ReleasedWindow] = []
    for (id, field) in zip(ids, fields) {
      windows.append(try ReleasedWindow(parsing: field, id: id, under: evaluationProtocol))
    }
    self.windows = windows
    try object.finish()
  }
}

extension DocumentField {
  /// The array's elements, whose number is fixed by the protocol.
  fileprivate func array(exactly count: Int) throws(DocumentError) -> [DocumentField] {
    let elements = try array(maximum: count)
    guard elements.count == count else {
      throw DocumentError(
        path: path, problem: "has \(elements.count) entries where the protocol asks for \(count)",
        remedy: "evaluate again under the protocol that the aggregate names")
    }
    return elements
  }

  fileprivate func status() throws(DocumentError) -> String? {
    var object = try object()
    guard let status = object.optional("status") else { return nil }
    return try status.string(maximum: 20)
  }

  private func requireStatusOnly() throws(DocumentError) {
    var object = try object()
    _ = try object.required("status")
    try object.finish()
  }

  /// A value, or exactly `{"status":"withheld"}`.
  fileprivate func disclosed<Value>(
    _ parse: (DocumentField) throws(DocumentError) -> Value
  ) throws(DocumentError) -> Disclosed<Value> {
    if case .object = value, try status() == "withheld" {
      try requireStatusOnly()
      return .withheld
    }
    return .released(try parse(self))
  }

  fileprivate func slice(
    _ parse: (DocumentField) throws(DocumentError) -> ReleasedStratum
  ) throws(DocumentError) -> ReleasedSlice {
    switch try status() {
    case "withheld":
      try requireStatusOnly()
      return .withheld
    case "empty":
      try requireStatusOnly()
      return .empty
    default: return .released(try parse(self))
    }
  }

  fileprivate func count() throws(DocumentError) -> Int { try integer(in: 0...1_000_000_000_000) }

  fileprivate func counts(exactly count: Int) throws(DocumentError) -> [Int] {
    try array(exactly: count).map { element throws(DocumentError) in try element.count() }
  }

  fileprivate func expect(_ text: String, what: String) throws(DocumentError) {
    guard try string(maximum: 200) == text else {
      throw DocumentError(
        path: path, problem: "is not \(what) \(text)",
        remedy: "keep the order of the protocol that the aggregate names")
    }
  }

  fileprivate func partition(of grid: ScoreGrid) throws(DocumentError) -> Partition {
    let edges = try array(maximum: grid.edges.count, minimum: 2).ascendingDecimals()
    var positions: [Int] = []
    for edge in edges {
      guard let position = grid.index(of: edge) else {
        throw DocumentError(
          path: path, problem: "\(edge.text) is not an edge of the protocol's grid",
          remedy: "evaluate again under the protocol that the aggregate names")
      }
      positions.append(position)
    }
    guard positions.first == 0, positions.last == grid.intervalCount else {
      throw DocumentError(
        path: path, problem: "does not reach from 0 to 1", remedy: "begin with 0, end with 1")
    }
    return Partition(edges: positions)
  }
}

extension DisclosurePolicy {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    enum Counts: String, CaseIterable { case patients, rows }
    var object = try field.object()
    var lowering: SitePolicy.Lowering?
    if let field = object.optional("lowering") {
      var fields = try field.object()
      lowering = SitePolicy.Lowering(
        person: try fields.required("person").string(maximum: 200),
        reason: try fields.required("reason").string(maximum: 500))
      try fields.finish()
    }
    self.init(
      minimumCell: try object.required("minimumCell").integer(in: 2...1_000_000),
      dataClass: try object.required("dataClass").choice(of: DataClass.self),
      lowering: lowering,
      countsPatients: try object.required("counts").choice(of: Counts.self) == .patients,
      minimumFitEvents: try object.required("minimumFitEvents").integer(in: 2...1_000_000))
    try object.finish()
  }
}

extension ReleasedFlow {
  fileprivate init(parsing field: DocumentField, reasons: [ExclusionReason]) throws(DocumentError) {
    var object = try field.object()
    read = try object.required("read").count()
    let fields = try object.required("excluded").array(exactly: reasons.count)
    var exclusions: [Exclusion] = []
    for (reason, field) in zip(reasons, fields) {
      var entry = try field.object()
      try entry.required("reason").expect(reason.id, what: "the reason")
      let rows = try entry.required("rows").disclosed { field throws(DocumentError) in try field.count() }
      try entry.finish()
      exclusions.append(Exclusion(reason: reason, rows: rows))
    }
    self.exclusions = exclusions
    try object.finish()
  }
}

extension ReleasedWindow {
  fileprivate init(
    parsing field: DocumentField, id: String, under evaluationProtocol: EvaluationProtocol
  ) throws(DocumentError) {
    enum Counted: String, CaseIterable { case all, labelled }
    let grid = evaluationProtocol.grid
    var object = try field.object()
    try object.required("window").expect(id, what: "the window")
    self.id = id

    var partition: Partition?
    overall = try object.required("overall").slice { field throws(DocumentError) in
      var fields = try field.object()
      let found = try fields.required("edges").partition(of: grid)
      partition = found
      return try ReleasedStratum(parsing: &fields, on: found, of: grid)
    }
    self.partition = partition

    let attributes = try object.required("attributes").array(exactly: evaluationProtocol.attributes.count)
    self.attributes = try zip(evaluationProtocol.attributes, attributes).map {
      pair throws(DocumentError) in
      try ReleasedAttribute(parsing: pair.1, attribute: pair.0, of: grid)
    }

    var histograms = try object.required("histograms").object()
    histogramsCountUnlabelled = try histograms.required("rows").choice(of: Counted.self) == .all
    let plans = evaluationProtocol.drift.columns
    let columns = try histograms.required("columns").array(exactly: plans.count)
    self.histograms = try zip(plans, columns).map { pair throws(DocumentError) in
      try ReleasedHistogram(parsing: pair.1, column: pair.0.column, cells: pair.0.values.count + 2)
    }
    try histograms.finish()
    try object.finish()
  }
}

extension ReleasedAttribute {
  fileprivate init(
    parsing field: DocumentField, attribute: SliceAttribute, of grid: ScoreGrid
  ) throws(DocumentError) {
    var object = try field.object()
    try object.required("attribute").expect(attribute.id, what: "the attribute")
    id = attribute.id
    let partition = try object.optional("edges")?.partition(of: grid)
    self.partition = partition
    let fields = try object.required("levels").array(exactly: attribute.levelIDs.count)
    levels = try fields.map { field throws(DocumentError) in
      try field.slice { field throws(DocumentError) in
        guard let partition else {
          throw DocumentError(
            path: field.path, problem: "has counts but the attribute has no edges",
            remedy: "evaluate again; the file has been changed")
        }
        var fields = try field.object()
        return try ReleasedStratum(parsing: &fields, on: partition, of: grid)
      }
    }
    try object.finish()
  }
}

extension ReleasedStratum {
  fileprivate init(
    parsing object: inout DocumentObject, on partition: Partition, of grid: ScoreGrid
  ) throws(DocumentError) {
    positive = try object.required("positive").counts(exactly: partition.count)
    negative = try object.required("negative").counts(exactly: partition.count)
    unlabelled = try object.required("unlabelled").disclosed { field throws(DocumentError) in
      try field.counts(exactly: partition.count)
    }
    bins = try object.required("bins").array(exactly: partition.bins(of: grid).count)
      .map(ReleasedBin.init(parsing:))
    var powers = try object.required("powers").object()
    positivePowers = try ReleasedPowers(parsing: powers.required("positive"))
    negativePowers = try ReleasedPowers(parsing: powers.required("negative"))
    try powers.finish()
    ranks = try RankIntegers(parsing: object.required("ranks"))
    fit = try SiteFit(parsing: object.required("fit"))
    clusters = try object.required("clusters").array(maximum: 32 * ClusterMeasure.allCases.count)
      .map(ClusterRecord.init(parsing:))
    try object.finish()
  }
}

extension DocumentField {
  // 2³² units times a trillion rows stay below this, so sums and differences of sums cannot overflow.
  private static let largestSum: Int128 = 1 << 100

  fileprivate func sum() throws(DocumentError) -> Int128 {
    let value = try bigInteger()
    guard (0...DocumentField.largestSum).contains(value) else {
      throw DocumentError(
        path: path, problem: "is not a possible sum", remedy: "evaluate again; the file has been changed")
    }
    return value
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

extension SiteFit {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    if let status = object.optional("status") {
      guard try status.string(maximum: 20) == "notEvaluable" else {
        throw DocumentError(
          path: status.path, problem: "is not notEvaluable", remedy: "give the numbers or the reason")
      }
      self = .notEvaluable(try object.required("reason").choice(of: Reason.self))
    } else {
      self = .fitted(
        Values(
          calibrationInTheLarge: try object.required("calibrationInTheLarge").fixed(scale: Values.scale),
          calibrationInTheLargeError: try object.required("calibrationInTheLargeError").fixed(
            scale: Values.scale),
          intercept: try object.required("intercept").fixed(scale: Values.scale),
          slope: try object.required("slope").fixed(scale: Values.scale),
          interceptVariance: try object.required("interceptVariance").fixed(scale: Values.scale),
          covariance: try object.required("covariance").fixed(scale: Values.scale),
          slopeVariance: try object.required("slopeVariance").fixed(scale: Values.scale)))
    }
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

extension ReleasedHistogram {
  fileprivate init(parsing field: DocumentField, column: String, cells: Int) throws(DocumentError) {
    var object = try field.object()
    try object.required("column").expect(column, what: "the column")
    self.column = column
    self.cells = try object.required("cells").disclosed { field throws(DocumentError) in
      var parsed: [Cell] = []
      for element in try field.array(maximum: cells, minimum: 1) {
        var fields = try element.object()
        let expected = parsed.last.map { $0.last + 1 } ?? 0
        guard expected < cells else {
          throw DocumentError(
            path: element.path, problem: "stands after the last cell", remedy: "cover each cell once")
        }
        parsed.append(
          Cell(
            first: try fields.required("first").integer(in: expected...expected),
            last: try fields.required("last").integer(in: expected...(cells - 1)),
            rows: try fields.required("rows").count()))
        try fields.finish()
      }
      guard parsed.last?.last == cells - 1 else {
        throw DocumentError(
          path: field.path, problem: "does not cover all \(cells) cells",
          remedy: "evaluate again; the file has been changed")
      }
      return parsed
    }
    try object.finish()
  }
}
