import CanonicalJSON
import EvaluationProtocols

extension ReleasedWindow {
  init(
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
      return try ReleasedStratum(parsing: &fields, on: found, under: evaluationProtocol)
    }
    self.partition = partition

    let attributes = try object.required("attributes").array(exactly: evaluationProtocol.attributes.count)
    self.attributes = try zip(evaluationProtocol.attributes, attributes).map {
      pair throws(DocumentError) in
      try ReleasedAttribute(parsing: pair.1, attribute: pair.0, under: evaluationProtocol)
    }

    var histograms = try object.required("histograms").object()
    histogramsCountUnlabelled = try histograms.required("rows").choice(of: Counted.self) == .all
    let plans = evaluationProtocol.drift.columns
    let columns = try histograms.required("columns").array(exactly: plans.count)
    self.histograms = try zip(plans, columns).map { pair throws(DocumentError) in
      try ReleasedHistogram(parsing: pair.1, column: pair.0.column, cells: pair.0.values.count + 2)
    }
    try histograms.finish()

    let intersections = try object.required("intersections").array(
      exactly: evaluationProtocol.intersections.count)
    self.intersections = try zip(evaluationProtocol.intersections, intersections).map {
      pair throws(DocumentError) in
      try ReleasedIntersection(parsing: pair.1, id: pair.0.id)
    }
    unscored = try object.required("unscored").disclosed { field throws(DocumentError) in
      try ReleasedUnscored(parsing: field)
    }
    // Required where the protocol has the plan, and an unknown key where it has none.
    cusum =
      evaluationProtocol.analysis.cusum == nil
      ? nil
      : try object.required("cusum").disclosed { field throws(DocumentError) in try field.sum() }
    operations = try evaluationProtocol.operations.map { plan throws(DocumentError) in
      try object.required("operations").disclosed { field throws(DocumentError) in
        try ReleasedOperations(parsing: field, plan: plan)
      }
    }
    explanation = try evaluationProtocol.analysis.explanation.map { plan throws(DocumentError) in
      try object.required("explanation").disclosed { field throws(DocumentError) in
        try ReleasedExplanation(parsing: field, plan: plan, attributes: evaluationProtocol.attributes)
      }
    }
    try object.finish()
  }
}

extension ReleasedAttribute {
  fileprivate init(
    parsing field: DocumentField, attribute: SliceAttribute, under evaluationProtocol: EvaluationProtocol
  ) throws(DocumentError) {
    var object = try field.object()
    try object.required("attribute").expect(attribute.id, what: "the attribute")
    id = attribute.id
    let partition = try object.optional("edges")?.partition(of: evaluationProtocol.grid)
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
        return try ReleasedStratum(parsing: &fields, on: partition, under: evaluationProtocol)
      }
    }
    unscored = try object.required("unscored").disclosed { field throws(DocumentError) in
      try field.array(exactly: attribute.levelIDs.count).map(ReleasedUnscored.init(parsing:))
    }
    try object.finish()
  }
}

extension ReleasedHistogram {
  fileprivate init(parsing field: DocumentField, column: String, cells: Int) throws(DocumentError) {
    var object = try field.object()
    try object.required("column").expect(column, what: "the column")
    self.column = column
    self.cells = try object.required("cells").disclosed { field throws(DocumentError) in
      try field.runs(overCells: cells)
    }
    try object.finish()
  }
}
