internal import CNGHTTP2

/// Writes heads of answers in the form nghttp2 takes. One for a server, so that its storage is used again.
final class ResponseEncoder {
  private var bytes: [UInt8] = []
  private var fields: [(name: Range<Int>, value: Range<Int>)] = []
  private var pairs: [nghttp2_nv] = []

  /// Fields that the server writes itself, and those that have no place in HTTP/2 (RFC 9113, section 8.2.2).
  private static let reserved = [
    "content-length", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te",
    "trailer",
  ]

  /// Lends the head of an answer to `body`. A field that HTTP cannot carry is a mistake of the handler, and
  /// makes the answer a bare 500.
  ///
  /// nghttp2 copies all of it in one allocation, which is less than keeping ours alive until it is sent.
  func withHead<Result>(
    of response: HTTPResponse, _ body: (UnsafeMutableBufferPointer<nghttp2_nv>, _ isValid: Bool) -> Result
  ) -> Result {
    let isValid =
      (200...599).contains(response.status) && response.fields.allSatisfy(Self.isValid)
    start(status: isValid ? response.status : 500)
    if isValid {
      for field in response.fields where !Self.reserved.contains(field.name) {
        append(field.name, field.value)
      }
    }
    // "A server MUST NOT send a Content-Length header field in any response with a status code of … 204."
    if !isValid || (response.status != 204 && response.status != 304) {
      append("content-length", isValid ? String(response.body.count) : "0")
    }
    return bytes.withUnsafeMutableBufferPointer { bytes in
      pairs.removeAll(keepingCapacity: true)
      if let base = bytes.baseAddress {
        for (name, value) in fields {
          pairs.append(
            nghttp2_nv(
              name: base + name.lowerBound, value: base + value.lowerBound, namelen: name.count,
              valuelen: value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
        }
      }
      return pairs.withUnsafeMutableBufferPointer { body($0, isValid) }
    }
  }

  private func start(status: Int) {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    append(":status", String(status))
  }

  private func append(_ name: String, _ value: String) {
    let start = bytes.count
    bytes.append(contentsOf: name.utf8)
    let middle = bytes.count
    bytes.append(contentsOf: value.utf8)
    fields.append((start..<middle, middle..<bytes.count))
  }

  private static func isValid(_ field: HTTPField) -> Bool {
    var (name, value) = (field.name, field.value)
    return name.withUTF8 { $0.first != 0x3A && nghttp2_check_header_name($0.baseAddress, $0.count) == 1 }
      && value.withUTF8 {
        $0.isEmpty || nghttp2_check_header_value_rfc9113($0.baseAddress, $0.count) == 1
      }
  }
}
