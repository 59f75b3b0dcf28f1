import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Submissions
import Synthesis

/// The bundle's round as files: what its evidence and its review pages are made from.
struct RoundEvidence {
  /// The round's id, where the bundle carries a history.
  let roundName: String?
  let record: EvidenceRecord
  let modelCard: Digest
  let submissions: [VerifiedSubmission]
  /// The files below `matrix/`, as they stand in the bundle.
  let matrix: [(path: String, bytes: [UInt8])]
  /// The review pages, as they stand in the bundle.
  let reviews: [(page: ReviewPage, bytes: [UInt8])]

  /// What the round leaves in the history.
  func summary(round: String, look: Int, endedAt: UTCTime) -> EvidenceSummary {
    EvidenceSummary(
      round: round, evaluationProtocol: record.evaluationProtocol, modelCard: modelCard,
      submissions: submissions, matrix: record.matrix, files: matrix, outcome: record.outcome, look: look,
      endedAt: endedAt)
  }
}

extension RoundEvidence {
  /// What a reviewer signs about.
  var review: ReviewPackage? {
    guard let study = record.study, let round = roundName else { return nil }
    let summary = summary(round: round, look: record.outcome.look, endedAt: record.sealedAt)
    return ReviewPackage(
      round: round, evidence: summary.list,
      pages: Dictionary(reviews.map { ($0.page.gate, Digest(of: $0.bytes)) }) { first, _ in first },
      study: study)
  }
}

/// Takes the events of a history one by one and asks, before each, whether the state allows it and whether what was
/// signed says the same. Facts are applied even where a statement is wrong, so that one lie is named once.
struct StudyReplay {
  var verification: StudyVerification
  let round: RoundEvidence
  var state: StudyState
  /// The events before the present one.
  var past: StudyHistory
  /// By site and number.
  var words: [String: [Int: StudyFact.WordGiven]] = [:]
  /// The sites whose newest word lets them be in a phase.
  var granted: Set<String> = []
  /// How many consents and acknowledgements of each site there were.
  var consents: [String: Int] = [:]
  var acknowledgements: [String: Int] = [:]
  /// The most that each site ever consented to, by protocol.
  var consented: [ConsentPlace: ConsentPhase] = [:]
  /// A breach that has to be followed by a hold.
  var breach: StudyFact.EvidenceRecorded?
  /// The sites that still have to get an order.
  var unordered: Set<String> = []

  /// A site under a protocol.
  struct ConsentPlace: Hashable {
    let site: String
    let protocolDigest: Digest
  }

  init(_ verification: StudyVerification, round: RoundEvidence) {
    self.verification = verification
    self.round = round
    state = StudyState(study: verification.history.study)
    past = StudyHistory(study: verification.history.study)
  }

  /// Replays everything; `verification` then holds what was found.
  mutating func run() {
    for event in verification.history.events {
      guard verification.problems.count < StudyVerification.mostProblems else { return }
      checkWaiting(event)
      check(event)
      do { try state.apply(event) } catch {
        verification.add(rule: error.rule, error.description, error.remedy)
        return
      }
      // The chain was checked when it was read.
      guard (try? past.append(event)) != nil else { return }
    }
    if let breach { refuseBreach(breach) }
  }

  private mutating func check(_ event: StudyEvent) {
    switch event.fact {
    case .protocolPublished(let fact): publish(fact, event)
    case .consentRecorded(let fact): consent(fact, event)
    case .evidenceRecorded(let fact): evidence(fact, event)
    case .delegationRecorded(let fact): delegation(fact, event)
    case .decisionRecorded(let fact): decision(fact, event)
    case .phaseEntered(let fact): enter(fact, event)
    case .held(let fact): hold(fact, event)
    case .stopped: unordered.formUnion(granted)
    case .restarted(let fact): restart(fact, event)
    case .wordGiven(let fact): word(fact, event)
    case .acknowledged(let fact): acknowledgement(fact, event)
    case .incidentOpened, .incidentNoted, .incidentClosed, .changeRecorded: break
    }
  }

  /// The protocol in force before the event.
  var inForce: EvaluationProtocol? {
    state.inForce.flatMap { verification.protocols[$0.protocolDigest] }
  }

