package import Aggregates
import CanonicalJSON
import Cryptography
package import EvaluationProtocols
import Models

/// Counts a site's rows under a protocol and applies disclosure control.
///
/// Reads the files once, front to back, and nothing else. Both aggregates depend on the protocol, the model,
/// the rows, the site's id and the policy alone: not on the order of the rows, nor on how they are divided
/// among files, nor on time, machine or version.
///
/// - Parameters:
///   - paths: the files of the dataset, of the kind that the declaration says.
///   - progress: is told now and then how far the work is; called on the caller's thread.
/// - Throws: `SiteEvaluationError`. Nothing in it is a patient's value or a small count.
package func evaluate(
  files paths: [String], declaredAs declaration: DatasetDeclaration,
  under evaluationProtocol: EvaluationProtocol, model: SiteModel, site: String, policy: SitePolicy,
  progress: (SiteEvaluationProgress) -> Void = { _ in }
) throws(SiteEvaluationError) -> SiteEvaluationResult {
  guard !paths.isEmpty else { throw .noFiles }
  guard evaluationProtocol.site(site) != nil else { throw .unknownSite(site) }
  let dataset = try readDataset(
    paths, declaredAs: declaration, under: evaluationProtocol, model: model, policy: policy,
    progress: progress)
  let local = LocalAggregate(
    site: site, protocolDigest: evaluationProtocol.digest,
    modelDigest: evaluationProtocol.model.artifact, featuresDigest: evaluationProtocol.model.features,
    countsPatients: dataset.disclosure.countsPatients, flow: dataset.collector.flow.flow,
    windows: dataset.countWindows(under: evaluationProtocol, progress: progress))
  return SiteEvaluationResult(
    local: local, releasable: local.release(under: evaluationProtocol, policy: dataset.disclosure),
    policy: dataset.disclosure, rowsDigest: dataset.rowsDigest, invalidLabels: dataset.invalidLabels,
    notes: dataset.notes)
}

/// The rows of a dataset as a protocol reads them, and the rule under which counts of them may leave.
struct ReadDataset {
  let collector: RowCollector
  let disclosure: DisclosurePolicy
  /// SHA-256 over the digests of the files, sorted.
  let rowsDigest: Digest
  /// What the source of the rows left out on the way, for the site's own eyes.
  let notes: Set<TableNote>

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

/// Reads all files of a dataset once, with the model's scores, and checks that enough of them can be read.
func readDataset(
  _ paths: [String], declaredAs declaration: DatasetDeclaration, under evaluationProtocol: EvaluationProtocol,
  model: SiteModel, policy: SitePolicy, progress: (SiteEvaluationProgress) -> Void
) throws(SiteEvaluationError) -> ReadDataset {
  guard !paths.isEmpty else { throw .noFiles }
  let disclosure: DisclosurePolicy
  do {
    disclosure = try DisclosurePolicy(
      site: policy, dataClass: declaration.dataClass, protocol: evaluationProtocol)
  } catch { throw .policy(error) }
  let artifact: ModelArtifact
  do { artifact = try model.load(for: evaluationProtocol.model) } catch { throw .model(error) }
  try refuseOwnScore(of: artifact, asBaselineOf: evaluationProtocol, mapping: declaration.mapping)

  var collector = RowCollector(evaluationProtocol, scorer: ModelScorer(artifact))
  let (digest, notes) = try readFiles(paths, declaredAs: declaration, into: &collector, progress: progress)
  try collector.finish()
  let unreadable = Double(collector.flow.rows(for: .unreadable)) / Double(max(collector.flow.read, 1))
  if unreadable > evaluationProtocol.data.maximumUnreadableShare.value {
    throw .tooManyUnreadableRows(share: evaluationProtocol.data.maximumUnreadableShare)
  }
  return ReadDataset(collector: collector, disclosure: disclosure, rowsDigest: digest, notes: notes)
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

/// Reads all tables into the collector; returns the digest of their content, and what was left out on the way.
private func readFiles(
  _ paths: [String], declaredAs declaration: DatasetDeclaration, into collector: inout RowCollector,
  progress: (SiteEvaluationProgress) -> Void
) throws(SiteEvaluationError) -> (Digest, Set<TableNote>) {
  let groups = declaration.tables.groups(of: paths)
  // Every header is looked at before any row, so that a missing column costs no time.
  var size = 0
  for files in groups {
    do { size += try BoundTable(files, declaration, plan: collector.plan).source.size } catch {
      throw .table(error)
    }
  }
  var bytesBefore = 0
  var notes: Set<TableNote> = []
  var seen = SeenFiles()
  for files in groups {
    let rowsBefore = collector.flow.read
    let table: BoundTable
    do { table = try BoundTable(files, declaration, plan: collector.plan) } catch { throw .table(error) }
    try read(table, into: &collector) { progress(.reading(bytes: bytesBefore + $0, of: size)) }
    bytesBefore += table.source.bytesTaken
    notes.formUnion(table.source.notes)
    try seen.add(files, table.source.digests, haveRows: collector.flow.read > rowsBefore)
  }
  return (rowsDigest(ofFiles: seen.digests, as: declaration.tables), notes)
}

private func read(
  _ table: BoundTable, into collector: inout RowCollector, progress: (_ bytes: Int) -> Void
) throws(SiteEvaluationError) {
  while true {
    if collector.flow.read % 65_536 == 0 { progress(table.source.bytesTaken) }
    let next: NextRow
    do { next = try table.source.next() } catch { throw .table(error) }
    switch next {
    case .row: try collector.take(table.row)
    case .unreadableRow: collector.takeUnreadableRow()
    case .end: return
    }
  }
}

/// An open table with the columns of a plan found in its header.
struct BoundTable {
  let source: any TableSource
  let row: TableRow

  init(_ files: [String], _ declaration: DatasetDeclaration, plan: ColumnPlan) throws(TableError) {
    source = try openTable(files, as: declaration.tables)
    row = TableRow(
      cells: source.row,
      binding: try ColumnBinding(
        plan, mapping: declaration.mapping, header: source.header, path: files[0]))
  }
}
