import PhaseGrants
import Cryptography
import EvaluationProtocols
import Gates
import StudyFixtures
import Testing

/// What each move does from each state; conditions are another suite's.
@Suite struct StateTests {
  static let standings: [StudyState.Standing] = [
    .draft, .active(.silent), .active(.limited), .active(.broad), .held(.silent), .held(.limited),
    .held(.broad), .stopped(.silent), .stopped(.limited), .stopped(.broad),
  ]

  /// A study that stands somewhere.
  static func ledger(_ standing: StudyState.Standing) throws -> GateLedger {
    switch standing {
    case .draft:
      var ledger = try GateLedger()
      try ledger.publish(ledger.people.first)
      return ledger
    case .active(let phase): return try GateLedger(in: phase)
    case .held(let phase):
      var ledger = try GateLedger(in: phase)
      try ledger.interrupt()
      return ledger
    case .stopped(let phase):
      var ledger = try GateLedger(in: phase)
      try ledger.interrupt(stop: true)
      return ledger
    }
  }

  /// What a move gives, or nil when the state refuses it.
  private func standing(
    after move: (inout GateLedger) throws -> Void, from standing: StudyState.Standing
  ) throws -> StudyState.Standing? {
    var ledger = try Self.ledger(standing)
    #expect(ledger.state.standing == standing)
    do {
      try move(&ledger)
      return ledger.state.standing
    } catch is MoveError { return nil }
  }

  @Test(arguments: standings) func aPhaseIsEnteredFromTheOneBefore(_ from: StudyState.Standing) throws {
    for phase in PhaseName.allCases {
      let found = try standing(after: { try $0.enter(phase) }, from: from)
      let isAllowed =
        switch from {
        case .draft: phase == .silent
        case .active(let now): now < phase
        case .held, .stopped: false
        }
      #expect(found == (isAllowed ? .active(phase) : nil), "\(from) to \(phase)")
    }
  }

  @Test(arguments: standings) func onlyAnActiveStudyIsHeld(_ from: StudyState.Standing) throws {
    let expected: StudyState.Standing? = if case .active(let phase) = from { .held(phase) } else { nil }
    #expect(try standing(after: { try $0.interrupt("other") }, from: from) == expected)
  }

  @Test(arguments: standings) func anActiveOrHeldStudyIsStopped(_ from: StudyState.Standing) throws {
    let expected: StudyState.Standing? =
      switch from {
      case .active(let phase), .held(let phase): .stopped(phase)
      case .draft, .stopped: nil
      }
    #expect(try standing(after: { try $0.interrupt("other", stop: true) }, from: from) == expected)
  }

  @Test(arguments: standings) func onlyWhatIsHeldOrStoppedRestarts(_ from: StudyState.Standing) throws {
    let found = try standing(after: { try $0.restart(.silent, under: 1) }, from: from)
    switch from {
    case .held, .stopped: #expect(found == .active(.silent))
    case .draft, .active: #expect(found == nil)
    }
  }

  @Test(arguments: standings) func anAmendmentKeepsThePhase(_ from: StudyState.Standing) throws {
    let found = try standing(after: { try $0.amend { $0.title = "renamed" } }, from: from)
    if case .stopped = from { #expect(found == nil) } else { #expect(found == from) }
  }

  @Test(arguments: standings) func anotherUseReturnsToSilent(_ from: StudyState.Standing) throws {
    let found = try standing(after: { try $0.amend { $0.intendedUse = "another" } }, from: from)
    switch from {
    case .draft: #expect(found == .draft)
    case .active: #expect(found == .active(.silent))
    case .held: #expect(found == .held(.silent))
    case .stopped: #expect(found == nil)
    }
  }

  @Test(arguments: standings) func anotherModelReturnsToSilentAlsoAfterAStop(_ from: StudyState.Standing)
    throws
  {
    let found = try standing(after: { try $0.amend { $0.model = "model 2" } }, from: from)
    switch from {
    case .draft: #expect(found == .draft)
    case .active: #expect(found == .active(.silent))
    case .held, .stopped: #expect(found == .held(.silent))
    }
  }

  @Test(arguments: standings) func aVersionWithoutTheStudysPhaseReturnsToSilent(
    _ from: StudyState.Standing
  ) throws {
    let found = try standing(after: { try $0.amend { $0.phases = [.silent, .broad] } }, from: from)
    switch from {
    case .active(.limited): #expect(found == .active(.silent))
    case .held(.limited): #expect(found == .held(.silent))
    case .stopped: #expect(found == nil)
    default: #expect(found == from)
    }
  }

  @Test(arguments: standings) func aDrillChangesNothing(_ from: StudyState.Standing) throws {
    var ledger = try Self.ledger(from)
    try ledger.record(
      .incidentOpened(.init(incident: "drill", title: "a drill", sites: [], windows: [], drill: true)))
    let drill = StudyFact.held(
      .init(incident: "drill", cause: .person, criteria: [], round: nil, reason: "a drill", drill: true))
    if case .active = from {
      try ledger.record(drill)
    } else {
      #expect(throws: MoveError.self) { try ledger.record(drill) }
    }
    #expect(ledger.state.standing == from)
    #expect(ledger.state.interruption?.fact.incident != "drill")
  }

  @Test(arguments: standings) func evidenceIsOfTheStudysPhase(_ from: StudyState.Standing) throws {
    for phase in PhaseName.allCases {
      var ledger = try Self.ledger(from)
      if from == .active(phase) {
        try ledger.endRound(phase: phase)
        #expect(ledger.state.evidence?.fact.phase == phase)
      } else {
        #expect(throws: MoveError.self) { try ledger.endRound(phase: phase) }
      }
    }
  }

  @Test func aModelCannotChangeAndKeepThePhase() throws {
    var ledger = try GateLedger(in: .limited)
    let digest = ReviewedStudy.digest("p")
    #expect(throws: MoveError.self) {
      try ledger.record(
        .protocolPublished(
          .init(
            version: 2, protocolDigest: digest, model: ReviewedStudy.digest("m"), features: nil, reason: "r",
            changes: [], returnsToSilent: false)))
    }
  }

