import CanonicalJSON
package import ColumnFiles
import Cryptography

/// A dataset as column files hold it, and what was seen on the way.
package struct FrozenDataset: Sendable {
  /// The rows; the file has no name unless it is published.
  package let rows: ColumnFile
  package let inspection: DatasetInspection
}

/// What one reading of a dataset's files gives, before anything is evaluated.
package struct DatasetInspection: Sendable {
  package let tables: TableInspection
  package let profile: DatasetProfile
  /// What the scan for identifiers and repeated encounters found.
  package let findings: [IntakeFinding]
  /// What the source of the rows left out on the way, for the site's own eyes.
  package let notes: Set<TableNote>
}

/// Reads the files of a dataset once, from front to back: the rows go into a column file, and on the way the columns are
/// profiled and scanned for identifiers.
///
/// The file depends on the rows, their order and the key alone. It has no name, so that nothing is left of it when
/// the work ends early. Memory does not grow with the rows.
///
/// - Parameters:
///   - folder: where the column file is made.
///   - key: what the digests are made with.
///   - progress: is told now and then how far the reading is; called on the caller's thread.
/// - Throws: `SiteEvaluationError` where a file cannot be divided into rows, or the disk is full. Identifiers are
///   findings, no errors.
package func freezeDataset(
  files paths: [String], declaredAs declaration: DatasetDeclaration, in folder: String, key: [UInt8],
  progress: (SiteEvaluationProgress) -> Void = { _ in }
) throws(SiteEvaluationError) -> FrozenDataset {
  guard !paths.isEmpty else { throw .noFiles }
  var freezer: Freezer
  do { freezer = Freezer(try ColumnFileWriter(in: folder, key: key), key: key) } catch {
    throw .snapshot(error)
  }
  let groups = declaration.tables.groups(of: paths)
  // Every header is looked at before any row, so that what cannot be read at all costs no time.
  var size = 0
  for group in groups {
    do { size += try openTable(group, as: declaration.tables).size } catch { throw .table(error) }
  }
  var files: [TableInspection.File] = []
  var seen = SeenFiles()
  var notes: Set<TableNote> = []
  var bytesBefore = 0
  for group in groups {
    let rowsBefore = freezer.rowsRead
    let source: any TableSource
    do { source = try openTable(group, as: declaration.tables) } catch { throw .table(error) }
    try withoutActuallyEscaping(progress) { progress throws(SiteEvaluationError) in
      let tell = {
        progress(
          source.rowsTaken.map { .readingRows(rowsBefore + $0) }
            ?? .reading(bytes: bytesBefore + source.bytesTaken, of: size))
      }
      source.whileReading = tell
      defer { source.whileReading = nil }
      try freezer.take(source, encounterColumn: declaration.encounterColumn, progress: tell)
    }
    bytesBefore += source.bytesTaken
    notes.formUnion(source.notes)
    for (path, digest) in zip(group, source.digests) {
      do {
        files.append(
          TableInspection.File(path: path, digest: digest, size: try TableFile(opening: path).size))
      } catch { throw .table(error) }
    }
    try seen.add(group, source.digests, haveRows: freezer.rowsRead > rowsBefore)
  }
  let profile = freezer.profile
  let findings =
    scanDataset(freezer.tallies, declaredAs: declaration)
    + encounterFindings(declaration, freezer.tallies, isRepeated: freezer.hasRepeatedEncounters)
  let tables = TableInspection(
    files: files, rows: freezer.rowsRead, digest: rowsDigest(ofFiles: seen.digests, as: declaration.tables))
  let file: ColumnFile
  do { file = try freezer.finish() } catch { throw .snapshot(error) }
  return FrozenDataset(
    rows: file,
    inspection: DatasetInspection(tables: tables, profile: profile, findings: findings, notes: notes))
}

private func encounterFindings(
  _ declaration: DatasetDeclaration, _ columns: [ColumnTally], isRepeated: Bool
) -> [IntakeFinding] {
  guard let column = declaration.encounterColumn else { return [] }
  if isRepeated {
    return [
      IntakeFinding(
        .refusal, .duplicate, column: column,
        "an encounter stands there more than once, though declared not to")
    ]
  }
  if columns.contains(where: { $0.name.hasSameBytes(as: column) }) { return [] }
  return [
    IntakeFinding(.refusal, .header, column: column, "is declared to name the encounter and is not there")
  ]
}

