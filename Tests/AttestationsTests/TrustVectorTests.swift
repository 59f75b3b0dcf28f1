import Foundation
import TestSupport
import Testing

@testable import Attestations

@Suite struct TrustVectorTests {
  private static let folder = Repository.path("protocols/vectors/trust")

  private func names(_ folder: String) throws -> [String] {
    try folderNames("\(Self.folder)/\(folder)").filter { $0.hasSuffix(".json") && $0 != "expected.json" }
  }

  private func rule(_ error: TrustError) -> String {
    switch error {
    case .malformed: "malformed"
    case .format: "format"
    case .siteOrder: "siteOrder"
    case .reviewerOrder: "reviewerOrder"
    case .keyUsedTwice: "keyUsedTwice"
    default: "\(error)"
    }
  }

  @Test func acceptedFilesComeBackByteForByte() throws {
    let names = try names("accept")
    #expect(names.count == 3)
    for name in names {
      let bytes = try fileBytes("\(Self.folder)/accept/\(name)")
      let same = try TrustFile.parse(bytes).encode() == bytes
      #expect(same, "\(name)")
    }
  }

  @Test func refusedFilesAreRefusedForTheirRule() throws {
    let bytes = try fileBytes(Self.folder + "/reject/expected.json")
    let expected = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String])
    let names = try names("reject")
    #expect(names == expected.keys.sorted())
    for name in names {
      let error = #expect(throws: TrustError.self, "\(name)") {
        try TrustFile.parse(fileBytes("\(Self.folder)/reject/\(name)"))
      }
      #expect(error.map(rule) == expected[name], "\(name)")
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theScriptHasNothingToWrite() throws {
    #expect(try OtherProgram.run("python3", [Self.folder + "/make.py", "--check"]).status == 0)
  }
}
