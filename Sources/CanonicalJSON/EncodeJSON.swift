/// The canonical bytes of a value: no whitespace, members in the byte order of their keys, the shortest
/// escapes, no trailing newline.
///
/// A value built in code may break a rule of the profile (a control character, an integer beyond 2^53−1);
/// it is still written, by the rules of RFC 8785, and then refused by `parseCanonicalJSON`. Whoever signs
/// parses first.
///
/// - Source: RFC 8785, section 3.2.
package func encodeCanonicalJSON(_ value: JSONValue) -> [UInt8] {
  var bytes: [UInt8] = []
  append(value, to: &bytes)
  return bytes
}

private func append(_ value: JSONValue, to bytes: inout [UInt8]) {
  switch value {
  case .object(let object):
    bytes.append(0x7B)
    for (index, member) in object.members.enumerated() {
      if index > 0 { bytes.append(0x2C) }
      append(member.key, to: &bytes)
      bytes.append(0x3A)
      append(member.value, to: &bytes)
    }
    bytes.append(0x7D)
  case .array(let elements):
    bytes.append(0x5B)
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(0x2C) }
      append(element, to: &bytes)
    }
    bytes.append(0x5D)
  case .string(let text): append(text, to: &bytes)
  case .integer(let number): bytes.append(contentsOf: String(number).utf8)
  case .boolean(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }
}

private func append(_ text: String, to bytes: inout [UInt8]) {
  var text = text
  bytes.append(0x22)
  text.withUTF8 { utf8 in
    if utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
      bytes.append(contentsOf: utf8)
    } else {
      appendEscaped(utf8, to: &bytes)
    }
  }
  bytes.append(0x22)
}

private func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
  for byte in text {
    switch byte {
    case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
    case 0x08: bytes.append(contentsOf: [0x5C, 0x62])
    case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
    case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
    case 0x0C: bytes.append(contentsOf: [0x5C, 0x66])
    case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    default: bytes.append(byte)
    }
  }
}
