/// One PEM block in the form that OpenSSL writes: 64 characters a line, LF, nothing before or after.
///
/// - Source: RFC 7468, section 3, strict grammar.
enum PEM {
  static func encode(_ der: [UInt8], label: String) -> [UInt8] {
    var text = Array("-----BEGIN \(label)-----\n".utf8)
    let letters = Array(Base64.encode(der).utf8)
    for start in stride(from: 0, to: letters.count, by: 64) {
      text += letters[start..<min(start + 64, letters.count)] + [0x0A]
    }
    return text + Array("-----END \(label)-----\n".utf8)
  }

  /// The bytes inside; any text that `encode` would not write is refused.
  static func decode(_ bytes: [UInt8], label: String) throws(CryptographyError) -> [UInt8] {
    let header = Array("-----BEGIN \(label)-----\n".utf8)
    let footer = Array("-----END \(label)-----\n".utf8)
    guard bytes.count > header.count + footer.count, bytes.count <= 65_536, bytes.starts(with: header) else {
      throw .pemMalformed(label: label)
    }
    let body = bytes.dropFirst(header.count).dropLast(footer.count).filter { $0 != 0x0A }
    guard let der = try? Base64.decode(String(decoding: body, as: UTF8.self)),
      encode(der, label: label) == bytes
    else { throw .pemMalformed(label: label) }
    return der
  }
}
