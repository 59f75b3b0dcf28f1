import ColumnFiles

// Where people live and what they are called. These patterns are weak: a column is refused for them only where
// many cells agree, or where the column's name says the same.
extension PatternText {
  /// `A1A 1A1` of Canada, `SW1A 1AA` of the United Kingdom.
  var isLetteredPostalCode: Bool {
    guard let space = bytes.firstIndex(of: 0x20), bytes.count - space == 4, isLetter(bytes[0]) else {
      return false
    }
    let (outward, inward) = (bytes[..<space], bytes[(space + 1)...])
    guard outward.allSatisfy(isAlphanumeric), outward.contains(where: isDigit) else { return false }
    let form = inward.map(isDigit)
    let isBritish =
      (2...4).contains(space) && form == [true, false, false] && inward.dropFirst().allSatisfy(isLetter)
    let isCanadian =
      space == 3 && form == [true, false, true] && isDigit(bytes[1]) && isLetter(bytes[2])
      && isLetter(inward[5])
    return isBritish || isCanadian
  }

  /// A house number, words, and a word for a street as the last or followed by more of an address.
  var isStreetAddress: Bool {
    guard bytes.count <= 120, isDigit(bytes[0]) else { return false }
    var words = 0
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x20, bytes[end] != 0x2C, bytes[end] != 0x2E { end += 1 }
      if end > start {
        words += 1
        if words == 1, !bytes[start..<end].allSatisfy(isDigit), !isDigit(bytes[max(start, end - 2)]) {
          return false
        }
        let ends = end == bytes.count || bytes[end] != 0x20 || isUnit(after: end + 1)
        if words >= 3, ends, isStreetWord(from: start, to: end) { return true }
      }
      start = end + 1
    }
    return false
  }

  private func isUnit(after start: Int) -> Bool {
    startsWith("apt", at: start) || startsWith("unit", at: start) || startsWith("suite", at: start)
      || startsWith("#", at: start)
  }

  private func isStreetWord(from start: Int, to end: Int) -> Bool {
    guard (2...9).contains(end - start) else { return false }
    return GivenNames.streets.contains(GivenNames.key(bytes[start..<end]))
  }

  /// One to four words, of which one is a common given name, written as names are.
  var hasGivenName: Bool {
    var words = 0
    var hasName = false
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, isLetter(bytes[end]) || bytes[end] >= 0x80 || bytes[end] == 0x2D { end += 1 }
      if end > start {
        words += 1
        // A name begins with a capital; a word of a category seldom is one of these names as well.
        if bytes[start] < 0x61, (3...11).contains(end - start),
          GivenNames.names.contains(GivenNames.key(bytes[start..<end]))
        {
          hasName = true
        }
      } else if ![0x20, 0x2C, 0x2E, 0x27].contains(bytes[start]) {
        return false
      }
      start = end + 1
    }
    return hasName && words <= 4
  }
}

/// Words by a 64-bit hash of their lower-case letters.
private enum GivenNames {
  static let streets: Set<UInt64> = keys(
    """
    st street ave avenue rd road blvd boulevard dr drive ln lane way ct court pl place hwy highway pkwy parkway
    ter terrace cir circle sq square trail
    """)

  /// The most frequent given names in the United States that are no words of a record as well.
  static let names: Set<UInt64> = keys(
    """
    james robert john michael david william richard joseph thomas charles christopher daniel matthew anthony
    donald steven paul andrew joshua kenneth kevin brian george timothy ronald jason edward jeffrey ryan jacob
    gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick
    jack dennis jerry tyler aaron jose adam nathan henry zachary douglas peter kyle noah ethan jeremy walter
     keith roger terry sean gerald carl harold dylan arthur lawrence jesse bryan billy
    bruce gabriel alan juan albert willie elijah wayne randy vincent roy ralph bobby russell bradley
    philip eugene mary patricia jennifer linda elizabeth barbara susan jessica karen sarah lisa nancy sandra
    betty ashley emily kimberly margaret donna michelle carol amanda melissa deborah stephanie rebecca sharon
    laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine
    christine debra rachel carolyn janet maria olivia helen catherine diane julie victoria joyce lauren
    kelly christina ruth joan judith evelyn hannah andrea megan cheryl jacqueline teresa
    abigail sophia martha sara gloria janice kathryn ann isabella judy charlotte julia theresa alice
    carlos luis miguel jorge mohammed muhammad ahmed wei rosa fatima
    """)

  static func key(_ word: some Sequence<UInt8>) -> UInt64 {
    word.reduce(CellHash.start) { CellHash.combine($0, UInt64(lower($1))) }
  }

  private static func keys(_ words: String) -> Set<UInt64> {
    Set(words.split(whereSeparator: \.isWhitespace).map { key($0.utf8) })
  }
}
