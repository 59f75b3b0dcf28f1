/// One Swift file as the checks see it.
struct SourceFile: Sendable {
  /// The path from the repository's root.
  let path: String
  let text: String

  /// The lines as written.
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The lines with comments and the insides of string literals blanked out, so that a rule about code
  /// is not broken by a sentence about code.
  var code: [Substring] { blanked.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The modules it imports, without access levels and attributes.
  var imports: [String] {
    code.compactMap { line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let keyword = words.firstIndex(of: "import"),
        words[..<keyword].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
      else { return nil }
      var rest = words[(keyword + 1)...]
      // `import struct Module.Name` and friends.
      if let kind = rest.first, importKinds.contains(kind) { rest = rest.dropFirst() }
      return rest.first?.split(separator: ".").first.map(String.init)
    }
  }

  private var blanked: String {
    var scanner = LiteralScanner(text: Array(text.unicodeScalars))
    return scanner.run()
  }
}

private let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
private let importKinds: Set<Substring> = [
  "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
]

/// Blanks comments and string literals. Enough of Swift's lexer for our own sources: nested block
/// comments, raw and multi-line strings; what an interpolation contains is blanked with its string.
private struct LiteralScanner {
  let text: [Unicode.Scalar]
  private var position = 0
  private var result = String.UnicodeScalarView()

  init(text: [Unicode.Scalar]) { self.text = text }

  mutating func run() -> String {
    while position < text.count {
      if starts(with: "//") {
        while position < text.count, text[position] != "\n" { blank() }
      } else if starts(with: "/*") {
        blockComment()
      } else if let hashes = hashesBeforeQuote() {
        string(hashes: hashes)
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return String(result)
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        blank(2)
      } else if starts(with: "*/") {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && position < text.count
  }

  private mutating func string(hashes: Int) {
    blank(hashes)
    let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
    blank(quote.count)
    let end = quote + String(repeating: "#", count: hashes)
    let escape = "\\" + String(repeating: "#", count: hashes)
    while position < text.count, !starts(with: end) {
      // A string of one line ends with it, so that a slip of this scanner can't swallow a file.
      if quote == "\"", text[position] == "\n" { return }
      if starts(with: escape + "(") {
        blank(hashes + 2)
        interpolation()
      } else {
        blank(starts(with: escape) ? hashes + 2 : 1)
      }
    }
    blank(end.count)
  }

  /// Up to the parenthesis that closes the interpolation; strings inside it are strings.
  private mutating func interpolation() {
    var depth = 1
    while depth > 0, position < text.count {
      if let hashes = hashesBeforeQuote() {
        string(hashes: hashes)
        continue
      }
      if text[position] == "(" { depth += 1 }
      if text[position] == ")" { depth -= 1 }
      blank()
    }
  }

  private func hashesBeforeQuote() -> Int? {
    var index = position
    while index < text.count, text[index] == "#" { index += 1 }
    return index < text.count && text[index] == "\"" ? index - position : nil
  }

  private func starts(with word: String) -> Bool {
    text[position...].starts(with: word.unicodeScalars)
  }

  private mutating func blank(_ count: Int = 1) {
    for _ in 0..<count where position < text.count {
      result.append(text[position] == "\n" ? "\n" : " ")
      position += 1
    }
  }
}
