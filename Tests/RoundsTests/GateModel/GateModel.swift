// The rules of protocols/gates.md and of the consents in protocols/grants.md, written a second time, from those
// two pages only and before the product's own code was read; where the pages could be read in two ways they were
// made clear first. It shares nothing with that code but the names of phases and the codes, as strings. What it
// cannot know it counts in ticks: each request that was allowed is one tick, and whatever that request did to the
// history bears it.

/// One entry of a phase's sign-offs.
struct ModelEntry: Equatable {
  var person: String
  var role: String
  /// The key that the protocol names, if it does. Keys are called as the people whose they are.
  var key: String?
  /// Whether nobody else of the phase may be of the signer's organisation; everybody has one of their own.
  var isDistinct = false
}

/// A version of the protocol, as far as the rules look at it.
struct ModelVersion {
  var number: Int
  var phases: [String]
  var entries: [String: [ModelEntry]]
  var minimumSites: Int
  /// For how long evidence is good, in seconds.
  var validity: Int64
  var model: Int
  var use: Int
  var sites: [String]
}

/// A delegation that was taken.
struct ModelDelegation {
  var id: Int
  var gate: String
  var role: String
  var person: String
  var delegate: String
  var key: String
  var from: Int64
  var until: Int64
  var version: Int
  var signedAt: Int64
}

/// What somebody signs at a gate.
struct ModelDecision {
  struct Target: Equatable {
    var version: Int
    var phase: String
    var incident: Int
  }

  var id: Int
  var gate: String
  var decision: String
  var person: String
  var role: String
  var key: String
  var isReviewersKey = true
  var ofThisTenant = true
  var ofThisStudy = true
  var version: Int
  /// The tick of the evidence that it names; `nil` for the protocol alone.
  var evidence: Int?
  /// The tick of the cut at which the page ended that was read.
  var page: Int?
  var target: Target?
  var meaning = true
  var signedAt: Int64
  var validUntil: Int64
  /// The tick whose newest event the signer saw; `nil` for an event that this study never had.
  var seen: Int?
  var previous: Int?
  var delegation: Int?
  /// Set when it is taken.
  var tick = 0
}

enum ModelRequest {
  case publish(ModelVersion)
  /// A model's file, and a model card.
  case files(model: Int)
  /// `ahead` is how far its sequence is off: 0 for the one that follows.
  case consent(site: String, version: Int, phase: String, signedAt: Int64, ahead: Int)
  case roundOpens(phase: String)
  case roundEnds(phase: String, version: Int, verdict: String, breached: Bool)
  case delegate(ModelDelegation)
  case decide(ModelDecision)
  case enter(phase: String)
  case hold(drill: Bool)
  case stop
  case restart(phase: String, version: Int)
  case note(incident: Int, owner: Bool, action: Bool)
  case close(incident: Int)
}

enum ModelAnswer: Equatable {
  case allowed
  /// Refused, with all these codes.
  case refused(Set<String>)
}

struct GateModel {
  struct Evidence {
    var tick: Int
    var phase: String
    var version: Int
    var verdict: String
    var endedAt: Int64
  }

  struct Incident {
    var isDrill: Bool
    var isOpen = true
    var hasOwner = false
    var hasAction = false
    var noted = 0
  }

  static let tolerance: Int64 = 300

  private(set) var state = "draft"
  /// The phase in which the study is, or was when it was held or stopped.
  private(set) var phase: String?
  private(set) var versions: [Int: ModelVersion] = [:]
  private(set) var inForce = 0
  private(set) var models: Set<Int> = []
  /// Since when the study is in its phase; and since when under the version in force.
  private(set) var entered = 0
  private(set) var enteredUnder = 0
  /// The hold or stop that is not over; a stop stays one when an amendment makes the study held.
  private(set) var halted: (tick: Int, time: Int64, incident: Int, isStop: Bool)?
  private(set) var consents: [Int: [String: String]] = [:]
  private(set) var evidence: [Evidence] = []
  private(set) var delegations: [ModelDelegation] = []
  private(set) var decisions: [ModelDecision] = []
  /// By the number in which they were opened, from 1.
  private(set) var incidents: [Int: Incident] = [:]
  /// The phases in which the study was under each version.
  private(set) var reached: [Int: Set<String>] = [:]
  private(set) var tick = 0

  static func rank(_ phase: String?) -> Int {
    ["silent": 1, "limited": 2, "broad": 3][phase ?? "none"] ?? 0
  }

  var isHalted: Bool { state == "held" || state == "stopped" }
  var isInPhase: Bool { Self.rank(state) > 0 }
  private var current: ModelVersion? { versions[inForce] }

  /// The gate that the state waits for.
  var gate: String? { isHalted ? "restart" : nextPhase }

