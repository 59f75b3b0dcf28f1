/// One value of a log line.
package enum LogValue: Sendable, Equatable {
  /// Text, which may come from outside: it is escaped and cut.
  case text(String)
  /// A whole number.
  case number(Int)
  /// `true` or `false`.
  case flag(Bool)
  /// Written in milliseconds, with `ms`.
  case duration(Duration)

  /// Bytes of a text that are logged; the rest is cut, and the cut is marked.
  static let maximumBytes = 500

  /// The value without quotes, bounded.
  var plain: String {
    switch self {
    case .text(let text):
      guard text.utf8.count > Self.maximumBytes else { return text }
      // Decoding mends a character that was cut in two.
      return String(decoding: text.utf8.prefix(Self.maximumBytes), as: UTF8.self) + "…"
    case .number(let number): return String(number)
    case .flag(let flag): return flag ? "true" : "false"
    case .duration(let duration): return "\(wholeMilliseconds(duration))ms"
    }
  }

  /// The value as it stands after `key=`: quoted unless it is one plain word.
  var logfmt: String {
    let plain = plain
    let isWord = !plain.isEmpty && plain.utf8.allSatisfy(Self.isWordByte)
    if isWord { return plain }
    var escaped = ""
    for character in plain.unicodeScalars {
      switch character {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return "\"\(visible(escaped))\""
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "._:/@-".utf8.contains(byte)
    }
  }
}

extension LogValue: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByStringLiteral {
  /// A number.
  package init(integerLiteral value: Int) { self = .number(value) }
  /// A flag.
  package init(booleanLiteral value: Bool) { self = .flag(value) }
  /// A text.
  package init(stringLiteral value: String) { self = .text(value) }
}

/// Whole milliseconds, as many as an `Int64` holds.
func wholeMilliseconds(_ duration: Duration) -> Int64 {
  let (seconds, attoseconds) = duration.components
  let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
  if overflow { return seconds < 0 ? .min : .max }
  let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
  return sumOverflow ? (seconds < 0 ? .min : .max) : sum
}
