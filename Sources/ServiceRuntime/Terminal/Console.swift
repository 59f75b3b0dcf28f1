import Glibc
import Synchronization

/// The two output streams of a tool: results on standard output, everything else on standard error.
///
/// Results are buffered and written by `flush`, which `Tool` calls at the end. A reader that goes away
/// early (`| head`) is no error: output stops and the exit code stays what it was. Any other failure to
/// write a result is remembered, and the tool exits with `unreachable` instead of 0.
package final class Console: Sendable {
  private let output: any OutputSink
  private let errors: any OutputSink
  /// What standard output is.
  package let outputTerminal: Terminal
  /// What standard error is.
  package let errorTerminal: Terminal
  private let state = Mutex(State())

  private struct State {
    var pending: [UInt8] = []
    var failure: Int32 = 0
    var hasProgressLine = false
  }

  /// Streams and what they are connected to.
  package init(
    output: any OutputSink, errors: any OutputSink, outputTerminal: Terminal = .none,
    errorTerminal: Terminal = .none
  ) {
    self.output = output
    self.errors = errors
    self.outputTerminal = outputTerminal
    self.errorTerminal = errorTerminal
  }

  /// The streams of this process.
  package static func system() -> Console {
    Console(
      output: DescriptorSink(STDOUT_FILENO), errors: DescriptorSink(STDERR_FILENO),
      outputTerminal: .of(STDOUT_FILENO), errorTerminal: .of(STDERR_FILENO))
  }

  /// Prints one line of a result.
  package func print(_ line: StyledText) {
    write(Array((line.rendered(styled: outputTerminal.isStyled) + "\n").utf8))
  }

  /// Prints a table as a result.
  package func print(_ table: Table) {
    for line in table.lines { print(line) }
  }

  /// Puts bytes on standard output as they are, such as a JSON document.
  package func write(_ bytes: [UInt8]) {
    state.withLock { state in
      state.pending += bytes
      if state.pending.count >= 1 << 16 || outputTerminal.isInteractive { flush(&state) }
    }
  }

  /// Prints one line that is not a result: a warning, a hint, where a file went.
  package func note(_ line: StyledText) {
    state.withLock { state in
      // What was printed before must stand before, when both streams end on one screen.
      flush(&state)
      writeError(line.rendered(styled: errorTerminal.isStyled) + "\n", &state)
    }
  }

  /// Writes what is pending and says what went wrong since the start: 0, or an `errno`.
  package func flush() -> Int32 {
    state.withLock { state in
      flush(&state)
      clearProgress(&state)
      return state.failure
    }
  }

  /// Replaces the progress line; nil removes it. Does nothing unless standard error is a terminal.
  func showProgress(_ line: String?) {
    guard errorTerminal.isInteractive else { return }
    state.withLock { state in
      clearProgress(&state)
      guard let line else { return }
      _ = errors.write(Array(String(visible(line).prefix(max(1, errorTerminal.width - 1))).utf8))
      state.hasProgressLine = true
    }
  }

  private func flush(_ state: inout State) {
    guard !state.pending.isEmpty else { return }
    if state.failure == 0 {
      clearProgress(&state)
      state.failure = output.write(state.pending)
    }
    state.pending.removeAll(keepingCapacity: true)
  }

  private func writeError(_ text: String, _ state: inout State) {
    clearProgress(&state)
    // Nothing can be said about standard error when standard error fails.
    _ = errors.write(Array(text.utf8))
  }

  private func clearProgress(_ state: inout State) {
    guard state.hasProgressLine else { return }
    _ = errors.write(Array("\r\u{1B}[K".utf8))
    state.hasProgressLine = false
  }
}
