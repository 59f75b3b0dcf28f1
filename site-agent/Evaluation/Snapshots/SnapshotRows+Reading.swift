import CanonicalJSON
import ColumnFiles
import Models

extension SnapshotRows {
  /// Shows every row by the columns of a plan, one after the other.
  ///
  /// - Parameter body: is given the table's number, the row's number in it (both from 1) and the row, nil where it could not
  ///   be read; false ends the reading.
  /// - Throws: `SiteEvaluationError`.
  func forEachRow(
    of plan: ColumnPlan, _ body: (_ table: Int, _ number: Int, TableRow?) -> Bool
  ) throws(SiteEvaluationError) {
    let bindings = try bind(plan)
    for (table, definition) in file.footer.tables.enumerated() {
      var number = 0
      for group in definition.groups {
        let goesOn: Bool
        do throws(ColumnFileError) {
          goesOn = try file.withGroup(group, of: definition) { group throws(ColumnFileError) in
            let rows = try GroupRows(group, bindings[table], columns: definition.columns.count)
            return rows.forEach {
              number += 1
              return body(table + 1, number, $0)
            }
          }
        } catch { throw .snapshot(error) }
        if !goesOn { return }
      }
    }
  }
}

extension SnapshotRows {
  /// Shows the first row that has a text in a column of the hospital's files, by the columns of a plan.
  ///
  /// - Throws: `SiteEvaluationError`; `TableError.columnMissing` where a table has no such column.
  func forFirstRow(
    of plan: ColumnPlan, where column: String, is text: [UInt8], _ body: (TableRow) -> Void
  ) throws(SiteEvaluationError) {
    let bindings = try bind(plan)
    for (table, definition) in file.footer.tables.enumerated() {
      let place = definition.columns.firstIndex { file.footer.columns[$0].name.hasSameBytes(as: column) }
      guard let place else {
        throw .table(
          .columnMissing(path: tableNames[table], column: column, readFor: "finding the row"))
      }
      for group in definition.groups {
        let isFound: Bool
        do throws(ColumnFileError) {
          isFound = try file.withGroup(group, of: definition) { group throws(ColumnFileError) in
            let cells = try group.cells(of: place)
            guard let number = (0..<group.rows).first(where: { cells.cell($0).elementsEqual(text) }) else {
              return false
            }
            let rows = try GroupRows(group, bindings[table], columns: definition.columns.count)
            body(rows.row(number))
            return true
          }
        } catch { throw .snapshot(error) }
        if isFound { return }
      }
    }
  }
}

/// The rows of a group one after the other, with the cells that are read.
private struct GroupRows {
  private let group: RowGroup
  private let shown: TableRow
  private let columns: [(position: Int, cells: ColumnCells)]
  private let width: Int

  init(_ group: RowGroup, _ binding: ColumnBinding, columns width: Int) throws(ColumnFileError) {
    self.group = group
    self.width = width
    shown = TableRow(cells: RowBuffer(), binding: binding)
    var columns: [(Int, ColumnCells)] = []
    for position in Set(binding.positions).sorted() {
      columns.append((position, try group.cells(of: position)))
    }
    self.columns = columns
  }

  /// False where `body` ended it.
  func forEach(_ body: (TableRow?) -> Bool) -> Bool {
    var gaps = group.gaps[...]
    for number in 0...group.rows {
      while gaps.first == number {
        gaps.removeFirst()
        guard body(nil) else { return false }
      }
      guard number < group.rows else { break }
      guard body(row(number)) else { return false }
    }
    return true
  }

  /// One of the rows; it is the same object each time.
  func row(_ number: Int) -> TableRow {
    shown.cells.removeAll()
    shown.cells.cells = Array(repeating: 0..<0, count: width)
    for (position, cells) in columns {
      let start = shown.cells.bytes.count
      shown.cells.bytes += cells.cell(number)
      shown.cells.cells[position] = start..<shown.cells.bytes.count
    }
    return shown
  }
}
