/// One header field.
package struct HTTPField: Sendable, Equatable {
  /// The name in lower case, as HTTP/2 has it.
  package let name: String
  /// The value; in a request, visible ASCII, spaces and tabs only.
  package let value: String

  /// A field of a response; its name is written in lower case whatever the caller wrote.
  package init(name: String, value: String) {
    self.name = name.utf8.contains { (0x41...0x5A).contains($0) } ? name.lowercased() : name
    self.value = value
  }
}

/// An answer, complete in memory. The server adds its `content-length`.
package struct HTTPResponse: Sendable {
  /// 200 to 599.
  package var status: Int
  /// Fields without `content-length` and without those that HTTP/2 forbids.
  package var fields: [HTTPField]
  /// The content.
  package var body: [UInt8]

  /// An answer with some fields and some content.
  package init(status: Int, fields: [HTTPField] = [], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }
}
