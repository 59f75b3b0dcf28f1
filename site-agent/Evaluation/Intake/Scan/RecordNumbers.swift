/// Numbers of records under a name that does not say so: digits of one length, or letters and digits of lengths that hardly
/// differ, where few cells repeat another.
///
/// Measurements are not like that: in six digits and more without a point they repeat, or their lengths differ, and they
/// have no letters.
enum RecordNumbers {
  /// Fewer cells say nothing: whatever was measured may differ among them.
  static let fewestCells = 500
  /// The shortest number; shorter ones are measured.
  static let shortest = 6

  /// The cells that seem to be some; 0 where none do.
  static func count(in tally: ColumnTally, named words: ColumnWords) -> Int {
    guard tally.filled >= fewestCells, tally.hardlyRepeats, !words.containsAny(ownNumbers) else { return 0 }
    let digits = tally.digitLengths[shortest..<20].max() ?? 0
    // Running numbers behind letters grow longer once in a while.
    let codes = tally.codeLengths.indices.map { tally.codeLengths[$0...].prefix(3).reduce(0, +) }.max() ?? 0
    let cells = max(digits, codes)
    // Days written as 20250131 are the business of the rules about dates.
    guard cells * 100 >= tally.filled * 95, tally.count(.compactDate) * 2 < cells else { return 0 }
    return cells
  }

  /// What the extract itself calls its rows, encounters and patients. Whoever writes such a name knows what it is.
  private static let ownNumbers = phrases(
    """
    encounter id, patient id, person id, subject id, visit id, visit occurrence id, stay id, admission id, hadm id, row id
    case id, encounter number, row number, pid, pseudonym, surrogate
    """)
}

extension ColumnTally {
  /// Whether at most one of ten cells repeats the text of one before it; of a sample of the texts, which are all of them or
  /// some 128 and more.
  fileprivate var hardlyRepeats: Bool { repeatedInSample * 9 <= sample.count }
}