  @Test func versionsAreNumberedWithoutGapsAndSayWhy() throws {
    var ledger = try GateLedger(in: .silent)
    for (version, reason) in [(3, "r"), (1, "r"), (2, nil)] as [(Int, String?)] {
      #expect(throws: MoveError.self) {
        try ledger.record(
          .protocolPublished(
            .init(
              version: version, protocolDigest: ReviewedStudy.digest("p"),
              model: Digest(of: ReviewedStudy.modelArtifact("model 1")), features: nil, reason: reason,
              changes: [],
              returnsToSilent: false)))
      }
    }
  }

  @Test func incidentsAreOpenedOnceAndClosedWhenNothingWaitsForThem() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.interrupt()
    let close = StudyFact.incidentClosed(.init(incident: "incident", people: ["O."], text: "over"))
    #expect(throws: MoveError.self) { try ledger.interrupt() }
    #expect(throws: MoveError.self) { try ledger.record(close) }
    #expect(throws: MoveError.self) { try ledger.note("unknown") }
    #expect(throws: MoveError.self) { try ledger.restart(.silent, under: 1, incident: "unknown") }
    try ledger.note()
    try ledger.restart(.silent, under: 1)
    try ledger.record(close)
    #expect(ledger.state.incident("incident")?.isOpen == false)
    #expect(throws: MoveError.self) { try ledger.record(close) }
    #expect(throws: MoveError.self) { try ledger.note() }
  }

  @Test func aStudyIsHeldOnAnOpenIncidentOfItsKind() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.record(
      .incidentOpened(.init(incident: "drill", title: "a drill", sites: [], windows: [], drill: true)))
    for (incident, drill) in [("drill", false), ("unknown", false), ("unknown", true)] {
      #expect(throws: MoveError.self) {
        try ledger.record(
          .held(
            .init(incident: incident, cause: .person, criteria: [], round: nil, reason: "r", drill: drill)))
      }
      #expect(throws: MoveError.self) {
        try ledger.record(.stopped(.init(incident: incident, reason: "r")))
      }
    }
  }

  @Test func aSiteIsInTheLowerOfItsConsentAndTheStudysPhase() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.consent("north", .silent)
    try ledger.consent("south", .none)
    #expect(ledger.state.phase(of: "north") == .silent)
    #expect(ledger.state.phase(of: "south") == nil)
    #expect(ledger.state.phase(of: "east") == .limited)
    #expect(ledger.state.phase(of: "elsewhere") == nil)
    try ledger.amend { $0.title = "renamed" }
    #expect(ledger.state.phase(of: "east") == nil)
    try ledger.consent("east", .broad)
    #expect(ledger.state.phase(of: "east") == .limited)
    try ledger.interrupt()
    #expect(ledger.state.phase(of: "east") == nil)
    try ledger.restart(.silent, under: 1)
    #expect(ledger.state.phase(of: "east") == .silent)
    #expect(ledger.state.phase(of: "north") == .silent)
  }

  @Test func consentToAnUnknownProtocolIsRefused() throws {
    var ledger = try GateLedger(in: .silent)
    #expect(throws: MoveError.self) {
      try ledger.record(
        .consentRecorded(
          .init(
            site: "north", protocolDigest: ReviewedStudy.digest("p"), phase: .broad,
            statement: ReviewedStudy.digest("s"))))
    }
  }
}
