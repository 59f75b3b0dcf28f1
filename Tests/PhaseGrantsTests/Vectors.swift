import CanonicalJSON
import Cryptography
import Foundation
import PhaseGrants
import TestSupport
import Testing

/// `protocols/vectors/grants`, made with openssl and Python by `make.py` there.
struct Vectors {
  let policy: [String: String]

  init() throws { policy = Self.strings(try parseForeignJSON(try Self.bytes("policy.json"), limits: .small)) }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(
      try Data(contentsOf: URL(fileURLWithPath: Repository.path("protocols/vectors/grants/\(name)"))))
  }

  static func entries(_ folder: String) throws -> [(file: String, fields: [String: String])] {
    let table = try parseForeignJSON(try bytes("\(folder)/expected.json"), limits: .protocolDocument)
    guard case .object(let members) = table else { return [] }
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.path("protocols/vectors/grants/\(folder)"))
    #expect(Set(members.map(\.key) + ["expected.json"]) == Set(files))
    return members.map { ("\(folder)/\($0.key)", strings($0.value)) }
  }

  private static func strings(_ value: ForeignJSONValue) -> [String: String] {
    guard case .object(let members) = value else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.compactMap { member in
        if case .string(let text) = member.value { (member.key, text) } else { nil }
      })
  }

  /// Checks one file as its reader would, with the state that its entry describes.
  ///
  /// - Returns: the digest of what was signed, and whether the statement is new to its reader.
  func check(_ file: String, _ fields: [String: String]) throws -> (signed: Digest, isNew: Bool) {
    let bytes = try Self.bytes(file)
    let addressee = Addressee(
      tenant: try field("tenant"), site: try field("site"), study: try field("study"))
    let root = try #require(fields["root"])
    let pinned = try Digest(parsing: field(fields["pinned"] ?? root))
    let certificate = try Certificate(pem: Self.bytes("\(root).pem"))
    let now = try UTCTime(parsing: fields["at"] ?? field("at"))
    func word<Content: SignedWord>(_: Content.Type) throws -> VerifiedWord<Content> {
      try Content.verify(bytes, root: certificate, pinnedRootKey: pinned, at: now)
    }
    func taken(_ word: HeldWord) throws -> (Digest, Bool) {
      let consent = try consent("accept/\(fields["consent"] ?? field("consent"))")
      let isNew = try admit(
        word, for: addressee, holding: try fields["holding"].map { try order("accept/\($0)") },
        consents: [consent], now: now)
      return (word.statement, isNew)
    }
    switch fields["type"] {
    case "urn:equipoise:site-consent:v1":
      let consent = try word(SiteConsent.self)
      let last = consent.content.sequence - 1
      let isNew = try admit(
        consent, for: addressee, last: (last, Digest(of: [])), listsSite: true, now: now)
      return (consent.signedDigest, isNew)
    case "urn:equipoise:phase-grant:v1": return try taken(HeldWord(try word(PhaseGrant.self)))
    case "urn:equipoise:stop-order:v1": return try taken(HeldWord(try word(StopOrder.self)))
    default: return (try word(Acknowledgement.self).signedDigest, true)
    }
  }

  private func field(_ name: String) throws -> String { try #require(policy[name]) }

  private func consent(_ file: String) throws -> SiteConsent {
    try SiteConsent.verify(
      Self.bytes(file), root: Certificate(pem: Self.bytes("north.pem")),
      pinnedRootKey: Digest(parsing: field("north")), at: UTCTime(parsing: field("at"))
    ).content
  }

  private func order(_ file: String) throws -> HeldWord {
    HeldWord(
      try StopOrder.verify(
        Self.bytes(file), root: Certificate(pem: Self.bytes("coordinator.pem")),
        pinnedRootKey: Digest(parsing: field("coordinator")), at: UTCTime(parsing: field("at"))))
  }
}