  var nextPhase: String? {
    guard isInPhase, let current else { return nil }
    return current.phases.first { Self.rank($0) > Self.rank(state) }
  }

  /// The highest phase that a site may be in; `nil` for none.
  func phase(of site: String) -> String? {
    guard isInPhase, let consent = consents[inForce]?[site], Self.rank(consent) > 0 else { return nil }
    return Self.rank(consent) < Self.rank(state) ? consent : state
  }

  /// How far a grant under an earlier version may still go, which is not renewed: as far as the study and the
  /// site's consent to that version, while the site has said nothing about the version in force.
  func leftover(of site: String, under version: Int) -> String? {
    guard isInPhase, current?.sites.contains(site) ?? false, consents[inForce]?[site] == nil,
      let consent = consents[version]?[site],
      Self.rank(consent) > 0
    else { return nil }
    return Self.rank(consent) < Self.rank(state) ? consent : state
  }

  /// The newest evidence of the phase under the version in force, since the study is in it under it.
  var currentEvidence: Evidence? {
    evidence.last { $0.phase == phase && $0.version == inForce && $0.tick > enteredUnder }
  }

  /// Where what a reviewer reads ends.
  var cut: Int? {
    guard let halted else { return currentEvidence?.tick }
    return max(halted.tick, incidents[halted.incident]?.noted ?? 0)
  }

  /// The entries that have to sign at the gate for which the state waits.
  var requiredEntries: [ModelEntry] {
    guard let current, let phase else { return [] }
    if !isHalted { return current.entries[phase] ?? [] }
    let before = current.phases.filter { Self.rank($0) <= Self.rank(phase) }.reversed()
    return before.lazy.compactMap { current.entries[$0] }.first { !$0.isEmpty } ?? []
  }

  // MARK: Answers

  func answer(to request: ModelRequest, now: Int64) -> ModelAnswer {
    let codes: Set<String>
    if versions.isEmpty {
      guard case .publish = request else { return .refused(["absent"]) }
      return .allowed
    }
    switch request {
    case .publish(let version): codes = publishing(version)
    case .files(let model): codes = versions[versions.count]?.model == model ? [] : ["notNamed"]
    case .consent(let site, let number, _, let signedAt, let ahead):
      if !(versions[number]?.sites.contains(site) ?? false) { return .refused(["unknownProtocol"]) }
      codes = ahead != 0 ? ["sequence"] : signedAt > now + Self.tolerance ? ["time"] : []
    case .roundOpens(let wanted):
      codes = isHalted ? ["study-held"] : state == wanted ? [] : ["phase-closed"]
    case .roundEnds(let phase, let number, _, _):
      codes = state == phase && number == inForce ? [] : ["notJudged"]
    case .delegate(let delegation): codes = delegating(delegation, now: now)
    case .decide(let decision): codes = deciding(decision, now: now)
    case .enter(let wanted): codes = entering(wanted, now: now)
    case .hold: codes = isInPhase ? [] : ["state"]
    case .stop: codes = isInPhase || state == "held" ? [] : ["state"]
    case .restart(let wanted, let number): codes = restarting(in: wanted, under: number, now: now)
    case .note(let id, _, _): codes = incidents[id]?.isOpen ?? false ? [] : ["incident"]
    case .close(let id):
      codes = (incidents[id]?.isOpen ?? false) && id != halted?.incident ? [] : ["incident"]
    }
    return codes.isEmpty ? .allowed : .refused(codes)
  }

  private func publishing(_ version: ModelVersion) -> Set<String> {
    guard state == "stopped", let current else { return [] }
    return version.model == current.model ? ["state"] : []
  }

  private func entering(_ wanted: String, now: Int64) -> Set<String> {
    guard let current else { return ["state"] }
    if state == "draft" {
      guard wanted == "silent" else { return ["state"] }
      let agreeing = current.sites.filter { Self.rank(consents[inForce]?[$0]) >= 1 }
      return (models.contains(current.model) ? Set() : ["objectsMissing"])
        .union(agreeing.count < current.minimumSites ? ["consents"] : [])
    }
    guard isInPhase, wanted == nextPhase else { return ["state"] }
    var codes: Set<String> = []
    if let newest = currentEvidence {
      if newest.verdict != "pass" { codes.insert("verdict") }
      if now > newest.endedAt + current.validity { codes.insert("evidenceExpired") }
    } else {
      codes.insert("noEvidence")
    }
    if incidents.values.contains(where: { $0.isOpen && !$0.isDrill }) { codes.insert("incidentOpen") }
    return codes.union(missing(target: nil, gate: wanted, now: now))
  }

