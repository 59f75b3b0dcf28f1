package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import PhaseGrants

/// What the events of a study's history give: where the study stands, and what its moves depend on.
///
/// - Source: `protocols/gates.md`, sections 1 to 3.
package struct StudyState: Equatable, Sendable {
  /// Where a study stands.
  package enum Standing: Equatable, Sendable {
    case draft
    case active(PhaseName)
    /// Held while it was in a phase.
    case held(PhaseName)
    /// Stopped while it was in a phase.
    case stopped(PhaseName)
  }

  /// A fact with its place in the history.
  package struct Placed<Fact: Equatable & Sendable>: Equatable, Sendable {
    package let sequence: Int
    package let time: UTCTime
    package let fact: Fact
  }

  package let study: String
  package internal(set) var standing: Standing = .draft
  /// The versions of the protocol, in order.
  package internal(set) var versions: [StudyFact.ProtocolPublished] = []
  /// The version in force; nil before the first.
  package internal(set) var inForce: StudyFact.ProtocolPublished?
  /// The phases in which the study was under each protocol.
  package internal(set) var reached: [Digest: Set<PhaseName>] = [:]
  /// The number of the event with which the present stay in the phase began.
  package internal(set) var phaseSince = 0
  /// The hold or stop that is not over.
  package internal(set) var interruption: Placed<Interruption>?
  /// Every round's evidence, in order.
  package internal(set) var evidences: [Placed<StudyFact.EvidenceRecorded>] = []
  /// The newest consent by site and protocol.
  package internal(set) var consents: [SiteProtocol: Placed<StudyFact.ConsentRecorded>] = [:]
  package internal(set) var delegations: [Placed<StudyFact.DelegationRecorded>] = []
  /// The protocol under which each delegation was given, by the delegation's statement.
  package internal(set) var delegationProtocols: [Digest: Digest] = [:]
  package internal(set) var decisions: [Placed<StudyFact.DecisionRecorded>] = []
  /// The incidents, in the order in which they were opened.
  package internal(set) var incidents: [Incident] = []
  package internal(set) var changes: [Placed<StudyFact.ChangeRecorded>] = []

  /// A site under a protocol.
  package struct SiteProtocol: Hashable, Sendable {
    package let site: String
    package let protocolDigest: Digest

    /// A site under a protocol.
    package init(site: String, protocolDigest: Digest) {
      self.site = site
      self.protocolDigest = protocolDigest
    }
  }

  /// What holds or stops a study.
  package struct Interruption: Equatable, Sendable {
    package let incident: String
    package let isStop: Bool
  }

  /// A study of which nothing has happened yet.
  package init(study: String) { self.study = study }

  /// The state that a history gives.
  ///
  /// - Throws: `MoveError` for an event that no state allows.
  package init(_ history: StudyHistory) throws(MoveError) {
    self.init(study: history.study)
    for event in history.events { try apply(event) }
  }

  /// The phase in which the study is or was when it was held; nil for a draft.
  package var phase: PhaseName? {
    switch standing {
    case .draft: nil
    case .active(let phase), .held(let phase), .stopped(let phase): phase
    }
  }

  /// The phase that is in effect: nil while the study is a draft, held or stopped.
  package var activePhase: PhaseName? {
    if case .active(let phase) = standing { phase } else { nil }
  }

  /// The state as a word: `draft`, a phase, `held`, `stopped`.
  package var word: String {
    switch standing {
    case .draft: "draft"
    case .active(let phase): phase.rawValue
    case .held: "held"
    case .stopped: "stopped"
    }
  }

  /// The newest evidence of the phase under the protocol in force, since the study entered the phase.
  package var evidence: Placed<StudyFact.EvidenceRecorded>? {
    evidences.last {
      $0.sequence > phaseSince && $0.fact.phase == phase && $0.fact.protocolDigest == inForce?.protocolDigest
    }
  }

  /// How many rounds of a phase under a protocol left evidence.
  package func looks(of phase: PhaseName, under protocolDigest: Digest) -> Int {
    evidences.count { $0.fact.phase == phase && $0.fact.protocolDigest == protocolDigest }
  }

  /// The newest consent of a site under a protocol.
  package func consent(of site: String, under protocolDigest: Digest) -> ConsentPhase {
    consents[SiteProtocol(site: site, protocolDigest: protocolDigest)]?.fact.phase ?? .none
  }

  /// A site's phase: the lowest of the study's and of its own consent; nil for none.
  package func phase(of site: String) -> PhaseName? {
    guard let active = activePhase, let inForce else { return nil }
    let consent = consent(of: site, under: inForce.protocolDigest)
    return PhaseName.allCases.last { $0 <= active && consent.covers($0) }
  }

  /// The incident with an id.
  package func incident(_ id: String) -> Incident? { incidents.first { $0.id == id } }
}

extension PhaseName: Comparable {
  /// In the order in which phases open.
  package static func < (left: PhaseName, right: PhaseName) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .silent: 1
    case .limited: 2
    case .broad: 3
    }
  }
}

/// What is known about an incident: the fold of its events.
package struct Incident: Equatable, Sendable {
  package let id: String
  package let title: String
  package let sites: [String]
  package let windows: [String]
  package let drill: Bool
  package let openedAt: UTCTime
  package internal(set) var owner: String?
  package internal(set) var runbook: String?
  package internal(set) var correctiveAction: String?
  /// The number of the newest event that noted something; that of the opening before there was one.
  package internal(set) var notedAt: Int
  package internal(set) var closed: StudyFact.IncidentClosed?
  package internal(set) var closedAt: UTCTime?

  /// Whether it is not over.
  package var isOpen: Bool { closed == nil }
}
