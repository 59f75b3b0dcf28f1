internal import COpenSSL
internal import Glibc

/// Seconds since 1970 of an ASN.1 time.
func seconds(_ time: UnsafePointer<ASN1_TIME>?) throws(CryptographyError) -> Int64 {
  var parts = tm()
  guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else {
    throw .certificateMalformed("a time is malformed")
  }
  return Int64(timegm(&parts))
}

/// The URIs of the subject alternative name, and whether it names anything else.
func alternativeNames(
  of certificate: OpaquePointer
) throws(CryptographyError) -> (uris: [String], hasOthers: Bool) {
  guard let names = try extensionValue(NID_subject_alt_name, of: certificate) else { return ([], false) }
  let stack = OpaquePointer(names)
  defer { GENERAL_NAMES_free(stack) }
  var uris: [String] = []
  var hasOthers = false
  for index in 0..<COpenSSL_sk_GENERAL_NAME_num(stack) {
    guard let uri = COpenSSL_GENERAL_NAME_uri(COpenSSL_sk_GENERAL_NAME_value(stack, index)) else {
      hasOthers = true
      continue
    }
    let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(uri), count: Int(ASN1_STRING_length(uri)))
    // A NUL inside a name would end it early for every reader that uses C strings.
    guard bytes.count <= 2048, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .certificateMalformed("a URI name holds a character that URIs do not have")
    }
    uris.append(String(decoding: bytes, as: UTF8.self))
  }
  return (uris, hasOthers)
}

/// The object identifiers of the extended key usage, dotted.
func extendedKeyUsages(of certificate: OpaquePointer) throws(CryptographyError) -> [String] {
  guard let usages = try extensionValue(NID_ext_key_usage, of: certificate) else { return [] }
  let stack = OpaquePointer(usages)
  defer { EXTENDED_KEY_USAGE_free(stack) }
  return (0..<COpenSSL_sk_ASN1_OBJECT_num(stack)).map { index in
    var text = [CChar](repeating: 0, count: 128)
    let length = OBJ_obj2txt(&text, Int32(text.count), COpenSSL_sk_ASN1_OBJECT_value(stack, index), 1)
    let shown = text.prefix(max(0, min(Int(length), text.count - 1)))
    return String(decoding: shown.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The decoded value of an extension that may be absent.
///
/// "If an extension is not found, crit is set to -1; if it occurs more than once, to -2" (X509V3_get_d2i).
private func extensionValue(
  _ identifier: Int32, of certificate: OpaquePointer
) throws(CryptographyError) -> UnsafeMutableRawPointer? {
  var critical: Int32 = 0
  let value = X509_get_ext_d2i(certificate, identifier, &critical, nil)
  guard value != nil || critical == -1 else {
    throw .certificateMalformed("an extension is malformed or occurs twice")
  }
  return value
}
