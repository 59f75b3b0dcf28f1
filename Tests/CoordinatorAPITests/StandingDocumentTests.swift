import CanonicalJSON
import CoordinatorAPI
import Cryptography
import Testing

@Suite struct StandingDocumentTests {
  /// A list with one standing in which a member is another one, or gone.
  private func isRefused(_ key: String, _ value: JSONValue?) throws -> Bool {
    let document = AssignmentsDocument(
      time: try Sample.time(), cursor: 1, tenant: Sample.tenant, site: "north", assignments: [],
      standings: [try Sample.standing()])
    var json = document.json
    guard case .array(let standings) = json["standings"], case .object(var standing) = standings.first else {
      return false
    }
    standing[key] = value
    json["standings"] = [.object(standing)]
    return (try? AssignmentsDocument.parse(encodeCanonicalJSON(.object(json)))) == nil
  }

  @Test func everyMemberOfAStandingIsRead() throws {
    let version = try isRefused("version", 2)
    #expect(!version)
    for key in ["study", "protocol", "version", "title", "objects", "acknowledgement"] {
      let absent = try isRefused(key, nil)
      #expect(absent, "\(key)")
    }
    for key in ["consent", "word"] {
      let absent = try isRefused(key, nil)
      #expect(!absent, "\(key)")
    }
    for (key, value) in [
      ("zz", 1), ("version", 0), ("acknowledgement", -1), ("word", ["kind": "note", "sequence": 1]),
      ("word", ["kind": "grant", "sequence": 0]), ("word", ["kind": "grant"]),
      ("consent", ["sequence": 1, "phase": "draft", "protocol": .string(Sample.digest.text)]),
      ("consent", ["sequence": 1, "phase": "none"]),
    ] as [(String, JSONValue)] {
      let refused = try isRefused(key, value)
      #expect(refused, "\(key)")
    }
  }

  @Test func listsHaveTheirLimits() throws {
    let standing = try Sample.standing()
    func list(_ count: Int) throws -> [UInt8] {
      AssignmentsDocument(
        time: try Sample.time(), cursor: 1, tenant: Sample.tenant, site: "north", assignments: [],
        standings: Array(repeating: standing, count: count)
      ).encode()
    }
    _ = try AssignmentsDocument.parse(list(500))
    #expect(throws: WireError.self) { try AssignmentsDocument.parse(list(501)) }
    func words(_ count: Int, bytes: Int = 3) -> [UInt8] {
      let word = StandingDocument.SignedStatement(
        kind: .grant, sequence: 1, statement: Array(repeating: 7, count: bytes))
      return StandingDocument(
        study: "sepsis", words: Array(repeating: word, count: count), evidenceRoot: [1]
      ).encode()
    }
    // A refusal is told without the bytes that were refused.
    func isRefused(_ bytes: [UInt8]) -> Bool { (try? StandingDocument.parse(bytes)) == nil }
    #expect(!isRefused(words(50, bytes: 3000)))
    #expect(!isRefused(words(1, bytes: 32_768)))
    #expect(isRefused(words(51)))
    #expect(isRefused(words(1, bytes: 32_775)))
  }
}
