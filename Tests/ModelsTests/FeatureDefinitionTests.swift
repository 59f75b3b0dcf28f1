import Models
import Testing

@Suite struct FeatureDefinitionTests {
  private func parse(_ features: String, more: String = "") throws -> FeatureDefinition {
    try FeatureDefinition.parse(Array("{\"features\":[\(features)]\(more)}".utf8))
  }

  /// The value of the one feature for a cell.
  private func value(_ rule: String, of cell: String) throws -> Double {
    let definition = try parse("{\"name\":\"x\",\"column\":\"c\",\(rule)}")
    return try #require(definition.features.first).value(of: Cell(cell.utf8))
  }

  @Test(
    "each kind makes the number that its page says",
    arguments: [
      ("\"kind\":\"number\"", "12.5", 12.5), ("\"kind\":\"number\",\"missing_values\":[0,-9]", "1", 1),
      ("\"kind\":\"equals\",\"value\":\"male\"", "male", 1),
      ("\"kind\":\"equals\",\"value\":\"male\"", "Male", 0),
      ("\"kind\":\"equals\",\"value\":\"male\"", "", 0),
      ("\"kind\":\"equals\",\"value\":\"male\",\"missing\":\"nan\"", "female", 0),
      ("\"kind\":\"in\",\"values\":[\"3\",\"4\"]", "4", 1),
      ("\"kind\":\"in\",\"values\":[\"3\",\"4\"]", "4.0", 0),
      ("\"kind\":\"in\",\"values\":[\"3\"]", "", 0),
      ("\"kind\":\"map\",\"map\":{\"a\":5,\"b\":-0.5}", "b", -0.5),
      ("\"kind\":\"number_or_top\",\"top\":\"> 89\",\"value\":90", "> 89", 90),
      ("\"kind\":\"number_or_top\",\"top\":\"> 89\",\"value\":90", "42", 42),
    ])
  func valueIsMade(rule: String, cell: String, expected: Double) throws {
    #expect(try value(rule, of: cell) == expected)
  }

  @Test(
    "what is not there, or is no number, is missing",
    arguments: [
      ("\"kind\":\"number\"", ""), ("\"kind\":\"number\"", "NA"),
      ("\"kind\":\"number\",\"missing_values\":[0]", "0.0"),
      ("\"kind\":\"equals\",\"value\":\"male\",\"missing\":\"nan\"", ""),
      ("\"kind\":\"map\",\"map\":{\"a\":5}", ""), ("\"kind\":\"map\",\"map\":{\"a\":5}", "b"),
      ("\"kind\":\"number_or_top\",\"top\":\"> 89\",\"value\":90", ""),
    ])
  func missingIsNotANumber(rule: String, cell: String) throws {
    #expect(try value(rule, of: cell).isNaN)
  }

  @Test func listsOfModelsAreReadOver() throws {
    let definition = try parse(
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"number\"}",
      more: ",\"dataset\":\"d\",\"models\":{\"lr\":{\"features\":[\"x\"],\"categorical\":[\"x\"]}}")
    #expect(definition.features.map(\.column) == ["c"])
  }

  @Test(
    "what the format does not define is refused",
    arguments: [
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"log\"}", "{\"name\":\"x\",\"column\":\"c\"}",
      "{\"name\":\"x\",\"kind\":\"number\"}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"number\",\"unit\":\"mmHg\"}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"equals\",\"value\":1}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"equals\",\"value\":\"a\",\"missing\":\"zero\"}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"number\",\"missing_values\":[null]}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"map\",\"map\":{\"a\":\"5\"}}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"map\",\"map\":{\"a\":1e999}}",
      "{\"name\":\"x\",\"column\":\"c\",\"kind\":\"number\"},{\"name\":\"x\",\"column\":\"d\",\"kind\":\"number\"}",
    ])
  func undefinedIsRefused(features: String) {
    #expect(throws: ModelError.self) { try parse(features) }
  }

  @Test func unknownKeyOfTheDocumentIsRefused() {
    #expect(throws: ModelError.self) { try parse("", more: ",\"include\":\"other.json\"") }
  }

  @Test func keysThatOnlyLookTheSameAreTwoTexts() throws {
    let rule = "\"kind\":\"map\",\"map\":{\"\u{E9}\":1,\"e\u{301}\":2}"
    #expect(try value(rule, of: "\u{E9}") == 1)
    #expect(try value(rule, of: "e\u{301}") == 2)
  }
}
