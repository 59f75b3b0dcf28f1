import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Testing

@Suite struct WireDocumentTests {
  private func roundTrip<Document: WireDocument>(_ document: Document) throws -> Bool {
    try Document.parse(document.encode()) == document
  }

  private func isRefused<Document: WireDocument>(_: Document.Type, _ json: JSONObject) -> Bool {
    (try? Document.parse(encodeCanonicalJSON(.object(json)))) == nil
  }

  private func isRefused<Document: WireDocument>(like _: Document, _ json: JSONObject) -> Bool {
    isRefused(Document.self, json)
  }

  @Test func everyDocumentIsReadAsItWasWritten() throws {
    for document in try Sample.documents() {
      let same = try roundTrip(document)
      #expect(same, "\(type(of: document))")
    }
  }

  @Test func noTwoDocumentsShareAFormat() throws {
    let formats = try Sample.documents().map { type(of: $0).format }
    #expect(Set(formats).count == formats.count)
    #expect(formats.allSatisfy { $0.hasPrefix("urn:equipoise:") && $0.hasSuffix(":v1") })
  }

  @Test func anUnknownKeyIsRefusedInEveryDocument() throws {
    for document in try Sample.documents() {
      var json = document.json
      json["zz"] = 1
      let refused = isRefused(like: document, json)
      #expect(refused, "\(type(of: document))")
    }
  }

  @Test func anotherFormatIsRefusedInEveryDocument() throws {
    for document in try Sample.documents() {
      var json = document.json
      json["format"] = "urn:equipoise:other:v1"
      let refused = isRefused(like: document, json)
      #expect(refused, "\(type(of: document))")
    }
  }

  @Test func eachMemberOfTheWrongKindIsRefused() throws {
    for document in try Sample.documents() {
      for member in document.json.members {
        var json = document.json
        json[member.key] = ["zz": 1]
        let refused = isRefused(like: document, json)
        #expect(refused, "\(type(of: document)).\(member.key)")
      }
    }
  }

  @Test func onlyOptionalMembersMayBeAbsent() throws {
    let optional: Set<String> = [
      "round-status.endedAt", "round-status.failure", "status.auditDigest", "gate-status.phase",
      "gate-status.gate", "hold.sites", "incident-note.text", "incident-note.owner", "incident-note.runbook",
      "incident-note.correctiveAction", "change.site",
    ]
    for document in try Sample.documents() {
      for member in document.json.members {
        var json = document.json
        json[member.key] = nil
        let refused = isRefused(like: document, json)
        let name = type(of: document).format.split(separator: ":")[2]
        #expect(
          refused != optional.contains("\(name).\(member.key)"),
          "\(type(of: document)).\(member.key)")
      }
    }
  }

  @Test func anotherSpellingOfTheSameValuesIsRefused() throws {
    let bytes = try Sample.roundStatus().encode()
    #expect(throws: WireError.self) { try RoundStatusDocument.parse(bytes + [0x0A]) }
    #expect(throws: WireError.self) { try RoundStatusDocument.parse([0x20] + bytes) }
  }

  @Test func aThousandSitesFitIntoAStatus() throws {
    let sites = try (0..<1500).map {
      SiteProgress(
        site: "site-\($0)", assignment: Sample.assignmentID, state: .accepted, since: try Sample.time(),
        submission: Sample.digest)
    }
    #expect(try roundTrip(try Sample.roundStatus(sites: sites)))
  }

  @Test(
    "identifiers of the coordinator have their letter and 26 base32 characters",
    arguments: [
      "a-", "a-\(String(repeating: "a", count: 25))", "r-\(String(repeating: "a", count: 26))",
      "a-\(String(repeating: "1", count: 26))", "a-\(String(repeating: "A", count: 26))",
      "a-\(String(repeating: "a", count: 27))",
    ])
  func wrongIdentifiersAreRefused(_ identifier: String) {
    #expect(!ServerIdentifier.assignment.matches(identifier))
    #expect(ServerIdentifier.assignment.matches("a-\(String(repeating: "z7", count: 13))"))
  }

  @Test(
    "a matrix file leads nowhere but below its folder",
    arguments: [
      "sites/../x.json", "sites/.json", "/pooled.json", "sites/a/b.json", "sites/A.json", "gates.json",
    ])
  func matrixPathsAreClosed(_ path: String) throws {
    let document: JSONObject = [
      "format": .string(MatrixDocument.format), "round": .string(Sample.roundID),
      "files": [["path": .string(path), "document": ["rows": []]]],
    ]
    #expect(isRefused(MatrixDocument.self, document))
  }

  @Test func filesOfAMatrixAreSortedAndUnique() throws {
    let file: JSONValue = ["path": "pooled.json", "document": ["rows": []]]
    for (count, expected) in [(0, true), (1, false), (2, true)] {
      let document: JSONObject = [
        "format": .string(MatrixDocument.format), "round": .string(Sample.roundID),
        "files": .array(Array(repeating: file, count: count)),
      ]
      #expect(isRefused(MatrixDocument.self, document) == expected)
    }
  }

  @Test func filesOfAMatrixKeepTheirBytes() throws {
    let bytes = Array(#"{"a":"é","b":[1,2]}"#.utf8)
    let document = try MatrixDocument(round: Sample.roundID, files: [("pooled.json", bytes)])
    let read = try MatrixDocument.parse(document.encode())
    #expect(read.files.map(\.bytes) == [bytes])
  }

  @Test(
    "addresses are https and plain",
    arguments: ["http://a", "https://a b", "file:///etc/passwd", "https://\u{e9}"])
  func otherAddressesAreRefused(_ address: String) throws {
    let invitation = try #require(
      Sample.documents().compactMap { $0 as? InvitationDocument }.first)
    var json = invitation.json
    json["apiURL"] = .string(address)
    #expect(isRefused(InvitationDocument.self, json))
  }

  @Test(
    "a person is invited as one of four roles, for a day at most",
    arguments: [
      ("role", JSONValue.string("operator")), ("role", "site"), ("role", "Reviewer"), ("name", ""),
      ("lifetimeSeconds", 86_401), ("lifetimeSeconds", 59),
    ])
  func otherInvitationsOfPeopleAreRefused(member: String, value: JSONValue) {
    var json = PersonInvitationRequestDocument(role: .reviewer, name: "Ada", lifetimeSeconds: 60).json
    #expect(!isRefused(PersonInvitationRequestDocument.self, json))
    json[member] = value
    #expect(isRefused(PersonInvitationRequestDocument.self, json))
  }
}
