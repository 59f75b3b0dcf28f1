import Aggregates
import ColumnFiles
import EvaluationProtocols
import Models

/// Finds what each input adds to the scores of a sample of the rows, and sums it by window and slice.
///
/// The rows are read a second time, because which of them are in the sample is known only after the last one; so what
/// is kept of every row is a key and not its inputs.
struct WindowExplainer {
  private let evaluationProtocol: EvaluationProtocol
  private let plan: ExplanationPlan
  private let artifact: ModelArtifact
  /// For each feature of the plan, its place among the model's inputs.
  private let places: [Int]

  /// Rows whose contributions are found at a time.
  private static let batch = 4096

  /// Nil where the protocol asks for no explanation.
  ///
  /// - Throws: `SiteEvaluationError` where the model cannot be explained, or has other inputs than the protocol names.
  init?(_ evaluationProtocol: EvaluationProtocol, model: SiteModel) throws(SiteEvaluationError) {
    guard let plan = evaluationProtocol.analysis.explanation else { return nil }
    self.evaluationProtocol = evaluationProtocol
    self.plan = plan
    do {
      artifact = try model.load(for: evaluationProtocol.model)
      // Any row will do: what can be wrong is in the model.
      _ = try ModelScorer(artifact).contributions { _ in [] }
    } catch {
      throw .model(error)
    }
    places = try Self.places(of: plan, among: ModelScorer(artifact).inputSources.map(\.name))
  }

  private static func places(
    of plan: ExplanationPlan, among names: [String]
  ) throws(SiteEvaluationError) -> [Int] {
    let inputs = CellTexts(names)
    let features = CellTexts(plan.features.map(\.name))
    if let extra = names.first(where: { !features.contains(Cell($0.utf8)) }) {
      throw .explainedInputs("\(extra) is an input of the model and not named in the protocol")
    }
    var places: [Int] = []
    for feature in plan.features {
      guard let place = inputs.place(of: Cell(feature.name.utf8)) else {
        throw .explainedInputs("\(feature.name) is named in the protocol and no input of the model")
      }
      places.append(place)
    }
    return places
  }

  /// The explanations of all windows, in protocol order.
  ///
  /// - Throws: `SiteEvaluationError`; `.snapshot` where a row of the sample is not found again.
  func explain(
    _ store: RowStore, in rows: SnapshotRows, progress: (SiteEvaluationProgress) -> Void
  ) throws(SiteEvaluationError) -> [LocalExplanation] {
    let count = evaluationProtocol.windows.ids.count
    let sample = store.sample(
      under: plan, windows: count, countsPatients: evaluationProtocol.data.patientColumn != nil)
    var waiting: [SampleKey: [UInt32]] = [:]
    for row in sample.joined() { waiting[store.sampleKeys[Int(row)], default: []].append(row) }
    let nobody = LocalExplanation(under: plan, attributes: evaluationProtocol.attributes)
    var sums = Array(repeating: nobody, count: count)
    var batch = SampledRows()
    try forEachGroup(of: rows, progress: progress) { group throws(SiteEvaluationError) in
      let width = group.keys.isEmpty ? 0 : group.values.count / group.keys.count
      for (row, key) in group.keys.enumerated() {
        guard let rows = waiting.removeValue(forKey: key) else { continue }
        batch.append(rows, inputs: group.values[(row * width)..<((row + 1) * width)])
        if batch.rows.count == Self.batch { try take(&batch, of: store, into: &sums) }
      }
    }
    try take(&batch, of: store, into: &sums)
    guard waiting.isEmpty else {
      throw .snapshot(
        .damaged(path: rows.tableNames.first ?? "", what: "a row is no longer what it was"))
    }
    return sums
  }

  /// Rows whose inputs have been read again, each with the rows of the store that are the same.
  private struct SampledRows {
    var rows: [[UInt32]] = []
    var inputs: [Double] = []

    mutating func append(_ row: [UInt32], inputs: ArraySlice<Double>) {
      rows.append(row)
      self.inputs += inputs
    }
  }

  private func take(
    _ batch: inout SampledRows, of store: RowStore, into sums: inout [LocalExplanation]
  ) throws(SiteEvaluationError) {
    let width = batch.rows.isEmpty ? 0 : batch.inputs.count / batch.rows.count
    for (rows, parts) in zip(batch.rows, try contributions(of: batch, width: width)) {
      for row in rows {
        let window = Int(store.windows[Int(row)])
        sums[window].add(parts, levels: store.levels.map { $0[Int(row)] }, under: plan)
      }
    }
    batch = SampledRows()
  }

  // In the order of the plan. Each piece has a scorer of its own, which is for one thread.
  private func contributions(
    of batch: SampledRows, width: Int
  ) throws(SiteEvaluationError) -> [[Double]] {
    let size = 256
    let pieces = (batch.rows.count + size - 1) / size
    let found = inParallel(pieces) { piece -> Result<[[Double]], ModelError> in
      let first = piece * size
      let rows = min(size, batch.rows.count - first)
      let inputs = Array(batch.inputs[first * width..<(first + rows) * width])
      return Result { () throws(ModelError) in
        let parts = try ModelScorer(artifact).contributions(ofInputs: inputs, rows: rows) ?? []
        return (0..<rows).map { row in places.map { parts[row * (width + 1) + $0] } }
      }
    }
    var all: [[Double]] = []
    for piece in found {
      do { all += try piece.get() } catch { throw .model(error) }
    }
    return all
  }

  /// The inputs of a group's rows, one row after the other, and the keys of the rows.
  private struct KeyedGroup: Sendable {
    let values: [Double]
    let keys: [SampleKey]
  }

  private func forEachGroup(
    of rows: SnapshotRows, progress: (SiteEvaluationProgress) -> Void,
    _ visit: (KeyedGroup) throws(SiteEvaluationError) -> Void
  ) throws(SiteEvaluationError) {
    let reader = RowReader(evaluationProtocol, artifact: artifact)
    let bindings = try rows.bind(reader.plan)
    let groups = rows.groups
    let width = places.count
    try makingAhead(groups.count) { number in
      let (table, group) = groups[number]
      return Result { () throws(ColumnFileError) in
        try rows.file.withGroup(group, of: rows.file.footer.tables[table]) { group throws(ColumnFileError) in
          let values = try reader.values(of: BoundGroup(group: group, binding: bindings[table]))
          return KeyedGroup(
            values: values,
            keys: (0..<group.rows).map { SampleKey(inputs: values[($0 * width)..<(($0 + 1) * width)]) })
        }
      }
    } settle: { (number, made: Result<KeyedGroup, ColumnFileError>) throws(SiteEvaluationError) in
      progress(.explaining(group: number, of: groups.count))
      switch made {
      case .success(let group): try visit(group)
      case .failure(let error): throw .snapshot(error)
      }
    }
  }
}
