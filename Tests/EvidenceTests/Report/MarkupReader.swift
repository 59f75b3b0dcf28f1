/// A page as tags and text: enough of HTML to hold the page to its promises, and strict.
struct MarkupReader {
  struct Tag {
    let name: String
    let attributes: [String: String]
    /// Names of the elements around it, the outermost first.
    let path: [String]
  }

  private(set) var tags: [Tag] = []
  /// Text with its entities as written, in order.
  private(set) var texts: [String] = []
  /// What is not well formed, if anything.
  private(set) var problems: [String] = []

  private static let withoutEnd: Set<String> = ["meta"]

  init(_ page: String) {
    let doctype = "<!DOCTYPE html>"
    var open: [String] = []
    var rest = Array(page.utf8)[...]
    if rest.starts(with: doctype.utf8) {
      rest = rest.dropFirst(doctype.utf8.count)
    } else {
      problems.append("no doctype")
    }
    while !rest.isEmpty {
      if open.last == "style" {
        rest = rest.place(of: "</style>").map { rest[$0.lowerBound...] } ?? []
      }
      guard rest.first == UInt8(ascii: "<") else {
        let text = rest.prefix { $0 != UInt8(ascii: "<") }
        rest = rest[text.endIndex...]
        if text.contains(UInt8(ascii: ">")) { problems.append("a bare > in text") }
        if text.contains(where: { $0 > 0x20 }) { texts.append(String(decoding: text, as: UTF8.self)) }
        continue
      }
      let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: ">") }
      rest = rest[inside.endIndex...].dropFirst()
      let words = String(decoding: inside, as: UTF8.self)
      if words.hasPrefix("/") {
        if open.popLast() != String(words.dropFirst()) { problems.append("unexpected <\(words)>") }
      } else {
        let tag = tag(words[...], path: open)
        tags.append(tag)
        if !MarkupReader.withoutEnd.contains(tag.name) { open.append(tag.name) }
      }
    }
    if !open.isEmpty { problems.append("never closed: \(open)") }
  }

  private mutating func tag(_ inside: Substring, path: [String]) -> Tag {
    let name = inside.prefix { $0 != " " }
    var attributes: [String: String] = [:]
    var rest = inside.dropFirst(name.count)
    while rest.first == " " {
      rest = rest.dropFirst()
      let key = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(key.count)
      guard rest.hasPrefix("=\"") else {
        problems.append("attribute \(key) of <\(name)> has no quoted value")
        return Tag(name: String(name), attributes: attributes, path: path)
      }
      rest = rest.dropFirst(2)
      let value = rest.prefix { $0 != "\"" }
      rest = rest.dropFirst(value.count + 1)
      if attributes.updateValue(String(value), forKey: String(key)) != nil {
        problems.append("<\(name)> has \(key) twice")
      }
    }
    if !rest.isEmpty { problems.append("<\(name)> ends in \(rest)") }
    return Tag(name: String(name), attributes: attributes, path: path)
  }
}
