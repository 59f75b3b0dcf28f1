package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// Where a round stands.
///
/// - Source: `protocols/rounds.md`, section "States".
package enum RoundState: String, CaseIterable, Sendable {
  case open
  /// Merged: matrix and verdicts are kept.
  case complete
  /// Sealed into a bundle; only a release round gets here.
  case sealed
  /// Too few sites answered.
  case failed
}

/// Why a round failed.
package enum RoundFailure: String, CaseIterable, Sendable {
  /// Fewer sites sent a submission than the round asked for.
  case quorumNotMet
  /// The submissions cannot be merged, such as for too many rows together.
  case mergeRefused
  /// A stored submission does not verify any more: the store was damaged or changed.
  case storedSubmissionBroken
  /// The study was held or stopped while the round was open.
  case studyHeld
}

/// The administrator opens a round: the body of `POST /v1/studies/<study>/rounds`.
package struct RoundRequestDocument: WireDocument {
  package static let format = "urn:equipoise:round-request:v1"

  package let phase: PhaseName
  package let kind: RoundKind
  package let deadline: UTCTime
  /// How many sites have to answer with a submission.
  package let quorum: Int

  /// A request for a round.
  package init(phase: PhaseName, kind: RoundKind, deadline: UTCTime, quorum: Int) {
    self.phase = phase
    self.kind = kind
    self.deadline = deadline
    self.quorum = quorum
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    phase = try object.required("phase").choice(of: PhaseName.self)
    kind = try object.required("kind").choice(of: RoundKind.self)
    deadline = try object.required("deadline").time()
    quorum = try object.required("quorum").integer(in: 1...mostListed)
  }

  package var members: JSONObject {
    [
      "phase": .string(phase.rawValue), "kind": .string(kind.rawValue), "deadline": .string(deadline.text),
      "quorum": number(quorum),
    ]
  }
}

/// How far one site is in a round. Nothing of what it counted is in here.
package struct SiteProgress: Sendable, Equatable {
  package let site: String
  package let assignment: String
  package let state: AssignmentState
  /// When it came into this state.
  package let since: UTCTime
  /// Digest of the accepted submission.
  package let submission: Digest?
  /// Why the site declined.
  package let refusal: RefusalCode?
  /// How many other submissions came under the same assignment.
  package let conflicts: Int

  /// A row of the status.
  package init(
    site: String, assignment: String, state: AssignmentState, since: UTCTime, submission: Digest? = nil,
    refusal: RefusalCode? = nil, conflicts: Int = 0
  ) {
    self.site = site
    self.assignment = assignment
    self.state = state
    self.since = since
    self.submission = submission
    self.refusal = refusal
    self.conflicts = conflicts
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      SiteProgress(
        site: try object.required("site").identifier(),
        assignment: try object.required("assignment").identifier(.assignment),
        state: try object.required("state").choice(of: AssignmentState.self),
        since: try object.required("since").time(),
        submission: try object.optional("submission")?.digest(),
        refusal: try object.optional("refusal")?.choice(of: RefusalCode.self),
        conflicts: try object.required("conflicts").integer(in: countRange))
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "site": .string(site), "assignment": .string(assignment), "state": .string(state.rawValue),
      "since": .string(since.text), "conflicts": number(conflicts),
    ]
    if let submission { object["submission"] = .string(submission.text) }
    if let refusal { object["refusal"] = .string(refusal.rawValue) }
    return .object(object)
  }
}

