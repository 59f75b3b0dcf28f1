import CanonicalJSON
import EvaluationProtocols
import Models

/// A column of a profile as the protocol sees it: by the protocol's name, with the hospital's codes replaced.
struct MappedColumn {
  /// The name in the hospital's file, which is the one that findings name.
  let source: String
  let profile: ColumnProfile
  /// Every text that is left after the codes were replaced, the empty one too; nil where texts are too many.
  let values: [String: Int]?
  private let entry: SiteMapping.Column?

  init?(_ column: String, in profile: DatasetProfile, mapping: SiteMapping) {
    let entry = mapping.columns.first { $0.column.hasSameBytes(as: column) }
    guard let found = profile.column(entry?.from ?? column) else { return nil }
    source = found.name
    self.profile = found
    self.entry = entry
    guard !found.values.isEmpty || found.filled == 0 else {
      values = nil
      return
    }
    let codes = Dictionary(
      (entry?.codes ?? []).map { ($0.from, $0.to) }, uniquingKeysWith: { first, _ in first })
    var values: [String: Int] = [:]
    if found.empty > 0 { values[codes[""] ?? "", default: 0] += found.empty }
    for value in found.values { values[codes[value.text] ?? value.text, default: 0] += value.count }
    self.values = values
  }

  /// The unit that the hospital declares.
  var unit: String? { entry?.unit }

  /// Rows with none of the texts, and rows with a text at all.
  func unlisted(_ listed: Set<String>) -> (unlisted: Int, filled: Int)? {
    values.map { values in
      let filled = values.filter { !$0.key.isEmpty }
      return (
        filled.filter { !listed.contains($0.key) }.values.reduce(0, +), filled.values.reduce(0, +)
      )
    }
  }

  /// The column read as numbers.
  func numbers(_ feature: FeatureColumn?) -> NumberSummary {
    let absent = feature?.missingValues.map(\.value) ?? []
    let lower = feature?.lower?.value ?? -.infinity
    let upper = feature?.upper?.value ?? .infinity
    if let values { return NumberSummary(values, absent: absent, lower: lower, upper: upper) }
    return NumberSummary(
      profile, absent: absent, lower: lower, upper: upper, replacesCodes: entry?.codes.isEmpty == false)
  }
}

/// How many cells of a column are what a protocol says of numbers.
struct NumberSummary {
  private(set) var missing = 0
  private(set) var numbers = 0
  private(set) var outside = 0
  /// Texts that are no numbers.
  private(set) var others = 0

  /// From every text.
  init(_ values: [String: Int], absent: [Double], lower: Double, upper: Double) {
    for (text, count) in values {
      if text.isEmpty {
        missing += count
      } else if let number = parseNumber(Cell(text.utf8)) {
        if absent.contains(number) {
          missing += count
        } else {
          numbers += count
          if number < lower || number > upper { outside += count }
        }
      } else {
        others += count
      }
    }
  }

  /// From the bands and the extremes. What is counted as outside surely is; a band that a limit or a number that
  /// stands for "not measured" lies in counts as inside.
  init(_ profile: ColumnProfile, absent: [Double], lower: Double, upper: Double, replacesCodes: Bool) {
    missing = profile.empty
    numbers = profile.numbers
    // A text that is no number may be one that the mapping replaces.
    others = replacesCodes ? 0 : profile.texts + profile.dates.total
    for band in profile.spread {
      let range = NumberSpread.range(of: band.band)
      if range.lowerBound == range.upperBound, absent.contains(range.lowerBound) {
        missing += band.count
        numbers -= band.count
      } else if range.upperBound < lower || range.lowerBound > upper,
        !absent.contains(where: { range.contains($0) })
      {
        outside += band.count
      }
    }
    if outside == 0 {
      for extreme in [profile.least, profile.most] {
        guard let number = extreme?.value, !absent.contains(number) else { continue }
        if number < lower || number > upper { outside += 1 }
      }
    }
  }
}
