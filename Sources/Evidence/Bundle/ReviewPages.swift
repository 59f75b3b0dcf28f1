import CanonicalJSON
import EvaluationProtocols
import Gates

/// A page that reviewers read, and up to which event it shows the history.
struct ReviewPage: Equatable {
  let gate: Gate
  let cut: Int
}

extension StudyRecord {
  /// Which look at the phase's results a bundle's round is, as its evidence says.
  func look(of bundle: BundleDocument) -> Int? {
    state.evidences.last { $0.fact.round == bundle.place?.round }?.fact.look
  }

  /// The pages of a round's bundle: that of the gate out of the round's phase, and that of a restart when a hold
  /// or stop follows the round's evidence.
  ///
  /// - Source: `protocols/gates.md`, section 4.
  func reviewPages(of round: String, under evaluationProtocol: EvaluationProtocol) -> [ReviewPage] {
    guard let evidence = state.evidences.last(where: { $0.fact.round.hasSameBytes(as: round) }) else {
      return []
    }
    var pages: [ReviewPage] = []
    if let next = state.phase(after: evidence.fact.phase, in: evaluationProtocol),
      let gate = Gate(opening: next)
    {
      pages.append(ReviewPage(gate: gate, cut: evidence.sequence))
    }
    if let cut = restartCut(after: evidence.sequence) { pages.append(ReviewPage(gate: .restart, cut: cut)) }
    return pages
  }

  /// The review cut of the newest hold or stop after an event, as it was when the study restarted or is now.
  private func restartCut(after sequence: Int) -> Int? {
    var state = StudyState(study: history.study)
    var cut: Int?
    for event in history.events {
      // The whole history has been replayed before; an event that does not apply cannot be here.
      guard (try? state.apply(event)) != nil else { return nil }
      if let interruption = state.interruption, interruption.sequence > sequence {
        cut = state.reviewCut(of: .restart)
      }
    }
    return cut
  }

  /// The record as it was at an event.
  func upTo(_ sequence: Int) -> StudyRecord? {
    let history = history.upTo(sequence)
    guard let state = try? StudyState(history) else { return nil }
    return StudyRecord(
      tenant: tenant, history: history, state: state,
      protocols: protocols.filter { digest, _ in
        state.versions.contains { $0.protocolDigest == digest }
      },
      decisions: decisions.filter { $0.key <= sequence },
      delegations: delegations.filter { $0.key <= sequence })
  }
}

extension EvidenceRecord {
  /// Renders a review page of this round, whatever was recorded after its cut.
  func reviewPage(_ page: ReviewPage) -> [UInt8]? {
    guard let study = study?.upTo(page.cut), let cutTime = study.history.events.last?.time else { return nil }
    let validity = Int64(evaluationProtocol.evidence.validityDays) * 86_400
    let record = EvidenceRecord(
      evaluationProtocol: evaluationProtocol, modelCard: modelCard, sites: sites, matrix: matrix,
      outcome: outcome, sealedAt: cutTime,
      validUntil: (try? UTCTime(secondsSinceEpoch: cutTime.secondsSinceEpoch + validity)) ?? validUntil,
      study: study)
    return renderReviewPage(record, gate: page.gate, cut: study.history)
  }
}
