package import Attestations
package import CanonicalJSON
import EvaluationProtocols

/// Why a sign-off or a delegation does not count.
package enum SignOffRefusal: Error, Equatable {
  case signature(AttestationError)
  case malformed(DocumentError)
  /// It is not about an evidence list and the one page of its gate.
  case subjects
  case otherTenant
  case otherStudy
  /// The state does not wait for this gate.
  case wrongGate(waitsFor: String)
  case protocolDiffers
  /// Neither named by the protocol nor a delegate.
  case unnamedReviewer(String)
  /// The name is the protocol's, the key is not.
  case otherKey(String)
  /// The key is the protocol's, the name, role or organisation is not.
  case otherName(expected: String)
  case notIndependent(String)
  case oneKeyTwoRoles(String)
  case evidenceDiffers
  case pageDiffers
  case wrongTarget
  case meaning
  case time(String)
  case signedBeforeEvidence
  case historyDiffers
  case previousDiffers
  case delegation(String)
  case lifetime
}

extension SignOffRefusal {
  /// The name of the rule, as `protocols/gates.md` uses it.
  package var rule: String {
    switch self {
    case .signature: "signature"
    case .malformed: "malformed"
    case .subjects: "subjects"
    case .otherTenant: "otherTenant"
    case .otherStudy: "otherStudy"
    case .wrongGate: "wrongGate"
    case .protocolDiffers: "protocolDiffers"
    case .unnamedReviewer: "unnamedReviewer"
    case .otherKey: "otherKey"
    case .otherName: "otherName"
    case .notIndependent: "notIndependent"
    case .oneKeyTwoRoles: "oneKeyTwoRoles"
    case .evidenceDiffers: "evidenceDiffers"
    case .pageDiffers: "pageDiffers"
    case .wrongTarget: "wrongTarget"
    case .meaning: "meaning"
    case .time: "time"
    case .signedBeforeEvidence: "signedBeforeEvidence"
    case .historyDiffers: "historyDiffers"
    case .previousDiffers: "previousDiffers"
    case .delegation: "delegation"
    case .lifetime: "lifetime"
    }
  }
}

extension SignOffRefusal: CustomStringConvertible {
  /// Why it does not count.
  package var description: String {
    switch self {
    case .signature(let error): "the signature does not count: \(error)"
    case .malformed(let error): "the statement has another shape: \(error)"
    case .subjects: "the statement is not about an evidence list and the page of its gate"
    case .otherTenant: "it was signed for another tenant"
    case .otherStudy: "it was signed for another study"
    case .wrongGate(let waitsFor): "the study waits for \(waitsFor), and not for the gate that was signed"
    case .protocolDiffers: "it was signed under another version of the protocol"
    case .unnamedReviewer(let person): "the protocol does not name \(person) for this gate"
    case .otherKey(let person): "it was signed with another key than the protocol names for \(person)"
    case .otherName(let expected): "the key is \(expected)'s, and the statement prints somebody else"
    case .notIndependent(let problem): "the signer is not independent: \(problem)"
    case .oneKeyTwoRoles(let role): "this key stands for \(role) at this gate already"
    case .evidenceDiffers: "it was signed about other evidence than the newest"
    case .pageDiffers: "it was signed about another page than the one to be reviewed"
    case .wrongTarget: "it was signed for a restart that leads elsewhere"
    case .meaning: "the meaning of the signature is not the sentence for this gate and decision"
    case .time(let problem): problem
    case .signedBeforeEvidence: "it was signed before the evidence was there"
    case .historyDiffers: "the signer saw another history of the study, or none that has the evidence"
    case .previousDiffers: "it does not name the signer's decision before this one"
    case .delegation(let problem): "the delegation does not cover it: \(problem)"
    case .lifetime: "a delegation lasts at most 90 days, and ends after it starts"
    }
  }

  /// What the reviewer can do.
  package var remedy: String {
    switch self {
    case .signature(let error): error.remedy
    case .malformed(let error): error.remedy
    case .otherTenant, .otherStudy, .wrongGate, .protocolDiffers, .evidenceDiffers, .pageDiffers,
      .historyDiffers, .previousDiffers, .subjects, .wrongTarget:
      "get the newest review package with `coordinator gate review`, read it, and sign that"
    case .unnamedReviewer, .otherKey, .otherName:
      "sign with the key and the name that the protocol has, or let the study lead amend the protocol"
    case .notIndependent, .oneKeyTwoRoles: "let another person sign; a delegation can name one"
    case .meaning, .signedBeforeEvidence, .time: "check the clock, and sign again with `evidence sign-off`"
    case .delegation, .lifetime: "ask the named reviewer for a delegation that covers this gate and today"
    }
  }
}
