import CanonicalJSON
import Cryptography
import EvaluationProtocols

/// With what the newest evidence is compared: "last time".
package enum ReviewBasis: Equatable, Sendable {
  /// Nobody reviewed anything before.
  case firstReview
  /// The newest evidence before on which somebody signed or a gate opened.
  case reviewed(StudyState.Placed<StudyFact.EvidenceRecorded>)
  /// The evidence before, which nobody signed.
  case previous(StudyState.Placed<StudyFact.EvidenceRecorded>)

  /// The evidence, where there is one.
  package var evidence: StudyState.Placed<StudyFact.EvidenceRecorded>? {
    switch self {
    case .firstReview: nil
    case .reviewed(let evidence), .previous(let evidence): evidence
    }
  }

  /// Where in the history the comparison begins.
  var sequence: Int { evidence?.sequence ?? 0 }

  /// The comparison in words.
  package var sentence: String {
    switch self {
    case .firstReview: "First review: there is no earlier evidence to compare with."
    case .reviewed(let evidence):
      "Compared with round \(evidence.fact.round), the last on which people signed: "
        + "\(evidence.fact.phase.rawValue), ended \(evidence.fact.endedAt.words)."
    case .previous(let evidence):
      "Compared with round \(evidence.fact.round), which nobody signed: "
        + "\(evidence.fact.phase.rawValue), ended \(evidence.fact.endedAt.words)."
    }
  }

  init(_ view: ReviewView) {
    let end = view.state.evidence?.sequence ?? Int.max
    let before = view.state.evidences.filter { $0.sequence < end }
    var signed: Set<Digest> = []
    var opened: Set<String> = []
    for event in view.history.events {
      switch event.fact {
      case .decisionRecorded(let fact): signed.insert(fact.evidence)
      case .phaseEntered(let fact): if let round = fact.round { opened.insert(round) }
      default: break
      }
    }
    if let reviewed = before.last(where: {
      signed.contains($0.fact.evidence) || opened.contains($0.fact.round)
    }) {
      self = .reviewed(reviewed)
    } else if let last = before.last {
      self = .previous(last)
    } else {
      self = .firstReview
    }
  }
}
