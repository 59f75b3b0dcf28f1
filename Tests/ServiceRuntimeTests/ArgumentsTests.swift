import ServiceRuntime
import Testing

private enum Format: String, CaseIterable { case text, json }

private enum Options {
  static let bundle = Parameter.path("BUNDLE", "the bundle")
  static let more = Parameter.text("OTHER", "other bundles").repeated()
  static let trust = Parameter.path("--trust", "your trust file")
  static let minimum = Parameter.integer("--minimum", "smallest count", in: 1...1000).defaulting(to: 11)
  static let format = Parameter<Format>.choice("--format", "how results look").defaulting(to: .text)
  static let site = Parameter.text("--site", "only this site").repeated()
  static let note = Parameter.text("--note", "a remark").optional()
  static let json = Parameter.flag("--json", "print JSON")
}

private let command = Command(
  "verify", "check a bundle",
  [
    Options.bundle, Options.more, Options.trust, Options.minimum, Options.format, Options.site,
    Options.note, Options.json,
  ], example: "verify b.zip --trust t.json"
) { _, _ in .done }

/// What the command makes of a line, by running it inside a tool.
private func parse(_ arguments: String...) async -> (values: Values?, code: ExitCode, errors: String) {
  let found = Found()
  let recording = Command("verify", "check a bundle", command.parameters, example: command.example) {
    arguments, _ in
    await found.set(Values(arguments))
    return .done
  }
  let errors = MemorySink()
  let tool = Tool(name: "evidence", version: "1", summary: "s", commands: [recording])
  let code = await tool.run(["verify"] + arguments, console: Console(output: MemorySink(), errors: errors))
  return (await found.values, code, errors.text)
}

private actor Found {
  var values: Values?
  func set(_ values: Values) { self.values = values }
}

private struct Values: Equatable {
  var bundle = "b.zip"
  var more: [String] = []
  var trust = "t.json"
  var minimum = 11
  var format = Format.text
  var site: [String] = []
  var note: String?
  var json = false

  init() {}

  init(_ arguments: Arguments) {
    bundle = arguments[Options.bundle]
    more = arguments[Options.more]
    trust = arguments[Options.trust]
    minimum = arguments[Options.minimum]
    format = arguments[Options.format]
    site = arguments[Options.site]
    note = arguments[Options.note]
    json = arguments[Options.json]
  }
}

@Suite struct ArgumentsTests {
  @Test func absentParametersHaveTheirDefaults() async {
    #expect(await parse("b.zip", "--trust", "t.json").values == Values())
  }

  @Test func everyKindOfValueIsRead() async {
    var expected = Values()
    expected.minimum = 5
    expected.format = .json
    expected.site = ["north", "south"]
    expected.note = "--odd"
    expected.json = true
    expected.more = ["c.zip", "-"]
    let parsed = await parse(
      "--json", "--site", "north", "b.zip", "--trust=t.json", "--minimum", "5", "--site=south", "c.zip",
      "--format", "json", "--note=--odd", "-")
    #expect(parsed.values == expected)
  }

  @Test func everythingAfterTwoHyphensIsAnOperand() async {
    let parsed = await parse("--trust", "t.json", "--", "--trust", "--help")
    #expect(parsed.values?.bundle == "--trust")
    #expect(parsed.values?.more == ["--help"])
  }

  @Test(
    "refuses what is not in the table, and says what is",
    arguments: [
      (["b.zip"], "--trust is required"),
      (["--trust", "t"], "BUNDLE is missing"),
      (["b.zip", "--trust"], "--trust needs a value"),
      (["b.zip", "--trust", "--json"], "--trust needs a value"),
      (["b.zip", "--trust", ""], "--trust is empty"),
      (["b.zip", "--trust", "t", "--trust", "u"], "--trust is given twice"),
      (["b.zip", "--trust", "t", "--json=yes"], "--json takes no value"),
      (["b.zip", "--trust", "t", "--json", "--json"], "--json is given twice"),
      (["b.zip", "--trust", "t", "-x"], "there is no option -x"),
      (["b.zip", "--trust", "t", "--minimum", "0"], "not a whole number from 1 to 1000"),
      (["b.zip", "--trust", "t", "--minimum", "1001"], "not a whole number from 1 to 1000"),
      (["b.zip", "--trust", "t", "--minimum", "99999999999999999999"], "not a whole number from 1 to 1000"),
      (["b.zip", "--trust", "t", "--minimum", "1e2"], "not a whole number"),
      (["b.zip", "--trust", "t", "--format", "xml"], "not one of text, json"),
    ])
  func malformedLineIsAUsageError(arguments: [String], message: String) async throws {
    let errors = MemorySink()
    let tool = Tool(name: "evidence", version: "1", summary: "s", commands: [command])
    let code = await tool.run(["verify"] + arguments, console: Console(output: MemorySink(), errors: errors))
    #expect(code == .usage)
    #expect(errors.text.contains(message))
    #expect(errors.text.contains("\n  hint: "))
  }

  @Test func operandTooManyIsRefused() async {
    let single = Command("show", "s", [Options.bundle], example: "show b") { _, _ in .done }
    let errors = MemorySink()
    let tool = Tool(name: "evidence", version: "1", summary: "s", commands: [single])
    let code = await tool.run(["show", "a", "b"], console: Console(output: MemorySink(), errors: errors))
    #expect(code == .usage)
    #expect(errors.text.contains("\"b\" is one argument too many"))
  }

  @Test(
    "suggests the nearest option, and nothing when nothing is near",
    arguments: [
      ("--turst", "did you mean --trust?"), ("--jsn", "did you mean --json?"), ("--zzzzzz", "add --help"),
    ])
  func misspeltOptionGetsASuggestion(given: String, hint: String) async {
    #expect(await parse("b.zip", given).errors.contains("hint: \(hint)"))
  }
}
