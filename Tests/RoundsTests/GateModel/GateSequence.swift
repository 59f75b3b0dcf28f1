/// The same numbers for the same seed, everywhere.
struct SequenceGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &self) }
}

/// One step of a sequence.
enum SequenceStep {
  case ask(ModelRequest)
  /// The same, with a fault in its transaction.
  case fail(ModelRequest)
  case clock(Int64)
  case acknowledge(String)
  case renew
  case crash
}

/// Makes the steps of a sequence up as it goes: more often than not something that leads on, so that sequences get
/// far, and else anything.
struct GateSequence {
  /// Who takes part; keys are named by whose they are.
  enum People {
    static let adler = ModelEntry(person: "A. Adler", role: "clinical safety", key: "A. Adler")
    static let berg = ModelEntry(person: "B. Berg", role: "statistics", key: "B. Berg", isDistinct: true)
    static let clay = ModelEntry(person: "C. Clay", role: "chair", key: "C. Clay")
    static let deputy = "D. Dorn"
    static let everybody = ["A. Adler", "B. Berg", "C. Clay", "D. Dorn"]
  }

  static let phases = ["silent", "limited", "broad"]
  static let sites = ["east", "north", "south"]
  private static let day: Int64 = 86_400

  private var random: SequenceGenerator
  private var ids = 0
  /// What was signed before: it may be sent again.
  private var old: [ModelRequest] = []

  init(seed: UInt64) { random = SequenceGenerator(seed: seed) }

  /// How many steps a sequence has: 20 to 60, and few of them many when not all of them need to be long.
  static func length(seed: UInt64, isThorough: Bool) -> Int {
    var random = SequenceGenerator(seed: ~seed)
    return Int.random(in: isThorough || random.chance(12) ? 20...60 : 20...26, using: &random)
  }

