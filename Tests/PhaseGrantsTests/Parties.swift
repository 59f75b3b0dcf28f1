import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import PhaseGrants

/// A coordinator and two sites with keys, and statements of theirs that a test changes in one place.
struct Parties {
  let evidence: SigningIdentity
  let north: SigningIdentity
  let south: SigningIdentity
  let addressee = Addressee(tenant: "t-1", site: "north", study: "sepsis")

  init() throws {
    let made = try UTCTime(parsing: "2026-01-01T00:00:00Z")
    evidence = try SigningIdentity.create(role: .evidence, now: made)
    north = try SigningIdentity.create(role: SignerRole(site: "north"), now: made)
    south = try SigningIdentity.create(role: SignerRole(site: "south"), now: made)
  }

  /// Seconds after noon of 10 June 2026, which is when things happen here.
  static func time(_ seconds: Int64 = 0) throws -> UTCTime {
    try UTCTime(secondsSinceEpoch: UTCTime(parsing: "2026-06-10T12:00:00Z").secondsSinceEpoch + seconds)
  }

  static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  func grant(
    tenant: String = "t-1", site: String = "north", study: String = "sepsis",
    protocolDigest: Digest = digest("p"), phase: PhaseName = .limited, sequence: Int = 1,
    history: HistoryHead = HistoryHead(sequence: 5, digest: digest("h5")), issued: Int64 = 0,
    lifetime: Int64 = 3 * 86_400
  ) throws -> PhaseGrant {
    PhaseGrant(
      tenant: tenant, site: site, study: study, protocolDigest: protocolDigest, protocolVersion: 1,
      modelDigest: Self.digest("m"), phase: phase, sequence: sequence, history: history,
      issuedAt: try Self.time(issued), expiresAt: try Self.time(issued + lifetime))
  }

  func order(
    site: String = "north", kind: StopOrder.Kind = .hold, drill: Bool = false, sequence: Int = 2,
    history: HistoryHead = HistoryHead(sequence: 6, digest: digest("h6")), issued: Int64 = 60
  ) throws -> StopOrder {
    StopOrder(
      tenant: "t-1", site: site, study: "sepsis", protocolDigest: Self.digest("p"), kind: kind,
      incident: nil, reason: "a breach", fallback: "the ward's score", drill: drill, sequence: sequence,
      history: history, issuedAt: try Self.time(issued))
  }

  func consent(
    _ phase: ConsentPhase = .limited, to protocolDigest: Digest = digest("p"), sequence: Int = 1,
    study: String = "sepsis", signed: Int64 = -3600
  ) throws -> SiteConsent {
    SiteConsent(
      tenant: "t-1", site: "north", study: study, protocolDigest: protocolDigest, phase: phase,
      by: "A. Person",
      reason: "ethics vote", sequence: sequence, signedAt: try Self.time(signed))
  }

  func acknowledgement() throws -> Acknowledgement {
    Acknowledgement(
      tenant: "t-1", site: "north", study: "sepsis", protocolDigest: Self.digest("p"), about: .stopOrder,
      statement: Self.digest("s"), wordSequence: 2, drill: false, receivedAt: try Self.time(61),
      effectiveAt: try Self.time(62), sequence: 1, signedAt: try Self.time(62))
  }

  func verifyGrant(_ bytes: [UInt8]) throws -> VerifiedWord<PhaseGrant> {
    try PhaseGrant.verify(
      bytes, root: evidence.root, pinnedRootKey: evidence.fingerprint.digest, at: Self.time(60))
  }

  func held(_ word: Word) -> HeldWord {
    HeldWord(word, statement: Self.digest("\(word)"))
  }
}
