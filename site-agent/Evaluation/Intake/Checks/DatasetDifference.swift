import Aggregates
package import CanonicalJSON
package import EvaluationProtocols
import Models

/// One thing in which a dataset differs from another.
package struct DatasetChange: Sendable, Equatable {
  package let kind: Kind
  /// A column of the hospital's file, or a key of the declaration; nil for the rows as a whole.
  package let subject: String?
  package let before: String
  package let after: String

  /// What changed.
  package enum Kind: String, CaseIterable, Sendable {
    case rows, schema, declaration, mapping, missingness, prevalence, categories, ranges
  }

  init(_ kind: Kind, _ subject: String?, _ before: String, _ after: String) {
    self.kind = kind
    self.subject = subject
    self.before = before
    self.after = after
  }

  /// The change for programs.
  package var json: JSONValue {
    var object: JSONObject = [
      "kind": .string(kind.rawValue), "before": .string(before), "after": .string(after),
    ]
    object["subject"] = subject.map(JSONValue.string)
    return .object(object)
  }
}

/// A dataset as far as another can be compared with it.
package struct ComparedDataset: Sendable {
  package let profile: DatasetProfile
  package let declaration: DatasetDeclaration

  /// A profile and what the hospital says about it.
  package init(profile: DatasetProfile, declaration: DatasetDeclaration) {
    self.profile = profile
    self.declaration = declaration
  }
}

/// What changed between two datasets: their columns, code mapping, missingness, prevalence, categories and ranges.
///
/// Shares count as changed from one point on (missingness), half a point (prevalence) and five points (a category; numbers
/// that moved to other bands); a category that came or went and another smallest or largest number always.
///
/// - Parameter label: which cells are events; without it prevalence is not compared.
package func compareDatasets(
  _ before: ComparedDataset, _ after: ComparedDataset, label: LabelDefinition?
) -> [DatasetChange] {
  var changes: [DatasetChange] = []
  if before.profile.rows != after.profile.rows {
    changes.append(DatasetChange(.rows, nil, "\(before.profile.rows)", "\(after.profile.rows)"))
  }
  changes += schema(before.profile, after.profile)
  changes += declarations(before.declaration, after.declaration)
  if let label { changes += prevalence(before, after, label: label) }
  for old in before.profile.columns {
    guard let new = after.profile.column(old.name) else { continue }
    changes += columns(old, new)
  }
  return DatasetChange.Kind.allCases.flatMap { kind in changes.filter { $0.kind == kind } }
}

// MARK: Columns

private func schema(_ before: DatasetProfile, _ after: DatasetProfile) -> [DatasetChange] {
  let gone = before.columns.filter { after.column($0.name) == nil }
    .map { DatasetChange(.schema, $0.name, $0.holds, "no such column") }
  let new = after.columns.filter { before.column($0.name) == nil }
    .map { DatasetChange(.schema, $0.name, "no such column", $0.holds) }
  let changed = before.columns.compactMap { old -> DatasetChange? in
    guard let new = after.column(old.name), old.holds != new.holds, old.filled > 0, new.filled > 0 else {
      return nil
    }
    return DatasetChange(.schema, old.name, old.holds, new.holds)
  }
  return gone + new + changed
}

private func columns(_ before: ColumnProfile, _ after: ColumnProfile) -> [DatasetChange] {
  var changes: [DatasetChange] = []
  let (old, new) = (share(before.empty, before.rows), share(after.empty, after.rows))
  if abs(old - new) >= 0.01 {
    changes.append(DatasetChange(.missingness, before.name, percent(old), percent(new)))
  }
  changes += categories(before, after)
  let hasNumbers = before.numbers * 2 > before.filled && after.numbers * 2 > after.filled
  if hasNumbers {
    if before.least != after.least || before.most != after.most {
      changes.append(DatasetChange(.ranges, before.name, before.extent, after.extent))
    }
    let moved = moved(before.spread, before.numbers, after.spread, after.numbers)
    // Few different values are compared as categories.
    if moved >= 0.05, before.values.isEmpty || after.values.isEmpty {
      changes.append(
        DatasetChange(.ranges, before.name, "as it was", "\(percent(moved)) of the numbers lie elsewhere"))
    }
  }
  return changes
}

private func categories(_ before: ColumnProfile, _ after: ColumnProfile) -> [DatasetChange] {
  guard !before.values.isEmpty, !after.values.isEmpty else { return [] }
  let old = Dictionary(before.values.map { ($0.text, $0.count) }, uniquingKeysWith: +)
  let new = Dictionary(after.values.map { ($0.text, $0.count) }, uniquingKeysWith: +)
  return Set(old.keys).union(new.keys).sorted { $0.precedesInBytes($1) }.compactMap { text in
    let (oldShare, newShare) = (share(old[text] ?? 0, before.filled), share(new[text] ?? 0, after.filled))
    guard old[text] == nil || new[text] == nil || abs(oldShare - newShare) >= 0.05 else { return nil }
    func word(_ count: Int?, _ share: Double) -> String { count == nil ? "not there" : percent(share) }
    return DatasetChange(
      .categories, "\(before.name)=\(text)", word(old[text], oldShare), word(new[text], newShare))
  }
}

