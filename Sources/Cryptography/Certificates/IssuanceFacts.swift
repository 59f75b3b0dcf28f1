internal import COpenSSL
internal import Glibc

/// What only matters when a certificate is issued or taken in; admission reads none of it.
struct IssuanceFacts {
  /// The serial number in lower-case hexadecimal, without leading zero bytes.
  let serial: String
  /// Whether the subject has no parts.
  let isSubjectEmpty: Bool
  /// Every extension by its NID, and whether it is critical; an unknown one stands under `NID_undef`.
  let extensions: [Int32: Bool]
  /// Whether the only key usage is signing certificates.
  let isOnlyForIssuing: Bool
  /// The path length of an authority.
  let pathLength: Int?
  /// The DNS names and the addresses of the subject alternative name, in order.
  let serverNames: [String]
  /// The hosts of permitted URIs; empty when a constraint of another kind is there too.
  let permittedHosts: [String]
}

extension Certificate {
  func issuanceFacts() throws(CryptographyError) -> IssuanceFacts {
    var all: [Int32: Bool] = [:]
    for index in 0..<withUnsafeHandle({ X509_get_ext_count($0) }) {
      let one = withUnsafeHandle { X509_get_ext($0, index) }
      let identifier = OBJ_obj2nid(X509_EXTENSION_get_object(one))
      guard all.updateValue(X509_EXTENSION_get_critical(one) == 1, forKey: identifier) == nil else {
        throw .certificateMalformed("an extension is malformed or occurs twice")
      }
    }
    let usage = all[NID_key_usage] == nil ? 0 : withUnsafeHandle { X509_get_key_usage($0) }
    let length = withUnsafeHandle { X509_get_pathlen($0) }
    return IssuanceFacts(
      serial: serial,
      isSubjectEmpty: withUnsafeHandle { X509_NAME_entry_count(X509_get_subject_name($0)) == 0 },
      extensions: all,
      isOnlyForIssuing: usage == UInt32(KU_KEY_CERT_SIGN),
      // "X509_get_pathlen() ... -1 if there is no path length constraint".
      pathLength: length < 0 ? nil : length,
      serverNames: try serverNames(),
      permittedHosts: try permittedHosts())
  }

  private func decodedExtension(_ identifier: Int32) throws(CryptographyError) -> UnsafeMutableRawPointer? {
    var critical: Int32 = 0
    let value = withUnsafeHandle { X509_get_ext_d2i($0, identifier, &critical, nil) }
    guard value != nil || critical == -1 else {
      throw .certificateMalformed("an extension is malformed or occurs twice")
    }
    return value
  }

  private func serverNames() throws(CryptographyError) -> [String] {
    guard let value = try decodedExtension(NID_subject_alt_name) else { return [] }
    let stack = OpaquePointer(value)
    defer { GENERAL_NAMES_free(stack) }
    var names: [String] = []
    for index in 0..<COpenSSL_sk_GENERAL_NAME_num(stack) {
      let name = COpenSSL_sk_GENERAL_NAME_value(stack, index)
      if let dns = COpenSSL_GENERAL_NAME_dns(name) {
        names.append(try plainText(dns))
      } else if let address = COpenSSL_GENERAL_NAME_ip(name) {
        names.append(try addressText(address))
      } else {
        // A URI is counted elsewhere; any other kind must not look like no name at all.
        names.append("")
      }
    }
    return names
  }

  private func permittedHosts() throws(CryptographyError) -> [String] {
    guard let value = try decodedExtension(NID_name_constraints) else { return [] }
    let constraints = value.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
    defer { NAME_CONSTRAINTS_free(constraints) }
    let permitted = constraints.pointee.permittedSubtrees
    guard COpenSSL_sk_GENERAL_SUBTREE_num(constraints.pointee.excludedSubtrees) == 0 else { return [] }
    var hosts: [String] = []
    for index in 0..<COpenSSL_sk_GENERAL_SUBTREE_num(permitted) {
      guard let base = COpenSSL_GENERAL_SUBTREE_base(permitted, index),
        let uri = COpenSSL_GENERAL_NAME_uri(base)
      else { return [] }
      hosts.append(try plainText(uri))
    }
    return hosts
  }
}

private func plainText(_ string: UnsafePointer<ASN1_STRING>) throws(CryptographyError) -> String {
  let bytes = UnsafeBufferPointer(
    start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
  guard bytes.count <= 255, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
    throw .certificateMalformed("a name holds a character that names do not have")
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func addressText(_ string: UnsafePointer<ASN1_STRING>) throws(CryptographyError) -> String {
  let length = ASN1_STRING_length(string)
  guard length == 4 || length == 16 else { throw .certificateMalformed("an address is malformed") }
  var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
  guard
    inet_ntop(
      length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(string), &text, socklen_t(text.count)) != nil
  else { throw .certificateMalformed("an address is malformed") }
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