  /// What has to come before the study goes on.
  private mutating func checkWaiting(_ event: StudyEvent) {
    switch event.fact.kind {
    case .phaseEntered, .restarted, .protocolPublished, .evidenceRecorded:
      if !unordered.isEmpty {
        verification.add(
          event, rule: "stopOrderMissing",
          "the study was held or stopped, and got no order: \(unordered.sorted().joined(separator: ", "))")
        unordered = []
      }
    case .stopped: break
    default: return
    }
    if let breach { refuseBreach(breach) }
    breach = nil
  }

  private mutating func refuseBreach(_ breach: StudyFact.EvidenceRecorded) {
    verification.add(
      rule: "breachWithoutHold",
      "round \(breach.round) breached \(breach.breached.joined(separator: ", ")), and the study was not held")
  }

  private mutating func hold(_ fact: StudyFact.Held, _ event: StudyEvent) {
    guard !fact.drill else { return }
    if fact.cause == .stopCriterion {
      if let breach, fact.criteria == breach.breached, fact.round == breach.round {
        self.breach = nil
      } else {
        verification.add(
          event, rule: "holdDiffers", "names other stop criteria or another round than the breach before it")
      }
    }
    unordered.formUnion(granted)
  }

  private mutating func publish(_ fact: StudyFact.ProtocolPublished, _ event: StudyEvent) {
    guard let document = verification.protocols[fact.protocolDigest] else { return }
    func refuse(_ message: String) { verification.add(event, rule: "amendment", message) }
    guard document.version == fact.version, document.model.artifact == fact.model,
      document.model.features == fact.features
    else { return refuse("the protocol has another version or model") }
    guard let before = inForce else {
      if document.amendment != nil || fact.reason != nil || !fact.changes.isEmpty || fact.returnsToSilent {
        refuse("the first version amends nothing")
      }
      return
    }
    guard let amendment = document.amendment,
      amendment.previous == state.versions.last?.protocolDigest
    else { return refuse("the protocol amends another one than the version before") }
    let expected = state.publication(of: document, inForce: before)
    guard let reason = fact.reason, reason.hasSameBytes(as: amendment.reason) else {
      return refuse("the reason is not the protocol's")
    }
    guard fact.changes == expected.changes else {
      return refuse("other sections changed than the event names")
    }
    guard fact == expected else {
      return refuse(
        fact.returnsToSilent
          ? "the amendment keeps the phase"
          : "the amendment returns the study to silent, and the event does not")
    }
  }

  private mutating func evidence(_ fact: StudyFact.EvidenceRecorded, _ event: StudyEvent) {
    let look = state.looks(of: fact.phase, under: fact.protocolDigest) + 1
    if fact.look != look {
      verification.add(event, rule: "evidenceRecorded", "is look \(look), and says \(fact.look)")
    }
    if state.evidences.contains(where: { $0.fact.round == fact.round }) {
      verification.add(event, rule: "evidenceRecorded", "round \(fact.round) left evidence before")
    }
    if fact.endedAt.secondsSinceEpoch > event.time.secondsSinceEpoch + SignOffCheck.tolerance {
      verification.add(event, rule: "time", "the round ended after its end was recorded")
    }
    // What a site sent under a consent that it took back later stays sent.
    let without = fact.sites.map(\.site).filter { site in
      let most = consented[ConsentPlace(site: site, protocolDigest: fact.protocolDigest)]
      return most?.covers(fact.phase) != true
    }
    if !without.isEmpty {
      verification.add(
        event, rule: "consentMissing",
        "took results of sites that did not consent to \(fact.phase.rawValue): "
          + without.joined(separator: ", "))
    }
    if fact.round.hasSameBytes(as: verification.place.round) { ownEvidence(fact, look: look, event) }
    breach = fact.breached.isEmpty ? nil : fact
  }

  /// The bundle's own round left what its files give.
  private mutating func ownEvidence(_ fact: StudyFact.EvidenceRecorded, look: Int, _ event: StudyEvent) {
    let summary = round.summary(round: verification.place.round, look: look, endedAt: fact.endedAt)
    guard fact == summary.fact else {
      verification.add(event, rule: "evidenceRecorded", "is not what the bundle's files give")
      return
    }
    let late = round.submissions.first {
      $0.predicate.signedAt.secondsSinceEpoch > fact.endedAt.secondsSinceEpoch + SignOffCheck.tolerance
    }
    if let late {
      verification.add(
        event, rule: "evidenceRecorded", "ended before site \(late.site) signed what the bundle holds")
    }
  }
}
