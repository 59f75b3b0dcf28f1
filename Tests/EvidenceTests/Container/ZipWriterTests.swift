import Evidence
import Testing

@Suite struct ZipWriterTests {
  @Test func orderOfTheArgumentsDoesNotMatter() throws {
    #expect(try writeZip(smallContainer) == writeZip(smallContainer.reversed()))
  }

  @Test func bytesEqualTheVectorAnotherProgramWrote() throws {
    let vector = try #require(ContainerVector.accepted.first { $0.name == "two-files" })
    let entries = [("bundle.json", Array("{}".utf8)), (ZipMimetype.name, ZipMimetype.bytes)]
    #expect(try writeZip(entries) == vector.bytes)
  }

  @Test(
    "refuses what the reader would refuse",
    arguments: [
      ("../x", "", ZipRule.nameDotSegment), ("/x", "", .nameAbsolute), ("a\\b", "", .nameBackslash),
      ("c:x", "", .nameDriveLetter), ("", "", .nameEmpty), ("a//b", "", .nameEmptySegment),
      ("a/", "", .nameEmptySegment), ("é", "", .nameNotASCII), ("a b", "", .nameCharacter),
      (".x", "", .nameStart), ("x.", "", .nameTrailingDot), ("aux.json", "", .nameReserved),
      ("COM7", "", .nameReserved), ("bundle.json", "", .duplicateName), ("BUNDLE.json", "", .caseEqualNames),
      ("bundle.json/x", "", .fileIsFolder), ("sites", "", .fileIsFolder), ("SITES", "", .caseEqualNames),
      ("inner", "PK\u{3}\u{4}", .nestedArchive), (String(repeating: "n", count: 181), "", .nameTooLong),
      ("1/2/3/4/5/6/7/8/9", "", .nameTooDeep),
    ])
  func unreadableEntryIsNotWritten(name: String, content: String, rule: ZipRule) throws {
    let error = #expect(throws: ZipError.self) {
      try writeZip(smallContainer + [(name, Array(content.utf8))])
    }
    #expect(error?.rule == rule)
  }

  @Test(
    "names that only look like device names are fine",
    arguments: ["console", "com", "com10", "lpt", "nul-1", "a.con"])
  func harmlessNameIsWritten(name: String) throws {
    let entries = try readZip(try writeZip(smallContainer + [(name, [])]))
    #expect(entries.map(\.name).contains(name))
  }

  @Test func mimetypeIsRequiredAndFixed() {
    let without = #expect(throws: ZipError.self) { try writeZip([("bundle.json", [])]) }
    #expect(without?.rule == .mimetypeMissing)
    let empty = #expect(throws: ZipError.self) { try writeZip([]) }
    #expect(empty?.rule == .mimetypeMissing)
    let foreign = #expect(throws: ZipError.self) { try writeZip([(ZipMimetype.name, [0x61])]) }
    #expect(foreign?.rule == .mimetypeWrong)
  }

  @Test func moreEntriesThanTheFormatCountsAreNotWritten() {
    let entries = (0..<65_534).map { (name: "f\($0)", bytes: [UInt8]()) }
    let error = #expect(throws: ZipError.self) {
      try writeZip(entries + [(ZipMimetype.name, ZipMimetype.bytes)])
    }
    #expect(error?.rule == .tooManyEntries)
  }
}
