import PhaseGrants
import Gates
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants

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

  static func standing() throws -> Standing {
    Standing(
      study: "sepsis", evaluationProtocol: digest, version: 2, title: "Sepsis",
      objects: [ObjectReference(kind: .evaluationProtocol, digest: digest, bytes: 12)],
      consent: .init(sequence: 2, phase: .none, evaluationProtocol: digest), acknowledgement: 4,
      word: .init(kind: .stopOrder, sequence: 7))
  }

  /// Of a study to which the site said nothing, and which said nothing to it.
  static func newStanding() throws -> Standing {
    Standing(study: "stroke", evaluationProtocol: digest, version: 1, title: "Stroke", objects: [])
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
        time: time, cursor: 9, tenant: tenant, site: "north", assignments: [try assignment()],
        standings: [try standing(), try newStanding()]),
      StandingDocument(
        study: "sepsis",
        words: [
          .init(kind: .grant, sequence: 1, statement: der),
          .init(kind: .stopOrder, sequence: 2, statement: der),
        ], evidenceRoot: der),
      StandingRecordedDocument(study: "sepsis", consent: 2, acknowledgement: 0),
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
      UsersDocument(users: [
        UserSummary(
          user: identifier("u"), name: "Dr Ada Marsh", role: .reviewer, state: .active,
          certificateNotAfter: time, invitationExpiresAt: time)
      ]),
      UserRevocationDocument(reason: "left the study"),
      PersonInvitationRequestDocument(role: .auditor, name: "Dr Ada Marsh", lifetimeSeconds: 86_400),
      PersonInvitationDocument(
        id: identifier("i"), secret: String(repeating: "b7", count: 16), tenant: tenant,
        user: identifier("u"), role: .reviewer, name: "Dr Ada Marsh", joinURL: "https://127.0.0.1:8444",
        apiURL: "https://127.0.0.1:8443", serverCertificateAuthority: der, evidenceRoot: digest,
        expiresAt: time),
      PersonJoinRequestDocument(
        invitation: identifier("i"), secret: String(repeating: "b7", count: 16), request: der),
      PersonJoinAnswerDocument(
        tenant: tenant, user: identifier("u"), role: .studyLead, certificate: der, issuer: der),
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
      try gateStatus(), GateMoveDocument(phase: .limited),
      HoldDocument(reason: "alarms at night", drill: true, sites: ["north"]),
      StopDocument(reason: "recalled by its maker"), RestartDocument(version: 2, phase: .silent),
      IncidentNoteDocument(
        text: "seen", owner: "Dr. Ada", runbook: "page 7", correctiveAction: "recalibrate"),
      IncidentCloseDocument(text: "recalibrated"),
      ChangeDocument(change: .sourceSystem, site: "north", at: time, text: "a new laboratory system"),
    ]
  }

  static func gateStatus() throws -> GateStatusDocument {
    let time = try time()
    return GateStatusDocument(
      time: time, study: "sepsis", title: "Sepsis", state: .held, phase: .limited, version: 2,
      evaluationProtocol: digest, history: HistoryHead(sequence: 41, digest: digest), gate: .restart,
      unmet: [
        UnmetCondition(code: .signOffMissing, sentence: "Dr. Ada has not signed", clearedBy: "Dr. Ada")
      ],
      signOffs: [
        GateSignOff(
          role: "safety officer", person: "Dr. Ben", organisation: "North Hospital", standing: .rejected,
          decision: .reject, signedAt: time, validUntil: time, meaning: "I reject.", conditions: ["none"],
          onBehalfOf: "Dr. Ada", since: time),
        GateSignOff(role: "sponsor", person: "Dr. Cy", organisation: "South", standing: .missing),
      ],
      sections: [ReviewSection(heading: "Looks", lines: ["silent: 1 look spent"])],
      incidents: [
        GateIncident(
          id: "i1", title: "Sensitivity fell", isOpen: false, isDrill: false, openedAt: time,
          owner: "Dr. Ada",
          runbook: "page 7", correctiveAction: "recalibrate", closedBy: ["Dr. Ada"], closedAt: time,
          stopSeconds: 41, waitingFor: ["south"], timeline: [.init(time: time, text: "opened")])
      ],
      sites: [
        GateSite(
          site: "north", name: "North", role: .validation, phase: .limited, consent: .broad,
          word: "grant of limited", isAcknowledged: true, isDisabled: false)
      ],
      looks: [GateLooks(phase: .silent, spent: 1, planned: 6)])
  }
}
