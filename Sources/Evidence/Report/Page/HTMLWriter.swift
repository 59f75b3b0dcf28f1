/// Writes HTML whose tags balance and whose text is escaped, both by construction.
///
/// Names of tags and attributes are `StaticString`, so only text that stands in this program can be markup;
/// everything that comes from a record goes through `text` or an attribute's value.
struct HTMLWriter {
  /// UTF-8, so far.
  private(set) var bytes: [UInt8] = []

  typealias Attributes = KeyValuePairs<StaticString, String>

  /// An element with content.
  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: (inout HTMLWriter) -> Void
  ) {
    openTag(name, attributes)
    content(&self)
    append("</")
    append(name)
    append(">")
  }

  /// An element that holds only text.
  mutating func element(_ name: StaticString, _ attributes: Attributes, _ text: String) {
    element(name, attributes) { $0.text(text) }
  }

  /// An element without attributes that holds only text.
  mutating func element(_ name: StaticString, _ text: String) {
    element(name, [:]) { $0.text(text) }
  }

  /// An element that has no end tag in HTML: `meta`, `br`.
  mutating func void(_ name: StaticString, _ attributes: Attributes = [:]) {
    openTag(name, attributes)
  }

  /// Text, escaped.
  mutating func text(_ text: String) {
    // Nearly all text is of letters that stand for themselves.
    if text.utf8.allSatisfy(HTMLWriter.standsForItself) {
      bytes.append(contentsOf: text.utf8)
    } else {
      for scalar in text.unicodeScalars { escape(scalar) }
    }
  }

  /// Markup that stands in this program.
  mutating func literal(_ markup: StaticString) { append(markup) }

  /// What another writer holds.
  mutating func append(_ other: HTMLWriter) { bytes += other.bytes }

  /// A line break between blocks, so that the source can be read and compared line by line.
  mutating func newline() { bytes.append(0x0A) }

  private static func standsForItself(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x26, 0x27, 0x3C, 0x3E: false
    default: (0x20...0x7E).contains(byte)
    }
  }

  private mutating func openTag(_ name: StaticString, _ attributes: Attributes) {
    append("<")
    append(name)
    for (key, value) in attributes {
      append(" ")
      append(key)
      append("=\"")
      text(value)
      append("\"")
    }
    append(">")
  }

  private mutating func append(_ markup: StaticString) {
    markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "&": append("&amp;")
    case "<": append("&lt;")
    case ">": append("&gt;")
    case "\"": append("&quot;")
    case "'": append("&#39;")
    case "\n", "\t": append(" ")
    default:
      // Our documents cannot hold these; the page does not depend on that.
      let shown = scalar.reordersOrHides ? "\u{FFFD}" : scalar
      bytes.append(contentsOf: shown.utf8)
    }
  }
}

extension Unicode.Scalar {
  /// Controls, and what turns the reading direction or takes no space: ways to make text look like another.
  fileprivate var reordersOrHides: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
    default: false
    }
  }
}
