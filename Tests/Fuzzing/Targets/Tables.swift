@testable import ColumnFiles
@testable import SiteEvaluation

/// A table as text; an unreadable row is nil.
struct TableText: Equatable {
  var header: [String] = []
  var rows: [[[UInt8]]?] = []
}

/// Reads a table to its end, or to what refuses it.
func readTable(_ open: () throws(TableError) -> any TableSource) -> Result<TableText, TableError> {
  do throws(TableError) {
    let source = try open()
    var table = TableText(header: source.header)
    while true {
      switch try source.next() {
      case .row: table.rows.append(source.header.indices.map { Array(source.row.cell($0)) })
      case .unreadableRow: table.rows.append(nil)
      case .end: return .success(table)
      }
    }
  } catch { return .failure(error) }
}

/// The same, many rows at a time as datasets are frozen.
func readChunks(_ open: () throws(TableError) -> any TableSource) -> Result<TableText, TableError> {
  do throws(TableError) {
    let source = try open()
    var table = TableText(header: source.header)
    let chunk = RowChunk(columns: source.header.count)
    var isAtEnd = false
    while !isAtEnd {
      chunk.removeAll()
      isAtEnd = try source.fill(chunk)
      var rows = [[[UInt8]]?](repeating: [], count: chunk.rows)
      for column in 0..<chunk.columns {
        chunk.withColumn(column) { cells in
          for row in cells.rows { rows[row]?.append(Array(cells.cell(cells.places[row]))) }
        }
      }
      for gap in chunk.gaps.reversed() { rows.insert(nil, at: Int(gap)) }
      table.rows += rows
    }
    return .success(table)
  } catch { return .failure(error) }
}

/// The bytes of a file in small pieces, as a slow disk or a packed file may give them.
final class ChunkedBytes: TableBytes {
  let file: TableFile
  private let size: Int

  init(_ file: TableFile, size: Int) {
    self.file = file
    self.size = size
  }

  func read(into space: UnsafeMutableRawBufferPointer) throws(TableError) -> Int {
    try file.read(into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(size)))
  }
}