/// Takes tables one after the other; the next chunk is read while the columns of the last one are encoded.
private struct Freezer {
  private(set) var rows = 0
  private(set) var unreadable = 0
  private let writer: ColumnFileWriter
  private let key: [UInt8]
  private var lanes: [ColumnLane] = []
  private var repeated = RepeatedRows()

  init(_ writer: ColumnFileWriter, key: [UInt8]) {
    self.writer = writer
    self.key = key
  }

  /// Rows below the headers, readable or not.
  var rowsRead: Int { rows + unreadable }
  var tallies: [ColumnTally] { lanes.map(\.tally) }
  var hasRepeatedEncounters: Bool { repeated.hasRepeatedEncounters }
  var profile: DatasetProfile {
    DatasetProfile(
      rows: rows, unreadable: unreadable,
      columns: tallies.map(ColumnProfile.init).sorted { $0.name.precedesInBytes($1.name) },
      repeated: repeated.found)
  }

  mutating func take(
    _ source: any TableSource, encounterColumn: String?, progress: () -> Void
  ) throws(SiteEvaluationError) {
    let places = try places(of: source.header)
    writer.beginTable(columns: places)
    let columns = places.map { lanes[$0] }
    let encounters = encounterColumn.flatMap { name in
      columns.firstIndex { $0.name.hasSameBytes(as: name) }
    }
    var full = RowChunk(columns: columns.count)
    var next = RowChunk(columns: columns.count)
    var isAtEnd = false
    do throws(TableError) { isAtEnd = try source.fill(full) } catch { throw .table(error) }
    var waiting = EncodedChunk(columns: columns.map { _ in EncodedColumn() })
    while !full.isEmpty {
      let chunk = full
      let encoding = SharedWork(columns.count) { columns[$0].take(chunk, column: $0) }
      // Meanwhile here: what was encoded last is written, and the next rows are read.
      defer { encoding.finish() }
      try settle(waiting, encounters: encounters)
      next.removeAll()
      if !isAtEnd {
        do throws(TableError) { isAtEnd = try source.fill(next) } catch { throw .table(error) }
      }
      progress()
      encoding.finish()
      waiting.rows = full.rows
      waiting.gaps = full.gaps
      for (place, column) in columns.enumerated() { column.exchange(&waiting.columns[place]) }
      swap(&full, &next)
    }
    try settle(waiting, encounters: encounters)
  }

  /// What was made of the rows of a chunk; nothing before the first.
  private struct EncodedChunk {
    var rows = 0
    var gaps: [UInt32] = []
    var columns: [EncodedColumn]
  }

  private mutating func settle(_ chunk: EncodedChunk, encounters: Int?) throws(SiteEvaluationError) {
    guard chunk.rows + chunk.gaps.count > 0 else { return }
    rows += chunk.rows
    unreadable += chunk.gaps.count
    guard rows <= RowStore.maximumCount else { throw .tooManyRows(limit: RowStore.maximumCount) }
    repeated.take(chunk.rows, of: chunk.columns, encounters: encounters)
    do {
      try writer.append(rows: chunk.rows, gaps: chunk.gaps, blocks: chunk.columns.map(\.block))
    } catch { throw .snapshot(error) }
  }

  consuming func finish() throws(ColumnFileError) -> ColumnFile {
    try writer.finish(columns: lanes.map { ColumnFooter.Column(name: $0.name, digest: $0.finish()) })
  }

  // Columns of one name in several tables are one column.
  private mutating func places(of header: [String]) throws(SiteEvaluationError) -> [Int] {
    var places: [Int] = []
    for name in header {
      if let place = lanes.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
        places.append(place)
        continue
      }
      do { lanes.append(try ColumnLane(name, key: key)) } catch { throw .snapshot(.digests("\(error)")) }
      places.append(lanes.count - 1)
    }
    return places
  }
}
