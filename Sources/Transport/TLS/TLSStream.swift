internal import COpenSSL
internal import Cryptography

/// One TLS connection on a non-blocking socket. Belongs to its connection and to the loop's thread.
final class TLSStream {
  /// How far a handshake or a write came.
  enum Progress {
    case done(Int)
    case wantsRead
    case wantsWrite
    case failed
  }

  /// What a read brought.
  enum Input {
    case bytes(Int)
    case wouldBlock
    /// The peer has gone, in order or not, or broke the protocol.
    case closed
  }

  private let handle: OpaquePointer  // <SSL>
  private let keyUpdates: UnsafeMutablePointer<Int>
  /// A connection of the product lives for hours, a key for some 16 million records.
  private static let mostKeyUpdates = 32

  init(takingOwnershipOf handle: OpaquePointer, descriptor: Int32) throws(TransportError) {
    self.handle = handle
    keyUpdates = .allocate(capacity: 1)
    keyUpdates.initialize(to: 0)
    let counter = UnsafeMutableRawPointer(keyUpdates)
    try succeedingTLS("TLS connection") {
      SSL_set_fd(handle, descriptor) == 1 && SSL_set_ex_data(handle, 0, counter) == 1
    }
    SSL_set_accept_state(handle)
  }

  deinit {
    SSL_free(handle)
    keyUpdates.deallocate()
  }

  /// Goes on with the handshake.
  func handshake() -> Progress {
    ERR_clear_error()
    let result = SSL_do_handshake(handle)
    return result == 1 ? .done(0) : progress(of: result)
  }

  /// Reads what is there, at most one record.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Input {
    while true {
      let before = keyUpdates.pointee
      ERR_clear_error()
      let count = SSL_read(handle, buffer.baseAddress, Int32(clamping: buffer.count))
      if count > 0 { return .bytes(Int(count)) }
      switch progress(of: count) {
      case .wantsRead, .wantsWrite:
        // Either there is nothing, or libssl came back after a record without content.
        guard keyUpdates.pointee != before else { return .wouldBlock }
        guard keyUpdates.pointee <= Self.mostKeyUpdates else { return .closed }
      case .done, .failed: return .closed
      }
    }
  }

  /// Whether libssl holds bytes that the socket would not tell of any more.
  var hasBufferedBytes: Bool { SSL_has_pending(handle) == 1 }

  /// Writes at most one record.
  func write(_ bytes: UnsafeRawBufferPointer) -> Progress {
    ERR_clear_error()
    let count = SSL_write(handle, bytes.baseAddress, Int32(clamping: bytes.count))
    return count > 0 ? .done(Int(count)) : progress(of: count)
  }

  /// Tells the peer that nothing more will be sent, as far as the socket takes it.
  func sendCloseNotify() {
    ERR_clear_error()
    _ = SSL_shutdown(handle)
    ERR_clear_error()
  }

  /// Whether the peer chose h2. The hello callback has refused those without an offer already.
  var hasChosenHTTP2: Bool {
    var name: UnsafePointer<UInt8>?
    var length: UInt32 = 0
    SSL_get0_alpn_selected(handle, &name, &length)
    guard let name else { return false }
    return length == 2 && name[0] == 0x68 && name[1] == 0x32
  }

  /// The peer's certificate and the anchor at the end of its chain; nil unless both are beyond doubt.
  func verifiedPeer(under anchors: [[UInt8]: Digest]) -> VerifiedPeer? {
    ERR_clear_error()
    defer { drainTLSErrors() }
    guard SSL_get_verify_result(handle) == Int(X509_V_OK), SSL_session_reused(handle) == 0,
      let chain = SSL_get0_verified_chain(handle)
    else { return nil }
    let count = COpenSSL_sk_X509_num(chain)
    guard count >= 2, let leaf = COpenSSL_sk_X509_value(chain, 0),
      let anchor = COpenSSL_sk_X509_value(chain, count - 1),
      let anchorBytes = encoding(of: anchor),
      let anchorKey = anchors[anchorBytes], let serial = serialNumber(of: leaf),
      let certificate = try? Certificate(sharing: leaf)
    else { return nil }
    return VerifiedPeer(leaf: certificate, anchorKeyDigest: anchorKey, serial: serial)
  }

  private func progress(of result: Int32) -> Progress {
    switch SSL_get_error(handle, result) {
    case SSL_ERROR_WANT_READ: return .wantsRead
    case SSL_ERROR_WANT_WRITE: return .wantsWrite
    default:
      ERR_clear_error()
      return .failed
    }
  }
}

/// A certificate in DER.
private func encoding(of certificate: OpaquePointer) -> [UInt8]? {
  let length = i2d_X509(certificate, nil)
  guard length > 0 else { return nil }
  return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
    // `i2d_` moves the pointer it is given, hence a copy.
    var cursor = buffer.baseAddress
    count = Int(max(0, i2d_X509(certificate, &cursor)))
  }
}

/// The serial number's bytes in lower-case hexadecimal digits.
private func serialNumber(of certificate: OpaquePointer) -> String? {
  guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return nil }
  defer { BN_free(number) }
  guard BN_is_negative(number) == 0, BN_is_zero(number) == 0, BN_num_bits(number) <= 160 else { return nil }
  var bytes = [UInt8](repeating: 0, count: 20)
  let count = bytes.withUnsafeMutableBufferPointer { BN_bn2bin(number, $0.baseAddress) }
  let digits = Array("0123456789abcdef".utf8)
  let text = bytes.prefix(Int(max(0, count))).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  return String(decoding: text, as: UTF8.self)
}
