/// Why a cryptographic operation was refused or failed. No case carries a key or a signed value.
package enum CryptographyError: Error, Equatable {
  /// A call of libcrypto failed; every reason of its error queue, oldest first.
  case library(operation: String, reasons: [String])
  /// Not `sha256:` and 64 lower-case hexadecimal digits.
  case digestMalformed
  /// Not standard, padded base64 on one line.
  case base64Malformed
  /// Not one PEM block with this label in the form that the tools write.
  case pemMalformed(label: String)
  /// Not a PKCS#8 private key, or one whose halves do not belong together.
  case privateKeyMalformed
  /// A key other than an uncompressed point on the named curve P-256.
  case keyUnsupported
  /// A signature whose bytes break a rule of its encoding.
  case signatureMalformed(SignatureDefect)
  /// A well-formed signature that is not one of this message by this key.
  case signatureInvalid
  /// Bytes that are not one DER certificate of the signing profile.
  case certificateMalformed(String)
  /// A certificate of the wire that breaks a rule of its profile.
  case profile(CertificateProfile.Kind, String)
  /// Bytes that are not one certificate request by the holder of a P-256 key.
  case requestMalformed(String)
  /// An encrypted key file that does not open with this passphrase.
  case passphraseWrong
}

/// The rule of DER ECDSA signatures that was broken.
package enum SignatureDefect: String, Sendable {
  /// Nothing at all.
  case empty = "it is empty"
  /// Sixty-four bytes, the two integers side by side.
  case raw = "it is raw r||s instead of DER"
  /// Not a sequence of two integers in the shortest encoding.
  case notMinimalDER = "it is not minimal DER"
  /// An integer that is zero, negative or not below the order of the curve.
  case outOfRange = "r or s is outside 1 to n-1"
  /// The larger of the two valid values of s.
  case highS = "s is in the upper half of its range"
}

extension CryptographyError: CustomStringConvertible {
  /// What happened, without any secret or signed value.
  package var description: String {
    switch self {
    case .library(let operation, let reasons):
      "\(operation) failed in libcrypto: "
        + (reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; "))
    case .digestMalformed: "not a sha256 digest"
    case .base64Malformed: "not standard padded base64"
    case .pemMalformed(let label): "not one PEM block labelled \(label)"
    case .privateKeyMalformed: "not a PKCS#8 private key"
    case .keyUnsupported: "not a P-256 key with the named curve and an uncompressed point"
    case .signatureMalformed(let defect): "malformed signature: \(defect.rawValue)"
    case .signatureInvalid: "the signature does not verify"
    case .certificateMalformed(let problem): "not a certificate of the signing profile: \(problem)"
    case .profile(let kind, let problem): "not a certificate for \(kind.rawValue): \(problem)"
    case .requestMalformed(let problem): "not a certificate request: \(problem)"
    case .passphraseWrong: "the key file does not open with this passphrase"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .library: "check the OpenSSL installation and its configuration"
    case .digestMalformed: "write sha256: and 64 lower-case hexadecimal digits"
    case .base64Malformed: "write base64 with + and /, with padding, without line breaks"
    case .pemMalformed(let label):
      "give one file with exactly one \(label) block, 64 characters a line, line ends LF"
    case .privateKeyMalformed: "restore the key file from its backup or make a new key"
    case .keyUnsupported: "make a key with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
    case .signatureMalformed: "sign again with a tool that writes DER with a low s"
    case .signatureInvalid: "ask the signer for the file again; do not use this one"
    case .certificateMalformed: "ask the signer for the certificate file as the tool wrote it"
    case .profile: "issue the certificate with the tool, for the request that was made for it"
    case .requestMalformed: "make the request again with the tool, or with openssl req and a P-256 key"
    case .passphraseWrong: "give the file with the passphrase that was used when the key was made"
    }
  }
}
