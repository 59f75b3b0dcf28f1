import Attestations
import CanonicalJSON
import Cryptography
import Foundation
import TestSupport
import Testing

/// The vectors of `protocols/vectors/attestation`, made with openssl and Python by `make.py` there.
@Suite struct AttestationVectorTests {
  /// What a file is checked against: `policy.json`, with the changes of its own entry.
  private struct Policy {
    private let fields: [String: String]

    init(_ fields: [String: String], changes: [String: String] = [:]) {
      self.fields = fields.merging(changes) { $1 }
    }

    private func field(_ name: String) throws -> String { try #require(fields[name]) }

    func verify(_ bytes: [UInt8]) throws -> VerifiedAttestation {
      try UnverifiedAttestation.parse(bytes).verify(
        role: SignerRole(parsing: field("role")),
        predicateType: #require(PredicateType(rawValue: field("predicateType"))),
        root: Certificate(pem: AttestationVectorTests.bytes("\(field("root")).pem")),
        pinnedRootKey: Digest(parsing: field("rootKeyDigest")), at: UTCTime(parsing: field("at")))
    }
  }

  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(
      try Data(
        contentsOf: URL(fileURLWithPath: Repository.path("protocols/vectors/attestation/\(name)"))))
  }

  private static func strings(_ value: ForeignJSONValue) -> [String: String] {
    guard case .object(let members) = value else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.compactMap { member in
        if case .string(let text) = member.value { (member.key, text) } else { nil }
      })
  }

  private static func entries(_ folder: String) throws -> [(file: String, changes: [String: String])] {
    let table = try parseForeignJSON(try bytes("\(folder)/expected.json"), limits: .small)
    guard case .object(let members) = table else { return [] }
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.path("protocols/vectors/attestation/\(folder)"))
    #expect(Set(members.map(\.key) + ["expected.json"]) == Set(files))
    return members.map { ($0.key, strings($0.value)) }
  }

  private let policy: [String: String]

  init() throws {
    policy = Self.strings(try parseForeignJSON(try Self.bytes("policy.json"), limits: .small))
  }

  @Test func goodFilesAreAccepted() throws {
    let entries = try Self.entries("accept")
    #expect(entries.count >= 5)
    for (file, changes) in entries {
      let verified = try Policy(policy, changes: changes).verify(try Self.bytes("accept/\(file)"))
      #expect(
        verified.statement.subjects.map(\.name) == [
          "sites/north/aggregate.json", "sites/north/context.json",
        ])
      #expect(verified.statement.predicate["site"] == "north")
    }
  }

  @Test func everyTamperedFileIsRefusedByTheRuleItBreaks() throws {
    let entries = try Self.entries("reject")
    #expect(entries.count >= 80)
    for (file, changes) in entries {
      let bytes = try Self.bytes("reject/\(file)")
      let error = try #require(throws: AttestationError.self, "\(file)") {
        try Policy(policy, changes: changes).verify(bytes)
      }
      #expect(error.rule == changes["rule"], "\(file): \(error)")
      #expect(!error.description.isEmpty && !error.remedy.isEmpty)
    }
  }

  @Test func everyChangedByteIsRefused() throws {
    let good = try Self.bytes("accept/01-site-submission.sigstore.json")
    let policy = Policy(policy)
    for index in good.indices {
      var changed = good
      changed[index] ^= 1
      #expect(throws: AttestationError.self, "byte \(index)") { try policy.verify(changed) }
    }
  }

  @Test func everyCutFileIsRefused() throws {
    let good = try Self.bytes("accept/01-site-submission.sigstore.json")
    for length in 0..<good.count {
      #expect(throws: AttestationError.self) { try UnverifiedAttestation.parse(Array(good.prefix(length))) }
    }
  }

  @Test func trustFileVectorPinsTheRootsBesideIt() throws {
    let bytes = try Self.bytes("trust.json")
    let trust = try TrustFile.parse(bytes)
    #expect(trust.encode() == bytes)
    let roles: [(String, SignerRole)] = [
      ("north", try SignerRole(site: "north")), ("south", try SignerRole(site: "south")),
      ("coordinator", .evidence),
    ]
    for (name, role) in roles {
      #expect(trust.rootKey(of: role) == (try Certificate(pem: Self.bytes("\(name).pem")).publicKey.digest))
    }
  }
}
