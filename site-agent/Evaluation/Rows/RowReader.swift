import Aggregates
import CanonicalJSON
import ColumnFiles
import EvaluationProtocols
import Models

/// Reads groups of rows under a protocol: everything that a row says by itself. Any number of groups may be read at
/// the same time.
struct RowReader: Sendable {
  let plan: ColumnPlan
  private let artifact: ModelArtifact
  private let inputs: [ModelInput]
  private let scoring: ScoringPlan
  private let cohort: CohortFilter
  private let patient: TextRule?
  private let label: LabelRule
  private let levels: [LevelRule]
  private let histograms: [HistogramRule]
  private let operations: OperationsRule?
  private let baseline: NumberRule<Double>?
  /// Whether rows are sampled for what the score leans on.
  private let isSampled: Bool

  /// Binds a protocol and a model to columns.
  init(_ evaluationProtocol: EvaluationProtocol, artifact: ModelArtifact) {
    var plan = ColumnPlan()
    let data = evaluationProtocol.data
    self.artifact = artifact
    patient = data.patientColumn.map { TextRule(place: plan.place(of: $0, readFor: "the patient")) }
    cohort = CohortFilter(evaluationProtocol, plan: &plan)
    let scorer = ModelScorer(artifact)
    let scoring = ScoringPlan(evaluationProtocol, columns: scorer.columns, plan: &plan)
    self.scoring = scoring
    inputs = scorer.inputRules.map { ModelInput(place: scoring.places[$0.column], rule: $0) }
    label = LabelRule(evaluationProtocol.label, plan: &plan)
    levels = evaluationProtocol.attributes.map { LevelRule($0, in: data, plan: &plan) }
    histograms = evaluationProtocol.drift.columns.map {
      HistogramRule(column: $0.column, values: $0.values, in: data, plan: &plan)
    }
    operations = evaluationProtocol.operations.map { OperationsRule($0, in: data, plan: &plan) }
    baseline = evaluationProtocol.baseline.map {
      // A row without a baseline score stays in; only the comparison goes without it.
      NumberRule(column: NumberColumn($0.column, readFor: "the baseline", in: data, plan: &plan)) { $0.orNaN }
    }
    isSampled = evaluationProtocol.analysis.explanation != nil
    self.plan = plan
  }

  /// The position of the rule `firstPerPatient`.
  var firstPerPatientRule: Int? { cohort.firstPerPatient?.rule }
  /// Whether patients are told apart.
  var knowsPatients: Bool { patient != nil }

  /// A store for what is read.
  func makeStore(expecting rows: Int) -> RowStore {
    RowStore(
      levels: levels.count, cells: histograms.count, hasOperations: operations != nil,
      keepsBaselines: baseline != nil, keepsSampleKeys: isSampled, expecting: rows)
  }

  /// A store for rows without a score.
  func makeUnscoredStore() -> UnscoredStore { UnscoredStore(levels: levels.count) }

  /// Reads a group.
  ///
  /// - Throws: `ColumnFileError.damaged`.
  func read(_ group: BoundGroup) throws(ColumnFileError) -> PreparedRows {
    var rows = PreparedRows(count: group.rows, unreadable: group.group.gaps.count)
    if let patient {
      var cells = PatientCells()
      try group.ask(patient) { cells.append($1) }
      rows.patients = cells
    }
    for (index, condition) in cohort.conditions.enumerated() {
      let number = UInt16(index)
      try group.ask(condition) { row, isMet in
        if !isMet, rows.unmetRules[row] > number { rows.unmetRules[row] = number }
      }
    }
    if let first = cohort.firstPerPatient {
      rows.orders = try group.answers(NumberRule(column: first.by) { $0.orNaN }, filling: .nan)
    }
    if let window = scoring.window {
      try group.ask(window) { (rows.outcomes[$0], rows.windows[$0]) = $1 }
    }
    try score(group, into: &rows)
    rows.labels = try group.answers(label, filling: .unlabelled)
    for rule in levels { rows.levels.append(try group.answers(rule, filling: 0)) }
    for rule in histograms { rows.cells.append(try group.answers(rule, filling: 0)) }
    rows.operations = try operations.map { rule throws(ColumnFileError) in try rule.read(group) }
    rows.baselines = try baseline.map { rule throws(ColumnFileError) in
      try group.answers(rule, filling: .nan)
    }
    return rows
  }

  /// What the model takes of each row of a group, one row after the other.
  ///
  /// - Throws: `ColumnFileError.damaged`.
  func values(of group: BoundGroup) throws(ColumnFileError) -> [Double] {
    let count = inputs.count
    var values = Array(repeating: 0.0, count: group.rows * count)
    for (place, input) in inputs.enumerated() {
      try values.withUnsafeMutableBufferPointer { values throws(ColumnFileError) in
        let values = values
        try group.ask(input) { values[$0 * count + place] = $1 }
      }
    }
    return values
  }

  // Only rows that nothing has left out so far have a score.
  private func score(_ group: BoundGroup, into rows: inout PreparedRows) throws(ColumnFileError) {
    let count = inputs.count
    let values = try self.values(of: group)
    if isSampled {
      rows.sampleKeys = (0..<rows.count).map { SampleKey(inputs: values[($0 * count)..<(($0 + 1) * count)]) }
    }
    var scorer = CheckedScorer(ModelScorer(artifact))
    let scored = (0..<rows.count).filter {
      rows.outcomes[$0] == .counted && rows.unmetRules[$0] == PreparedRows.meetsAll
    }
    do throws(ModelError) {
      var start = 0
      while start < scored.count {
        let places = scored[start..<min(start + CheckedScorer<ModelScorer>.blockSize, scored.count)]
        var block: [Double] = []
        block.reserveCapacity(places.count * count)
        for row in places { block += values[(row * count)..<((row + 1) * count)] }
        for (row, answer) in zip(places, try scorer.scores(of: block, rows: places.count)) {
          (rows.outcomes[row], rows.scores[row]) = scoring.outcome(of: answer)
        }
        start = places.endIndex
      }
      try scorer.finish()
      rows.check = .success(scorer.rescored)
    } catch { rows.check = .failure(error) }
  }
}

/// The cell itself.
private struct TextRule: CellRule {
  let place: Int

  func answer(_ cell: Cell) -> Cell { cell }
}

/// One number that the model takes.
private struct ModelInput: CellRule {
  let place: Int
  let rule: InputRule

  func answer(_ cell: Cell) -> Double { rule.value(of: cell) }
  var ofNumber: ((Double) -> Double)? { rule.ofNumber }
}

/// What the label column says.
private struct LabelRule: CellRule {
  let place: Int
  private let positive: CellTexts
  private let negative: CellTexts

  init(_ definition: LabelDefinition, plan: inout ColumnPlan) {
    place = plan.place(of: definition.column, readFor: "the label")
    positive = CellTexts(definition.positive)
    negative = CellTexts(definition.negative)
  }

  func answer(_ cell: Cell) -> RowLabel {
    if positive.contains(cell) { return .positive }
    if negative.contains(cell) { return .negative }
    return cell.isEmpty ? .unlabelled : .invalid
  }
}

extension NumberColumn.Value {
  fileprivate var orNaN: Double {
    guard case .number(let number) = self else { return .nan }
    return number
  }
}
