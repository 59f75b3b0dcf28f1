package import Attestations
package import CanonicalJSON
import Cryptography
package import EvaluationProtocols

/// Signs that a site takes part under a protocol, at the moment when the site decides it.
///
/// - Returns: the bytes of the attestation, to be kept and handed over with every submission under it.
/// - Throws: `SigningIdentityError` when the identity is not this site's or signing fails.
package func signAcceptance(
  of evaluationProtocol: EvaluationProtocol, site: String, at time: UTCTime, with identity: SigningIdentity
) throws(SigningIdentityError) -> [UInt8] {
  let statement: Statement
  do {
    statement = try Statement(
      subjects: [Subject(name: SubmissionFiles.protocolPath, digest: evaluationProtocol.digest)],
      predicateType: .protocolAcceptance,
      predicate: AcceptancePredicate(
        site: site, protocolDigest: evaluationProtocol.digest,
        rosterDigest: evaluationProtocol.rosterDigest, signedAt: time
      ).json)
  } catch { throw .statement(error) }
  return try identity.sign(statement)
}
