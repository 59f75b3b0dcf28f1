import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Models

/// Reads rows one after the other: what is left out is counted, what is counted is kept by column.
///
/// The order of the questions is that of `ExclusionReason.all`: `protocols/site-files.md`, "How a row is read".
struct RowCollector {
  let plan: ColumnPlan
  private(set) var flow: FlowCounter
  private(set) var store: RowStore
  private(set) var unscored: UnscoredStore

  private let scoring: ScoringPlan
  private let cohort: CohortFilter
  private let patientPlace: Int?
  private let label: (place: Int, positive: CellTexts, negative: CellTexts)
  private let levels: [LevelRule]
  private let histograms: [HistogramRule]
  private let operations: OperationsRule?
  private let baseline: NumberColumn?
  private var patients = PatientIndex()
  private var first: FirstPerPatient?
  /// Rows that wait for their scores, in the order in which they were read; the places are used again and again.
  private var waiting: [WaitingRow]
  private var waitingCount = 0
  private var block: ScoreBlock

  /// A row that is read but for its score.
  private struct WaitingRow {
    var record: RowRecord
    /// What the first row of a patient is found by, and the rule that asks for it.
    var first: (rule: Int, number: Double)?
  }

  /// Binds a protocol and a model to columns.
  init(_ evaluationProtocol: EvaluationProtocol, scorer: ModelScorer) {
    var plan = ColumnPlan()
    let data = evaluationProtocol.data
    patientPlace = data.patientColumn.map { plan.place(of: $0, readFor: "the patient") }
    cohort = CohortFilter(evaluationProtocol, plan: &plan)
    scoring = ScoringPlan(evaluationProtocol, scorer: scorer, plan: &plan)
    let definition = evaluationProtocol.label
    label = (
      plan.place(of: definition.column, readFor: "the label"), CellTexts(definition.positive),
      CellTexts(definition.negative)
    )
    levels = evaluationProtocol.attributes.map { LevelRule($0, in: data, plan: &plan) }
    histograms = evaluationProtocol.drift.columns.map {
      HistogramRule(column: $0.column, values: $0.values, in: data, plan: &plan)
    }
    operations = evaluationProtocol.operations.map { OperationsRule($0, in: data, plan: &plan) }
    baseline = evaluationProtocol.baseline.map {
      NumberColumn($0.column, readFor: "the baseline", in: data, plan: &plan)
    }
    self.plan = plan
    flow = FlowCounter(evaluationProtocol)
    first = cohort.firstPerPatient == nil ? nil : FirstPerPatient()
    let draft = RowRecord(levels: levels.count, cells: histograms.count)
    waiting = Array(repeating: WaitingRow(record: draft), count: ScoreBlock.capacity)
    block = ScoreBlock(scorer)
    store = RowStore(
      levels: levels.count, cells: histograms.count, hasOperations: operations != nil,
      keepsBaselines: baseline != nil)
    unscored = UnscoredStore(levels: levels.count)
  }

  /// Takes a row whose cells cannot be told apart.
  mutating func takeUnreadableRow() {
    flow.readRow()
    flow.exclude(.unreadable, patient: nil)
  }

  /// Takes a row.
  ///
  /// - Throws: `SiteEvaluationError.tooManyRows`.
  mutating func take(_ row: TableRow) throws(SiteEvaluationError) {
    flow.readRow()
    guard let patient = try patient(of: row) else {
      flow.exclude(.patientMissing, patient: nil)
      return
    }
    if let rule = cohort.firstUnmet(by: row) {
      flow.exclude(.cohortRule(rule), patient: patient)
      return
    }
    waiting[waitingCount].first = nil
    if let rule = cohort.firstPerPatient {
      guard case .number(let number) = rule.by.value(in: row) else {
        flow.exclude(.cohortRule(rule.rule), patient: patient)
        return
      }
      waiting[waitingCount].first = (rule.rule, number)
    }
    read(row, of: patient, into: waitingCount)
    waitingCount += 1
    if waitingCount == waiting.count { try scoreWaiting() }
  }

  // Scores the rows that wait, and settles each in the order in which they were read.
  private mutating func scoreWaiting() throws(SiteEvaluationError) {
    let scores = block.takeScores()
    var next = 0
    for place in 0..<waitingCount {
      // A row whose time leaves it out has no place in the block.
      if waiting[place].record.outcome == .counted {
        (waiting[place].record.outcome, waiting[place].record.score) = scoring.outcome(of: scores[next])
        next += 1
      }
      guard let (rule, number) = waiting[place].first else {
        try keep(waiting[place].record)
        continue
      }
      if first?.take(waiting[place].record, by: number) ?? false {
        flow.exclude(.cohortRule(rule), patient: waiting[place].record.patient)
      }
    }
    waitingCount = 0
  }

