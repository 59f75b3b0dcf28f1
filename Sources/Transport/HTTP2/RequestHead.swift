/// The head of a request, after everything that could be read in two ways was refused.
package struct RequestHead: Sendable {
  /// The method, as it was sent.
  package let method: String
  /// The path: begins with "/"; unreserved characters and "/" only; no empty, "." or ".." segment within.
  package let path: String
  /// What follows the "?": unreserved characters, "=" and "&" only; nil without a "?".
  package let query: String?
  /// The other fields in their order, each name once.
  package let fields: [HTTPField]
  /// How long the body says it is; nil when it does not.
  package let contentLength: Int?

  /// The value of the field with this name in lower case.
  package func value(of name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// The path and query of a request.
///
/// The characters are fewer than RFC 3986 allows. Nothing of the product needs the others, and without
/// escapes, empty segments and dots a path has one spelling: the one that routes, logs and access rules see.
struct RequestTarget {
  let path: String
  let query: String?

  /// Nil for anything with another spelling, and for more than `limit` bytes.
  init?(parsing bytes: UnsafeBufferPointer<UInt8>, limit: Int) {
    guard bytes.count <= limit, bytes.first == 0x2F else { return nil }
    let end = bytes.firstIndex(of: 0x3F) ?? bytes.count
    var segment = 1
    for position in 1..<max(end, 1) {
      guard bytes[position] == 0x2F else {
        guard Self.isUnreserved(bytes[position]) else { return nil }
        continue
      }
      guard Self.isPlainSegment(bytes[segment..<position]) else { return nil }
      segment = position + 1
    }
    // An empty last segment is a slash at the end, which is a path of its own.
    guard segment == end || Self.isPlainSegment(bytes[segment..<end]) else { return nil }
    path = String(decoding: bytes[..<end], as: UTF8.self)
    guard end < bytes.count else {
      query = nil
      return
    }
    let rest = bytes[(end + 1)...]
    guard rest.allSatisfy({ Self.isUnreserved($0) || $0 == 0x3D || $0 == 0x26 }) else { return nil }
    query = String(decoding: rest, as: UTF8.self)
  }

  /// Letters, digits, "-", ".", "_" and "~" (RFC 3986, section 2.3).
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
  }

  private static func isPlainSegment(_ segment: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    switch segment.count {
    case 0: false
    case 1: segment.first != 0x2E
    case 2: !(segment.first == 0x2E && segment.last == 0x2E)
    default: true
    }
  }
}