  private func restarting(in wanted: String, under number: Int, now: Int64) -> Set<String> {
    guard isHalted, let halted else { return ["state"] }
    var codes: Set<String> = []
    if !mayRestart(in: wanted, under: number) { codes.insert("target") }
    if let incident = incidents[halted.incident], !(incident.hasOwner && incident.hasAction) {
      codes.insert("correctiveAction")
    }
    let target = ModelDecision.Target(version: number, phase: wanted, incident: halted.incident)
    return codes.union(missing(target: target, gate: "restart", now: now))
  }

  private func mayRestart(in wanted: String, under number: Int) -> Bool {
    guard let version = versions[number], version.phases.contains(wanted) else { return false }
    if halted?.isStop ?? false, wanted != "silent" { return false }
    if number == inForce { return Self.rank(wanted) <= Self.rank(phase) }
    guard let reached = reached[number] else { return false }
    return wanted == "silent" || reached.contains(wanted)
  }

  /// What is missing of the sign-offs that a gate needs.
  private func missing(target: ModelDecision.Target?, gate: String, now: Int64) -> Set<String> {
    guard !requiredEntries.isEmpty else { return ["noReviewers"] }
    return Set(
      requiredEntries.compactMap { entry in
        guard entry.key != nil else { return "keyUnknown" }
        guard let standing = standing(of: entry, at: gate) else { return "signOffMissing" }
        switch standing.decision {
        case "reject": return "signOffRejected"
        case "abstain": return "signOffAbstained"
        default: break
        }
        // Without evidence there is no cut, and what was approved is of something else.
        let isOld = cut.map { (standing.seen ?? 0) < $0 } ?? true
        let isOfOther = standing.evidence != currentEvidence?.tick || standing.target != target
        if standing.version != inForce || isOld || isOfOther { return "signOffVoid" }
        return now > standing.validUntil ? "signOffExpired" : nil
      })
  }

  /// An entry's newest decision at a gate since the study entered the phase, or since the hold or stop.
  private func standing(of entry: ModelEntry, at gate: String) -> ModelDecision? {
    decisions.last { decision in
      guard decision.gate == gate, decision.tick > (halted?.tick ?? entered) else { return false }
      guard decision.role == entry.role else { return false }
      let behalf = decision.delegation.flatMap { id in delegations.first { $0.id == id } }
      return (behalf?.person ?? decision.person) == entry.person
    }
  }

  // MARK: Signatures

  private func deciding(_ decision: ModelDecision, now: Int64) -> Set<String> {
    if decisions.contains(where: { $0.id == decision.id }) { return [] }
    if !decision.isReviewersKey { return ["signature"] }
    if !decision.ofThisTenant { return ["otherTenant"] }
    if !decision.ofThisStudy { return ["otherStudy"] }
    if decision.gate != gate { return ["wrongGate"] }
    if decision.version != inForce { return ["protocolDiffers"] }
    if let code = wrongSigner(decision) { return [code] }
    if sharesOrganisation(key: decision.key, role: decision.role, now: now) { return ["notIndependent"] }
    if fillsOtherRole(key: decision.key, person: decision.person, role: decision.role, gate: decision.gate) {
      return ["oneKeyTwoRoles"]
    }
    if decision.evidence != currentEvidence?.tick { return ["evidenceDiffers"] }
    if let cut, decision.page != cut { return ["pageDiffers"] }
    if let halted {
      guard let target = decision.target, target.incident == halted.incident,
        versions[target.version] != nil
      else { return ["wrongTarget"] }
    } else if decision.target != nil {
      return ["wrongTarget"]
    }
    if !decision.meaning { return ["meaning"] }
    if decision.signedAt > now + Self.tolerance || now > decision.validUntil { return ["time"] }
    let earliest = halted?.time ?? currentEvidence?.endedAt ?? 0
    if decision.signedAt < earliest - Self.tolerance { return ["signedBeforeEvidence"] }
    guard let seen = decision.seen, let cut, seen >= cut else { return ["historyDiffers"] }
    let previous = decisions.last { $0.key == decision.key }?.id
    return decision.previous == previous ? [] : ["previousDiffers"]
  }

  private func sharesOrganisation(key: String, role: String, now: Int64) -> Bool {
    guard requiredEntries.contains(where: { $0.role == role && $0.isDistinct }) else { return false }
    let others = requiredEntries.filter { $0.role != role }
    return others.contains { $0.person == key }
      || delegations.contains { given in
        given.gate == gate && given.version == inForce && given.until > now && given.key == key
          && others.contains { $0.role == given.role }
      }
  }

