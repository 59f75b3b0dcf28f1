import CanonicalJSON
import EvaluationProtocols

extension ReleasedUnscored {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    missing = try object.required("missing").count()
    invalid = try object.required("invalid").count()
    try object.finish()
  }
}

extension ReleasedOperations {
  init(parsing field: DocumentField, plan: OperationsPlan) throws(DocumentError) {
    var object = try field.object()
    alerts = try object.required("alerts").count()
    spared = try object.required("spared").count()
    responses = try plan.override.map { _ throws(DocumentError) in
      try object.required("responses").disclosed { field throws(DocumentError) in
        try field.runs(overCells: LocalOperations.responseCells)
      }
    }
    acknowledgement = try plan.acknowledgement.map { acknowledgement throws(DocumentError) in
      try object.required("acknowledgement").disclosed { field throws(DocumentError) in
        try field.runs(overCells: acknowledgement.cells)
      }
    }
    try object.finish()
  }
}

extension ReleasedIntersection {
  init(parsing field: DocumentField, id: String) throws(DocumentError) {
    var object = try field.object()
    try object.required("intersection").expect(id, what: "the intersection")
    self.id = id
    let status = try object.required("status")
    guard try status.string(maximum: 20) == "withheld" else {
      throw DocumentError(
        path: status.path, problem: "is not withheld",
        remedy: "withhold intersections: this version of disclosure control releases none")
    }
    slice = .withheld
    partition = nil
    try object.finish()
  }
}

extension DocumentField {
  /// Runs of neighbouring cells that cover each cell once, in order.
  func runs(overCells cells: Int) throws(DocumentError) -> [ReleasedHistogram.Cell] {
    var parsed: [ReleasedHistogram.Cell] = []
    for element in try array(maximum: cells, minimum: 1) {
      var fields = try element.object()
      let expected = parsed.last.map { $0.last + 1 } ?? 0
      guard expected < cells else {
        throw DocumentError(
          path: element.path, problem: "stands after the last cell", remedy: "cover each cell once")
      }
      parsed.append(
        ReleasedHistogram.Cell(
          first: try fields.required("first").integer(in: expected...expected),
          last: try fields.required("last").integer(in: expected...(cells - 1)),
          rows: try fields.required("rows").count()))
      try fields.finish()
    }
    guard parsed.last?.last == cells - 1 else {
      throw DocumentError(
        path: path, problem: "does not cover all \(cells) cells",
        remedy: "evaluate again; the file has been changed")
    }
    return parsed
  }
}
