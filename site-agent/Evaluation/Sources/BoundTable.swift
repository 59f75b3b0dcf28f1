/// An open table with the columns of a plan found in its header.
struct BoundTable {
  let source: any TableSource
  let row: TableRow

  /// - Throws: `TableError`; `.columnMissing` naming the column as the file should have it.
  init(_ files: [String], _ declaration: DatasetDeclaration, plan: ColumnPlan) throws(TableError) {
    source = try openTable(files, as: declaration.tables)
    row = TableRow(
      cells: source.row,
      binding: try ColumnBinding(
        plan, mapping: declaration.mapping, header: source.header, path: files[0]))
  }
}