  /// Whether a key or a name stands for somebody or something else at a gate.
  private func fillsOtherRole(key: String, person: String, role: String, gate: String) -> Bool {
    let others = requiredEntries.filter { $0.role != role }
    if others.contains(where: { $0.key == key || $0.person == person }) { return true }
    return decisions.contains { before in
      guard before.gate == gate, before.version == inForce, before.tick > (halted?.tick ?? entered) else {
        return false
      }
      if before.key == key { return before.person != person || before.role != role }
      return before.person == person && before.role != role
    }
  }

  private func wrongSigner(_ decision: ModelDecision) -> String? {
    if let id = decision.delegation {
      guard let given = delegations.first(where: { $0.id == id }), given.gate == decision.gate,
        given.role == decision.role, given.version == decision.version, given.key == decision.key,
        given.delegate == decision.person, given.from <= decision.signedAt, decision.signedAt < given.until
      else { return "delegation" }
      return nil
    }
    if let entry = requiredEntries.first(where: { $0.key == decision.key }) {
      return entry.person == decision.person && entry.role == decision.role ? nil : "otherName"
    }
    return requiredEntries.contains { $0.person == decision.person } ? "otherKey" : "unnamedReviewer"
  }

  private func delegating(_ delegation: ModelDelegation, now: Int64) -> Set<String> {
    if delegations.contains(where: { $0.id == delegation.id }) { return [] }
    guard delegation.gate == gate else { return ["wrongGate"] }
    if delegation.version != inForce { return ["protocolDiffers"] }
    guard let entry = requiredEntries.first(where: { $0.person == delegation.person })
    else { return ["unnamedReviewer"] }
    // It is signed with the key that the person has elsewhere; here the protocol may name none.
    if entry.key == nil { return ["otherKey"] }
    if entry.key == delegation.key || entry.person == delegation.delegate { return ["oneKeyTwoRoles"] }
    if sharesOrganisation(key: delegation.key, role: delegation.role, now: now) { return ["notIndependent"] }
    if fillsOtherRole(
      key: delegation.key, person: delegation.delegate, role: delegation.role, gate: delegation.gate)
    {
      return ["oneKeyTwoRoles"]
    }
    // Sent again after the clock went back.
    if delegation.signedAt > now + Self.tolerance { return ["time"] }
    let lasts = delegation.until - delegation.from
    return lasts > 90 * 86_400 || lasts <= 0 ? ["lifetime"] : []
  }

  // MARK: Effects

  /// Takes a request that was allowed.
  mutating func take(_ request: ModelRequest, now: Int64) {
    tick += 1
    switch request {
    case .publish(let version): publish(version)
    case .files(let model): models.insert(model)
    case .consent(let site, let number, let phase, _, _): consents[number, default: [:]][site] = phase
    case .roundOpens: break
    case .roundEnds(let phase, let number, let verdict, let breached):
      evidence.append(
        Evidence(tick: tick, phase: phase, version: number, verdict: verdict, endedAt: now))
      if breached { halt("held", drill: false, now: now) }
    case .delegate(let delegation):
      if !delegations.contains(where: { $0.id == delegation.id }) { delegations.append(delegation) }
    case .decide(var decision):
      decision.tick = tick
      if !decisions.contains(where: { $0.id == decision.id }) { decisions.append(decision) }
    case .enter(let phase): enter(phase)
    case .hold(let drill): halt("held", drill: drill, now: now)
    case .stop: halt("stopped", drill: false, now: now)
    case .restart(let phase, let number):
      if let halted { incidents[halted.incident]?.isOpen = false }
      (inForce, halted) = (number, nil)
      enter(phase)
    case .note(let id, let owner, let action):
      incidents[id]?.noted = tick
      if owner { incidents[id]?.hasOwner = true }
      if action { incidents[id]?.hasAction = true }
    case .close(let id): incidents[id]?.isOpen = false
    }
  }

  private mutating func publish(_ version: ModelVersion) {
    let before = current
    versions[version.number] = version
    inForce = version.number
    guard let before, let phase else { return }
    if state == "stopped" { state = "held" }
    if version.model != before.model || version.use != before.use || !version.phases.contains(phase) {
      self.phase = "silent"
      if !isHalted { (state, entered) = ("silent", tick) }
    }
    enteredUnder = tick
    if !isHalted { remember() }
  }

  /// A stop of a held study is of the incident that holds it.
  private mutating func halt(_ wanted: String, drill: Bool, now: Int64) {
    let incident = halted?.incident ?? incidents.count + 1
    if incidents[incident] == nil { incidents[incident] = Incident(isDrill: drill) }
    guard !drill else { return }
    state = wanted
    halted = (tick, now, incident, wanted == "stopped")
  }

  private mutating func enter(_ wanted: String) {
    (state, phase, entered, enteredUnder) = (wanted, wanted, tick, tick)
    remember()
  }

  private mutating func remember() {
    reached[inForce, default: []].insert(state)
  }
}
