internal import COpenSSL

/// What a handshake showed that libcurl does not pass on: the issuer of a certificate that was refused, and
/// the alert the server sent.
///
/// It only looks. The verdict on a chain is OpenSSL's `X509_verify_cert`, as without it.
final class TLSObservations {
  /// The issuer of the server's certificate, when the chain was refused.
  fileprivate(set) var refusedIssuer: String?
  /// OpenSSL's words for why.
  fileprivate(set) var refusal: String?
  /// The last fatal alert the server sent.
  fileprivate(set) var alert: Int32?

  init(alert: Int32? = nil) { self.alert = alert }

  /// Before each request.
  func forget() {
    refusedIssuer = nil
    refusal = nil
    alert = nil
  }

  /// Attaches to a connection that is being made. The observations must outlive the connection.
  func observe(context: OpaquePointer) {  // <SSL_CTX>
    let here = Unmanaged.passUnretained(self).toOpaque()
    // "X509_verify_cert() … returns 1 if a complete chain can be built and validated": the same call
    // OpenSSL makes when no callback is set.
    SSL_CTX_set_cert_verify_callback(
      context,
      { store, context in
        guard let store, let context else { return 0 }
        let verdict = X509_verify_cert(store)
        if verdict <= 0 {
          let observations = Unmanaged<TLSObservations>.fromOpaque(context).takeUnretainedValue()
          observations.recordRefusal(store)
        }
        return verdict
      }, here)
    // Index 0 is the application's (SSL_CTX_set_app_data); libcurl uses its own indices.
    SSL_CTX_set_ex_data(context, 0, here)
    SSL_CTX_set_info_callback(context) { connection, kind, value in
      guard kind & SSL_CB_ALERT != 0, kind & SSL_CB_READ != 0, value >> 8 == SSL3_AL_FATAL,
        let context = SSL_get_SSL_CTX(connection), let data = SSL_CTX_get_ex_data(context, 0)
      else { return }
      Unmanaged<TLSObservations>.fromOpaque(data).takeUnretainedValue().alert = value & 0xFF
    }
  }

  private func recordRefusal(_ store: OpaquePointer) {  // <X509_STORE_CTX>
    if let text = X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(store))) {
      refusal = printable(String(cString: text))
    }
    guard let certificate = X509_STORE_CTX_get0_cert(store),
      let name = X509_get_issuer_name(certificate), let memory = BIO_new(BIO_s_mem())
    else { return }
    defer { BIO_free(memory) }
    // RFC 2253 form with everything outside printable ASCII escaped.
    let escapes = ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB
    let forms = ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN | ASN1_STRFLGS_DUMP_DER
    let flags = UInt(escapes | forms | XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_FN_SN)
    guard X509_NAME_print_ex(memory, name, 0, flags) >= 0 else { return }
    var text = [UInt8](repeating: 0, count: 200)
    let count = BIO_read(memory, &text, Int32(text.count))
    guard count > 0 else { return }
    refusedIssuer = printable(String(decoding: text[..<Int(count)], as: UTF8.self))
  }

  /// RFC 8446, section 6.2: the alerts a server sends when it does not take the client's certificate.
  var clientRefusal: String? {
    switch alert {
    case 42: "bad certificate"
    case 43: "unsupported certificate"
    case 44: "certificate revoked"
    case 45: "certificate expired"
    case 46: "certificate unknown"
    case 48: "unknown authority"
    case 49: "access denied"
    case 116: "certificate required"
    default: nil
    }
  }
}
