import CanonicalJSON
import Cryptography
import StudyFixtures
import Submissions
import Testing

@Suite struct SubmissionPackageTests {
  private func files(_ site: String = "budapest") throws -> SubmissionFiles {
    try #require(try HeartDiseaseStudy.shared().submissions[site])
  }

  @Test func everyFileComesOutAsItWentIn() throws {
    for files in try HeartDiseaseStudy.shared().submissions.values {
      let bytes = try files.encodePackage()
      #expect(try SubmissionFiles.parsePackage(bytes) == files)
      #expect(try SubmissionFiles.parsePackage(bytes).encodePackage() == bytes)
    }
  }

  @Test func aPackageIsOneCanonicalDocument() throws {
    let bytes = try files().encodePackage()
    let value = try parseCanonicalJSON(bytes, limits: SubmissionFiles.packageLimits)
    guard case .object(let object) = value else {
      Issue.record("not an object")
      return
    }
    #expect(
      object.members.map(\.key) == [
        "acceptance", "aggregate", "context", "format", "root", "site", "submission",
      ])
  }

  @Test func aFileThatIsNotCanonicalIsNotPacked() throws {
    let files = try files()
    let spaced = SubmissionFiles(
      site: files.site, aggregate: files.aggregate + [0x20], context: files.context,
      submission: files.submission, acceptance: files.acceptance, root: files.root)
    #expect(throws: SubmissionError.self) { try spaced.encodePackage() }
  }

  @Test func aMemberMoreLessOrOtherIsRefused() throws {
    let value = try parseCanonicalJSON(files().encodePackage(), limits: SubmissionFiles.packageLimits)
    guard case .object(let object) = value else {
      Issue.record("not an object")
      return
    }
    for member in object.members {
      var without = object
      without[member.key] = nil
      #expect(throws: SubmissionError.self, "\(member.key)") {
        try SubmissionFiles.parsePackage(encodeCanonicalJSON(.object(without)))
      }
      without[member.key] = 1
      #expect(throws: SubmissionError.self, "\(member.key)") {
        try SubmissionFiles.parsePackage(encodeCanonicalJSON(.object(without)))
      }
    }
    var more = object
    more["zz"] = true
    #expect(throws: SubmissionError.self) {
      try SubmissionFiles.parsePackage(encodeCanonicalJSON(.object(more)))
    }
  }

  @Test func anotherSpellingOfTheRootIsRefused() throws {
    let text = String(decoding: try files().encodePackage(), as: UTF8.self)
    let root = try #require(text.firstMatch(of: /"root":"([^"]+)"/)).output.1
    for other in ["\(root)=", "=", String(root.dropLast(4)), "AAAA"] {
      let changed = Array(text.replacing("\"root\":\"\(root)\"", with: "\"root\":\"\(other)\"").utf8)
      #expect(throws: SubmissionError.self) { try SubmissionFiles.parsePackage(changed) }
    }
  }
}
