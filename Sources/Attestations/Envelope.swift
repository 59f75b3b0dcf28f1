internal import CanonicalJSON
internal import Cryptography

/// The DSSE envelope in its Sigstore bundle, as a file: payload, signature and leaf certificate, none of
/// which has been checked.
///
/// - Source: DSSE v1.0.2, `protocol.md`; Sigstore bundle v0.3; narrowed in `protocols/attestations.md`.
struct Envelope: Equatable, Sendable {
  let payload: [UInt8]
  let signature: [UInt8]
  let leaf: Certificate

  static let payloadType = "application/vnd.in-toto+json"
  static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

  /// What is signed: the type together with the payload, each with its length, so that no bytes have two
  /// readings.
  ///
  /// - Source: DSSE v1.0.2, "Signature Definition", PAE.
  static func preAuthenticationEncoding(of payload: [UInt8]) -> [UInt8] {
    Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
  }

  func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "dsseEnvelope": [
        "payload": .string(Base64.encode(payload)),
        "payloadType": .string(Self.payloadType),
        "signatures": [["sig": .string(Base64.encode(signature))]],
      ],
      "mediaType": .string(Self.mediaType),
      "verificationMaterial": ["certificate": ["rawBytes": .string(Base64.encode(leaf.der))]],
    ])
  }

  static func parse(_ bytes: [UInt8]) throws(AttestationError) -> Envelope {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .attestation) } catch {
      throw .notCanonical(part: "file", error)
    }
    guard case .object(let object) = value else {
      throw .malformed(DocumentField(value).error("not an object", remedy: "give a signed statement"))
    }
    guard object["mediaType"] == .string(mediaType) else { throw .mediaType }
    // Told apart first, because "unknown key" would not say what is wrong.
    if object["messageSignature"] != nil { throw .messageSignature }
    if case .object(let material) = object["verificationMaterial"],
      material["x509CertificateChain"] != nil || material["publicKey"] != nil
    {
      throw .certificateChain
    }
    return try readingDocument { () throws(DocumentError) in try Fields(DocumentField(value)) }.envelope()
  }
}

private struct Fields {
  private let payload: String
  private let payloadType: String
  private let signatures: [String]
  private let certificate: String

  private static let longest = 1 << 20

  init(_ field: DocumentField) throws(DocumentError) {
    var root = try field.object()
    _ = try root.required("mediaType")
    var envelope = try root.required("dsseEnvelope").object()
    payload = try envelope.required("payload").string(maximum: Self.longest, minimum: 0)
    payloadType = try envelope.required("payloadType").string(minimum: 0)
    var signatures: [String] = []
    for signatureField in try envelope.required("signatures").array(maximum: 100) {
      var signature = try signatureField.object()
      signatures.append(try signature.required("sig").string(maximum: 10_000, minimum: 0))
      try signature.finish()
    }
    self.signatures = signatures
    try envelope.finish()
    var material = try root.required("verificationMaterial").object()
    var leaf = try material.required("certificate").object()
    certificate = try leaf.required("rawBytes").string(maximum: 65_536, minimum: 0)
    try leaf.finish()
    try material.finish()
    try root.finish()
  }

  func envelope() throws(AttestationError) -> Envelope {
    guard payloadType.hasSameBytes(as: Envelope.payloadType) else { throw .payloadType }
    guard signatures.count == 1 else { throw .signatureCount(signatures.count) }
    let der = try decode(certificate, "rawBytes")
    let leaf: Certificate
    do { leaf = try Certificate(der: der) } catch { throw .certificate(error) }
    return Envelope(
      payload: try decode(payload, "payload"), signature: try decode(signatures[0], "sig"), leaf: leaf)
  }

  private func decode(_ text: String, _ field: String) throws(AttestationError) -> [UInt8] {
    do { return try Base64.decode(text) } catch { throw .base64(field: field) }
  }
}
