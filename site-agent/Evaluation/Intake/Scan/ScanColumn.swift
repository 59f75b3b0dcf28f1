import CanonicalJSON

/// What the scan found in one column.
struct IdentifierAlarm: Equatable {
  let kind: IdentifierKind
  let share: AffectedShare
  /// Why, where kind and column do not say it.
  var why: String?
}

/// What the hospital says about its columns, as far as the scan needs it.
struct ScanTerms {
  /// The finest dates that may be there; nil where nobody said.
  var dates: DatePrecision?
  /// Columns of numbers that were made for the extract.
  var surrogates: [String] = []
  /// The column that names the encounter.
  var encounterColumn: String?
  /// The year in which the rows were extracted, for years of birth.
  var year = 2026
}

/// Decides for one column which kinds of identifiers it holds.
///
/// A value that is nothing else (an e-mail address, a social security number) counts wherever it stands. One that
/// could be something else counts where most cells of the column have its form, or where the column's name says so and
/// at least half of its cells agree. Source: 45 CFR 164.514(b)(2)(i).
func scanColumn(_ tally: ColumnTally, terms: ScanTerms) -> [IdentifierAlarm] {
  guard tally.filled > 0 else { return [] }
  var counts: [IdentifierKind: Int] = [:]
  func count(_ kind: IdentifierKind, _ cells: Int) {
    if cells > 0 { counts[kind] = max(counts[kind] ?? 0, cells) }
  }
  let words = ColumnWords(tally.name)
  let isSurrogate = terms.surrogates.contains { Array($0.utf8) == Array(tally.name.utf8) }

  for (kind, cells) in valueCounts(tally, words, isSurrogate: isSurrogate) { count(kind, cells) }
  for rule in NamedColumn.all where !(isSurrogate && rule.kind.isNumberLike) {
    let cells = rule.count(in: tally, named: words)
    if cells * 2 >= tally.filled { count(rule.kind, min(cells, tally.filled)) }
  }
  // What rings a telephone in a column of fax numbers is a fax number.
  if counts[.fax] != nil { counts[.phone] = nil }
  count(.date, finerDates(tally, words, terms: terms))
  count(.ageOver89, oldAges(tally, words, year: terms.year))
  // Last: a column that mostly holds something with a name keeps that name.
  let isNamed = counts.values.contains { $0 * 2 >= tally.filled }
  let isOwn = isSurrogate || terms.encounterColumn?.hasSameBytes(as: tally.name) ?? false
  let records = isNamed || isOwn ? 0 : RecordNumbers.count(in: tally, named: words)
  count(.otherIdentifier, records)
  return IdentifierKind.allCases.compactMap { kind in
    AffectedShare(counts[kind] ?? 0, of: tally.filled).map {
      IdentifierAlarm(
        kind: kind, share: $0,
        why: records > 0 && kind == .otherIdentifier
          ? "they are alike in length and hardly repeat, as numbers of records do" : nil)
    }
  }
}

/// What the values say without the name.
private func valueCounts(
  _ tally: ColumnTally, _ words: ColumnWords, isSurrogate: Bool
) -> [(IdentifierKind, Int)] {
  func counted(_ pattern: ValuePattern, atLeast percent: Int) -> Int {
    let count = tally.count(pattern)
    return count * 100 >= tally.filled * percent ? count : 0
  }
  let isVersion = words.containsAny([["version"], ["oid"], ["firmware"], ["software"], ["release"]])
  let isVehicle = tally.count(.vehicleNumber) * 2 > tally.count(.vehicleLength)
  var found: [(IdentifierKind, Int)] = [
    (.email, tally.count(.email)), (.url, tally.count(.url)), (.phone, tally.count(.phone)),
    (.socialSecurityNumber, tally.count(.socialSecurityNumber)),
    (.ipAddress, isVersion ? 0 : tally.count(.ipAddress)),
    (.vehicle, isVehicle ? tally.count(.vehicleNumber) : 0), (.device, tally.count(.macAddress)),
    (.photograph, tally.count(.image)), (.biometric, tally.count(.fingerprintRecord)),
    (.freeText, freeTexts(tally)), (.geography, counted(.longPostalCode, atLeast: 95)),
    (.geography, counted(.streetAddress, atLeast: 10)),
    // Of people's names in the United States more than half have one of the listed given names.
    (.name, tally.count(.personName) >= 10 ? counted(.personName, atLeast: 25) : 0),
  ]
  if !isSurrogate {
    found += [
      (.healthPlanNumber, counted(.medicareNumber, atLeast: 10)),
      (.accountNumber, counted(.bankAccount, atLeast: 10)),
      // One number in ten has a right check digit by chance.
      (.accountNumber, tally.filled >= 5 ? counted(.cardNumber, atLeast: 90) : 0),
      (.licenceNumber, tally.filled >= 5 ? counted(.enforcementNumber, atLeast: 90) : 0),
      (.device, counted(.productIdentifier, atLeast: 90)), (.otherIdentifier, counted(.uuid, atLeast: 95)),
    ]
  }
  return found
}

/// Long texts that differ from row to row; those of a list of diagnoses come again.
private func freeTexts(_ tally: ColumnTally) -> Int {
  let long = tally.count(.longText)
  let differs = long >= 20 && tally.longTexts.distinct * 2 > long
  return differs ? long : tally.count(.veryLongText)
}

/// Dates that are finer than the declaration says. Where it says nothing, only birth is refused, by its name.
private func finerDates(_ tally: ColumnTally, _ words: ColumnWords, terms: ScanTerms) -> Int {
  guard let allowed = terms.dates else { return 0 }
  var finer = allowed < .time ? tally.dates.times : 0
  if allowed < .day { finer += tally.dates.days }
  if allowed < .month { finer += tally.dates.months }
  if allowed < .day, words.containsAny([["date"], ["dt"]]) { finer += tally.count(.compactDate) }
  return finer
}

/// Numbers above 89 where the name says years of age, and years of birth that come to the same.
private func oldAges(_ tally: ColumnTally, _ words: ColumnWords, year: Int) -> Int {
  let spared: Set<String> = [
    "days", "day", "months", "month", "weeks", "hours", "minutes", "mo", "gestational", "group", "band",
    "score",
    "pct", "percent", "percentile", "bone",
  ]
  guard !words.words.contains(where: spared.contains) else { return 0 }
  if words.words.contains("age") || words.words.contains("agey") || words.words.contains("ageyears") {
    return tally.over89
  }
  if words.containsAny([["birth", "year"], ["year", "of", "birth"], ["yob"], ["birthyear"]]),
    tally.least < Double(year - 90), tally.least >= 1850
  {
    let most = Double(year - 90)
    return max(1, tally.spread.count(surelyAtMost: most))
  }
  return 0
}

extension NumberSpread {
  /// Numbers of the bands that end at or below a limit.
  func count(surelyAtMost limit: Double) -> Int {
    bands.reduce(0) { NumberSpread.range(of: $1.band).upperBound <= limit ? $0 + $1.count : $0 }
  }
}

extension IdentifierKind {
  /// Whether a surrogate number can look like one.
  fileprivate var isNumberLike: Bool {
    switch self {
    case .medicalRecordNumber, .healthPlanNumber, .accountNumber, .licenceNumber, .vehicle, .device,
      .otherIdentifier:
      true
    default: false
    }
  }
}