  /// Settles what only all rows together decide.
  ///
  /// - Throws: `SiteEvaluationError.tooManyRows`.
  mutating func finish() throws(SiteEvaluationError) {
    try scoreWaiting()
    guard let first else { return }
    for record in first.records { try keep(record) }
    self.first = nil
  }

  private mutating func keep(_ record: RowRecord) throws(SiteEvaluationError) {
    if let reason = record.outcome.exclusion {
      flow.exclude(reason, patient: record.patient)
      // Bounded by the rows, as the store is.
      if reason == .scoreMissing || reason == .scoreInvalid { unscored.append(record) }
    } else {
      guard store.count < RowStore.maximumCount else { throw .tooManyRows(limit: RowStore.maximumCount) }
      store.append(record)
    }
  }

  // Where the protocol names no patient, all rows have the number 0 and nobody looks at it.
  private mutating func patient(of row: TableRow) throws(SiteEvaluationError) -> UInt32? {
    guard let patientPlace else { return 0 }
    let identifier = row.cell(patientPlace)
    if identifier.isEmpty { return nil }
    guard let number = patients.number(of: identifier) else {
      throw .tooManyRows(limit: RowStore.maximumCount)
    }
    return number
  }

  private mutating func read(_ row: TableRow, of patient: UInt32, into place: Int) {
    (waiting[place].record.outcome, waiting[place].record.window) = scoring.window(of: row)
    waiting[place].record.score = 0
    if waiting[place].record.outcome == .counted { block.append { row.cell(scoring.places[$0]) } }
    waiting[place].record.patient = patient
    waiting[place].record.label = readLabel(row.cell(label.place))
    for index in levels.indices { waiting[place].record.levels[index] = levels[index].level(of: row) }
    for index in histograms.indices { waiting[place].record.cells[index] = histograms[index].cell(of: row) }
    if let operations { waiting[place].record.operations = operations.read(row) }
    waiting[place].record.baseline = readBaseline(row)
  }

  // A row without a baseline score stays in; only the comparison goes without it.
  private func readBaseline(_ row: TableRow) -> Double {
    guard case .number(let number) = baseline?.value(in: row) else { return .nan }
    return number
  }

  private func readLabel(_ cell: Cell) -> RowLabel {
    if label.positive.contains(cell) { return .positive }
    if label.negative.contains(cell) { return .negative }
    return cell.isEmpty ? .unlabelled : .invalid
  }
}

/// Finds a row's window and score.
struct ScoringPlan {
  private let scorer: ModelScorer
  /// Where each column of the scorer stands in the plan.
  let places: [Int]
  private let precision: ScorePrecision
  private let windows: (place: Int, list: [WindowPlan.Window])?

  init(_ evaluationProtocol: EvaluationProtocol, scorer: ModelScorer, plan: inout ColumnPlan) {
    self.scorer = scorer
    precision = evaluationProtocol.model.scorePrecision
    switch evaluationProtocol.windows {
    case .undated: windows = nil
    case .dated(let column, let list):
      windows = (plan.place(of: column, readFor: "the time windows"), list)
    }
    var places: [Int] = []
    for column in scorer.columns { places.append(plan.place(of: column, readFor: "the model")) }
    self.places = places
  }

  /// What becomes of a row before its score is known, and its window; 0 for rows that are left out for their time.
  func window(of row: TableRow) -> (outcome: RowOutcome, window: UInt16) {
    guard let windows else { return (.counted, 0) }
    let text = String(decoding: row.cell(windows.place), as: UTF8.self)
    guard let time = try? UTCTime(parsingWithOffset: text) else { return (.timeInvalid, 0) }
    guard let index = WindowPlan.index(of: time, in: windows.list) else { return (.outsideWindows, 0) }
    return (.counted, UInt16(index))
  }

  /// A row's score, whatever its time; 0 where there is none.
  func score(of row: TableRow) -> (outcome: RowOutcome, score: Double) {
    outcome(of: scorer.score { row.cell(places[$0]) })
  }

  /// What a model's answer makes of a row; the score is 0 for rows that are left out.
  func outcome(of answer: ModelScore) -> (outcome: RowOutcome, score: Double) {
    switch answer {
    case .missing: return (.scoreMissing, 0)
    case .unreadable: return (.scoreInvalid, 0)
    case .number(let number):
      let score = number.isFinite ? precision.round(number) : number
      // Not-a-number is in no range.
      guard (0...1).contains(score) else { return (.scoreInvalid, 0) }
      return (.counted, score)
    }
  }
}
