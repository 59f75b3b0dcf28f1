import Attestations
import Cryptography
import EvaluationProtocols
import Gates

extension StudyReplay {
  /// What was found good, for people.
  var summary: [String] {
    let history = verification.history
    func count(_ kinds: StudyFact.Kind...) -> Int {
      history.events.count { kinds.contains($0.fact.kind) }
    }
    let orders = history.events.count {
      if case .wordGiven(let fact) = $0.fact { fact.word != .grant } else { false }
    }
    let people = Set(state.decisions.map(\.fact.person))
    var lines = [
      "history: \(history.events.count) events, \(state.decisions.count) sign-offs by \(people.count) people, "
        + "\(count(.consentRecorded)) consents, \(count(.wordGiven) - orders) grants, \(orders) orders, "
        + "\(count(.acknowledged)) acknowledgements; \(count(.phaseEntered, .restarted)) moves, each as the "
        + "protocol in force then asks"
    ]
    if !people.isEmpty {
      let known = people.filter { verification.trust?.reviewerKey(of: $0) != nil }
      lines.append(
        known.count == people.count
          ? "reviewers: \(people.count), each pinned in the trust file"
          : "reviewers: \(known.count) of \(people.count) pinned; the others' keys are those of the protocol, "
            + "to which the sites consented")
    }
    if !unordered.isEmpty {
      lines.append("not ordered yet to stop: \(unordered.sorted().joined(separator: ", "))")
    }
    return lines
  }
}
