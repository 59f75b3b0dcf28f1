import CanonicalJSON
import Cryptography
import Testing

@testable import Attestations

@Suite struct TrustReviewerTests {
  private func fingerprint(_ number: UInt8) -> Fingerprint { Fingerprint(Digest(of: [number])) }

  @Test func reviewersAreKeptSortedByName() throws {
    var file = TrustFile()
    try file.add(reviewer: "Bo Sample", fingerprint: fingerprint(2))
    try file.add(reviewer: "Ada Sample", fingerprint: fingerprint(1))
    try file.add(reviewer: "Bo Sample", fingerprint: fingerprint(2))
    #expect(file.reviewers.map(\.name) == ["Ada Sample", "Bo Sample"])
    #expect(file.reviewerKey(of: "Bo Sample") == fingerprint(2).digest)
    #expect(file.reviewerKey(of: "Cy Sample") == nil)
    #expect(try TrustFile.parse(file.encode()) == file)
  }

  @Test func fileWithoutReviewersHasNoKeyForThem() throws {
    #expect(!String(decoding: TrustFile().encode(), as: UTF8.self).contains("reviewers"))
    let empty = Array(#"{"format":"evidence-trust/1","reviewers":[],"sites":[]}"#.utf8)
    #expect(throws: TrustError.self) { try TrustFile.parse(empty) }
  }

  @Test func namedReviewerHasOneKeyAndOneKeyOneName() throws {
    var file = TrustFile()
    try file.add(site: "north", fingerprint: fingerprint(1))
    try file.add(reviewer: "Ada Sample", fingerprint: fingerprint(2))
    #expect(throws: TrustError.alreadyPinned(signer: "Ada Sample", pinned: fingerprint(2))) {
      try file.add(reviewer: "Ada Sample", fingerprint: fingerprint(3))
    }
    #expect(throws: TrustError.keyUsedTwice(signer: "Bo Sample")) {
      try file.add(reviewer: "Bo Sample", fingerprint: fingerprint(2))
    }
    #expect(throws: TrustError.keyUsedTwice(signer: "Bo Sample")) {
      try file.add(reviewer: "Bo Sample", fingerprint: fingerprint(1))
    }
    #expect(throws: TrustError.keyUsedTwice(signer: "Ada Sample")) {
      try file.pinCoordinator(fingerprint(2))
    }
    #expect(throws: TrustError.nameMalformed) { try file.add(reviewer: "", fingerprint: fingerprint(4)) }
  }

  @Test func unsortedReviewersAreRefused() throws {
    func entry(_ name: String, _ key: UInt8) -> JSONValue {
      ["name": .string(name), "rootKeyDigest": .string(Digest(of: [key]).text)]
    }
    for entries in [[entry("Bo", 1), entry("Ada", 2)], [entry("Bo", 1), entry("Bo", 1)]] {
      let bytes = encodeCanonicalJSON([
        "format": "evidence-trust/1", "sites": [], "reviewers": .array(entries),
      ])
      #expect(throws: TrustError.reviewerOrder) { try TrustFile.parse(bytes) }
    }
  }
}
