import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols

/// One value of every document, with every optional member there.
enum Sample {
  static let digest = Digest(of: [1])
  static let tenant = identifier("t")
  static let assignmentID = identifier("a")
  static let roundID = identifier("r")

  static func identifier(_ letter: String) -> String { "\(letter)-\(String(repeating: "a2", count: 13))" }

  static func time() throws -> UTCTime { try UTCTime(parsing: "2026-06-01T12:00:00Z") }

  static func assignment() throws -> Assignment {
    Assignment(
      id: assignmentID, round: roundID, study: "sepsis", evaluationProtocol: digest, phase: .silent,
      kind: .release, deadline: try time(), sequence: 3,
      objects: [ObjectReference(kind: .evaluationProtocol, digest: digest, bytes: 12)], state: .accepted,
      submission: digest, hasConflict: true, isMerged: true)
  }

  static func roundStatus(sites: [SiteProgress]? = nil) throws -> RoundStatusDocument {
    RoundStatusDocument(
      time: try time(), cursor: 4, round: roundID, study: "sepsis", evaluationProtocol: digest,
      phase: .limited, kind: .exploratory, state: .failed, failure: .quorumNotMet, openedAt: try time(),
      deadline: try time(),
      endedAt: try time(), quorum: 2,
      sites: try sites ?? [
        SiteProgress(
          site: "north", assignment: assignmentID, state: .declined, since: time(), submission: digest,
          refusal: .dataUnreadable, conflicts: 1)
      ])
  }

  static func documents() throws -> [any WireDocument] {
    let time = try time()
    let der: [UInt8] = [0x30, 1, 2]
    return [
      IdentityDocument(
        tenant: tenant, principal: "user/\(identifier("u"))", role: .tenantAdministrator, time: time,
        notAfter: time, evidenceRoot: digest),
      HealthDocument(state: .storageLow, time: time),
      CertificateRequestDocument(request: der),
      CertificateDocument(certificate: der, issuer: der),
      AssignmentsDocument(
        time: time, cursor: 9, tenant: tenant, site: "north", assignments: [try assignment()]),
      RefusalDocument(code: .protocolDenied),
      TenantRequestDocument(name: "Klinikverbund", administratorName: "Zoë", administratorRequest: der),
      TenantCertificateRequestDocument(tenant: tenant, request: der, nameConstraint: "\(tenant).demo.test"),
      TenantCertificateDocument(certificate: der),
      TenantOpenedDocument(tenant: tenant, user: identifier("u"), certificate: der, issuer: der),
      TenantsDocument(tenants: [TenantSummary(tenant: tenant, name: "One", state: .requested)]),
      SitesDocument(sites: [
        SiteSummary(
          site: "north", displayName: "North", state: .pending, signingRoot: digest,
          instance: identifier("n"), certificateNotAfter: time, lastSeen: time)
      ]),
      InvitationRequestDocument(lifetimeSeconds: 3600, displayName: "North"),
      InvitationDocument(
        id: identifier("i"), secret: String(repeating: "b7", count: 16), tenant: tenant, site: "north",
        joinURL: "https://127.0.0.1:8444", apiURL: "https://127.0.0.1:8443", serverCertificateAuthority: der,
        evidenceRoot: digest, expiresAt: time),
      ConfirmationDocument(fingerprint: digest),
      RevocationDocument(reason: .keyCompromised),
      JoinRequestDocument(
        invitation: identifier("i"), secret: String(repeating: "b7", count: 16), request: der,
        signingRoot: der, statement: Array("{}".utf8), tlsSignature: der),
      JoinAnswerDocument(
        tenant: tenant, site: "north", instance: identifier("n"), certificate: der, issuer: der,
        evidenceRoot: der, status: .pending),
      StudiesDocument(studies: [
        StudySummary(study: "sepsis", title: "Sepsis", version: 2, evaluationProtocol: digest)
      ]),
      StudyDocument(
        study: "sepsis", title: "Sepsis", versions: [.init(version: 1, digest: digest)],
        objects: [StudyObject(kind: .model, digest: digest, bytes: 3)], sites: ["north", "south"],
        rounds: [
          RoundSummary(round: roundID, phase: .silent, kind: .release, state: .open, deadline: time)
        ]),
      RoundRequestDocument(phase: .silent, kind: .release, deadline: time, quorum: 3),
      try roundStatus(),
      SealDocument(
        round: roundID, sequence: 1, name: "sepsis_silent_1_0123456789ab.evb.zip", bundle: digest, bytes: 9,
        report: digest, sealedAt: time),
      try MatrixDocument(
        round: roundID,
        files: [
          ("pooled.json", Array(#"{"rows":[]}"#.utf8)),
          ("sites/north.json", Array(#"{"site":"north"}"#.utf8)),
        ]),
      AuditPageDocument(head: 7, entries: [["sequence": 7, "action": "round.opened"]]),
      StatusDocument(
        tenant: tenant, time: time, build: "coordinator 0.1", state: .ok,
        sites: [.confirmed: 3, .pending: 1],
        studies: 1, openRounds: 0, auditHead: 7, auditDigest: digest, evidenceRoot: digest),
    ]
  }
}
