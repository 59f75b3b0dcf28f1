import CanonicalJSON
import EvaluationProtocols

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
