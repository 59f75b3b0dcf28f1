import CanonicalJSON

// Rules about columns: which are divided, by what, and only once.
extension EvaluationProtocol {
  // One column may be divided in one way only: by an attribute, by a drift profile, or not at all. Two
  // divisions of one column would let a reader subtract one release from the other.
  func validateColumns() throws(DocumentError) {
    try requireUnique(attributes.map(\.column), path: "slices", what: "column")
    for (index, attribute) in attributes.enumerated() where attribute.column == label.column {
      throw DocumentError(
        path: "slices[\(index)].column", problem: "the label cannot be an attribute",
        remedy: "slice by what is known before the outcome")
    }
    for (index, profile) in drift.profiles.enumerated() {
      try validate(profile, path: "drift.profiles[\(index)]")
    }
    try validateBaseline()
    try validateOperations()
  }

  private func validateBaseline() throws(DocumentError) {
    guard let baseline else { return }
    guard baseline.thresholds.count == model.thresholds.count else {
      throw DocumentError(
        path: "baseline.thresholds",
        problem: "\(baseline.thresholds.count) thresholds beside the model's \(model.thresholds.count)",
        remedy: "give one for each of model.thresholds, where the comparator flags as the model flags there")
    }
    try refuseDivided(baseline.column, path: "baseline.column")
  }

  private func validateOperations() throws(DocumentError) {
    guard let operations else { return }
    let columns = [
      ("alert", operations.alert.column), ("override", operations.override?.column),
      ("acknowledgement", operations.acknowledgement?.column),
    ].compactMap { part, column in column.map { (part, $0) } }
    for (part, column) in columns {
      let path = "operations.\(part).column"
      try refuseDivided(column, path: path)
      if let baseline, baseline.column.hasSameBytes(as: column) {
        throw DocumentError(
          path: path, problem: "the column \(column) is the baseline's",
          remedy: "name the column in which the record system says what happened to the alert")
      }
    }
    try requireUnique(columns.map(\.1), path: "operations", what: "column")
  }

  private func refuseDivided(_ column: String, path: String) throws(DocumentError) {
    let dividing = attributes.map(\.column) + drift.columns.map(\.column) + [label.column]
    guard !dividing.contains(where: { $0.hasSameBytes(as: column) }) else {
      throw DocumentError(
        path: path,
        problem: "the column \(column) is divided by an attribute or a profile already, or is the label",
        remedy: "one column is divided in one way; name another column, or leave the attribute or profile out"
      )
    }
  }

  private func validate(_ profile: DriftProfile, path: String) throws(DocumentError) {
    let cells: Int
    switch profile.source {
    case .score(let edges):
      if let stray = edges.first(where: { grid.index(of: $0).map { grid.kinds[$0] == .boundary } ?? true }) {
        throw DocumentError(
          path: path, problem: "\(stray.text) is not an inner edge of the grid",
          remedy: "compare the score on edges of the grid between 0 and 1, or add the edge to grid.fineEdges")
      }
      cells = edges.count + 1
    case .attribute(let id):
      guard let attribute = attributes.first(where: { $0.id == id }) else {
        throw DocumentError(
          path: path, problem: "there is no attribute \(id)", remedy: "name an attribute of slices")
      }
      cells = attribute.levelIDs.count
    case .column(let column):
      try validate(column, path: path)
      cells = column.values.count + 2
    }
    guard profile.counts.count == cells else {
      throw DocumentError(
        path: path + ".counts", problem: "\(profile.counts.count) counts for \(cells) cells",
        remedy: "give one count a cell; a column has two more, for other and for missing values")
    }
  }

  private func validate(_ column: DriftProfile.Column, path: String) throws(DocumentError) {
    let name = column.name
    guard !attributes.contains(where: { $0.column == name }), name != label.column else {
      throw DocumentError(
        path: path, problem: "the column \(name) is divided by an attribute already, or is the label",
        remedy: "compare the attribute: of attribute, with one count a level and one for missing")
    }
    guard let feature = data.features.first(where: { $0.column == name }) else {
      throw DocumentError(
        path: path, problem: "no feature has the column \(name)",
        remedy: "list the column in data.features, or leave the profile out")
    }
    guard feature.type == column.values.type else {
      throw DocumentError(
        path: path, problem: "does not fit the type of \(name)",
        remedy: "give edges for a number and levels for a category")
    }
  }
}
