import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates

extension StudyReplay {
  private func signOffCheck(_ event: StudyEvent) -> SignOffCheck? {
    inForce.map {
      SignOffCheck(
        state: state, history: past, tenant: verification.place.tenant, evaluationProtocol: $0,
        now: event.time)
    }
  }

  mutating func decision(_ fact: StudyFact.DecisionRecorded, _ event: StudyEvent) {
    guard let statement = verification.signed.decisions[event.sequence] else { return }
    checkPin(fact.person, key: statement.key, event)
    guard let check = signOffCheck(event) else { return noProtocol(event) }
    do throws(SignOffRefusal) {
      let expected = try check.decision(statement, page: page(of: fact.gate))
      if expected != fact {
        verification.add(
          rule: "decisionDiffers", file: BundlePath.statement(event.sequence),
          "says something else than event \(event.sequence) of the history")
      }
    } catch { refuse(event, error) }
  }

  mutating func delegation(_ fact: StudyFact.DelegationRecorded, _ event: StudyEvent) {
    guard let statement = verification.signed.delegations[event.sequence] else { return }
    checkPin(fact.person, key: statement.key, event)
    checkPin(fact.delegate, key: statement.content.delegate.fingerprint, event)
    guard let check = signOffCheck(event) else { return noProtocol(event) }
    do throws(SignOffRefusal) {
      let expected = try check.delegation(statement)
      if expected != fact {
        verification.add(
          rule: "decisionDiffers", file: BundlePath.statement(event.sequence),
          "says something else than event \(event.sequence) of the history")
      }
    } catch { refuse(event, error) }
  }

  private mutating func noProtocol(_ event: StudyEvent) {
    verification.add(event, rule: "state", "no protocol is in force")
  }

  private mutating func refuse(_ event: StudyEvent, _ refusal: SignOffRefusal) {
    let isSignature =
      switch refusal {
      case .signature, .otherKey: true
      default: false
      }
    verification.add(
      isSignature ? .signature : .refused, rule: refusal.rule, file: BundlePath.statement(event.sequence),
      refusal.description, StudyVerification.askForHistory)
  }

  /// A reviewer whom the reader knows signs with the key that the reader knows.
  private mutating func checkPin(_ person: String, key: Digest, _ event: StudyEvent) {
    guard let pinned = verification.trust?.reviewerKey(of: person), pinned != key else { return }
    verification.add(
      .signature, rule: "reviewerDiffers", file: BundlePath.statement(event.sequence),
      "\(person) is pinned with another key in the trust file",
      "ask \(person) for the fingerprint; a signature under another key is not by that person")
  }

  /// The digest of the page that was to be reviewed: known while the bundle's round is the newest.
  private func page(of gate: Gate) -> Digest? {
    guard let newest = state.evidences.last, newest.fact.round.hasSameBytes(as: verification.place.round),
      let cut = state.reviewCut(of: gate)
    else { return nil }
    let page = ReviewPage(gate: gate, cut: cut)
    if let stored = round.reviews.first(where: { $0.page == page }) { return Digest(of: stored.bytes) }
    guard verification.bundle.renderer.hasSameBytes(as: reportRenderer) else { return nil }
    return round.record.reviewPage(page).map { Digest(of: $0) }
  }

  mutating func enter(_ fact: StudyFact.PhaseEntered, _ event: StudyEvent) {
    guard let inForce else { return noProtocol(event) }
    let move: Move = fact.phase == .silent ? .open : .advance(to: fact.phase)
    guard holds(move, inForce, event) else { return }
    let approvals = Gate(opening: fact.phase).map {
      state.approvals(at: $0, under: inForce, now: event.time)
    }
    checkDecisions(fact.decisions, approvals ?? [], event)
    if fact.round != (fact.phase == .silent ? nil : state.evidence?.fact.round) {
      verification.add(event, rule: "gateConditions", "names another round than the one that was judged")
    }
  }

  mutating func restart(_ fact: StudyFact.Restarted, _ event: StudyEvent) {
    guard let inForce else { return noProtocol(event) }
    let target = RestartTarget(
      protocolDigest: fact.protocolDigest, phase: fact.phase, incident: fact.incident)
    guard holds(.restart(target), inForce, event) else { return }
    checkDecisions(
      fact.decisions, state.approvals(at: .restart, target: target, under: inForce, now: event.time), event)
  }

  /// Whether the conditions of a move were met; each that was not is named by its code.
  private mutating func holds(_ move: Move, _ inForce: EvaluationProtocol, _ event: StudyEvent) -> Bool {
    let unmet = state.unmetConditions(for: move, under: inForce, now: event.time)
    for condition in unmet {
      verification.add(event, rule: "gateConditions", "\(condition.code.rawValue): \(condition.sentence)")
    }
    return unmet.isEmpty
  }

  private mutating func checkDecisions(_ named: [Digest], _ approvals: [Digest], _ event: StudyEvent) {
    guard named == approvals else {
      verification.add(event, rule: "gateConditions", "names other sign-offs than the approvals it rests on")
      return
    }
    let late = state.decisions.first {
      named.contains($0.fact.statement)
        && $0.fact.signedAt.secondsSinceEpoch > event.time.secondsSinceEpoch + SignOffCheck.tolerance
    }
    if let late {
      verification.add(event, rule: "backDated", "is dated before \(late.fact.person) signed")
    }
  }
}
