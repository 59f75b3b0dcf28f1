import Glibc

extension Console {
  /// Asks a person for one line, where a person is there to answer.
  ///
  /// - Returns: the line without its end, or nil when standard input or standard error is not a terminal, or ended.
  package func ask(_ question: StyledText) -> String? {
    guard isatty(STDIN_FILENO) == 1, errorTerminal.isInteractive else { return nil }
    note(question)
    return readLine(strippingNewline: true)
  }
}
