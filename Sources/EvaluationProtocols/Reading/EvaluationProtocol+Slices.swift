import CanonicalJSON

// Rules about levels that are compared, listed intersections and what is estimated beside the counts.
extension EvaluationProtocol {
  func validateSlices() throws(DocumentError) {
    for (index, attribute) in attributes.enumerated() {
      guard let reference = attribute.reference else { continue }
      guard attribute.levels.contains(where: { $0.id == reference }) else {
        throw DocumentError(
          path: "slices[\(index)].reference", problem: "\(reference) is not one of the levels",
          remedy: "name a listed level, or leave reference out to compare each level with all others together"
        )
      }
    }
    try validateIntersections()
  }

  private func validateIntersections() throws(DocumentError) {
    try requireUnique(intersections.map(\.id), path: "intersections", what: "intersection")
    var sets: [Set<SliceID>: String] = [:]
    for (index, intersection) in intersections.enumerated() {
      let path = "intersections[\(index)]"
      let id = intersection.id
      guard id != SliceID.overall.attribute, !attributes.contains(where: { $0.id == id }) else {
        throw DocumentError(
          path: path + ".id", problem: "\(id) is overall or the id of an attribute",
          remedy: "give the intersection an id of its own, such as old-women")
      }
      for level in intersection.levels where !isListed(level) {
        throw DocumentError(
          path: path, problem: "there is no listed level \(level.text)",
          remedy: "name an attribute of slices and one of its listed levels, not missing")
      }
      try requireUnique(intersection.levels.map(\.attribute), path: path, what: "attribute")
      if let other = sets.updateValue(id, forKey: Set(intersection.levels)) {
        throw DocumentError(
          path: path, problem: "\(id) has the levels of \(other)", remedy: "list each set of levels once")
      }
    }
  }

  private func isListed(_ slice: SliceID) -> Bool {
    attributes.contains { $0.id == slice.attribute && $0.levels.contains { $0.id == slice.level } }
  }

  func validateAnalysis() throws(DocumentError) {
    try validateExplanation()
    guard analysis.cusum != nil, case .undated = windows else { return }
    throw DocumentError(
      path: "analysis.cusum", problem: "a CUSUM needs windows in order of time",
      remedy: "use dated windows, or leave out cusum")
  }
  private func validateExplanation() throws(DocumentError) {
    guard let plan = analysis.explanation else { return }
    let path = "analysis.explanation"
    guard model.kind != .recordedScore else {
      throw DocumentError(
        path: path, problem: "a recorded score cannot be divided among inputs",
        remedy: "leave out explanation, or let sites run the model itself")
    }
    try requireUnique(plan.features.map(\.name), path: path + ".features", what: "input")
  }
}
