import Aggregates
import CanonicalJSON
import ColumnFiles

/// Looks for identifiers in every column of a dataset, read or not.
///
/// A column whose name is itself a value (a number, a date, an address) is called by its place: where a header line is
/// missing, the names are a patient's cells.
func scanDataset(_ columns: [ColumnTally], declaredAs declaration: DatasetDeclaration) -> [IntakeFinding] {
  var findings: [IntakeFinding] = []
  let terms = ScanTerms(
    dates: declaration.dates, surrogates: declaration.surrogates,
    encounterColumn: declaration.encounterColumn, year: year(of: declaration.extractedAt))
  for (index, tally) in columns.enumerated() {
    guard !looksLikeValue(tally.name) else {
      findings.append(
        IntakeFinding(
          .refusal, .header, column: "\(index + 1)",
          "its name is a value, so that the first line seems to be no header"))
      continue
    }
    for alarm in scanColumn(tally, terms: terms) {
      findings.append(finding(alarm, column: tally.name, declaredAs: declaration))
    }
  }
  return findings
}

private func finding(
  _ alarm: IdentifierAlarm, column: String, declaredAs declaration: DatasetDeclaration
) -> IntakeFinding {
  let paragraph = alarm.kind.paragraph.map { " (Safe Harbor kind \($0))" } ?? ""
  let why = alarm.why.map { ": \($0)" } ?? ""
  let text = "\(alarm.kind.words)\(paragraph) in \(alarm.share.rawValue) of its filled cells\(why)"
  if let review = declaration.review(of: column, alarm.kind) {
    return IntakeFinding(
      .reviewed, .deidentification, column: column, identifier: alarm.kind, share: alarm.share,
      "\(text); \(review.person) says: \(review.reason)")
  }
  if declaration.dataClass == .synthetic {
    return IntakeFinding(
      .warning, .deidentification, column: column, identifier: alarm.kind, share: alarm.share,
      "\(text); of nobody, as the declaration says that a program made the rows")
  }
  return IntakeFinding(
    .refusal, .deidentification, column: column, identifier: alarm.kind, share: alarm.share, text)
}

/// Whether a column's name is what only a cell can be.
private func looksLikeValue(_ name: String) -> Bool {
  var tally = ColumnTally("")
  Array(name.utf8).withUnsafeBufferPointer { tally.takeCell($0, hash: CellHash.hash($0), times: 1) }
  let telling: [ValuePattern] = [
    .email, .socialSecurityNumber, .phone, .url, .ipAddress, .vehicleNumber, .macAddress, .uuid,
  ]
  return tally.numbers + tally.dates.total > 0 || telling.contains { tally.count($0) > 0 }
}

private func year(of time: UTCTime) -> Int { Int(time.text.prefix(4)) ?? 2026 }
