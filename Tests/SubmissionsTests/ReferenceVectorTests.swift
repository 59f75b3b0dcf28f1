import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Submissions
import TestSupport
import Testing

/// `protocols/vectors/profile`, made with openssl and Python by `make.py` there.
@Suite struct ReferenceVectorTests {
  private static let folder = Repository.path("protocols/vectors/profile")
  private let policy: [String: String]

  init() throws {
    policy = Self.strings(try parseForeignJSON(fileBytes(Self.folder + "/policy.json"), limits: .small))
  }

  private static func strings(_ value: ForeignJSONValue) -> [String: String] {
    guard case .object(let members) = value else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.compactMap { member in
        if case .string(let text) = member.value { (member.key, text) } else { nil }
      })
  }

  private static func entries(_ folder: String) throws -> [(name: String, fields: [String: String])] {
    let path = "\(Self.folder)/\(folder)"
    let table = try parseForeignJSON(fileBytes(path + "/expected.json"), limits: .protocolDocument)
    guard case .object(let members) = table else { return [] }
    let names = members.map(\.key)
    #expect(
      Set(names.flatMap { ["\($0).sigstore.json", "\($0).protocol.json"] } + ["expected.json"])
        == Set(try folderNames(path)))
    return members.map { ("\(folder)/\($0.key)", strings($0.value)) }
  }

  /// Checks one statement with its protocol, as the entry says.
  private func check(_ name: String, _ fields: [String: String]) throws -> VerifiedReference {
    func field(_ key: String) throws -> String { try #require(fields[key] ?? policy[key]) }
    var trust = TrustFile()
    try trust.add(site: "north", fingerprint: Fingerprint(Digest(parsing: field("north"))))
    let verified = try ReferenceStatement.verify(
      fileBytes("\(Self.folder)/\(name).sigstore.json"),
      root: Certificate(pem: fileBytes("\(Self.folder)/\(field("root")).pem")), trust: trust,
      now: UTCTime(parsing: field("at")))
    try verified.confirm(
      in: EvaluationProtocol.parse(fileBytes("\(Self.folder)/\(name).protocol.json")))
    return verified
  }

  @Test func goodProfilesAreConfirmed() throws {
    let entries = try Self.entries("accept")
    #expect(entries.count >= 7)
    for (name, fields) in entries {
      let verified = try check(name, fields)
      #expect(verified.digest.text == fields["signedDigest"], "\(name)")
      #expect(verified.statement.site == "north" && verified.statement.minimumCell == 11)
    }
  }

  @Test func everyBrokenOneIsRefusedByTheRuleItBreaks() throws {
    let entries = try Self.entries("reject")
    #expect(entries.count >= 40)
    for (name, fields) in entries {
      let error = #expect(throws: ReferenceError.self, "\(name)") { try check(name, fields) }
      #expect(error?.rule == fields["rule"], "\(name): \(error?.description ?? "")")
      #expect(error.map { !$0.description.isEmpty && !$0.remedy.isEmpty } ?? false)
    }
  }

  @Test func theVectorsNameEveryRuleOfTheirPage() throws {
    let named = Set(try Self.entries("reject").compactMap { $0.fields["rule"] })
    #expect(
      named == [
        "signature", "malformed", "siteNotTrusted", "otherSite", "time", "subject", "notCited",
        "otherStatement", "profileDiffers", "countedOtherwise",
      ])
    let page = String(decoding: try fileBytes(Repository.path("protocols/profile.md")), as: UTF8.self)
    #expect(named.filter { !page.contains("`\($0)`") } == [])
  }
}
