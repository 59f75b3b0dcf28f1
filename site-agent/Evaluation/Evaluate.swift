package import Aggregates
import CanonicalJSON
package import ColumnFiles
import Cryptography
package import EvaluationProtocols
import Models

/// Counts the rows of a snapshot under a protocol and applies disclosure control.
///
/// Both aggregates depend on the protocol, the model, the rows, the site's id and the policy alone: not on the order of
/// the rows, nor on how they are divided among files, nor on time, machine, number of threads or version.
///
/// - Parameter progress: is told now and then how far the work is; called on the caller's thread.
/// - Throws: `SiteEvaluationError`. Nothing in it is a patient's value or a small count.
package func evaluate(
  _ rows: SnapshotRows, under evaluationProtocol: EvaluationProtocol, model: SiteModel, site: String,
  policy: SitePolicy, progress: (SiteEvaluationProgress) -> Void = { _ in }
) throws(SiteEvaluationError) -> SiteEvaluationResult {
  guard evaluationProtocol.site(site) != nil else { throw .unknownSite(site) }
  let explainer = try WindowExplainer(evaluationProtocol, model: model)
  let dataset = try readDataset(
    rows, under: evaluationProtocol, model: model, policy: policy, progress: progress)
  var windows = dataset.countWindows(under: evaluationProtocol, progress: progress)
  if let explanations = try explainer?.explain(dataset.collector.store, in: rows, progress: progress) {
    for index in windows.indices { windows[index].explanation = explanations[index] }
  }
  let local = LocalAggregate(
    site: site, protocolDigest: evaluationProtocol.digest,
    modelDigest: evaluationProtocol.model.artifact, featuresDigest: evaluationProtocol.model.features,
    countsPatients: dataset.disclosure.countsPatients, flow: dataset.collector.flow.flow,
    windows: windows)
  return SiteEvaluationResult(
    local: local, releasable: local.release(under: evaluationProtocol, policy: dataset.disclosure),
    policy: dataset.disclosure, invalidLabels: dataset.invalidLabels, rescored: dataset.collector.rescored)
}

/// A frozen dataset as an evaluation reads it.
package struct SnapshotRows: Sendable {
  let file: ColumnFile
  let declaration: DatasetDeclaration
  /// What errors call each of the file's tables: the first of the files it was made of.
  let tableNames: [String]

  /// The rows of a column file.
  ///
  /// - Parameters:
  ///   - declaration: what was declared when the file was made.
  ///   - paths: the data files that it was made of.
  package init(_ file: ColumnFile, declaredAs declaration: DatasetDeclaration, madeOf paths: [String]) {
    self.file = file
    self.declaration = declaration
    tableNames = declaration.tables.groups(of: paths).map { $0.first ?? "" }
  }

  /// The columns of a plan in each table.
  func bind(_ plan: ColumnPlan) throws(SiteEvaluationError) -> [ColumnBinding] {
    var bindings: [ColumnBinding] = []
    for (table, name) in zip(file.footer.tables, tableNames) {
      do {
        bindings.append(
          try ColumnBinding(
            plan, mapping: declaration.mapping, header: table.columns.map { file.footer.columns[$0].name },
            path: name))
      } catch { throw .table(error) }
    }
    guard bindings.count == file.footer.tables.count else {
      throw .snapshot(
        .damaged(path: tableNames.first ?? "", what: "it has other tables than were registered"))
    }
    return bindings
  }

  /// Looks for every column that an evaluation would read; no row is read.
  ///
  /// - Throws: `SiteEvaluationError` as `evaluate` would before its first row.
  package func checkColumns(
    under evaluationProtocol: EvaluationProtocol, model: SiteModel
  ) throws(SiteEvaluationError) {
    let artifact: ModelArtifact
    do { artifact = try model.load(for: evaluationProtocol.model) } catch { throw .model(error) }
    _ = try bind(RowReader(evaluationProtocol, artifact: artifact).plan)
  }

  /// All groups of rows with their tables, in order.
  var groups: [(table: Int, group: ColumnFooter.Group)] {
    file.footer.tables.enumerated().flatMap { index, table in table.groups.map { (index, $0) } }
  }
}

/// The rows of a dataset as a protocol reads them, and the rule under which counts of them may leave.
struct ReadDataset {
  let collector: RowCollector
  let disclosure: DisclosurePolicy

  /// Rows counted whose label is neither empty nor listed in the protocol.
  var invalidLabels: Int { collector.store.labels.reduce(0) { $1 == .invalid ? $0 + 1 : $0 } }

