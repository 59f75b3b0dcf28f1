package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
import PhaseGrants
package import Synthesis

/// The answers to what a reviewer asks before signing: what changed, what is missing, what is withheld, what is
/// not decided yet and when it would be, what was stopped. A function of the history, the protocols, the newest
/// result and a time; nothing else.
///
/// - Source: `protocols/gates.md`, section 10.
package struct ReviewFacts: Equatable, Sendable {
  /// What the newest evidence is compared with.
  package let basis: ReviewBasis
  /// What changed since then, in the order in which a reviewer asks.
  package let changes: [ReviewChange]
  /// Discrimination and calibration, then and now.
  package let numbers: [NumberShift]
  /// The criteria on calibration that fail now.
  package let calibrationBreaches: [CriterionOutcome]
  /// What the next move still lacks: files, results, consents and signatures.
  package let missing: [MissingPart]
  /// What sites withhold; nil where no result was given.
  package let withheld: WithheldFacts?
  /// The criteria that are inconclusive or not evaluable.
  package let undecided: [UndecidedCriterion]
  /// How often each phase was looked at.
  package let looks: [LooksSpent]
  /// What drifted beyond the limit, with the changes at that time.
  package let drifts: [DriftFact]
  /// The incidents, in the order in which they were opened.
  package let incidents: [IncidentReview]
  /// Every site of the protocol in force.
  package let sites: [SiteReview]

  /// The matrix and the verdicts of the newest evidence.
  package struct Result: Sendable {
    package let matrix: ValidationMatrix
    package let outcome: GateOutcome

    /// A result.
    package init(matrix: ValidationMatrix, outcome: GateOutcome) {
      self.matrix = matrix
      self.outcome = outcome
    }
  }

  /// Answers from a study as it stands.
  ///
  /// - Parameters:
  ///   - protocols: the versions by digest; what is not among them is described by its digest alone.
  ///   - result: of the evidence that `state.evidence` names; nil where there is none.
  ///   - missingObjects: what the protocol names and nobody published yet.
  package init(
    history: StudyHistory, state: StudyState, protocols: [Digest: EvaluationProtocol],
    result: Result? = nil, missingObjects: [String] = [], now: UTCTime
  ) {
    let view = ReviewView(
      history: history, state: state, protocols: protocols, result: result, missingObjects: missingObjects,
      now: now)
    let basis = ReviewBasis(view)
    let changes = view.changes(since: basis)
    self.basis = basis
    self.changes = changes
    numbers = view.numberShifts(since: basis)
    calibrationBreaches = view.calibrationBreaches
    missing = view.missingParts
    withheld = view.withheld
    undecided = view.undecided
    looks = view.looksSpent
    drifts = view.drifts(changes)
    incidents = view.incidents
    sites = view.sites
  }
}

/// What the answers are made from.
struct ReviewView {
  let history: StudyHistory
  let state: StudyState
  let protocols: [Digest: EvaluationProtocol]
  let result: ReviewFacts.Result?
  let missingObjects: [String]
  let now: UTCTime

  /// The protocol in force.
  var inForce: EvaluationProtocol? { state.inForce.flatMap { protocols[$0.protocolDigest] } }

  /// When an event was recorded.
  func time(of sequence: Int) -> UTCTime? {
    guard (1...max(1, history.events.count)).contains(sequence), sequence <= history.events.count else {
      return nil
    }
    return history.events[sequence - 1].time
  }

  /// When the present stay in the phase began; for a draft, when the study did.
  var phaseEnteredAt: UTCTime? { time(of: state.phaseSince) ?? history.events.first?.time }
}
