import ServiceRuntime
import Testing

@Suite struct LoggerTests {
  private let sink = MemorySink()
  // 2026-11-26T08:00:00Z
  private let clock = FixedClock(1_795_680_000)

  private func logger(
    _ minimum: LogLevel = .info, format: LogFormat = .text, hasPriority: Bool = false
  ) -> Logger {
    Logger(minimum: minimum, format: format, hasPriority: hasPriority, sink: sink, clock: clock)
  }

  @Test func lineIsMessageThenValues() {
    logger().info("round opened", [("study", "sepsis-1"), ("round", 3), ("late", false)])
    #expect(sink.text == "2026-11-26T08:00:00Z info round opened study=sepsis-1 round=3 late=false\n")
  }

  @Test func lowerLevelsAreLeftOut() {
    logger(.warning).info("a")
    logger(.warning).debug("b")
    #expect(sink.text == "")
    logger(.warning).warning("c")
    logger(.warning).error("d")
    #expect(sink.text == "2026-11-26T08:00:00Z warning c\n2026-11-26T08:00:00Z error d\n")
  }

  @Test func priorityStandsFirst() {
    logger(.debug, hasPriority: true).error("disk is full")
    logger(.debug, hasPriority: true).debug("x")
    #expect(sink.text == "<3>2026-11-26T08:00:00Z error disk is full\n<7>2026-11-26T08:00:00Z debug x\n")
  }

  @Test(
    "what could start a new line or field is quoted",
    arguments: [
      ("a.b_c:/d@e-1", "a.b_c:/d@e-1"), ("", "\"\""), ("a b", "\"a b\""), ("a=b", "\"a=b\""),
      ("a\nb=c", "\"a\\nb=c\""), ("\"", "\"\\\"\""), ("\\", "\"\\\\\""), ("\u{1b}[2J", "\"\\u{1b}[2J\""),
      ("ü", "\"ü\""), ("\u{202e}x", "\"\\u{202e}x\""), ("\r", "\"\\u{d}\""),
    ])
  func valueIsQuoted(text: String, expected: String) {
    logger().info("x", [("v", .text(text))])
    #expect(sink.text == "2026-11-26T08:00:00Z info x v=\(expected)\n")
  }

  @Test func longValueIsCutAndSaysSo() {
    logger().info("x", [("v", .text(String(repeating: "a", count: 500)))])
    #expect(sink.text.utf8.count == "2026-11-26T08:00:00Z info x v=\n".utf8.count + 500)
    let other = MemorySink()
    Logger(sink: other, clock: clock).info("x", [("v", .text(String(repeating: "ü", count: 300)))])
    #expect(other.text.hasSuffix("ü…\"\n") && other.text.utf8.count < 600)
  }

  @Test func jsonIsOneObjectALine() {
    logger(format: .json).info(
      "round opened",
      [("b", .text("x\ny")), ("a", 1), ("big", .number(.max)), ("took", .duration(.milliseconds(1500)))])
    #expect(
      sink.text
        == #"{"event":"round opened","level":"info","time":"2026-11-26T08:00:00Z","values":"#
        + #"{"a":1,"b":"x\\u{a}y","big":"9223372036854775807","took":1500}}"# + "\n")
  }

  @Test func durationsAreMilliseconds() {
    logger().info("x", [("took", .duration(.microseconds(1_234_567)))])
    #expect(sink.text.hasSuffix(" took=1234ms\n"))
  }

  @Test func timeOutsideTheCalendarIsStillWritten() {
    Logger(sink: sink, clock: FixedClock(.max)).info("x")
    #expect(sink.text == "9223372036854775807 info x\n")
  }
}
