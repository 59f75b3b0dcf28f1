/// The address of a server or a proxy: a scheme, a host and a port, and nothing that could be a second
/// reading of it.
struct PeerAddress: Sendable, Equatable {
  /// A name, an IPv4 address, or an IPv6 address in brackets.
  let host: String
  /// 1 to 65535.
  let port: Int
  /// The text, normalised: scheme, host, port.
  let text: String

  /// Reads `scheme://host[:port]`, with an optional `/` at the end.
  init(_ given: String, scheme: String, defaultPort: Int?) throws(ClientError) {
    let refusal = ClientError.addressInvalid("\"\(printable(given, limit: 100))\"")
    guard given.hasPrefix(scheme + "://"), given.utf8.count <= 300 else { throw refusal }
    var rest = given.dropFirst(scheme.count + 3)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    let hostEnd: String.Index
    if rest.hasPrefix("[") {
      guard let close = rest.firstIndex(of: "]") else { throw refusal }
      let inner = rest[rest.index(after: rest.startIndex)..<close].utf8
      guard !inner.isEmpty, inner.allSatisfy({ Self.isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }) else {
        throw refusal
      }
      hostEnd = rest.index(after: close)
    } else {
      hostEnd = rest.firstIndex(of: ":") ?? rest.endIndex
      let name = rest[..<hostEnd].utf8
      guard let first = name.first, first != 0x2D, name.allSatisfy(Self.isNameByte) else { throw refusal }
    }
    host = String(rest[..<hostEnd])
    let portText = rest[hostEnd...]
    if portText.isEmpty {
      guard let defaultPort else { throw refusal }
      port = defaultPort
    } else {
      let digits = portText.dropFirst()
      guard portText.first == ":", (1...5).contains(digits.utf8.count),
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        (1...65_535).contains(number)
      else { throw refusal }
      port = number
    }
    text = "\(scheme)://\(host):\(port)"
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}

/// Text of a peer or a library, fit for a message: one line of printable ASCII, bounded.
func printable(_ text: String, limit: Int = 200) -> String {
  String(
    decoding: text.utf8.prefix(limit).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
}
