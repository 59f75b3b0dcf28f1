/// One request to the client's server.
package struct ClientRequest: Sendable, Equatable {
  /// `GET`, `HEAD`, `POST`, `PUT` or `DELETE`.
  package let method: String
  /// Starts with `/`; only unreserved characters, `/` and percent escapes.
  package let path: String
  /// The query without its `?`, escaped.
  package let query: String?
  /// The content; nil for none.
  package let body: [UInt8]?
  /// The media type of the content.
  package let contentType: String?
  /// How long everything together may take, from the first packet.
  package let timeout: Duration
  /// How much of a content is taken before the answer is refused.
  package let maximumResponseBytes: Int
  /// Bytes a second that must move in one direction, over 5 seconds; nil where waiting is the purpose.
  package let expectedMinimumRate: Int?

  /// A request; what is wrong with it is said when it is sent.
  package init(
    method: String, path: String, query: String? = nil, body: [UInt8]? = nil, contentType: String? = nil,
    timeout: Duration = .seconds(30), maximumResponseBytes: Int = 1 << 20, expectedMinimumRate: Int? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.contentType = contentType
    self.timeout = timeout
    self.maximumResponseBytes = maximumResponseBytes
    self.expectedMinimumRate = expectedMinimumRate
  }

  /// Whether doing it twice is the same as doing it once (RFC 9110, section 9.2.2), so that it may be sent
  /// again when a connection dies under it.
  var isIdempotent: Bool { method != "POST" }

  /// Refuses what would change the meaning of a header or the address.
  func validate() throws(ClientError) {
    guard ["GET", "HEAD", "POST", "PUT", "DELETE"].contains(method) else {
      throw .requestInvalid("method is none of GET, HEAD, POST, PUT, DELETE")
    }
    guard path.utf8.first == 0x2F, path.utf8.allSatisfy({ Self.isTargetByte($0) && $0 != 0x3F }) else {
      throw .requestInvalid("path does not start with / or holds a character that must be escaped")
    }
    // RFC 3986, section 5.2.4: libcurl would resolve dot segments before it sends them.
    guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
      throw .requestInvalid("path holds a dot segment")
    }
    guard (query ?? "").utf8.allSatisfy(Self.isTargetByte) else {
      throw .requestInvalid("query holds a character that must be escaped")
    }
    guard path.utf8.count + (query?.utf8.count ?? 0) < 8192 else {
      throw .requestInvalid("target is longer than 8 KiB")
    }
    let type = contentType ?? "application/octet-stream"
    guard type.utf8.count <= 200, !type.isEmpty, type.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .requestInvalid("content type is not a line of text")
    }
    guard body == nil || (method != "GET" && method != "HEAD") else {
      throw .requestInvalid("\(method) has no content")
    }
    guard timeout > .zero, maximumResponseBytes >= 0, (expectedMinimumRate ?? 1) > 0 else {
      throw .requestInvalid("a limit is not positive")
    }
  }

  /// RFC 3986, section 3.3 and 3.4: `pchar`, `/` and `?`.
  private static func isTargetByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: true
    default: "-._~%!$&'()*+,;=:@/?".utf8.contains(byte)
    }
  }
}

/// What the server answered: any status, also 4xx and 5xx.
package struct ClientResponse: Sendable {
  /// 200 to 599.
  package let status: Int
  /// Fields in their order, names in lower case; at most 100 and 64 KiB.
  package let fields: [(name: String, value: String)]
  /// The content, at most what the request allowed.
  package let body: [UInt8]

  /// An answer, also one a test makes up.
  package init(status: Int, fields: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// The value of the only field with a name in lower case; nil when it is absent or stands more than once.
  package func value(of name: String) -> String? {
    let values = fields.filter { $0.name == name }
    return values.count == 1 ? values[0].value : nil
  }

  /// `Retry-After` in seconds, the only form our servers send; nil for anything else.
  package var retryAfter: Duration? {
    guard let text = value(of: "retry-after"), (1...9).contains(text.utf8.count) else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text) else { return nil }
    return .seconds(seconds)
  }
}
