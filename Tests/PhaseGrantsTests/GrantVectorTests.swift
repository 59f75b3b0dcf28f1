import Cryptography
import PhaseGrants
import TestSupport
import Testing

@Suite struct GrantVectorTests {
  @Test func goodStatementsAreTaken() throws {
    let vectors = try Vectors()
    let entries = try Vectors.entries("accept")
    #expect(entries.count >= 15)
    for (file, fields) in entries {
      let result = try vectors.check(file, fields)
      #expect(result.signed.text == fields["signedDigest"], "\(file)")
      #expect(result.isNew == !file.contains("again"), "\(file)")
    }
  }

  @Test func everyBrokenStatementIsRefusedByTheRuleItBreaks() throws {
    let vectors = try Vectors()
    let entries = try Vectors.entries("reject")
    #expect(entries.count >= 80)
    for (file, fields) in entries {
      let error = #expect(throws: GrantError.self, "\(file)") { try vectors.check(file, fields) }
      #expect(error?.rule == fields["rule"], "\(file): \(error?.description ?? "")")
      #expect(error.map { !$0.description.isEmpty && !$0.remedy.isEmpty } ?? false)
    }
  }

  @Test func everyChangedByteOfAGrantIsRefused() throws {
    let entry = try #require(
      try Vectors.entries("accept").first { $0.file.hasSuffix("03-grant.sigstore.json") })
    let good = try Vectors.bytes(entry.file)
    let fixture = try Parties()
    #expect(throws: GrantError.self) { try fixture.verifyGrant(good) }
    let own = try fixture.grant().sign(with: fixture.evidence)
    _ = try fixture.verifyGrant(own)
    for index in own.indices {
      var changed = own
      changed[index] ^= 1
      #expect(throws: GrantError.self, "byte \(index)") { try fixture.verifyGrant(changed) }
    }
  }

  @Test func theVectorsNameEveryRuleOfTheirPage() throws {
    let named = Set(try Vectors.entries("reject").compactMap { $0.fields["rule"] })
    #expect(
      named == [
        "signature", "malformed", "subject", "otherSite", "replayed", "time", "backDated", "historyForked",
        "lifetime", "notConsented", "aboveConsent",
      ])
  }
}
