import ServiceRuntime
import Testing

private struct Unforeseen: Error {}

private let trust = Parameter.path("--trust", "your trust file")
private let name = Parameter.text("NAME", "whom to greet")

private let sample = Tool(
  name: "evidence", version: "0.1.0", summary: "check evidence bundles, offline",
  commands: [
    Command("verify", "check a bundle", [name, trust], example: "verify b.zip --trust t.json") {
      arguments, console in
      console.print("hello \(arguments[name], .bold)")
      return .criteriaNotMet
    },
    Command("trust add", "pin a site", [trust], example: "trust add --trust t.json") { _, _ in
      throw ToolError("no\nroom", remedy: "make room", exitCode: .unreachable)
    },
    Command("trust show", "print the pins", example: "trust show") { _, _ in throw Unforeseen() },
  ])

/// Runs the sample tool on pipes.
private func run(_ arguments: String...) async -> (code: ExitCode, output: String, errors: String) {
  let (output, errors) = (MemorySink(), MemorySink())
  let code = await sample.run(arguments, console: Console(output: output, errors: errors))
  return (code, output.text, errors.text)
}

@Suite struct ToolTests {
  @Test func resultGoesToStandardOutputAndItsCodeToTheShell() async {
    let result = await run("verify", "north", "--trust", "t.json")
    #expect(result == (.criteriaNotMet, "hello north\n", ""))
  }

  @Test func errorIsPrintedWithItsHintAndItsControlCharactersVisible() async {
    let result = await run("trust", "add", "--trust", "t.json")
    #expect(result == (.unreachable, "", "evidence: no\\u{a}room\n  hint: make room\n"))
  }

  @Test func unforeseenErrorIsOurBug() async {
    let result = await run("trust", "show")
    #expect(result.code == .bug)
    #expect(result.code.rawValue == 70)
    #expect(result.errors.hasPrefix("evidence: this is a bug in the tool: "))
  }

  @Test func helpOfTheToolListsEveryCommandAndExitCode() async {
    for arguments in [["--help"], ["help"], ["-h"]] {
      let output = MemorySink()
      let code = await sample.run(arguments, console: Console(output: output, errors: MemorySink()))
      #expect(code == .done)
      #expect(
        output.text == """
          evidence 0.1.0: check evidence bundles, offline

          usage: evidence <command> [options]

            verify       check a bundle
            trust add    pin a site
            trust show   print the pins

          `evidence <command> --help` explains one command.

          exit codes: 0 done · 1 criteria not met · 2 usage · 3 input refused · 4 signature or digest wrong ·
          5 not verifiable here · 6 expired or superseded · 7 unreachable or not writable · 70 our bug

          """)
    }
  }

  @Test func helpOfACommandIsMadeOfItsTable() async {
    let result = await run("verify", "--help")
    #expect(result.code == .done)
    #expect(
      result.output == """
        usage: evidence verify NAME --trust PATH

        check a bundle

          NAME           whom to greet
          --trust PATH   your trust file (required)

        example:
          evidence verify b.zip --trust t.json

        """)
  }

  @Test func helpOfANounListsItsVerbs() async {
    let result = await run("trust", "--help")
    #expect(result.output.contains("trust add"))
    #expect(!result.output.contains("verify  "))
  }

  @Test func foldedNounTakesOneLineOfTheToolsPageAndHasItsOwn() async {
    let tool = Tool(
      name: "evidence", version: "0.1.0", summary: "check evidence bundles, offline",
      commands: sample.commands, folded: ["trust": "whose keys you believe"])
    let (page, own) = (MemorySink(), MemorySink())
    _ = await tool.run(["--help"], console: Console(output: page, errors: MemorySink()))
    _ = await tool.run(["trust", "--help"], console: Console(output: own, errors: MemorySink()))
    #expect(page.text.contains("  verify   check a bundle\n  trust    add, show: whose keys you believe\n"))
    #expect(page.text.contains("`evidence trust --help` lists the commands of `trust`"))
    #expect(own.text.contains("  trust add    pin a site\n  trust show   print the pins\n"))
    #expect(!own.text.contains("whose keys you believe"))
  }

  @Test func versionIsOneLine() async {
    #expect(await run("--version") == (.done, "evidence 0.1.0\n", ""))
  }

  @Test(
    "a line that names no command is a usage error with a way on",
    arguments: [
      ([], "evidence: no command given\n  hint: add --help"),
      (["verfy"], "evidence: there is no command \"verfy\"\n  hint: did you mean verify?"),
      (["trust"], "evidence: \"trust\" needs a verb\n  hint: one of: trust add, trust show"),
      (["trust", "ad"], "evidence: there is no command \"trust ad\"\n  hint: did you mean trust add?"),
      (["--versoin"], "evidence: there is no option --versoin\n  hint: did you mean --version?"),
    ])
  func unknownCommandIsAUsageError(arguments: [String], message: String) async {
    let (output, errors) = (MemorySink(), MemorySink())
    let code = await sample.run(arguments, console: Console(output: output, errors: errors))
    #expect(code == .usage)
    #expect(output.text == "")
    #expect(errors.text.hasPrefix(message))
  }

  @Test func fullDiskOnStandardOutputIsNeverSuccess() async {
    let errors = MemorySink()
    let console = Console(output: MemorySink(failingWith: 28), errors: errors)  // ENOSPC
    #expect(await sample.run(["--version"], console: console) == .unreachable)
    #expect(errors.text == "evidence: standard output can't be written: no space left on device\n")
  }

  @Test func readerThatStopsEarlyIsNoError() async {
    let errors = MemorySink()
    let console = Console(output: MemorySink(failingWith: 32), errors: errors)  // EPIPE
    #expect(await sample.run(["--version"], console: console) == .done)
    #expect(errors.text == "")
  }

  @Test func soundTableHasNoFaults() {
    #expect(sample.faults == [])
  }

  @Test func everyMistakeInATableIsFound() {
    let many = Parameter.text("MANY", "m").repeated()
    let maybe = Parameter.text("MAYBE", "m").optional()
    let help = Parameter.flag("--help", "h")
    let tool = Tool(
      name: "t", version: "1", summary: "s",
      commands: [
        Command("a", "s", [trust, trust], example: "a --trust t") { _, _ in .done },
        Command("a", "s", [help], example: "a") { _, _ in .done },
        Command("b", "s", [many, name], example: "c") { _, _ in .done },
        Command("d", "s", [maybe, name], example: "d") { _, _ in .done },
      ])
    #expect(
      tool.faults == [
        "two commands are called a", "a declares --trust twice", "a declares --help, which every command has",
        "b has an operand after one that takes all", "b has a required operand after an optional one",
        "b has another command's example",
        "d has a required operand after an optional one", "d refuses its own example: NAME is missing",
      ])
  }

  @Test func exitCodesAreTheDocumentedOnes() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 70])
  }
}
