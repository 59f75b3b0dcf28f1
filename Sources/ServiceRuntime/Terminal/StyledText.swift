/// How a piece of text looks on a terminal. Without a terminal all of them look the same, so a style
/// never carries meaning that the words don't.
package enum TextStyle: String, Sendable {
  case plain = ""
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
}

/// One line in pieces with a style each. Pieces are made visible when they come in, so text from outside
/// can't smuggle an escape sequence into a terminal.
///
///     console.print("\(site, .bold)  \(verdict)")
package struct StyledText: Sendable, Equatable, ExpressibleByStringInterpolation {
  private var pieces: [Piece]

  fileprivate struct Piece: Sendable, Equatable {
    let text: String
    let style: TextStyle
  }

  /// One piece.
  package init(_ text: String, _ style: TextStyle = .plain) {
    pieces = [Piece(text: visible(text), style: style)]
  }

  package init(stringLiteral value: String) { self.init(value) }

  package init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  /// The text without styles, as it goes into a pipe.
  package var plain: String { pieces.map(\.text).joined() }

  /// Columns on a terminal, counting every character as one; wide scripts will be a little off.
  package var width: Int { pieces.reduce(0) { $0 + $1.text.count } }

  /// Two texts, one after the other.
  package static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum.pieces += right.pieces
    return sum
  }

  func rendered(styled: Bool) -> String {
    guard styled else { return plain }
    return pieces.map { piece in
      piece.style == .plain ? piece.text : "\u{1B}[\(piece.style.rawValue)m\(piece.text)\u{1B}[0m"
    }.joined()
  }

  /// Collects the pieces of an interpolated literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { append(literal, .plain) }

    /// A value with a style.
    package mutating func appendInterpolation(_ value: some CustomStringConvertible, _ style: TextStyle) {
      append(value.description, style)
    }

    /// A value as it stands.
    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      append(value.description, .plain)
    }

    /// A text that has its own styles.
    package mutating func appendInterpolation(_ text: StyledText) { pieces += text.pieces }

    private mutating func append(_ text: String, _ style: TextStyle) {
      pieces.append(Piece(text: visible(text), style: style))
    }
  }
}
