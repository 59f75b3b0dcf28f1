import Glibc

/// What is known about one output stream.
package struct Terminal: Sendable, Equatable {
  /// Whether a person is looking.
  package let isInteractive: Bool
  /// Whether styles may be used: a terminal that is not `dumb`, and no `NO_COLOR` in the environment.
  package let isStyled: Bool
  /// Columns; 80 where nobody knows.
  package let width: Int

  /// A stream described by hand, for tests.
  package init(isInteractive: Bool, isStyled: Bool, width: Int) {
    self.isInteractive = isInteractive
    self.isStyled = isStyled
    self.width = width
  }

  /// A pipe or a file.
  package static let none = Terminal(isInteractive: false, isStyled: false, width: 80)

  static func of(_ descriptor: Int32) -> Terminal {
    guard isatty(descriptor) == 1 else { return .none }
    var size = winsize()
    let columns = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
    // https://no-color.org: present and not empty.
    let isStyled = environment("NO_COLOR").isEmpty && environment("TERM") != "dumb"
    return Terminal(isInteractive: true, isStyled: isStyled, width: columns > 0 ? columns : 80)
  }

  private static func environment(_ name: String) -> String {
    getenv(name).map { String(cString: $0) } ?? ""
  }
}
