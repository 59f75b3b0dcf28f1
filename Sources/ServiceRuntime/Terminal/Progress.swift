import Synchronization

/// One line on standard error that says how far a long command is. Silent unless a person is looking.
package final class Progress: Sendable {
  private let console: Console
  private let label: String
  private let total: Int?
  private let start: ContinuousClock.Instant
  private let state: Mutex<State>

  private struct State {
    var done = 0
    var shown: ContinuousClock.Instant
  }

  /// Progress over `total` pieces of work, called `label`; nil where nobody knows how many there are.
  package init(_ label: String, total: Int?, on console: Console) {
    self.console = console
    self.label = label
    self.total = total
    start = .now
    state = Mutex(State(shown: start))
  }

  /// Says that `count` more pieces are done. Cheap enough for every row: it shows at most ten times a second.
  package func advance(by count: Int = 1) {
    guard console.errorTerminal.isInteractive else { return }
    let line: String? = state.withLock { state in
      state.done = state.done.addingReportingOverflow(count).partialValue
      let now = ContinuousClock.now
      guard now - state.shown >= .milliseconds(100) else { return nil }
      state.shown = now
      return progressLine(label, done: state.done, total: total, elapsed: now - start)
    }
    if let line { console.showProgress(line) }
  }

  /// Removes the line.
  package func finish() { console.showProgress(nil) }
}

/// The line itself, such as `checking signatures  1,234 of 10,000 (12 %), 5,600/s, 2 s left`.
package func progressLine(_ label: String, done: Int, total: Int?, elapsed: Duration) -> String {
  let seconds = elapsed / .seconds(1)
  var line = "\(label)  \(grouped(done))"
  if let total { line += " of \(grouped(total))" }
  if let total, total > 0 { line += " (\(Int(min(100, Double(done) / Double(total) * 100))) %)" }
  guard seconds > 0, done > 0 else { return line }
  let rate = Double(done) / seconds
  line += rate < 10 ? ", \(Int(rate * 60))/min" : ", \(grouped(Int(min(rate, 1e15))))/s"
  guard let total else { return line }
  let left = Double(max(0, total - done)) / rate
  if total > done, left < 1e9 { line += ", \(remaining(Int(left.rounded(.up)))) left" }
  return line
}

private func remaining(_ seconds: Int) -> String {
  switch seconds {
  case ..<120: "\(seconds) s"
  case ..<7200: "\(seconds / 60) min"
  default: "\(seconds / 3600) h"
  }
}

/// Thousands separated by commas.
private func grouped(_ value: Int) -> String {
  var digits = String(value.magnitude)[...]
  var groups: [Substring] = []
  while digits.count > 3 {
    groups.insert(digits.suffix(3), at: 0)
    digits = digits.dropLast(3)
  }
  return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}
