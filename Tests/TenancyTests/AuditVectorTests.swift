import CanonicalJSON
import Cryptography
import Foundation
import Tenancy
import TestSupport
import Testing

/// One file of `protocols/vectors/audit-log`, made by `make.py` there, not by our writer.
struct AuditVector: CustomTestStringConvertible, Sendable {
  let name: String
  let bytes: [UInt8]

  var testDescription: String { name }
  var rule: Substring { name.split(separator: "--", maxSplits: 1).first ?? "" }

  static func all(in folder: String) -> [AuditVector] {
    let path = Repository.path("protocols/vectors/audit-log/\(folder)")
    return ((try? folderNames(path)) ?? []).compactMap { name in
      (try? fileBytes("\(path)/\(name)")).map { AuditVector(name: String(name.dropLast(6)), bytes: $0) }
    }
  }
}

@Suite struct AuditVectorTests {
  private let tenant: String
  private let checkpoint: AuditCheckpoint

  init() throws {
    let bytes = try fileBytes(Repository.path("protocols/vectors/audit-log/checkpoint.json"))
    var root = try DocumentField(parseCanonicalJSON(bytes, limits: .small)).object()
    tenant = try root.required("tenant").identifier()
    checkpoint = AuditCheckpoint(
      sequence: Int64(try root.required("sequence").integer(in: 1...1000)),
      digest: try Digest(parsing: root.required("digest").string()))
  }

  @Test("good logs verify", arguments: AuditVector.all(in: "accept"))
  func accepted(vector: AuditVector) throws {
    let head = try AuditChain.verify(export: vector.bytes, tenant: tenant, through: checkpoint)
    let last = try #require(vector.bytes.dropLast().split(separator: 0x0A).last)
    #expect(head.digest == Digest(of: Array(last)) && head.sequence >= checkpoint.sequence)
    // What was read writes the same bytes.
    for line in vector.bytes.split(separator: 0x0A) {
      #expect(try AuditEntry.parse(Array(line)).encode() == Array(line))
    }
  }

  @Test("bad logs are refused for the rule they are named after", arguments: AuditVector.all(in: "reject"))
  func rejected(vector: AuditVector) {
    let defect = #expect(throws: AuditDefect.self) {
      try AuditChain.verify(export: vector.bytes, tenant: tenant, through: checkpoint)
    }
    #expect(defect?.rule == String(vector.rule))
  }

  @Test func everyChangedBitIsFound() throws {
    let good = try fileBytes(
      Repository.path("protocols/vectors/audit-log/accept/to-the-checkpoint.jsonl"))
    for index in good.indices {
      for bit in [0, 5] as [UInt8] {
        var changed = good
        changed[index] ^= 1 << bit
        #expect(throws: AuditDefect.self, "byte \(index)") {
          try AuditChain.verify(export: changed, tenant: tenant, through: checkpoint)
        }
      }
    }
  }

  @Test func vectorsAreThoseOfTheScript() throws {
    #expect(AuditVector.all(in: "accept").count == 3 && AuditVector.all(in: "reject").count > 20)
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theScriptWritesTheSame() throws {
    let made = try OtherProgram.run(
      "python3", [Repository.path("protocols/vectors/audit-log/make.py"), "--check"])
    #expect(made.status == 0, "\(made.output)")
  }

  /// The commands of `protocols/audit-log.md`.
  @Test(.enabled(if: OtherProgram.path("jq") != nil && OtherProgram.path("sha256sum") != nil))
  func thePagesCommandsVerifyByHand() throws {
    let page = String(decoding: try fileBytes(Repository.path("protocols/audit-log.md")), as: UTF8.self)
    let start = try #require(page.range(of: "```sh\n"))
    let end = try #require(page.range(of: "```", range: start.upperBound..<page.endIndex))
    let script = String(page[start.upperBound..<end.lowerBound])
    func run(_ name: String) throws -> String {
      try OtherProgram.run(
        "bash",
        ["-c", script, "verify", tenant, Repository.path("protocols/vectors/audit-log/\(name).jsonl")]
      ).output
    }
    #expect(try run("accept/to-the-checkpoint") == "4 \(checkpoint.digest.text)\n")
    #expect(try run("reject/previous--entry-altered") == "entry 3 does not follow\n")
    #expect(try run("reject/sequence--entry-deleted") == "entry 4 does not follow\n")
  }
}
