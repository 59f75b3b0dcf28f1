import Aggregates
import CanonicalJSON
import SiteEvaluation
import Testing

@Suite struct SiteFileTests {
  private static let declaration = """
    {
      "format": "urn:equipoise:dataset:v1", "id": "icu-2025", "dataClass": "clinical",
      "source": "record system", "sourceVersion": "7.1", "extractedAt": "2026-01-15T06:00:00Z",
      "deidentification": "identifiers replaced", "license": "none",
      "mapping": {"columns": [
        {"column": "age", "from": "AGE"},
        {"column": "sex", "from": "SEX", "codes": [{"from": "M", "to": "male"}, {"from": "?", "to": ""}]}
      ]}
    }
    """
  private static let policy = """
    {"format": "urn:equipoise:site-policy:v1", "minimumCell": 7,
     "lowering": {"person": "A. Person", "reason": "small wards"}}
    """

  private func parse(_ text: String) throws -> DatasetDeclaration {
    try DatasetDeclaration.parse(Array(text.utf8))
  }

  @Test func declarationIsReadAsPeopleWriteIt() throws {
    let declaration = try parse(Self.declaration)
    #expect(declaration.dataClass == .clinical)
    #expect(declaration.extractedAt.text == "2026-01-15T06:00:00Z")
    #expect(declaration.mapping.columns.map(\.from) == ["AGE", "SEX"])
    #expect(declaration.mapping.columns[1].codes[1] == SiteMapping.Code(from: "?", to: ""))
  }

  @Test func canonicalFormReadsBackAsTheSame() throws {
    let declaration = try parse(Self.declaration)
    #expect(try DatasetDeclaration.parse(declaration.encode()) == declaration)
    let plain = try Study.declaration()
    #expect(try DatasetDeclaration.parse(plain.encode()) == plain)
    let policy = try SitePolicyFile.parse(Array(Self.policy.utf8))
    #expect(try SitePolicyFile.parse(SitePolicyFile.encode(policy)) == policy)
    #expect(try SitePolicyFile.parse(SitePolicyFile.encode(.standard)) == .standard)
  }

  @Test(
    "what the format does not allow is refused",
    arguments: [
      ("\"clinical\"", "\"anonymous\""), ("dataset:v1", "dataset:v2"), ("icu-2025", "ICU 2025"),
      ("06:00:00Z", "06:00:00+01:00"), ("2026-01-15T06:00:00Z", "2026-01-15"), ("\"license\"", "\"licence\""),
      ("\"source\": \"record system\",", ""), ("\"from\": \"AGE\"", "\"from\": \"\""),
      ("\"column\": \"sex\"", "\"column\": \"age\""), ("\"from\": \"?\"", "\"from\": \"M\""),
      ("\"AGE\"}", "\"AGE\", \"units\": \"years\"}"), ("\"none\",", "null,"),
    ])
  func badDeclarationIsRefused(part: String, replacement: String) throws {
    let changed = Self.declaration.replacing(part, with: replacement)
    try #require(changed != Self.declaration)
    #expect(throws: SiteFileError.self) { try parse(changed) }
  }

  @Test(
    "a policy that hides nobody, or says more than the format, is refused",
    arguments: [
      ("7", "1"), ("7", "\"7\""), ("minimumCell", "minimum"), ("person", "name"),
      (", \"reason\": \"small wards\"", ""), ("site-policy:v1", "site-policy:v2"),
    ])
  func badPolicyIsRefused(part: String, replacement: String) throws {
    let changed = Self.policy.replacing(part, with: replacement)
    try #require(changed != Self.policy)
    #expect(throws: SiteFileError.self) { try SitePolicyFile.parse(Array(changed.utf8)) }
  }

  @Test func errorNamesTheFileThePlaceAndARemedy() throws {
    let error = #expect(throws: SiteFileError.self) {
      try parse(Self.declaration.replacing("\"clinical\"", with: "\"anonymous\""))
    }
    #expect(try #require(error).description.hasPrefix("dataset declaration: dataClass: not one of clinical"))
    #expect(try #require(error).remedy.contains("synthetic"))
  }
}
