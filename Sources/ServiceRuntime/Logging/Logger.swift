internal import CanonicalJSON
import Glibc

/// How much a line matters.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
  /// For us.
  case debug
  /// Tells an operator the story of a round.
  case info
  /// Something is not as it should be and mends itself.
  case warning
  /// Someone must act.
  case error

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }

  /// The priority of sd-daemon(3), with which journald files a line.
  var priority: Int {
    switch self {
    case .debug: 7
    case .info: 6
    case .warning: 4
    case .error: 3
    }
  }

  /// Less important before more important.
  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}

/// How lines look.
package enum LogFormat: String, Sendable, CaseIterable {
  /// `2026-11-26T08:00:00Z info round opened study=x round=y`
  case text
  /// One JSON object a line: `event`, `level`, `time`, `values`.
  case json
}

/// Writes one line for each event.
///
/// The message is a literal, so that no data ends up in it; data are values, which are escaped and cut. What
/// is not logged: patient rows, keys, tokens, counts below the minimum cell size.
package struct Logger: Sendable {
  private let minimum: LogLevel
  private let format: LogFormat
  private let hasPriority: Bool
  private let sink: any OutputSink
  private let clock: any WallClock

  /// A logger. `hasPriority` puts sd-daemon's `<6>` before each line of text.
  package init(
    minimum: LogLevel = .info, format: LogFormat = .text, hasPriority: Bool = false, sink: any OutputSink,
    clock: any WallClock
  ) {
    self.minimum = minimum
    self.format = format
    self.hasPriority = hasPriority
    self.sink = sink
    self.clock = clock
  }

  /// The logger of a daemon: standard error, with priorities when journald reads it.
  package static func system(minimum: LogLevel = .info, format: LogFormat = .text) -> Logger {
    Logger(
      minimum: minimum, format: format, hasPriority: getenv("JOURNAL_STREAM") != nil && format == .text,
      sink: DescriptorSink(STDERR_FILENO), clock: SystemClock())
  }

  /// For us.
  package func debug(_ message: StaticString, _ values: [(StaticString, LogValue)] = []) {
    log(.debug, message, values)
  }

  /// Tells an operator the story of a round.
  package func info(_ message: StaticString, _ values: [(StaticString, LogValue)] = []) {
    log(.info, message, values)
  }

  /// Something is not as it should be and mends itself.
  package func warning(_ message: StaticString, _ values: [(StaticString, LogValue)] = []) {
    log(.warning, message, values)
  }

  /// Someone must act.
  package func error(_ message: StaticString, _ values: [(StaticString, LogValue)] = []) {
    log(.error, message, values)
  }

  /// An event at a level that is known only at run time.
  package func log(_ level: LogLevel, _ message: StaticString, _ values: [(StaticString, LogValue)]) {
    guard level >= minimum else { return }
    let seconds = clock.now()
    let time = (try? UTCTime(secondsSinceEpoch: seconds))?.text ?? String(seconds)
    let line =
      switch format {
      case .text: textLine(time, level, message, values)
      case .json: jsonLine(time, level, message, values)
      }
    // Nothing can be said about standard error when standard error fails.
    _ = sink.write(line)
  }

  private func textLine(
    _ time: String, _ level: LogLevel, _ message: StaticString, _ values: [(StaticString, LogValue)]
  ) -> [UInt8] {
    var line = hasPriority ? "<\(level.priority)>" : ""
    line += "\(time) \(level.rawValue) \(message)"
    for (key, value) in values { line += " \(key)=\(value.logfmt)" }
    return Array((line + "\n").utf8)
  }

  private func jsonLine(
    _ time: String, _ level: LogLevel, _ message: StaticString, _ values: [(StaticString, LogValue)]
  ) -> [UInt8] {
    var object = JSONObject()
    for (key, value) in values { object["\(key)"] = json(value) }
    let line: JSONValue = [
      "event": .string("\(message)"), "level": .string(level.rawValue), "time": .string(time),
      "values": .object(object),
    ]
    return encodeCanonicalJSON(line) + [0x0A]
  }

  private func json(_ value: LogValue) -> JSONValue {
    switch value {
    case .flag(let flag): .boolean(flag)
    case .number(let number) where number.magnitude <= UInt(JSONValue.maximumInteger): .integer(Int64(number))
    case .duration(let duration):
      .integer(
        min(max(wholeMilliseconds(duration), -JSONValue.maximumInteger), JSONValue.maximumInteger))
    case .text, .number: .string(visible(value.plain))
    }
  }
}
