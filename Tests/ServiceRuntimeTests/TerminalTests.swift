import Glibc
import ServiceRuntime
import Testing

private let screen = Terminal(isInteractive: true, isStyled: true, width: 40)

@Suite struct VisibleTextTests {
  @Test(
    "what could move the cursor, reorder or hide is written out",
    arguments: [
      ("plain", "plain"), ("\u{1B}[2Jx", "\\u{1b}[2Jx"), ("a\nb\r\tc", "a\\u{a}b\\u{d}\\u{9}c"),
      ("\u{9B}31m", "\\u{9b}31m"), ("a\u{202E}b", "a\\u{202e}b"), ("a\u{200B}b", "a\\u{200b}b"),
      ("\u{FEFF}a", "\\u{feff}a"), ("a\u{2028}b", "a\\u{2028}b"), ("\u{7F}", "\\u{7f}"),
      ("\u{E0041}", "\\u{e0041}"), ("\u{E000}", "\\u{e000}"), ("Zürich 病院 é", "Zürich 病院 é"),
    ])
  func untrustedTextIsVisible(text: String, expected: String) {
    #expect(visible(text) == expected)
  }

  @Test func escapeSequencesFromOutsideNeverReachTheTerminal() {
    let output = MemorySink()
    let console = Console(output: output, errors: output, outputTerminal: screen, errorTerminal: screen)
    let hostile = "\u{1B}]0;owned\u{7}"
    console.print("\(hostile, .red) \(hostile)")
    console.note(StyledText(hostile))
    _ = console.flush()
    #expect(
      output.text == """
        \u{1B}[31m\\u{1b}]0;owned\\u{7}\u{1B}[0m \\u{1b}]0;owned\\u{7}
        \\u{1b}]0;owned\\u{7}

        """)
  }
}

@Suite struct TableTests {
  @Test func columnsAreAlignedAndNoLineEndsWithASpace() {
    var table = Table([("site", .left), ("rows", .right), ("verdict", .left)])
    table.add(["north", "12,000", "\("pass", .green)"])
    table.add(["north-east", "7"])
    table.add(["a\nb", "1", "fail", "dropped"])
    #expect(
      table.lines.map(\.plain) == [
        "site          rows  verdict",
        "north       12,000  pass",
        "north-east       7",
        "a\\u{a}b          1  fail",
      ])
  }

  @Test func stylesDoNotMoveColumns() {
    var table = Table([("a", .left), ("b", .left)])
    table.add(["\("x", .bold)", "y"])
    let output = MemorySink()
    let console = Console(output: output, errors: output, outputTerminal: screen)
    console.print(table)
    _ = console.flush()
    #expect(output.text == "\u{1B}[2ma\u{1B}[0m  \u{1B}[2mb\u{1B}[0m\n\u{1B}[1mx\u{1B}[0m  y\n")
  }
}

@Suite struct ConsoleTests {
  @Test func noStyleGoesIntoAPipe() {
    let output = MemorySink()
    let console = Console(output: output, errors: output)
    console.print("\("pass", .green)")
    _ = console.flush()
    #expect(output.text == "pass\n")
  }

  @Test func resultsAndNotesKeepTheirOrder() {
    let both = MemorySink()
    let console = Console(output: both, errors: both)
    console.print("first")
    console.note("second")
    console.print("third")
    _ = console.flush()
    #expect(both.text == "first\nsecond\nthird\n")
  }

  @Test func bytesPassUnchanged() {
    let output = MemorySink()
    let console = Console(output: output, errors: output)
    console.write(Array("{\"a\":\"\\u001b\"}".utf8))
    _ = console.flush()
    #expect(output.text == "{\"a\":\"\\u001b\"}")
  }

  @Test func kernelsFullDeviceIsReported() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let console = Console(output: DescriptorSink(descriptor), errors: MemorySink())
    console.print("lost")
    #expect(console.flush() == ENOSPC)
  }
}

@Suite struct ProgressTests {
  @Test func nothingIsShownInAPipe() async throws {
    let errors = MemorySink()
    let progress = Progress("reading", total: 3, on: Console(output: MemorySink(), errors: errors))
    try await Task.sleep(for: .milliseconds(120))
    progress.advance(by: 3)
    progress.finish()
    #expect(errors.text == "")
  }

  @Test func aPersonSeesOneLineThatIsRemovedAgain() async throws {
    let errors = MemorySink()
    let console = Console(output: MemorySink(), errors: errors, errorTerminal: screen)
    let progress = Progress("reading", total: 3, on: console)
    progress.advance()
    #expect(errors.text == "")
    try await Task.sleep(for: .milliseconds(120))
    progress.advance(by: 2)
    #expect(errors.text.hasPrefix("reading  3 of 3 (100 %)"))
    console.note("done")
    progress.finish()
    #expect(errors.text.hasSuffix("\r\u{1B}[Kdone\n"))
  }

  // The line itself is checked by hand: 1,234 in 2 s are 617 a second; 8,766 more take 14.2 s.
  @Test(
    "rate and remaining time follow from what is done",
    arguments: [
      (1234, 10_000, Duration.seconds(2), "x  1,234 of 10,000 (12 %), 617/s, 15 s left"),
      (0, 10, .seconds(5), "x  0 of 10 (0 %)"),
      (10, 10, .seconds(1), "x  10 of 10 (100 %), 10/s"),
      (1, 100, .seconds(10), "x  1 of 100 (1 %), 6/min, 16 min left"),
      (5, 0, .seconds(1), "x  5 of 0, 300/min"),
      (1234, nil, .seconds(2), "x  1,234, 617/s"), (0, nil, .seconds(2), "x  0"),
    ] as [(Int, Int?, Duration, String)])
  func lineIsArithmetic(done: Int, total: Int?, elapsed: Duration, expected: String) {
    #expect(progressLine("x", done: done, total: total, elapsed: elapsed) == expected)
  }
}

@Suite struct WallClockTests {
  @Test func fixedClockStandsStillAndTheSystemsIsPlausible() {
    #expect(FixedClock(1_795_478_400).now() == 1_795_478_400)
    // 2026-01-01 to 2100-01-01.
    #expect((1_767_225_600..<4_102_444_800).contains(SystemClock().now()))
  }
}