  /// Counts all windows of the protocol.
  func countWindows(
    under evaluationProtocol: EvaluationProtocol, progress: (SiteEvaluationProgress) -> Void
  ) -> [LocalWindow] {
    SiteEvaluation.countWindows(
      collector.store, unscored: collector.unscored, under: evaluationProtocol,
      minimumFitEvents: disclosure.minimumFitEvents
    ) { progress(.counting(window: $0, of: $1)) }
  }
}

/// Reads all rows of a dataset once, with the model's scores, and checks that enough of them can be read.
func readDataset(
  _ rows: SnapshotRows, under evaluationProtocol: EvaluationProtocol, model: SiteModel, policy: SitePolicy,
  progress: (SiteEvaluationProgress) -> Void
) throws(SiteEvaluationError) -> ReadDataset {
  let (artifact, disclosure) = try checkTerms(
    declaredAs: rows.declaration, under: evaluationProtocol, model: model, policy: policy)
  let reader = RowReader(evaluationProtocol, artifact: artifact)
  let bindings = try rows.bind(reader.plan)
  let groups = rows.groups
  var collector = RowCollector(evaluationProtocol, reader: reader, expecting: rows.file.footer.rows)
  try makingAhead(groups.count) { number in
    let (table, group) = groups[number]
    return Result { () throws(ColumnFileError) in
      try rows.file.withGroup(group, of: rows.file.footer.tables[table]) { group throws(ColumnFileError) in
        try reader.read(BoundGroup(group: group, binding: bindings[table]))
      }
    }
  } settle: { (number, prepared: Result<PreparedRows, ColumnFileError>) throws(SiteEvaluationError) in
    progress(.scoring(group: number, of: groups.count))
    switch prepared {
    case .success(let prepared): try collector.take(prepared)
    case .failure(let error): throw .snapshot(error)
    }
  }
  try collector.finish()
  let unreadable = Double(collector.flow.rows(for: .unreadable)) / Double(max(collector.flow.read, 1))
  if unreadable > evaluationProtocol.data.maximumUnreadableShare.value {
    throw .tooManyUnreadableRows(share: evaluationProtocol.data.maximumUnreadableShare)
  }
  return ReadDataset(collector: collector, disclosure: disclosure)
}

/// What costs no time and can refuse an evaluation before any row is read: the policy and the model.
private func checkTerms(
  declaredAs declaration: DatasetDeclaration, under evaluationProtocol: EvaluationProtocol, model: SiteModel,
  policy: SitePolicy
) throws(SiteEvaluationError) -> (ModelArtifact, DisclosurePolicy) {
  let disclosure: DisclosurePolicy
  do {
    disclosure = try DisclosurePolicy(
      site: policy, dataClass: declaration.dataClass, protocol: evaluationProtocol)
  } catch { throw .policy(error) }
  let artifact: ModelArtifact
  do { artifact = try model.load(for: evaluationProtocol.model) } catch { throw .model(error) }
  _ = try WindowExplainer(evaluationProtocol, model: model)
  try refuseOwnScore(of: artifact, asBaselineOf: evaluationProtocol, mapping: declaration.mapping)
  return (artifact, disclosure)
}

/// Refuses a comparison of a recorded score with itself.
///
/// The protocol knows the model by its digest alone; only here the name of its column is known, and only here to which
/// column of the file each of the two is mapped. A calculated model may well have the comparator among its inputs.
private func refuseOwnScore(
  of artifact: ModelArtifact, asBaselineOf evaluationProtocol: EvaluationProtocol, mapping: SiteMapping
) throws(SiteEvaluationError) {
  guard let baseline = evaluationProtocol.baseline, case .recordedScore = artifact else { return }
  let column = mapping.source(of: baseline.column)
  for own in ModelScorer(artifact).columns where mapping.source(of: own).hasSameBytes(as: column) {
    throw .baselineIsTheModel(column: column)
  }
}

/// Looks for everything that would refuse an evaluation before its first row: site, policy, model, and in the headers
/// every column that it reads. No row is read.
///
/// - Throws: `SiteEvaluationError` as `evaluate` would.
package func checkBeforeReading(
  _ paths: [String], declaredAs declaration: DatasetDeclaration,
  under evaluationProtocol: EvaluationProtocol, model: SiteModel, site: String, policy: SitePolicy
) throws(SiteEvaluationError) {
  guard !paths.isEmpty else { throw .noFiles }
  guard evaluationProtocol.site(site) != nil else { throw .unknownSite(site) }
  let (artifact, _) = try checkTerms(
    declaredAs: declaration, under: evaluationProtocol, model: model, policy: policy)
  let plan = RowReader(evaluationProtocol, artifact: artifact).plan
  for files in declaration.tables.groups(of: paths) {
    do { _ = try BoundTable(files, declaration, plan: plan) } catch { throw .table(error) }
  }
}
