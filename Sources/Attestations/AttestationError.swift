package import CanonicalJSON
package import Cryptography

/// Why a signed statement was refused: one case for each way to tamper with one.
package enum AttestationError: Error, Equatable {
  /// The file or its payload is not canonical JSON.
  case notCanonical(part: String, JSONError)
  /// The file is JSON of another shape.
  case malformed(DocumentError)
  /// The media type is not that of a Sigstore bundle v0.3.
  case mediaType
  /// The bundle signs a message digest instead of a statement.
  case messageSignature
  /// The bundle carries a chain of certificates, or a bare key, instead of one leaf.
  case certificateChain
  /// The payload type is not in-toto's.
  case payloadType
  /// A field is not standard padded base64.
  case base64(field: String)
  /// No signature, or more than one.
  case signatureCount(Int)
  /// The signature is malformed or does not verify.
  case signature(CryptographyError)
  /// The leaf certificate cannot be used.
  case certificate(CryptographyError)
  /// The chain does not hold at the time of signing.
  case chain(ChainError)
  /// The root's key is not the pinned one.
  case rootNotPinned(expected: Digest, found: Digest)
  /// The leaf certifies the root's own key.
  case leafKeyIsRootKey
  /// The certificate's names are not exactly one role.
  case unknownRole
  /// The certificate names another role than its place requires.
  case role(expected: SignerRole, found: SignerRole)
  /// The role may not make statements of this type.
  case roleMayNotSign(SignerRole, PredicateType)
  /// The statement's `_type` is not in-toto's Statement v1.
  case statementType
  /// The statement is of another type than its place requires.
  case predicateType(expected: PredicateType, found: PredicateType)
  /// The statement's type is none that is known.
  case unknownPredicateType
  /// A subject's name is not a plain relative path.
  case subjectName
  /// Subjects are missing, repeated or not in the order of their names.
  case subjectOrder
  /// A subject's digest is not exactly one lower-case SHA-256.
  case subjectDigest(name: String)
  /// The statement does not speak of a file that it has to.
  case subjectMissing(name: String)
  /// The statement speaks of a file that is not there.
  case subjectUnexpected(name: String)
  /// A file's digest is not the one that was signed.
  case subjectDiffers(name: String)
}

extension AttestationError {
  /// The stable name of the rule, as the vectors and `protocols/attestations.md` use it.
  package var rule: String {
    switch self {
    case .notCanonical: "notCanonical"
    case .malformed: "malformed"
    case .mediaType: "mediaType"
    case .messageSignature: "messageSignature"
    case .certificateChain: "certificateChain"
    case .payloadType: "payloadType"
    case .base64: "base64"
    case .signatureCount: "signatureCount"
    case .signature: "signature"
    case .certificate: "certificate"
    case .chain: "chain"
    case .rootNotPinned: "rootNotPinned"
    case .leafKeyIsRootKey: "leafKeyIsRootKey"
    case .unknownRole: "unknownRole"
    case .role: "role"
    case .roleMayNotSign: "roleMayNotSign"
    case .statementType: "statementType"
    case .predicateType: "predicateType"
    case .unknownPredicateType: "unknownPredicateType"
    case .subjectName: "subjectName"
    case .subjectOrder: "subjectOrder"
    case .subjectDigest: "subjectDigest"
    case .subjectMissing: "subjectMissing"
    case .subjectUnexpected: "subjectUnexpected"
    case .subjectDiffers: "subjectDiffers"
    }
  }
}

extension AttestationError: CustomStringConvertible {
  /// The rule that was broken.
  package var description: String {
    switch self {
    case .notCanonical(let part, let error): "the \(part) is not canonical JSON: \(error)"
    case .malformed(let error): "the statement's file has another shape: \(error)"
    case .mediaType: "the media type is not that of a Sigstore bundle v0.3"
    case .messageSignature: "the bundle signs a bare digest instead of a statement"
    case .certificateChain: "the bundle must carry one leaf certificate and nothing else"
    case .payloadType: "the payload type is not application/vnd.in-toto+json"
    case .base64(let field): "\(field) is not standard padded base64"
    case .signatureCount(let count): "there are \(count) signatures instead of one"
    case .signature(let error): error.description
    case .certificate(let error): "leaf certificate: \(error)"
    case .chain(let error): error.description
    case .rootNotPinned(let expected, let found):
      "the root's key is \(found), the pinned one is \(expected)"
    case .leafKeyIsRootKey: "the leaf certificate certifies the root's own key"
    case .unknownRole: "the certificate does not name exactly one known role"
    case .role(let expected, let found): "the certificate is for \(found.uri), not \(expected.uri)"
    case .roleMayNotSign(let role, let type): "\(role.uri) may not sign \(type.rawValue)"
    case .statementType: "the statement is not an in-toto Statement v1"
    case .predicateType(let expected, let found):
      "the statement is \(found.rawValue) where \(expected.rawValue) belongs"
    case .unknownPredicateType: "the statement has an unknown predicate type"
    case .subjectName: "a subject's name is not a plain relative path"
    case .subjectOrder: "subjects must be one or more, sorted by name, each once"
    case .subjectDigest(let name): "the digest of subject \(name) is not exactly one lower-case sha256"
    case .subjectMissing(let name): "the statement does not list \(name)"
    case .subjectUnexpected(let name): "the statement lists \(name), which is not there"
    case .subjectDiffers(let name): "\(name) is not the file that was signed"
    }
  }

  /// What the reader of the message can do.
  package var remedy: String {
    switch self {
    case .notCanonical(_, let error): error.remedy
    case .malformed(let error): error.remedy
    case .signature(let error), .certificate(let error): error.remedy
    case .chain(let error): error.remedy
    case .rootNotPinned:
      "ask the signer for its fingerprint by another way than the file came; none found beside it counts"
    case .role, .roleMayNotSign, .unknownRole, .leafKeyIsRootKey: "ask who made these keys, and for whom"
    case .predicateType, .unknownPredicateType, .subjectMissing, .subjectUnexpected, .subjectOrder:
      "ask for the complete evidence again; files were exchanged, added or left out"
    case .subjectDiffers:
      "ask for the file that was signed; this one was changed or belongs to another statement"
    case .mediaType, .messageSignature, .certificateChain, .payloadType, .base64, .signatureCount,
      .statementType, .subjectName, .subjectDigest:
      "sign with the tool, or as protocols/attestations.md describes"
    }
  }
}

extension AttestationError {
  /// Whether the root certificate is at fault, and not what was signed under it.
  package var isAboutRoot: Bool {
    switch self {
    case .rootNotPinned, .chain(.rootNotAuthority), .chain(.rootChanged): true
    default: false
    }
  }
}
