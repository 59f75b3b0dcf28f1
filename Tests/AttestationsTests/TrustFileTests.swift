import Attestations
import Cryptography
import Testing

@Suite struct TrustFileTests {
  private func fingerprint(_ byte: UInt8) -> Fingerprint { Fingerprint(Digest(of: [byte])) }

  private func parse(_ text: String) throws -> TrustFile { try TrustFile.parse(Array(text.utf8)) }

  private func entry(_ id: String, _ byte: UInt8) -> String {
    #"{"id":"\#(id)","rootKeyDigest":"\#(Digest(of: [byte]).text)"}"#
  }

  private func document(_ sites: String..., coordinator: UInt8? = nil) -> String {
    let pin = coordinator.map { #""coordinator":{"rootKeyDigest":"\#(Digest(of: [$0]).text)"},"# } ?? ""
    return #"{\#(pin)"format":"evidence-trust/1","sites":[\#(sites.joined(separator: ","))]}"#
  }

  @Test func pinsAreKeptSortedAndReadBack() throws {
    var file = TrustFile()
    try file.add(site: "south", fingerprint: fingerprint(2))
    try file.add(site: "north", fingerprint: fingerprint(1))
    try file.pinCoordinator(fingerprint(3))
    #expect(
      String(decoding: file.encode(), as: UTF8.self)
        == document(entry("north", 1), entry("south", 2), coordinator: 3))
    let copy = try TrustFile.parse(file.encode())
    #expect(copy == file)
    #expect(copy.rootKey(of: try SignerRole(site: "north")) == fingerprint(1).digest)
    #expect(copy.rootKey(of: try SignerRole(site: "west")) == nil)
    #expect(copy.rootKey(of: .evidence) == fingerprint(3).digest)
    #expect(try parse(document()).rootKey(of: .evidence) == nil)
  }

  @Test func anotherKeyDoesNotReplaceAPinSilently() throws {
    var file = TrustFile()
    try file.add(site: "north", fingerprint: fingerprint(1))
    try file.add(site: "north", fingerprint: fingerprint(1))
    #expect(throws: TrustError.alreadyPinned(signer: "site north", pinned: fingerprint(1))) {
      try file.add(site: "north", fingerprint: fingerprint(2))
    }
    #expect(file.sites.map(\.rootKey) == [fingerprint(1).digest])
    #expect(file.remove(site: "north") && !file.remove(site: "north"))
    #expect(throws: Never.self) { try file.add(site: "north", fingerprint: fingerprint(2)) }
    try file.pinCoordinator(fingerprint(3))
    #expect(throws: TrustError.alreadyPinned(signer: "the coordinator", pinned: fingerprint(3))) {
      try file.pinCoordinator(fingerprint(4))
    }
  }

  @Test func oneKeyHasOneSigner() throws {
    var file = TrustFile()
    try file.add(site: "north", fingerprint: fingerprint(1))
    #expect(throws: TrustError.keyUsedTwice(signer: "site south")) {
      try file.add(site: "south", fingerprint: fingerprint(1))
    }
    #expect(throws: TrustError.keyUsedTwice(signer: "site north")) { try file.pinCoordinator(fingerprint(1)) }
    #expect(throws: TrustError.keyUsedTwice(signer: "site south")) {
      try parse(document(entry("north", 1), entry("south", 1)))
    }
    #expect(throws: TrustError.keyUsedTwice(signer: "site north")) {
      try parse(document(entry("north", 1), coordinator: 1))
    }
  }

  @Test func otherFilesAreRefused() {
    #expect(throws: TrustError.siteOrder) { try parse(document(entry("south", 1), entry("north", 2))) }
    #expect(throws: TrustError.siteOrder) { try parse(document(entry("north", 1), entry("north", 2))) }
    #expect(throws: TrustError.format) {
      try parse(document().replacing("evidence-trust/1", with: "evidence-trust/2"))
    }
    for text in [
      "", "{}", document() + "\n", document(entry("North", 1)),
      document(entry("north", 1).replacing("sha256", with: "sha1")),
      document().replacing(#""sites""#, with: #""quorum":2,"sites""#), #"{"format":"evidence-trust/1"}"#,
    ] {
      let error = #expect(throws: TrustError.self) { try parse(text) }
      guard case .malformed = error else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
    }
  }
}

@Suite struct FingerprintTests {
  private let digest = Digest(of: Array("abc".utf8))

  @Test func textIsGroupedByFour() {
    #expect(
      Fingerprint(digest).text
        == "sha256:ba78 16bf 8f01 cfea 4141 40de 5dae 2223 b003 61a3 9617 7a9c b410 ff61 f200 15ad")
  }

  @Test func whatPeopleTypeReadsBack() throws {
    let pairs = stride(from: 0, to: 64, by: 2).map { digest.hex.dropFirst($0).prefix(2) }.joined(
      separator: ":")
    for text in [
      Fingerprint(digest).text, digest.text, digest.hex, digest.hex.uppercased(), pairs,
      "SHA256:" + pairs.uppercased(), "  " + digest.hex + " ",
    ] {
      #expect(try Fingerprint(parsing: text).digest == digest, "\(text)")
    }
  }

  @Test func otherTextsAreRefused() {
    let hex = digest.hex
    for text in [
      "", "sha256:", String(hex.dropLast()), hex + "0", "sha1:" + hex, hex.replacing("b", with: "g"),
      "sha256:sha256:" + hex, hex.replacing("a", with: "а"), String(repeating: " ", count: 600) + hex,
    ] {
      #expect(throws: TrustError.fingerprintMalformed, "\(text)") { try Fingerprint(parsing: text) }
    }
  }
}
