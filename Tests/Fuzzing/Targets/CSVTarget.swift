@testable import SiteEvaluation

/// The reader of CSV, packed or not.
struct CSVTarget: FuzzTarget {
  static let name = "csv"
  private let file: MemoryFile

  init() throws { file = try MemoryFile() }

  func run(_ bytes: [UInt8]) {
    file.write(bytes)
    let path = file.path
    let whole = readTable { () throws(TableError) in try openTable([path], as: .csv) }
    let chunks = readChunks { () throws(TableError) in try openTable([path], as: .csv) }
    demand(chunks == whole, "rows many at a time give another table")
    if !bytes.starts(with: [0x1F, 0x8B]) {
      let size = 1 + bytes.count % 13
      let pieces = readTable { () throws(TableError) in
        try CSVReader(ChunkedBytes(TableFile(opening: path), size: size))
      }
      demand(pieces == whole, "pieces of \(size) bytes give another table")
    }
    // A row that holds what the header does cannot be written: it would be a header again.
    guard case .success(let table) = whole, !table.rows.contains(where: { $0 == nil }) else { return }
    file.write(written(table))
    let again = readTable { () throws(TableError) in try openTable([path], as: .csv) }
    demand(again == whole, "a table that is written again gives another table")
  }

  /// Every cell in quotes, every quote inside doubled.
  private func written(_ table: TableText) -> [UInt8] {
    var bytes: [UInt8] = []
    for row in [table.header.map { Array($0.utf8) }] + table.rows.compactMap({ $0 }) {
      for (index, cell) in row.enumerated() {
        if index > 0 { bytes.append(0x2C) }
        bytes.append(0x22)
        for byte in cell { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        bytes.append(0x22)
      }
      bytes.append(0x0A)
    }
    return bytes
  }
}