/// How far a round is: the answer of `GET /v1/rounds/<id>`, of opening and of closing one.
package struct RoundStatusDocument: WireDocument {
  package static let format = "urn:equipoise:round-status:v1"
  package static let limits = JSONLimits.protocolDocument

  /// The coordinator's clock.
  package let time: UTCTime
  /// Grows with every change of this round; `after` takes it.
  package let cursor: Int
  package let round: String
  package let study: String
  package let evaluationProtocol: Digest
  package let phase: PhaseName
  package let kind: RoundKind
  package let state: RoundState
  /// Why the state is `failed`.
  package let failure: RoundFailure?
  package let openedAt: UTCTime
  package let deadline: UTCTime
  /// When it left the state `open`.
  package let endedAt: UTCTime?
  package let quorum: Int
  /// By site id.
  package let sites: [SiteProgress]

  /// A status.
  package init(
    time: UTCTime, cursor: Int, round: String, study: String, evaluationProtocol: Digest, phase: PhaseName,
    kind: RoundKind, state: RoundState, failure: RoundFailure?, openedAt: UTCTime, deadline: UTCTime,
    endedAt: UTCTime?, quorum: Int, sites: [SiteProgress]
  ) {
    self.time = time
    self.cursor = cursor
    self.round = round
    self.study = study
    self.evaluationProtocol = evaluationProtocol
    self.phase = phase
    self.kind = kind
    self.state = state
    self.failure = failure
    self.openedAt = openedAt
    self.deadline = deadline
    self.endedAt = endedAt
    self.quorum = quorum
    self.sites = sites
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    time = try object.required("time").time()
    cursor = try object.required("cursor").integer(in: countRange)
    round = try object.required("round").identifier(.round)
    study = try object.required("study").identifier()
    evaluationProtocol = try object.required("protocol").digest()
    phase = try object.required("phase").choice(of: PhaseName.self)
    kind = try object.required("kind").choice(of: RoundKind.self)
    state = try object.required("state").choice(of: RoundState.self)
    failure = try object.optional("failure")?.choice(of: RoundFailure.self)
    openedAt = try object.required("openedAt").time()
    deadline = try object.required("deadline").time()
    endedAt = try object.optional("endedAt")?.time()
    quorum = try object.required("quorum").integer(in: 1...mostListed)
    sites = try object.required("sites").list(maximum: mostListed, SiteProgress.init)
  }

  package var members: JSONObject {
    var object: JSONObject = [
      "time": .string(time.text), "cursor": number(cursor), "round": .string(round),
      "study": .string(study), "protocol": .string(evaluationProtocol.text),
      "phase": .string(phase.rawValue), "kind": .string(kind.rawValue), "state": .string(state.rawValue),
      "openedAt": .string(openedAt.text), "deadline": .string(deadline.text), "quorum": number(quorum),
      "sites": .array(sites.map(\.json)),
    ]
    if let endedAt { object["endedAt"] = .string(endedAt.text) }
    if let failure { object["failure"] = .string(failure.rawValue) }
    return object
  }
}

/// A sealed bundle by name and digest: the answer of `POST /v1/rounds/<id>/seal`.
package struct SealDocument: WireDocument {
  package static let format = "urn:equipoise:seal:v1"

  package let round: String
  /// The bundle's own number: 1, 2, … per study and phase.
  package let sequence: Int
  /// The name of the bundle's file.
  package let name: String
  package let bundle: Digest
  package let bytes: Int
  /// Digest of the page for people in it.
  package let report: Digest
  package let sealedAt: UTCTime

  /// A sealed bundle.
  package init(
    round: String, sequence: Int, name: String, bundle: Digest, bytes: Int, report: Digest, sealedAt: UTCTime
  ) {
    self.round = round
    self.sequence = sequence
    self.name = name
    self.bundle = bundle
    self.bytes = bytes
    self.report = report
    self.sealedAt = sealedAt
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    round = try object.required("round").identifier(.round)
    sequence = try object.required("sequence").integer(in: 1...1_000_000)
    name = try object.required("name").string(maximum: 200)
    bundle = try object.required("bundle").digest()
    bytes = try object.required("bytes").integer(in: countRange)
    report = try object.required("report").digest()
    sealedAt = try object.required("sealedAt").time()
  }

  package var members: JSONObject {
    [
      "round": .string(round), "sequence": number(sequence), "name": .string(name),
      "bundle": .string(bundle.text), "bytes": number(bytes), "report": .string(report.text),
      "sealedAt": .string(sealedAt.text),
    ]
  }
}
