/// Collects the fields of one request head as HPACK brings them, and judges the whole.
///
/// nghttp2 has checked the syntax of each field, the pseudo fields' presence and order, and that
/// `content-length` is a number that occurs once (RFC 9113, section 8). What is left is what this product
/// allows less of.
struct HeadBuilder {
  private var method = ""
  private var target: RequestTarget?
  private var isHTTPS = false
  private var authority: String?
  private var fields: [HTTPField] = []
  private var contentLength: Int?
  private var listBytes = 0
  private var fieldCount = 0
  /// The status of the answer, when the head is refused.
  private(set) var refusal: Int?

  /// What a field did.
  enum Outcome { case goOn, giveUp }

  /// Adds a field.
  ///
  /// Over the limits nothing more is kept and the answer will be 431; four times over, the connection is not
  /// worth the decoding, because HPACK makes a byte of input into kilobytes of fields.
  mutating func add(
    name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, limits: ServerLimits
  ) -> Outcome {
    fieldCount += 1
    // "the uncompressed size … plus an overhead of 32 octets for each field" (RFC 9113, section 6.5.2).
    listBytes += name.count + value.count + 32
    guard fieldCount <= limits.maximumFieldCount, listBytes <= limits.maximumHeadBytes else {
      refusal = 431
      let isFarOver =
        fieldCount > 4 * limits.maximumFieldCount || listBytes > 4 * limits.maximumHeadBytes
      return isFarOver ? .giveUp : .goOn
    }
    guard refusal == nil else { return .goOn }
    if name.first == 0x3A {
      addPseudoField(name: name, value: value, limits: limits)
    } else {
      addField(name: name, value: value)
    }
    return .goOn
  }

  private mutating func addPseudoField(
    name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, limits: ServerLimits
  ) {
    switch String(decoding: name, as: UTF8.self) {
    case ":method": method = String(decoding: value, as: UTF8.self)
    case ":path":
      target = RequestTarget(parsing: value, limit: limits.maximumTargetBytes)
      if target == nil { refusal = value.count > limits.maximumTargetBytes ? 414 : 400 }
    case ":scheme": isHTTPS = value.elementsEqual("https".utf8)
    case ":authority": authority = text(value)
    default: refusal = 400
    }
  }

  private mutating func addField(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
    let name = String(decoding: name, as: UTF8.self)
    guard let value = text(value) else {
      refusal = 400
      return
    }
    switch name {
    case "host":
      // A second name for what `:authority` says is allowed only as an echo of it.
      guard authority == nil || authority == value else {
        refusal = 400
        return
      }
      authority = value
      return
    case "content-length": contentLength = Int(value)
    case "cookie":
      // "If there are multiple Cookie header fields … these MUST be concatenated" (RFC 9113, section 8.2.3).
      if let index = fields.firstIndex(where: { $0.name == name }) {
        fields[index] = HTTPField(name: name, value: fields[index].value + "; " + value)
        return
      }
    default: break
    }
    // Of two fields with one name, one reader takes the first and another the last.
    guard !fields.contains(where: { $0.name == name }) else {
      refusal = 400
      return
    }
    fields.append(HTTPField(name: name, value: value))
  }

  /// A value of visible ASCII, spaces and tabs; nil for the bytes beyond, which have no agreed meaning.
  private func text(_ value: UnsafeBufferPointer<UInt8>) -> String? {
    guard value.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  /// The head; nil when it is refused, and `refusal` then says how.
  mutating func finish() -> RequestHead? {
    if refusal == nil, !isHTTPS || authority == nil || authority == "" { refusal = 400 }
    guard refusal == nil, let target else {
      // CONNECT has no path, and is no method of ours.
      refusal = refusal ?? 400
      return nil
    }
    return RequestHead(
      method: method, path: target.path, query: target.query, fields: fields, contentLength: contentLength)
  }
}
