import Cryptography
package import EvaluationProtocols
package import PhaseGrants

/// Where one site stands: how far it may and wants to go, what it was told, and whether it heard it.
package struct SiteReview: Equatable, Sendable {
  package let site: String
  package let name: String
  package let role: SiteRole
  /// The lowest of the study's phase and the site's consent; nil for none.
  package let phase: PhaseName?
  package let consent: ConsentPhase
  /// The newest word that is not a drill.
  package let word: StudyFact.WordGiven?
  /// Whether the site acknowledged that word; nil without a word.
  package let isAcknowledged: Bool?
  /// The site's own people switched the model off.
  package let isDisabled: Bool

  /// The word as people say it: `grant of limited`, `hold`; nil without a word.
  package var wordText: String? {
    guard let word else { return nil }
    return word.phase.map { "\(word.word.rawValue) of \($0.rawValue)" } ?? word.word.rawValue
  }
}

extension ReviewView {
  /// Every site of the protocol in force, in its order.
  var sites: [SiteReview] {
    guard let inForce else { return [] }
    var words: [String: StudyFact.WordGiven] = [:]
    var heard: [String: Int] = [:]
    var disabled: Set<String> = []
    for event in history.events {
      switch event.fact {
      case .wordGiven(let fact) where !fact.drill: words[fact.site] = fact
      case .acknowledged(let fact):
        switch fact.about {
        case .disabled: disabled.insert(fact.site)
        case .enabled: disabled.remove(fact.site)
        case .grant, .stopOrder: if !fact.drill { heard[fact.site] = max(heard[fact.site] ?? 0, fact.number) }
        }
      default: break
      }
    }
    return inForce.sites.map { site in
      let word = words[site.id]
      return SiteReview(
        site: site.id, name: site.name, role: site.role, phase: state.phase(of: site.id),
        consent: state.consent(of: site.id, under: inForce.digest), word: word,
        isAcknowledged: word.map { (heard[site.id] ?? 0) >= $0.number },
        isDisabled: disabled.contains(site.id))
    }
  }
}
