/// Rows that were left out for want of a usable score, with their distinct patients.
package struct LocalUnscored: Sendable, Equatable {
  package var missing: RowsAndPatients
  package var invalid: RowsAndPatients

  /// The rows without a score and with an invalid one; none, unless said.
  package init(
    missing: RowsAndPatients = RowsAndPatients(), invalid: RowsAndPatients = RowsAndPatients()
  ) {
    self.missing = missing
    self.invalid = invalid
  }
}

/// A number of rows and the distinct patients behind it.
package struct RowsAndPatients: Sendable, Equatable {
  package var rows: Int
  /// Equal to `rows` where a row is a patient.
  package var patients: Int

  /// Rows and their patients; none, unless said.
  package init(rows: Int = 0, patients: Int = 0) {
    self.rows = rows
    self.patients = patients
  }

  /// Whether nobody, or at least so many patients, stand behind the rows: nobody is no secret here.
  func isNobodyOr(atLeast minimumCell: Int) -> Bool { rows == 0 || patients >= minimumCell }
}
