import CanonicalJSON
import EvaluationProtocols

extension ReleasedExplanation {
  init(
    parsing field: DocumentField, plan: ExplanationPlan, attributes listed: [SliceAttribute]
  ) throws(DocumentError) {
    var object = try field.object()
    overall = try Contributions(parsing: object.required("overall"), plan: plan)
    let fields = try object.required("attributes").array(exactly: listed.count)
    attributes = try zip(listed, fields).map { pair throws(DocumentError) in
      try pair.1.array(exactly: pair.0.levelIDs.count).map { field throws(DocumentError) in
        try field.disclosed { field throws(DocumentError) in try Contributions(parsing: field, plan: plan) }
      }
    }
    try object.finish()
  }
}

extension ReleasedExplanation.Contributions {
  fileprivate init(parsing field: DocumentField, plan: ExplanationPlan) throws(DocumentError) {
    var object = try field.object()
    rows = try object.required("rows").integer(in: 0...plan.rows)
    steps = try object.required("steps").counts(exactly: plan.features.count)
    try object.finish()
  }
}
