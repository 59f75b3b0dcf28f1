import Evidence
import Testing

@Suite struct ZipReaderTests {
  @Test("accepts what another program wrote by the same rules", arguments: ContainerVector.accepted)
  func acceptVectorIsRead(_ vector: ContainerVector) throws {
    let entries = try readZip(vector.bytes)
    #expect(entries.first == ZipEntry(name: ZipMimetype.name, bytes: ZipMimetype.bytes))
    #expect(try writeZip(entries.map { ($0.name, $0.bytes) }) == vector.bytes)
  }

  @Test("refuses each tampered container for the rule it breaks", arguments: ContainerVector.rejected)
  func rejectVectorIsRefusedForItsRule(_ vector: ContainerVector) throws {
    let rule = try #require(vector.rule, "no rule is called \(vector.name)")
    #expect(refusal(of: vector.bytes)?.rule == rule)
  }

  @Test func everyRuleHasAVector() {
    // The first three depend on the reader's limits and are tested below; the last has no way in.
    let elsewhere: Set<ZipRule> = [.archiveTooLarge, .tooManyEntries, .entryTooLarge, .notCanonical]
    let covered = Set(ContainerVector.rejected.compactMap(\.rule))
    #expect(Set(ZipRule.allCases).subtracting(elsewhere) == covered)
    #expect(ContainerVector.accepted.count == 5)
  }

  @Test func everyFlippedBitIsRefused() throws {
    let good = try writeZip(smallContainer)
    var accepted: [String] = []
    for position in good.indices {
      for bit in 0..<8 {
        var bad = good
        bad[position] ^= 1 << bit
        if refusal(of: bad) == nil { accepted.append("byte \(position), bit \(bit)") }
      }
    }
    #expect(accepted.isEmpty)
  }

  @Test func everyReplacedByteIsRefused() throws {
    let good = try writeZip([smallContainer[0]])
    var accepted: [String] = []
    for position in good.indices {
      for value in UInt8.min...UInt8.max where value != good[position] {
        var bad = good
        bad[position] = value
        if refusal(of: bad) == nil { accepted.append("byte \(position) = \(value)") }
      }
    }
    #expect(accepted.isEmpty)
  }

  @Test func everyTruncationIsRefused() throws {
    let good = try writeZip(smallContainer)
    let accepted = good.indices.filter { refusal(of: Array(good[..<$0])) == nil }
    #expect(accepted.isEmpty)
  }

  @Test func everyMissingStartIsRefused() throws {
    let good = try writeZip(smallContainer)
    let accepted = good.indices.dropFirst().filter { refusal(of: Array(good[$0...])) == nil }
    #expect(accepted.isEmpty)
  }

  @Test func anythingAppendedOrInsertedIsRefused() throws {
    let good = try writeZip(smallContainer)
    #expect(refusal(of: good + good) != nil)
    var accepted: [Int] = []
    for position in 0...good.count {
      for value: UInt8 in [0x00, 0x50, 0xFF] {
        if refusal(of: good[..<position] + [value] + good[position...]) == nil { accepted.append(position) }
      }
    }
    #expect(accepted.isEmpty)
  }

  @Test func bytesThatAreNoContainerAtAllAreRefused() {
    var generator = SplitMix(state: 20_261_123)
    for length in 0..<400 {
      var noise = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      #expect(refusal(of: noise) != nil)
      // The same noise with an end record in place reaches the directory's parser.
      noise += [0x50, 0x4B, 0x05, 0x06, 0, 0, 0, 0, 1, 0, 1, 0]
      noise += [UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8), 0, 0]
      noise += [0, 0, 0, 0, 0, 0]
      #expect(refusal(of: noise) != nil)
    }
  }

  @Test func limitsAreInclusive() throws {
    let good = try writeZip(smallContainer)
    let largest = 45
    func limits(entries: Int = 3, entry: Int = largest, archive: Int = good.count) -> ZipLimits {
      ZipLimits(maximumEntries: entries, maximumEntryBytes: entry, maximumArchiveBytes: archive)
    }
    #expect(refusal(of: good, limits: limits()) == nil)
    #expect(refusal(of: good, limits: limits(entries: 2))?.rule == .tooManyEntries)
    #expect(refusal(of: good, limits: limits(entry: largest - 1))?.rule == .entryTooLarge)
    #expect(refusal(of: good, limits: limits(archive: good.count - 1))?.rule == .archiveTooLarge)
  }

  @Test func errorNamesTheEntryAndNeverPrintsItsControlCharacters() throws {
    let vector = try #require(ContainerVector.rejected.first { $0.name == "name-not-ascii--newline" })
    let error = try #require(refusal(of: vector.bytes))
    #expect(error.entry == #"bundle\x0a.json"#)
    #expect(error.description == #"entry "bundle\x0a.json": has a name that is not printable ASCII"#)
    #expect(!error.remedy.isEmpty)
  }
}

/// Steele, Lea and Flood (2014), so that a failing noise can be made again.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
