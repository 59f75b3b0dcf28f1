import CanonicalJSON

// Rules between fields. What a single field may hold stands with its parser.
extension EvaluationProtocol {
  /// - Throws: `DocumentError` for the first rule that the document breaks.
  func validate() throws(DocumentError) {
    try requireUnique(sites.map(\.id), path: "sites", what: "site")
    try requireUnique(attributes.map(\.id), path: "slices", what: "attribute")
    try requireUnique(windows.ids, path: "windows.list", what: "window")
    try requireUnique(data.features.map(\.column), path: "data.features", what: "column")
    try requireUnique(drift.profiles.map(\.id), path: "drift.profiles", what: "profile")
    try requireUnique(phases.map(\.name.rawValue), path: "phases", what: "phase")
    for (index, attribute) in attributes.enumerated() {
      try requireUnique(attribute.levels.map(\.id), path: "slices[\(index)].levels", what: "level")
      try requireUnique(attribute.levels.flatMap(\.codes), path: "slices[\(index)].levels", what: "code")
    }
    guard disclosure.minimumFitEvents >= disclosure.minimumCell else {
      throw DocumentError(
        path: "disclosure.minimumFitEvents", problem: "is below minimumCell",
        remedy: "ask for at least minimumCell events and non-events before a site fits its calibration")
    }
    guard sites.contains(where: { $0.role == .validation }) else {
      throw DocumentError(
        path: "sites", problem: "no site has the role validation",
        remedy: "a study needs at least one site that the model has not seen")
    }
    for (index, rule) in cohort.rules.enumerated() {
      guard case .firstPerPatient = rule else { continue }
      guard data.patientColumn != nil, index == cohort.rules.count - 1 else {
        throw DocumentError(
          path: "cohort.rules[\(index)]",
          problem: "firstPerPatient needs data.patientColumn and has to be the last rule",
          remedy: "name the patient column and move the rule to the end")
      }
    }
    try validateSlices()
    try validateColumns()
    try validateAnalysis()
    try validatePhases()
    try validateLooks()
    try validateAmendment()
    try validatePeople()
    try validateSize()
  }

  private func validatePhases() throws(DocumentError) {
    let order = PhaseName.allCases.filter { name in phases.contains { $0.name == name } }
    guard phases.map(\.name) == order, phases.first?.name == .silent else {
      throw DocumentError(
        path: "phases", problem: "phases are not in the order silent, limited, broad",
        remedy: "begin with silent and keep the order; later phases may be left out")
    }
    var ids: [String] = []
    for (index, phase) in phases.enumerated() {
      for (list, criteria) in [("goCriteria", phase.goCriteria), ("stopCriteria", phase.stopCriteria)] {
        for (position, criterion) in criteria.enumerated() {
          try validate(criterion, path: "phases[\(index)].\(list)[\(position)]")
          ids.append(criterion.id)
        }
      }
      guard phase.goCriteria.isEmpty || phase.goCriteria.contains(where: { !$0.metric.isDescriptive }) else {
        throw DocumentError(
          path: "phases[\(index)].goCriteria", problem: "measures for description may not be the sole gate",
          remedy:
            "add a criterion on a measure that bears a decision, such as sensitivity, netBenefit or auroc")
      }
    }
    try requireUnique(ids, path: "phases", what: "criterion")
  }

  /// Refuses a text that stands there twice; `folded` compares ASCII letters without their case.
  func requireUnique(
    _ texts: [String], path: String, what: String, folded: Bool = false
  ) throws(DocumentError) {
    var seen: Set<[UInt8]> = []
    for text in texts where !seen.insert(folded ? text.foldedBytes : text.utf8Bytes).inserted {
      throw DocumentError(
        path: path, problem: "\(what) \(text) stands there twice", remedy: "give each \(what) one entry")
    }
  }
}
