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
    try validateColumns()
    try validatePhases()
    try validateLooks()
    try validateAmendment()
    try validatePeople()
    try validateSize()
  }

  // An aggregate that no reader takes would be noticed only when the sites have done their work.
  private func validateSize() throws(DocumentError) {
    let limit = JSONLimits.submission.maximumValues
    let values = valuesOfLargestAggregate
    guard values <= limit else {
      throw DocumentError(
        path: "",
        problem: "an aggregate may have \(values) values, more than the \(limit) that a reader takes",
        remedy: "use fewer windows, levels or fine edges")
    }
  }

  // JSON values, containers included, when nothing is merged or withheld; the terms follow `aggregate.md`.
  private var valuesOfLargestAggregate: Int {
    let bins = grid.dividesBins.count { $0 } - 1
    let patientSums = data.patientColumn == nil ? 0 : 45 * model.thresholds.count
    let stratum = 34 + 3 * grid.intervalCount + 5 * bins + patientSums
    let edges = (1 + attributes.count) * (grid.intervalCount + 5)
    let histograms = drift.columns.reduce(0) { $0 + 3 + 4 * ($1.values.count + 2) }
    let flow = 20 + 4 * (cohort.rules.count + 6)
    return flow + windows.ids.count * (6 + slices.count * stratum + edges + histograms)
  }

  // One column may be divided in one way only: by an attribute, by a drift profile, or not at all. Two
  // divisions of one column would let a reader subtract one release from the other.
  private func validateColumns() throws(DocumentError) {
    try requireUnique(attributes.map(\.column), path: "slices", what: "column")
    for (index, attribute) in attributes.enumerated() where attribute.column == label.column {
      throw DocumentError(
        path: "slices[\(index)].column", problem: "the label cannot be an attribute",
        remedy: "slice by what is known before the outcome")
    }
    for (index, profile) in drift.profiles.enumerated() {
      try validate(profile, path: "drift.profiles[\(index)]")
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
    }
    try requireUnique(ids, path: "phases", what: "criterion")
  }

  private func validate(_ criterion: Criterion, path: String) throws(DocumentError) {
    func refuse(_ problem: String, _ remedy: String) -> DocumentError {
      DocumentError(path: path, problem: problem, remedy: remedy)
    }
    switch (criterion.metric.needsThreshold, criterion.threshold) {
    case (true, nil):
      throw refuse("\(criterion.metric.rawValue) needs a threshold", "add one of model.thresholds")
    case (false, .some):
      throw refuse("\(criterion.metric.rawValue) has no threshold", "leave out threshold")
    case (true, let threshold?) where !model.thresholds.contains { $0.value == threshold }:
      throw refuse(
        "threshold \(threshold.text) is not one of the model's",
        "add it to model.thresholds with its clinical action")
    default: break
    }
    switch criterion.slices {
    case .one(.overall): break
    case .one(let slice):
      guard let attribute = attributes.first(where: { $0.id == slice.attribute }),
        attribute.levelIDs.contains(slice.level)
      else { throw refuse("there is no slice \(slice.text)", "name an attribute and level of slices") }
    case .eachLevel(let attribute):
      guard attributes.contains(where: { $0.id == attribute }) else {
        throw refuse("there is no attribute \(attribute)", "name an attribute of slices")
      }
    }
    switch (criterion.bound, criterion.comparison) {
    case (.lower, .atMost), (.upper, .atLeast):
      throw refuse(
        "a \(criterion.bound.rawValue) bound cannot be \(criterion.comparison.words) a limit",
        "judge the bound on the unfavourable side: lower with atLeast, upper with atMost")
    default: break
    }
    switch criterion.scope {
    case .withinSite where criterion.metric != .auroc:
      throw refuse("only AUROC has a within-site estimate", "choose another scope")
    case .randomEffects where !criterion.metric.hasRandomEffects,
      .newSite where !criterion.metric.hasRandomEffects:
      throw refuse(
        "\(criterion.metric.rawValue) has no random-effects estimate",
        "use pooledRows, everySite or worstSite, or the metric auroc, observedExpectedRatio or calibrationSlope"
      )
    case .newSite where criterion.bound == .point:
      throw refuse("a prediction interval has no point", "judge its lower or upper bound")
    case .pooledRows where !criterion.metric.hasPooledRows:
      throw refuse(
        "\(criterion.metric.rawValue) of pooled rows is not exact",
        "use randomEffects, everySite or worstSite")
    default: break
    }
    guard (try? FixedDecimal(exact: criterion.limit, scale: 12)) != nil else {
      throw refuse("the limit has more than 12 decimals", "results carry 12 decimals; round the limit")
    }
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
