import CanonicalJSON

extension AnalysisPlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let prevalence = object.optional("standardPrevalence")
    self.standardPrevalence = try prevalence?.decimal()
    if let prevalence, let value = standardPrevalence?.value, !(value > 0 && value < 1) {
      throw DocumentError(
        path: prevalence.path, problem: "is not strictly between 0 and 1",
        remedy: "give the share of rows with an event at which hospitals are to be compared")
    }
    self.multiplicity = try object.optional("multiplicity")?.choice(of: Multiplicity.self)
    self.cusum = try object.optional("cusum").map(CUSUMPlan.init(parsing:))
    self.explanation = try object.optional("explanation").map(ExplanationPlan.init(parsing:))
    try object.finish()
  }
}

extension ExplanationPlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.features = try object.required("features").array(maximum: 2000, minimum: 1)
      .map(Feature.init(parsing:))
    let rows = try object.required("rows")
    self.rows = try rows.integer(in: 1000...100_000)
    // Two protocols with bounds that differ by one would differ, in what they sum, by one patient.
    guard self.rows.isMultiple(of: 1000) else {
      throw DocumentError(
        path: rows.path, problem: "is not a multiple of 1000", remedy: "give whole thousands, such as 10000")
    }
    try object.finish()
  }
}

extension ExplanationPlan.Feature {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.name = try object.required("name").string(maximum: 200)
    let largest = try object.required("largest")
    self.largest = try largest.decimal()
    guard (0.001...1000).contains(self.largest.value) else {
      throw DocumentError(
        path: largest.path, problem: "is not from 0.001 to 1000",
        remedy: "give the largest absolute contribution, in log odds, that is told apart, such as 2")
    }
    try object.finish()
  }
}

extension CUSUMPlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let ratio = try object.required("oddsRatio")
    self.oddsRatio = try ratio.decimal()
    // Nearer to 1 a sum would need more windows than there will be.
    guard oddsRatio.value - 1 >= 1e-3, oddsRatio.value <= 100 else {
      throw DocumentError(
        path: ratio.path, problem: "is not above 1.001 and at most 100",
        remedy: "give how many times the odds of an event would have to rise, such as 2")
    }
    let limit = try object.required("limit")
    self.limit = try limit.decimal()
    guard self.limit.value > 0 else {
      throw DocumentError(path: limit.path, problem: "is not positive", remedy: "give a limit above 0")
    }
    self.runLength = try object.required("runLength").integer(in: 2...100_000)
    try object.finish()
  }
}

extension OperationsPlan {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.alert = try CodedColumn(parsing: object.required("alert"))
    self.override = try object.optional("override").map(CodedColumn.init(parsing:))
    self.acknowledgement = try object.optional("acknowledgement").map(Acknowledgement.init(parsing:))
    try object.finish()
  }
}

extension OperationsPlan.CodedColumn {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.column = try object.required("column").columnName()
    self.values = try object.required("values").array(maximum: 100, minimum: 1).strings(maximum: 200)
    try object.finish()
  }
}

extension OperationsPlan.Acknowledgement {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.column = try object.required("column").columnName()
    self.unit = try object.required("unit").string(maximum: 40)
    let edges = try object.required("edges")
    self.edges = try edges.array(maximum: 100, minimum: 1).ascendingDecimals()
    let target = try object.required("target")
    self.target = try target.decimal()
    guard (self.edges.first?.value ?? 0) > 0 else {
      throw DocumentError(
        path: edges.path, problem: "do not begin above 0", remedy: "give times after the alert")
    }
    guard self.edges.contains(self.target) else {
      throw DocumentError(
        path: target.path, problem: "is not one of the edges", remedy: "add the target to the edges")
    }
    try object.finish()
  }
}
