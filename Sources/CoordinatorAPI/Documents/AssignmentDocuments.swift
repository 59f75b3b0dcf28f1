package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// What a study publishes beside its protocol, and the protocol itself.
package enum ObjectKind: String, CaseIterable, Sendable {
  case evaluationProtocol = "protocol"
  case model
  case features
  case modelCard
}

/// A file by digest, with its size.
package struct ObjectReference: Sendable, Equatable {
  package let kind: ObjectKind
  package let digest: Digest
  package let bytes: Int

  /// A reference; nothing is fetched.
  package init(kind: ObjectKind, digest: Digest, bytes: Int) {
    self.kind = kind
    self.digest = digest
    self.bytes = bytes
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      ObjectReference(
        kind: try object.required("kind").choice(of: ObjectKind.self),
        digest: try object.required("digest").digest(),
        bytes: try object.required("bytes").integer(in: 0...(1 << 30)))
    }
  }

  var json: JSONValue {
    ["kind": .string(kind.rawValue), "digest": .string(digest.text), "bytes": number(bytes)]
  }
}

/// What a round is for.
package enum RoundKind: String, CaseIterable, Sendable {
  /// Its result may be sealed.
  case release
  /// For looking: merged, never sealed, never an input of a gate.
  case exploratory
}

/// Where an assignment stands.
package enum AssignmentState: String, CaseIterable, Sendable {
  case open, accepted, declined
  /// The round ended without an answer of the site.
  case expired
}

/// One round's request to one site.
package struct Assignment: Sendable, Equatable {
  package let id: String
  package let round: String
  package let study: String
  /// Digest of the protocol.
  package let evaluationProtocol: Digest
  package let phase: PhaseName
  package let kind: RoundKind
  package let deadline: UTCTime
  /// What the site's signed predicate has to say: 1, 2, … per site, study and phase.
  package let sequence: Int
  /// The protocol and the files that it names, and the model card with which the round was opened, if it has one.
  package let objects: [ObjectReference]
  package let state: AssignmentState
  /// Digest of the submission that was accepted.
  package let submission: Digest?
  /// Whether other bytes came for the same assignment.
  package let hasConflict: Bool
  /// Whether the round is over, and the accepted submission part of its matrix.
  package let isMerged: Bool

  /// An assignment as the site is told.
  package init(
    id: String, round: String, study: String, evaluationProtocol: Digest, phase: PhaseName, kind: RoundKind,
    deadline: UTCTime, sequence: Int, objects: [ObjectReference], state: AssignmentState,
    submission: Digest? = nil, hasConflict: Bool = false, isMerged: Bool = false
  ) {
    self.id = id
    self.round = round
    self.study = study
    self.evaluationProtocol = evaluationProtocol
    self.phase = phase
    self.kind = kind
    self.deadline = deadline
    self.sequence = sequence
    self.objects = objects
    self.state = state
    self.submission = submission
    self.hasConflict = hasConflict
    self.isMerged = isMerged
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      Assignment(
        id: try object.required("id").identifier(.assignment),
        round: try object.required("round").identifier(.round),
        study: try object.required("study").identifier(),
        evaluationProtocol: try object.required("protocol").digest(),
        phase: try object.required("phase").choice(of: PhaseName.self),
        kind: try object.required("kind").choice(of: RoundKind.self),
        deadline: try object.required("deadline").time(),
        sequence: try object.required("sequence").integer(in: 1...1_000_000),
        objects: try object.required("objects").list(maximum: 8, ObjectReference.init),
        state: try object.required("state").choice(of: AssignmentState.self),
        submission: try object.optional("submission")?.digest(),
        hasConflict: try object.required("hasConflict").boolean(),
        isMerged: try object.required("isMerged").boolean())
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "id": .string(id), "round": .string(round), "study": .string(study),
      "protocol": .string(evaluationProtocol.text), "phase": .string(phase.rawValue),
      "kind": .string(kind.rawValue), "deadline": .string(deadline.text), "sequence": number(sequence),
      "objects": .array(objects.map(\.json)), "state": .string(state.rawValue),
      "hasConflict": .boolean(hasConflict), "isMerged": .boolean(isMerged),
    ]
    if let submission { object["submission"] = .string(submission.text) }
    return .object(object)
  }
}

/// What a site is asked to do, and what it was asked lately: the answer of `GET /v1/assignments`.
package struct AssignmentsDocument: WireDocument {
  package static let format = "urn:equipoise:assignments:v1"
  package static let limits = JSONLimits.protocolDocument

  /// The coordinator's clock.
  package let time: UTCTime
  /// Grows with every change; `after` takes it.
  package let cursor: Int
  package let tenant: String
  package let site: String
  /// Open ones, then those that ended lately; each group by id.
  package let assignments: [Assignment]
  /// One for each study whose newest protocol lists the site, by study.
  package let standings: [Standing]

  /// The most standings of one site.
  package static let mostStandings = 500

  /// An answer to one site.
  package init(
    time: UTCTime, cursor: Int, tenant: String, site: String, assignments: [Assignment],
    standings: [Standing] = []
  ) {
    self.time = time
    self.cursor = cursor
    self.tenant = tenant
    self.site = site
    self.assignments = assignments
    self.standings = standings
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    time = try object.required("time").time()
    cursor = try object.required("cursor").integer(in: countRange)
    tenant = try object.required("tenant").identifier()
    site = try object.required("site").identifier()
    assignments = try object.required("assignments").list(maximum: 1000, Assignment.init)
    standings = try object.required("standings").list(maximum: Self.mostStandings, Standing.init)
  }

  package var members: JSONObject {
    [
      "time": .string(time.text), "cursor": number(cursor), "tenant": .string(tenant), "site": .string(site),
      "assignments": .array(assignments.map(\.json)), "standings": .array(standings.map(\.json)),
    ]
  }
}

/// Why a site does not answer an assignment: a closed list, so that nothing of its data can be in it.
package enum RefusalCode: String, CaseIterable, Sendable {
  case protocolDenied, datasetMissing, modelUnusable, dataUnreadable, policyRefuses, paused
  case evaluationFailed, versionUnsupported, phaseNotConsented
}

/// A site declines an assignment: the body of `POST /v1/assignments/<id>/refusal`.
package struct RefusalDocument: WireDocument {
  package static let format = "urn:equipoise:refusal:v1"

  package let code: RefusalCode

  /// A refusal.
  package init(code: RefusalCode) { self.code = code }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    code = try object.required("code").choice(of: RefusalCode.self)
  }

  package var members: JSONObject { ["code": .string(code.rawValue)] }
}
