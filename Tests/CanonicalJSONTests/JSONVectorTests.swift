import CanonicalJSON
import Testing

@Suite struct JSONVectorTests {
  @Test func canonicalVectorsAreAcceptedAndWrittenBackUnchanged() throws {
    let names = try Vectors.names("json/accept")
    #expect(names.count >= 13)
    for name in names {
      let bytes = try Vectors.bytes("json/accept/\(name)")
      let value = try parseCanonicalJSON(bytes, limits: .small)
      #expect(encodeCanonicalJSON(value) == bytes, "\(name)")
    }
  }

  @Test func brokenVectorsAreRefusedByTheRuleTheyBreak() throws {
    let names = try Vectors.names("json/reject")
    let rules = try Vectors.expectedRules("json/reject")
    #expect(names == rules.keys.sorted())
    for name in names {
      let error = try #require(throws: JSONError.self, "\(name)") {
        try parseCanonicalJSON(try Vectors.bytes("json/reject/\(name)"), limits: .small)
      }
      #expect(error.reason.rule == rules[name], "\(name): \(error)")
    }
  }

  @Test func foreignVectorsAreAccepted() throws {
    for name in try Vectors.names("foreign-json/accept") {
      #expect(throws: Never.self, "\(name)") {
        try parseForeignJSON(try Vectors.bytes("foreign-json/accept/\(name)"), limits: .small)
      }
    }
  }

  @Test func brokenForeignVectorsAreRefusedByTheRuleTheyBreak() throws {
    let names = try Vectors.names("foreign-json/reject")
    let rules = try Vectors.expectedRules("foreign-json/reject")
    #expect(names == rules.keys.sorted())
    for name in names {
      let error = try #require(throws: JSONError.self, "\(name)") {
        try parseForeignJSON(try Vectors.bytes("foreign-json/reject/\(name)"), limits: .small)
      }
      #expect(error.reason.rule == rules[name], "\(name): \(error)")
    }
  }

  @Test func normalisationAgreesWithAnotherUnicodeLibrary() throws {
    for row in try Vectors.rows("json/normalisation.txt") {
      let scalars = row.dropFirst().compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let bytes = Array("\"\(text)\"".utf8)
      if row[0] == "yes" {
        #expect(try parseCanonicalJSON(bytes, limits: .small) == .string(text), "\(row)")
      } else {
        let error = #expect(throws: JSONError.self) { try parseCanonicalJSON(bytes, limits: .small) }
        #expect(error?.reason == .notNormalised, "\(row)")
      }
    }
  }
}