/// Half the sum of the differences between two divisions into bands: the share that would have to move.
private func moved(
  _ before: [ColumnProfile.Band], _ beforeTotal: Int, _ after: [ColumnProfile.Band], _ afterTotal: Int
) -> Double {
  var difference: [Int: Double] = [:]
  for band in before { difference[band.band, default: 0] += share(band.count, beforeTotal) }
  for band in after { difference[band.band, default: 0] -= share(band.count, afterTotal) }
  return difference.keys.sorted().reduce(0) { $0 + abs(difference[$1] ?? 0) } / 2
}

// MARK: Declaration and label

private func declarations(_ before: DatasetDeclaration, _ after: DatasetDeclaration) -> [DatasetChange] {
  var changes: [DatasetChange] = []
  func compare(_ kind: DatasetChange.Kind, _ subject: String, _ old: String, _ new: String) {
    if !old.hasSameBytes(as: new) { changes.append(DatasetChange(kind, subject, old, new)) }
  }
  compare(.declaration, "id", before.id, after.id)
  compare(.declaration, "dataClass", before.dataClass.rawValue, after.dataClass.rawValue)
  compare(.declaration, "source", before.source, after.source)
  compare(.declaration, "sourceVersion", before.sourceVersion, after.sourceVersion)
  compare(.declaration, "extractedAt", before.extractedAt.text, after.extractedAt.text)
  compare(.declaration, "deidentification", before.deidentification, after.deidentification)
  compare(.declaration, "dates", before.dates?.rawValue ?? "not said", after.dates?.rawValue ?? "not said")
  compare(
    .declaration, "reviewed",
    before.reviewed.map { "\($0.column) \($0.kind.rawValue)" }.joined(separator: ", "),
    after.reviewed.map { "\($0.column) \($0.kind.rawValue)" }.joined(separator: ", "))
  let (old, new) = (before.mapping.columns, after.mapping.columns)
  for entry in old {
    let other = new.first { $0.column.hasSameBytes(as: entry.column) }
    compare(.mapping, entry.column, "from \(entry.from)", "from \(other?.from ?? entry.column)")
    compare(.mapping, "\(entry.column) unit", entry.unit ?? "not said", other?.unit ?? "not said")
    codes(entry.column, entry.codes, other?.codes ?? [], into: &changes)
  }
  for entry in new where !old.contains(where: { $0.column.hasSameBytes(as: entry.column) }) {
    compare(.mapping, entry.column, "from \(entry.column)", "from \(entry.from)")
    codes(entry.column, [], entry.codes, into: &changes)
  }
  return changes
}

private func codes(
  _ column: String, _ before: [SiteMapping.Code], _ after: [SiteMapping.Code],
  into changes: inout [DatasetChange]
) {
  let old = Dictionary(before.map { ($0.from, $0.to) }, uniquingKeysWith: { first, _ in first })
  let new = Dictionary(after.map { ($0.from, $0.to) }, uniquingKeysWith: { first, _ in first })
  for text in Set(old.keys).union(new.keys).sorted(by: { $0.precedesInBytes($1) })
  where old[text] != new[text] {
    func word(_ to: String?) -> String {
      to.map { $0.isEmpty ? "read as empty" : "read as \($0)" } ?? "as it is"
    }
    changes.append(DatasetChange(.mapping, "\(column)=\(text)", word(old[text]), word(new[text])))
  }
}

private func prevalence(
  _ before: ComparedDataset, _ after: ComparedDataset, label: LabelDefinition
) -> [DatasetChange] {
  guard let old = before.prevalence(label), let new = after.prevalence(label), abs(old - new) >= 0.005 else {
    return []
  }
  return [DatasetChange(.prevalence, label.column, percent(old), percent(new))]
}

extension ComparedDataset {
  /// The share of events among labelled rows; nil where there are none, or too many different texts.
  package func prevalence(_ label: LabelDefinition) -> Double? {
    guard let column = MappedColumn(label.column, in: profile, mapping: declaration.mapping),
      let values = column.values
    else { return nil }
    func count(_ texts: [String]) -> Int { Set(texts).reduce(0) { $0 + (values[$1] ?? 0) } }
    let (positive, negative) = (count(label.positive), count(label.negative))
    return positive + negative == 0 ? nil : share(positive, positive + negative)
  }
}

extension ColumnProfile {
  /// What the column mostly holds, in a word.
  package var holds: String {
    let half = (filled + 1) / 2
    if filled == 0 { return "nothing" }
    if integers >= half { return "integers" }
    if numbers >= half { return "numbers" }
    if dates.total >= half { return dates.finest == .time ? "times" : "dates" }
    return "texts"
  }

  /// The smallest and the largest number.
  package var extent: String {
    guard let least, let most else { return "no number" }
    return "\(least.text) to \(most.text)"
  }

  /// The share of empty cells, for people.
  package var missingness: String { percent(share(empty, rows)) }
}

private func share(_ count: Int, _ total: Int) -> Double { total == 0 ? 0 : Double(count) / Double(total) }

private func percent(_ share: Double) -> String {
  ((try? FixedDecimal(share * 100, scale: 1))?.text ?? "?") + " %"
}
