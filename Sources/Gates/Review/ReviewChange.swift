package import CanonicalJSON
import Cryptography
import EvaluationProtocols

/// One thing that differs from the last review.
package enum ReviewChange: Equatable, Sendable {
  /// A version of the protocol came into force.
  case amended(StudyFact.ProtocolPublished, at: UTCTime)
  /// The study went back to an earlier version.
  case restarted(StudyFact.Restarted, at: UTCTime)
  /// Another model release, in words.
  case model(then: String, now: String)
  case joined(site: String)
  case left(site: String)
  case dataset(then: EvidenceSite, now: EvidenceSite)
  case software(then: EvidenceSite, now: EvidenceSite)
  case minimumCell(then: EvidenceSite, now: EvidenceSite)
  /// A change that a person or the coordinator wrote down.
  case recorded(StudyFact.ChangeRecorded)

  /// The site that it is about; nil where it is about the study.
  package var site: String? {
    switch self {
    case .amended, .restarted, .model: nil
    case .joined(let site), .left(let site): site
    case .dataset(_, let now), .software(_, let now), .minimumCell(_, let now): now.site
    case .recorded(let fact): fact.site
    }
  }

  /// When it took effect, as far as that is known.
  var at: UTCTime? {
    switch self {
    case .amended(_, let time), .restarted(_, let time): time
    case .dataset(_, let now): now.extractedAt
    case .recorded(let fact): fact.at
    case .model, .joined, .left, .software, .minimumCell: nil
    }
  }

  /// The kind of change event that would say the same.
  fileprivate var kind: StudyFact.Change? {
    switch self {
    case .amended, .restarted: .protocolVersion
    case .model: .model
    case .dataset: .dataset
    case .software: .software
    case .minimumCell: .policy
    case .joined, .left, .recorded: nil
    }
  }

  /// The change in words, with its site.
  package var sentence: String {
    switch self {
    // These name the site themselves.
    case .joined(let site), .left(let site): "\(site) \(detail)"
    default: site.map { "\($0): \(detail)" } ?? detail
    }
  }

  /// The change in words, for where its site stands already.
  package var detail: String {
    switch self {
    case .amended(let fact, let time):
      var text = "Protocol version \(fact.version) came into force on \(time.words)"
      if !fact.changes.isEmpty { text += "; sections: \(fact.changes.joined(separator: ", "))" }
      if let reason = fact.reason { text += "; reason: \(reason)" }
      return text + (fact.returnsToSilent ? " (the study returned to silent)" : "")
    case .restarted(let fact, let time):
      return
        "The study restarted in \(fact.phase.rawValue) under protocol version \(fact.version) on \(time.words)"
    case .model(let then, let now): return "Another model release: \(now); before: \(then)"
    case .joined: return "sent a result, and had sent none before"
    case .left: return "sent nothing, and had sent a result before"
    case .dataset(let then, let now): return "another dataset release: \(datasetWords(then, now))"
    case .software(let then, let now):
      return "evaluated with \(now.evaluator), before with \(then.evaluator)"
    case .minimumCell(let then, let now): return "minimum cell \(now.minimumCell), before \(then.minimumCell)"
    case .recorded(let fact):
      let who = fact.automatic ? "seen by the coordinator" : "told by people"
      return "\(fact.change.words) on \(fact.at.words), \(who): \(fact.text)"
    }
  }
}

/// How two dataset releases of a site differ.
private func datasetWords(_ then: EvidenceSite, _ now: EvidenceSite) -> String {
  var parts: [String] = []
  func compare(_ what: String, _ before: String, _ after: String) {
    if !before.hasSameBytes(as: after) { parts.append("\(what) \(after), before \(before)") }
  }
  compare("name", then.datasetName, now.datasetName)
  compare("source", then.source, now.source)
  compare("source version", then.sourceVersion, now.sourceVersion)
  compare("data class", then.dataClass, now.dataClass)
  compare("extracted", then.extractedAt.words, now.extractedAt.words)
  func counts(_ site: EvidenceSite) -> String {
    guard let rows = site.rows, let events = site.events else { return "counts withheld" }
    let share = percentWords(events, of: rows).map { " (\($0))" } ?? ""
    return "\(counted(rows, "row")), \(counted(events, "event"))\(share)"
  }
  parts.append("\(counts(now)); before \(counts(then))")
  return parts.joined(separator: "; ")
}

extension ReviewView {
  /// What changed since a review: the study first, then site by site, then what people wrote down.
  func changes(since basis: ReviewBasis) -> [ReviewChange] {
    var found: [ReviewChange] = []
    for event in history.events where event.sequence > basis.sequence {
      switch event.fact {
      case .protocolPublished(let fact) where fact.version > 1: found.append(.amended(fact, at: event.time))
      case .restarted(let fact): found.append(.restarted(fact, at: event.time))
      default: break
      }
    }
    found += modelChange(since: basis) + siteChanges(since: basis)
    let detected = found
    found += state.changes.filter { $0.sequence > basis.sequence }.map(\.fact).filter { fact in
      // What the coordinator noted by itself is not said twice.
      !fact.automatic || !detected.contains { $0.kind == fact.change && $0.site == fact.site }
    }.map(ReviewChange.recorded)
    return found
  }

  private func modelChange(since basis: ReviewBasis) -> [ReviewChange] {
    guard let before = basis.evidence?.fact.protocolDigest, let now = state.inForce,
      let then = state.versions.first(where: { $0.protocolDigest == before }),
      then.model != now.model || then.features != now.features
    else { return [] }
    return [.model(then: modelWords(then), now: modelWords(now))]
  }

  private func modelWords(_ version: StudyFact.ProtocolPublished) -> String {
    guard let model = protocols[version.protocolDigest]?.model else { return version.model.text }
    return "\(model.id) \(model.version) (\(version.model.text.prefix(19))…)"
  }

  private func siteChanges(since basis: ReviewBasis) -> [ReviewChange] {
    guard let before = basis.evidence?.fact.sites, let after = state.evidence?.fact.sites else { return [] }
    let then = Dictionary(before.map { ($0.site, $0) }, uniquingKeysWith: { first, _ in first })
    let now = Dictionary(after.map { ($0.site, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [ReviewChange] = []
    for site in Set(then.keys).union(now.keys).sorted(by: { $0.precedesInBytes($1) }) {
      switch (then[site], now[site]) {
      case (let then?, let now?):
        if then.dataset != now.dataset { found.append(.dataset(then: then, now: now)) }
        if !then.evaluator.hasSameBytes(as: now.evaluator) {
          found.append(.software(then: then, now: now))
        }
        if then.minimumCell != now.minimumCell { found.append(.minimumCell(then: then, now: now)) }
      case (nil, _?): found.append(.joined(site: site))
      case (_?, nil): found.append(.left(site: site))
      case (nil, nil): break
      }
    }
    return found
  }
}
