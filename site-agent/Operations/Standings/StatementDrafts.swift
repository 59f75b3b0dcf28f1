import Attestations
import CanonicalJSON
import Cryptography
import PhaseGrants

/// A consent before the store gives it its number.
struct ConsentDraft: Sendable {
  let addressee: Addressee
  let protocolDigest: Digest
  let phase: ConsentPhase
  let person: String
  let reason: String
  /// Not later than the coordinator's clock.
  let signedAt: UTCTime
  let decidedAt: UTCTime
  let identity: SigningIdentity

  var study: String { addressee.study }

  func consent(sequence: Int) -> SiteConsent {
    SiteConsent(
      tenant: addressee.tenant, site: addressee.site, study: addressee.study, protocolDigest: protocolDigest,
      phase: phase, by: person.clipped(200), reason: reason.clipped(500), sequence: sequence,
      signedAt: signedAt)
  }
}

/// An acknowledgement before the store gives it its number.
struct AcknowledgementDraft: Sendable {
  let addressee: Addressee
  let about: Acknowledgement.About
  let word: WordRecord
  let receivedAt: UTCTime
  let effectiveAt: UTCTime
  var person: String?
  var reason: String?
  let signedAt: UTCTime
  let identity: SigningIdentity

  var study: String { addressee.study }

  /// A text that no statement can hold does not keep the coordinator from hearing that the model is off.
  func sign(sequence: Int) throws(SigningIdentityError) -> [UInt8] {
    do { return try statement(sequence: sequence, named: true).sign(with: identity) } catch {
      guard case .statement = error else { throw error }
      return try statement(sequence: sequence, named: false).sign(with: identity)
    }
  }

  private func statement(sequence: Int, named isNamed: Bool) -> Acknowledgement {
    Acknowledgement(
      tenant: addressee.tenant, site: addressee.site, study: addressee.study,
      protocolDigest: word.evaluationProtocol, about: about, statement: word.digest,
      wordSequence: word.sequence, drill: word.isDrill && (about == .grant || about == .stopOrder),
      receivedAt: receivedAt, effectiveAt: effectiveAt, by: isNamed ? person?.clipped(200) : nil,
      reason: isNamed ? reason?.clipped(500) : nil, sequence: sequence, signedAt: signedAt)
  }
}

extension String {
  /// At most so many characters, as the formats count them; none is no text.
  fileprivate func clipped(_ count: Int) -> String {
    guard unicodeScalars.count > count else { return isEmpty ? "not given" : self }
    var clipped = ""
    clipped.unicodeScalars.append(contentsOf: unicodeScalars.prefix(count))
    return clipped
  }
}
