import Aggregates
import Attestations
package import CanonicalJSON
import ColumnFiles
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
package import ServiceRuntime
import SiteEvaluation
import Submissions

/// What the pipeline needs of the world; tests bring their own.
package struct AgentEnvironment: Sendable {
  package let clock: any WallClock
  /// Waits; throws when the task is cancelled.
  package let delay: @Sendable (Duration) async throws -> Void
  /// Uniform in 0..<1.
  package let random: @Sendable () -> Double
  /// How long to wait after so many failures; the second is what the coordinator asked for, in seconds.
  package let retryDelay: @Sendable (_ attempt: Int, _ retryAfter: Int?) -> Duration
  /// Name and version of the software, as it is signed.
  package let software: String

  /// An environment.
  package init(
    clock: any WallClock, delay: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double,
    retryDelay: @escaping @Sendable (_ attempt: Int, _ retryAfter: Int?) -> Duration, software: String
  ) {
    self.clock = clock
    self.delay = delay
    self.random = random
    self.retryDelay = retryDelay
    self.software = software
  }

  /// The time now.
  package func now() throws -> UTCTime { try UTCTime(secondsSinceEpoch: clock.now()) }
}

/// Moves assignments from state to state, one durable step at a time.
///
/// Killed between any two steps it goes on where the store says it was. Nothing is evaluated without an
/// approval, and nothing is handed to the connection that is not in the egress log.
package struct AssignmentWorker: Sendable {
  let store: SiteStore
  let directory: AgentDirectory
  let identity: AgentIdentity
  let connection: any CoordinatorConnection
  let environment: AgentEnvironment
  private let evaluator: SiteEvaluator
  private let artifacts: ArtifactStore

  /// A worker of one agent; every call goes through the pause switch.
  package init(
    store: SiteStore, directory: AgentDirectory, identity: AgentIdentity,
    connection: any CoordinatorConnection, environment: AgentEnvironment
  ) {
    self.store = store
    self.directory = directory
    self.identity = identity
    self.connection = PausableConnection(connection, directory: directory, delay: environment.delay)
    self.environment = environment
    evaluator = SiteEvaluator()
    artifacts = ArtifactStore(directory)
  }

  /// Takes every assignment as far as it goes now.
  ///
  /// - Parameters:
  ///   - ignoringWaits: also tries what was to be tried later: something in the store has changed.
  ///   - awaitingPeopleToo: also looks at assignments that only a person's decision moves.
  /// - Throws: what makes going on pointless: `StorageError`, `AgentError.paused`, cancellation.
  package func runOnce(ignoringWaits: Bool = false, awaitingPeopleToo: Bool = true) async throws {
    for record in try await store.assignments() where !record.state.isFinal {
      if record.state.awaitsPeople, !awaitingPeopleToo { continue }
      var ignoresWait = ignoringWaits && record.state == .blocked
      // Each step is one state further, or stops; a bound, in case two processes undo each other's steps.
      for _ in 0..<16 {
        guard let current = try await store.assignment(record.id),
          try await advance(current, ignoringWait: ignoresWait)
        else { break }
        ignoresWait = false
      }
    }
  }

  /// One step.
  ///
  /// - Returns: whether there may be another one right away.
  package func advance(_ record: AssignmentRecord, ignoringWait: Bool = false) async throws -> Bool {
    let now = try environment.now()
    guard ignoringWait || record.notBefore <= now else { return false }
    do {
      return try await perform(facts(about: record).nextStep, for: record)
    } catch AgentError.paused {
      throw AgentError.paused
    } catch let error as CancellationError {
      throw error
    } catch let error as ConnectionError {
      try await retryLater(record, after: error)
      return false
    } catch SiteEvaluationError.snapshot(let error) {
      // Somebody can put the file back; the coordinator need not know.
      return try await block(record, "\(error) (\(error.remedy))", at: now)
    } catch let error as SiteEvaluationError {
      // What the error says stays here; the coordinator gets a word of a closed list.
      try await store.advance(
        record.id, from: record.state, to: .declining, code: error.refusalCode.rawValue,
        remark: "\(error) (\(error.remedy))", at: now)
      return true
    } catch let error as AgentError {
      return try await standStill(record, because: error, at: now)
    } catch let error as SigningIdentityError {
      return try await block(record, "\(error) (\(error.remedy))", at: now)
    } catch let error as SubmissionError {
      return try await block(record, "\(error) (\(error.remedy))", at: now)
    } catch let error as FileError {
      return try await block(record, "\(error.description) (\(error.remedy))", at: now)
    }
  }

  private func facts(about record: AssignmentRecord) async throws -> PipelineFacts {
    guard let stored = try await store.protocolDocument(record.evaluationProtocol) else {
      return PipelineFacts(
        state: record.state, hasProtocol: false, approval: .none, missingObjects: [], hasComputation: false)
    }
    let approval = try await ProtocolGovernance(store, site: identity.site).status(of: stored)
    var facts = PipelineFacts(
      state: record.state, hasProtocol: true, approval: approval, missingObjects: [], hasComputation: false)
    // A site that lags behind says so at once, and nobody waits for it. An approval alone is a consent to silent.
    let consent = try await StandingBook(store, directory: directory, identity: identity)
      .consent(to: record.evaluationProtocol, study: record.study)
    facts.consentCoversPhase = (consent ?? .silent).covers(record.phase)
    guard record.state == .preparing, case .approved = approval else {
      return facts
    }
    let model = try stored.parsed().model
    facts.missingObjects = [(ObjectKind.model, model.artifact as Digest?), (.features, model.features)]
      .compactMap { kind, digest in
        guard let digest, !artifacts.has(digest) else { return nil }
        return record.objects.first { $0.digest == digest }
          ?? ObjectReference(kind: kind, digest: digest, bytes: 64 << 20)
      }
    facts.hasComputation = try await computation(of: record, stored: stored) != nil
    return facts
  }

  private func perform(_ step: PipelineStep, for record: AssignmentRecord) async throws -> Bool {
    let now = try environment.now()
    switch step {
    case .none, .awaitRelease: return false
    case .awaitApproval(let why):
      if record.state == .seen {
        try await store.advance(record.id, from: .seen, to: .awaitingApproval, remark: why, at: now)
      } else {
        try await store.remark(record.id, why, at: now)
      }
      return false
    case .fetchProtocol: try await fetchProtocol(for: record)
    case .beginPreparing: try await store.advance(record.id, from: record.state, to: .preparing, at: now)
    case .fetchObject(let object):
      let bytes = try await connection.object(object.digest, maximumBytes: 64 << 20)
      try artifacts.write(bytes, as: object.digest)
    case .evaluate: try await evaluate(record)
    case .sign: try await sign(record)
    case .decline(let code):
      try await store.advance(record.id, from: record.state, to: .declining, code: code.rawValue, at: now)
    case .releaseAutomatically:
      let person = try await store.pin(record.evaluationProtocol)?.person ?? "nobody"
      try await store.releaseAutomatically(record.id, from: record.state, by: person, at: now)
    case .send: return try await send(record)
    case .sendRefusal: return try await sendRefusal(record)
    }
    return true
  }

  // MARK: Preparing

  private func fetchProtocol(for record: AssignmentRecord) async throws {
    let bytes = try await connection.object(
      record.evaluationProtocol, maximumBytes: JSONLimits.protocolDocument.maximumBytes)
    guard Digest(of: bytes) == record.evaluationProtocol else {
      throw AgentError.objectDiffers(record.evaluationProtocol)
    }
    let evaluationProtocol: EvaluationProtocol
    do { evaluationProtocol = try EvaluationProtocol.parse(bytes) } catch {
      throw AgentError.protocolRefused("\(error)")
    }
    guard evaluationProtocol.id == record.study else {
      throw AgentError.protocolOfOtherStudy(expected: record.study, found: evaluationProtocol.id)
    }
    guard evaluationProtocol.site(identity.site) != nil else { throw AgentError.notOurSite(identity.site) }
    try await store.recordProtocol(evaluationProtocol, for: record.id, at: environment.now())
  }

  /// The key of the counts that an assignment asks for now.
  private func key(of record: AssignmentRecord, stored: StoredProtocol) async throws -> ComputationKey {
    guard let dataset = try await store.currentDataset(study: record.study) else {
      throw AgentError.datasetMissing(study: record.study)
    }
    // Also where the counts are still here: who discards rows does not expect new answers from them.
    try dataset.requireRows()
    let evaluationProtocol = try stored.parsed()
    let policy = try DisclosurePolicy(
      site: dataset.policy(), dataClass: dataset.declaration().dataClass, protocol: evaluationProtocol)
    return ComputationKey(
      evaluationProtocol: stored.digest, model: evaluationProtocol.model.artifact,
      datasetRelease: dataset.release.digest, policy: policy.effectiveDigest)
  }

  private func computation(
    of record: AssignmentRecord, stored: StoredProtocol
  ) async throws -> Computation? {
    try await store.computation(key(of: record, stored: stored))
  }

  private func evaluate(_ record: AssignmentRecord) async throws {
    let (stored, pin) = try await approved(record)
    let key = try await key(of: record, stored: stored)
    guard key.policy == pin.policy, let dataset = try await store.currentDataset(study: record.study),
      dataset.release.digest == key.datasetRelease
    else { throw AgentError.notPinned }
    let evaluationProtocol = try stored.parsed()
    try await checkIntake(of: dataset, under: evaluationProtocol)
    let computation = try await evaluator.compute(
      dataset, in: directory, under: evaluationProtocol,
      model: artifacts.model(evaluationProtocol.model),
      site: identity.site, at: environment.now())
    try await store.recordComputation(computation, for: key)
  }

  /// Compares what the dataset holds with what the protocol says, and keeps what was found for the people here.
  private func checkIntake(
    of dataset: RegisteredDataset, under evaluationProtocol: EvaluationProtocol
  ) async throws {
    let release = dataset.release.digest
    let intake = try await store.intake(of: release)
    let report = intake.report.adding(
      SiteEvaluation.checkIntake(
        intake.profile, declaredAs: try dataset.declaration(), under: evaluationProtocol))
    try await store.record(
      report, under: evaluationProtocol.digest, release: release, at: environment.now())
    do { try report.requireNoRefusal() } catch { throw SiteEvaluationError.intake(error) }
  }

  private func sign(_ record: AssignmentRecord) async throws {
    let (stored, pin) = try await approved(record)
    let key = try await key(of: record, stored: stored)
    guard key.policy == pin.policy, let acceptance = pin.acceptance,
      let computation = try await store.computation(key),
      let dataset = try await store.currentDataset(study: record.study),
      dataset.release.digest == key.datasetRelease
    else { throw AgentError.notPinned }
    let evaluationProtocol = try stored.parsed()
    let signing = try SigningIdentity.load(from: directory.signing)
    let now = try environment.now()
    let checked: CheckedAggregate
    do { checked = try CheckedAggregate.parse(computation.aggregate, under: evaluationProtocol) } catch {
      throw SubmissionError.aggregate(error)
    }
    let signed = try signSubmission(
      ReleasableAggregate(checked), context: dataset.declaration().context(site: identity.site),
      predicate: SubmissionPredicate(
        site: identity.site, evaluationProtocol: evaluationProtocol, phase: record.phase,
        datasetDigest: dataset.release.digest, evaluator: environment.software, sequence: record.sequence,
        signedAt: try await store.coordinatorTime(now), salt: randomHex(bytes: 16)),
      under: evaluationProtocol, with: signing)
    // The acceptance is the one that was signed when the person decided, not a new one.
    let files = SubmissionFiles(
      site: signed.site, aggregate: signed.aggregate, context: signed.context, submission: signed.submission,
      acceptance: acceptance, root: signed.root)
    // What the coordinator would refuse is not put before a person.
    _ = try files.verify(
      under: evaluationProtocol, phase: record.phase, pinnedRootKey: signing.fingerprint.digest, at: now)
    try await store.recordPackage(
      try files.encodePackage(), for: record.id, from: record.state, aggregate: checked.digest,
      datasetRelease: key.datasetRelease, policy: key.policy, at: now)
  }

  /// Looks at the approval once more, right before it is used.
  private func approved(_ record: AssignmentRecord) async throws -> (StoredProtocol, ProtocolPin) {
    guard let stored = try await store.protocolDocument(record.evaluationProtocol), let pin = stored.pin,
      case .approved = try await ProtocolGovernance(store, site: identity.site).status(of: stored)
    else { throw AgentError.notPinned }
    return (stored, pin)
  }

  // MARK: Standing still

  private func retryLater(_ record: AssignmentRecord, after error: ConnectionError) async throws {
    var retryAfter: Int?
    if case .problem(let problem) = error { retryAfter = problem.retryAfter }
    let wait = environment.retryDelay(record.attempts, retryAfter)
    let now = try environment.now()
    try await store.recordFailure(
      record.id, remark: "\(error) (\(error.remedy))",
      notBefore: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + max(1, wait.components.seconds)),
      at: now)
  }

  private func standStill(
    _ record: AssignmentRecord, because error: AgentError, at now: UTCTime
  ) async throws -> Bool {
    let text = "\(error) (\(error.remedy))"
    switch error {
    case .protocolRefused, .protocolOfOtherStudy, .notOurSite:
      try await store.advance(
        record.id, from: record.state, to: .declining, code: RefusalCode.versionUnsupported.rawValue,
        remark: text, at: now)
      return true
    case .wrongState:
      // A command was quicker; the next look sees what it did.
      return false
    case .notPinned:
      try await store.remark(record.id, text, at: now)
      return false
    default: return try await block(record, text, at: now)
    }
  }

  /// Waits for somebody to put something right; tried again after a while, or when the store changes.
  private func block(_ record: AssignmentRecord, _ text: String, at now: UTCTime) async throws -> Bool {
    if record.state == .preparing {
      try await store.advance(record.id, from: .preparing, to: .blocked, remark: text, at: now)
    }
    try await store.recordFailure(
      record.id, remark: text, notBefore: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + 300), at: now
    )
    return false
  }
}