  mutating func step(_ model: GateModel, now: Int64) -> SequenceStep {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<4: return .clock(jump())
    case 4..<6: return .crash
    case 6..<9: return .acknowledge(random.pick(Self.sites) ?? "north")
    case 9: return .renew
    case 10..<14: return .fail(leadingOn(model, now: now))
    case 14..<70: return .ask(leadingOn(model, now: now))
    default: return .ask(anything(model, now: now))
    }
  }

  /// Minutes, days or weeks, forward more often than back.
  private mutating func jump() -> Int64 {
    let sizes: [Int64] = [60, 299, 301, 3_600, Self.day, 2 * Self.day, 10 * Self.day, 25 * Self.day]
    let size = random.pick(sizes) ?? 60
    return random.chance(75) ? size : -min(size, Self.day)
  }

  private mutating func newID() -> Int {
    ids += 1
    return ids
  }

  // MARK: What leads on

  private mutating func leadingOn(_ model: GateModel, now: Int64) -> ModelRequest {
    guard let current = model.versions[model.inForce] else { return .publish(firstVersion()) }
    if !model.models.contains(current.model), model.versions[model.versions.count]?.model == current.model {
      return .files(model: current.model)
    }
    let silentSites = current.sites.filter { GateModel.rank(model.consents[model.inForce]?[$0]) == 0 }
    if let site = silentSites.first, !model.isHalted, random.chance(80) {
      return .consent(
        site: site, version: model.inForce,
        phase: random.pick(["broad", "broad", "limited", "silent"]) ?? "",
        signedAt: now, ahead: 0)
    }
    if model.state == "draft" { return .enter(phase: "silent") }
    if let halted = model.halted { return towardsRestart(model, halted.incident, now: now) }
    if let incident = model.incidents.first(where: { $0.value.isOpen && !$0.value.isDrill })?.key {
      return .close(incident: incident)
    }
    guard let next = model.nextPhase else {
      return .roundEnds(
        phase: model.state, version: model.inForce, verdict: "pass", breached: random.chance(60))
    }
    guard let evidence = model.currentEvidence, evidence.verdict == "pass",
      now <= evidence.endedAt + current.validity
    else {
      return .roundEnds(phase: model.state, version: model.inForce, verdict: "pass", breached: false)
    }
    if let entry = unsigned(model, target: nil, now: now) { return good(entry, model, target: nil, now: now) }
    return .enter(phase: next)
  }

  private mutating func towardsRestart(_ model: GateModel, _ incident: Int, now: Int64) -> ModelRequest {
    let known = model.incidents[incident]
    if known?.hasOwner != true || known?.hasAction != true {
      return .note(incident: incident, owner: true, action: random.chance(70))
    }
    // What somebody signed for already, so that a restart comes about.
    let standing = model.decisions.last { $0.gate == "restart" && $0.tick > (model.halted?.tick ?? 0) }
    let target =
      standing?.target
      ?? ModelDecision.Target(
        version: random.chance(70) ? model.inForce : anyVersion(model),
        phase: random.chance(60) ? "silent" : model.phase ?? "silent", incident: incident)
    if let entry = unsigned(model, target: target, now: now) {
      return good(entry, model, target: target, now: now)
    }
    return .restart(phase: target.phase, version: target.version)
  }

  /// An entry whose newest decision is none that would do.
  private func unsigned(_ model: GateModel, target: ModelDecision.Target?, now: Int64) -> ModelEntry? {
    model.requiredEntries.first { entry in
      guard entry.key != nil else { return false }
      let newest = model.decisions.last { $0.gate == model.gate && $0.role == entry.role }
      guard let newest, newest.tick > (model.halted?.tick ?? model.entered) else { return true }
      return newest.decision != "approve" || newest.target != target || newest.version != model.inForce
        || newest.evidence != model.currentEvidence?.tick || now > newest.validUntil
        || (newest.seen ?? 0) < (model.cut ?? 0)
    }
  }

  /// What the named person signs who does everything right.
  private mutating func good(
    _ entry: ModelEntry, _ model: GateModel, target: ModelDecision.Target?, now: Int64
  ) -> ModelRequest {
    let decision = right(entry, model, target: target, now: now)
    old.append(.decide(decision))
    return .decide(decision)
  }

  private mutating func right(
    _ entry: ModelEntry, _ model: GateModel, target: ModelDecision.Target?, now: Int64
  ) -> ModelDecision {
    ModelDecision(
      id: newID(), gate: model.gate ?? "limited", decision: "approve", person: entry.person, role: entry.role,
      key: entry.key ?? entry.person, version: model.inForce, evidence: model.currentEvidence?.tick,
      page: model.cut, target: target, signedAt: now, validUntil: now + 20 * Self.day, seen: model.tick,
      previous: model.decisions.last { $0.key == entry.key ?? entry.person }?.id, delegation: nil)
  }

  // MARK: Anything

  private mutating func anything(_ model: GateModel, now: Int64) -> ModelRequest {
    let version = anyVersion(model)
    // Of a study that is not there nothing can be signed.
    if model.versions.isEmpty {
      return random.pick([.hold(drill: false), .stop, .enter(phase: "silent")]) ?? .stop
    }
    switch Int.random(in: 0..<20, using: &random) {
    case 0, 1: return .publish(amendment(model))
    case 2, 3:
      return .consent(
        site: random.pick(Self.sites) ?? "", version: random.chance(90) ? version : model.versions.count + 1,
        phase: random.pick(["none", "silent", "limited", "broad"]) ?? "",
        signedAt: now + (random.pick([0, 0, 300, 301, -86_400]) ?? 0), ahead: random.chance(90) ? 0 : 1)
    case 4:
      // Only what it answers about the state; a study without its files has other reasons.
      guard let current = model.versions[model.inForce], model.models.contains(current.model),
        let phase = random.pick(current.phases)
      else { return .files(model: 9) }
      return .roundOpens(phase: phase)
    case 5, 6:
      return .roundEnds(
        phase: random.chance(80) ? model.phase ?? "silent" : random.pick(Self.phases) ?? "",
        version: random.chance(80) ? model.inForce : version,
        verdict: random.pick(["pass", "fail", "inconclusive", "notEvaluable"]) ?? "",
        breached: random.chance(25))
    case 7: return delegation(model, now: now)
    case 8, 9: return .enter(phase: random.pick(Self.phases) ?? "")
    case 10: return .hold(drill: random.chance(40))
    case 11: return random.chance(40) ? .stop : .hold(drill: false)
    case 12, 13: return .restart(phase: random.pick(Self.phases) ?? "", version: version)
    case 14:
      return .note(
        incident: Int.random(in: 1...(model.incidents.count + 1), using: &random), owner: random.chance(50),
        action: random.chance(50))
    case 15: return .close(incident: Int.random(in: 1...(model.incidents.count + 1), using: &random))
    case 16: return random.pick(old) ?? .files(model: 1)
    default: return wrong(model, now: now)
    }
  }

  private mutating func anyVersion(_ model: GateModel) -> Int {
    Int.random(in: 1...max(1, model.versions.count), using: &random)
  }

  private mutating func delegation(_ model: GateModel, now: Int64) -> ModelRequest {
    let named = random.pick(model.requiredEntries) ?? People.adler
    let isDeputy = random.chance(80)
    let key = isDeputy ? People.deputy : random.pick(People.everybody) ?? ""
    let request = ModelRequest.delegate(
      ModelDelegation(
        id: newID(), gate: random.chance(90) ? model.gate ?? "limited" : "broad", role: named.role,
        person: named.person, delegate: random.chance(90) ? key : random.pick(People.everybody) ?? "",
        key: key, from: now + (random.chance(80) ? 0 : 600),
        until: now + (random.pick([10, 60, 90, 91, 0]) ?? 10) * Self.day + (random.chance(90) ? 0 : 1),
        version: random.chance(90) ? model.inForce : anyVersion(model), signedAt: now))
    old.append(request)
    return request
  }

  /// A sign-off that differs from a right one in one thing or two, or in nothing.
  private mutating func wrong(_ model: GateModel, now: Int64) -> ModelRequest {
    let entry = random.pick(model.requiredEntries) ?? People.adler
    let target = model.halted.map { halted in
      ModelDecision.Target(
        version: anyVersion(model), phase: random.pick(Self.phases) ?? "silent", incident: halted.incident)
    }
    var decision = right(entry, model, target: target, now: now)
    decision.decision = random.pick(["approve", "approve", "reject", "abstain"]) ?? "approve"
    let delegations = model.delegations.filter { $0.gate == decision.gate }
    if let given = random.pick(delegations), random.chance(50) {
      (decision.person, decision.role, decision.key) = (given.delegate, given.role, given.key)
      decision.delegation = given.id
      decision.previous = model.decisions.last { $0.key == given.key }?.id
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) { spoil(&decision, model, now: now) }
    old.append(.decide(decision))
    return .decide(decision)
  }

  private mutating func spoil(_ decision: inout ModelDecision, _ model: GateModel, now: Int64) {
    switch Int.random(in: 0..<18, using: &random) {
    case 0: decision.isReviewersKey = false
    case 1: decision.ofThisTenant = false
    case 2: decision.ofThisStudy = false
    case 3:
      // A target is a restart's: without one the statement has another shape.
      decision.gate = decision.gate == "restart" ? "restart" : random.pick(["limited", "broad"]) ?? ""
    case 4: decision.version = anyVersion(model)
    case 5: decision.key = random.pick(People.everybody) ?? ""
    case 6: decision.person = random.pick(People.everybody) ?? ""
    case 7: decision.role = random.pick(["clinical safety", "statistics", "chair"]) ?? ""
    case 8: decision.evidence = random.pick(model.evidence)?.tick
    case 9: decision.page = -1
    case 10: decision.target?.incident = Int.random(in: 1...max(1, model.incidents.count), using: &random)
    case 11: decision.meaning = false
    case 12: decision.signedAt = now + (random.pick([300, 301, -300, -301, -Self.day]) ?? 0)
    case 13: decision.validUntil = max(decision.signedAt + 1, now + (random.pick([-1, 0, 1, 60]) ?? 0))
    case 14: decision.seen = random.chance(20) ? nil : Int.random(in: 1...max(1, model.tick), using: &random)
    case 15: decision.previous = random.chance(50) ? nil : random.pick(model.decisions)?.id
    case 16: decision.delegation = random.chance(50) ? nil : random.pick(model.delegations)?.id ?? -1
    default: decision.validUntil = decision.signedAt + 300 * Self.day
    }
    // What names no target or ends before it is signed cannot even be written.
    decision.validUntil = max(decision.validUntil, decision.signedAt + 1)
    if decision.validUntil > decision.signedAt + 365 * Self.day {
      decision.validUntil = decision.signedAt + 365 * Self.day
    }
  }

  // MARK: Versions

  private mutating func firstVersion() -> ModelVersion {
    ModelVersion(
      number: 1, phases: Self.phases,
      entries: ["silent": [People.adler, People.berg], "limited": [People.adler, People.clay]],
      minimumSites: 2, validity: 30 * Self.day, model: 1, use: 1, sites: Self.sites)
  }

  private mutating func amendment(_ model: GateModel) -> ModelVersion {
    var version = model.versions[model.inForce] ?? firstVersion()
    version.number = model.versions.count + 1
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: version.use += 1
    case 2: version.model = 3 - min(2, version.model)
    case 3: version.phases = version.phases.count == 3 ? ["silent", "broad"] : Self.phases
    case 4: version.entries["silent"] = [People.adler, People.clay]
    case 5: version.entries["limited"] = []
    case 6: version.entries["silent"]?[0].key = nil
    case 7: version.sites = version.sites.count == 3 ? ["east", "north"] : Self.sites
    case 8: version.validity = 5 * Self.day
    default: version.minimumSites = 5 - version.minimumSites
    }
    // Phases that are left out have nobody who signs.
    if !version.phases.contains("limited") { version.entries["limited"] = nil }
    version.minimumSites = min(version.minimumSites, version.sites.count)
    return version
  }
}
