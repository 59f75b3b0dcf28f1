import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import PhaseGrants
import Testing

@Suite struct SignedWordTests {
  private let parties: Parties

  init() throws { parties = try Parties() }

  private func roundTrip<Content: SignedWord>(_ content: Content, by signer: SigningIdentity) throws {
    let verified = try Content.verify(
      content.sign(with: signer), root: signer.root, pinnedRootKey: signer.fingerprint.digest,
      at: Parties.time(120))
    #expect(verified.content == content)
    #expect(verified.leafKey == signer.leaf.publicKey.digest)
  }

  @Test func whatIsSignedIsWhatIsRead() throws {
    try roundTrip(try parties.grant(), by: parties.evidence)
    try roundTrip(try parties.order(), by: parties.evidence)
    try roundTrip(try parties.consent(), by: parties.north)
    try roundTrip(try parties.acknowledgement(), by: parties.north)
  }

  @Test func twoSignaturesOfOneStatementHaveOneIdentity() throws {
    let grant = try parties.grant()
    let first = try parties.verifyGrant(grant.sign(with: parties.evidence))
    let second = try parties.verifyGrant(grant.sign(with: parties.evidence))
    #expect(first.signedDigest == second.signedDigest)
    let other = try parties.verifyGrant(parties.grant(sequence: 2).sign(with: parties.evidence))
    #expect(other.signedDigest != first.signedDigest)
  }

  @Test func nobodySignsForSomebodyElse() throws {
    let parties = parties
    #expect(throws: SigningIdentityError.self) { try parties.grant().sign(with: parties.north) }
    #expect(throws: SigningIdentityError.self) { try parties.order().sign(with: parties.north) }
    #expect(throws: SigningIdentityError.self) { try parties.consent().sign(with: parties.evidence) }
    #expect(throws: SigningIdentityError.self) { try parties.consent().sign(with: parties.south) }
    #expect(throws: SigningIdentityError.self) { try parties.acknowledgement().sign(with: parties.south) }
  }

  @Test func aGrantIsRefusedWhenItsKeyHasEndedOrWasNotYet() throws {
    let bytes = try parties.grant().sign(with: parties.evidence)
    let parties = parties
    for time in ["2025-12-31T00:00:00Z", "2030-01-01T00:00:00Z"] {
      let error = #expect(throws: GrantError.self) {
        try PhaseGrant.verify(
          bytes, root: parties.evidence.root, pinnedRootKey: parties.evidence.fingerprint.digest,
          at: UTCTime(parsing: time))
      }
      #expect(error?.rule == "signature")
    }
  }

  @Test func consentsAreOrderedAndCoverPhases() {
    #expect(ConsentPhase.allCases.sorted() == [.none, .silent, .limited, .broad])
    #expect(PhaseName.allCases.map { ConsentPhase.limited.covers($0) } == [true, true, false])
    #expect(PhaseName.allCases.map { ConsentPhase.none.covers($0) } == [false, false, false])
    #expect(PhaseName.allCases.map { ConsentPhase.broad.covers($0) } == [true, true, true])
  }
}
