import CanonicalJSON
import Cryptography
import Submissions
import TestSupport
import Testing

/// The vectors of `protocols/vectors/submission`, made with openssl and Python by `make.py` there.
@Suite struct SubmissionVectorTests {
  static let folder = Repository.path("protocols/vectors/submission")
  let expected: JSONObject

  init() throws {
    guard
      case .object(let object) = try parseStrictJSON(
        fileBytes(Self.folder + "/expected.json"), limits: .small)
    else { throw DocumentError(path: "", problem: "not an object", remedy: "make the vectors again") }
    expected = object
  }

  private func digest(_ key: String) throws -> Digest {
    guard case .string(let text) = expected[key] else { throw CryptographyError.digestMalformed }
    return try Digest(parsing: text)
  }

  private func verify(receipt path: String) throws -> Receipt {
    try Receipt.verify(
      fileBytes(path), root: Certificate(pem: fileBytes(Self.folder + "/accept/coordinator.pem")),
      pinnedRootKey: digest("evidenceRoot"), submission: digest("package"), site: "north",
      at: UTCTime(parsing: "2026-06-01T12:00:01Z"))
  }

  @Test func thePackageGivesItsFiles() throws {
    let bytes = try fileBytes(Self.folder + "/accept/package.json")
    let files = try SubmissionFiles.parsePackage(bytes)
    #expect(Digest(of: bytes) == (try digest("package")))
    #expect(files.site == "north")
    #expect(Digest(of: files.aggregate) == (try digest("aggregate")))
    #expect(Digest(of: files.context) == (try digest("context")))
    #expect(Digest(of: files.submission) == (try digest("submission")))
    #expect(Digest(of: files.acceptance) == (try digest("acceptance")))
    #expect(try files.root == fileBytes(Self.folder + "/accept/root.pem"))
    #expect(try files.encodePackage() == bytes)
  }

  @Test(arguments: try folderNames(folder + "/reject/package"))
  func brokenPackagesAreRefused(_ name: String) throws {
    let bytes = try fileBytes(Self.folder + "/reject/package/" + name)
    #expect(throws: SubmissionError.self) { try SubmissionFiles.parsePackage(bytes) }
  }

  @Test func theReceiptIsForThePackage() throws {
    let receipt = try verify(receipt: Self.folder + "/accept/receipt.sigstore.json")
    #expect(receipt.auditSequence == 17)
    #expect(receipt.aggregate == (try digest("aggregate")))
  }

  @Test(arguments: try folderNames(folder + "/reject/receipt"))
  func brokenReceiptsAreRefused(_ name: String) throws {
    #expect(throws: ReceiptError.self) { try verify(receipt: Self.folder + "/reject/receipt/" + name) }
  }
}
