import CanonicalJSON
import Cryptography
package import EvaluationProtocols
package import Gates
import PhaseGrants
import Synthesis

/// The synthetic example with three phases and three reviewers, on its way: two rounds in silent, the gate into
/// limited, a drill, a round in limited that breaches a stop criterion at one hospital, and the hold.
package struct DeteriorationStory {
  package let story: ToldHistory
  /// The matrix and verdicts of the newest round.
  package let result: ReviewFacts.Result

  package static let sites = ["north", "south", "east", "west", "central"]
  package static let reviewers = [
    ("clinical sponsor", "Dr. Asta Berg", "North Hospital"),
    ("safety officer", "Dr. Milan Novak", "South Hospital"),
    ("statistician", "Prof. Ines Costa", "University of Central"),
  ]

  /// The example's protocol with the phases of this story.
  package static func evaluationProtocol() throws -> EvaluationProtocol {
    let bytes = try SyntheticStudy.file("protocol.json")
    guard case .object(var document) = try parseCanonicalJSON(bytes, limits: .protocolDocument),
      case .array(let phases)? = document["phases"], case .object(var phase)? = phases.first
    else { throw ExampleError.example }
    phase["signOffs"] = .array(
      reviewers.map { role, person, organisation in
        [
          "role": .string(role), "person": .string(person), "organisation": .string(organisation),
          "fingerprint": .string(Digest(of: Array(person.utf8)).text), "independence": ["notModelAuthor"],
        ]
      })
    document["phases"] = .array(
      PhaseName.allCases.map { name in
        phase["phase"] = .string(name.rawValue)
        var own = phase
        // Ids of criteria are unique in a protocol.
        if name != .silent {
          for key in ["goCriteria", "stopCriteria"] {
            own[key] = .array(renamed(phase[key], "-in-\(name.rawValue)"))
          }
        }
        return .object(own)
      })
    document["monitoring"] = ["everyDays": 30, "openDays": 5, "quorum": 4, "looks": 12]
    return try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }

  private static func renamed(_ criteria: JSONValue?, _ suffix: String) -> [JSONValue] {
    guard case .array(let criteria)? = criteria else { return [] }
    return criteria.map { criterion in
      guard case .object(var object) = criterion, case .string(let id)? = object["id"] else {
        return criterion
      }
      object["id"] = .string(id + suffix)
      return .object(object)
    }
  }

  /// The story up to the hold in limited; with `untilReview`, up to the evidence that opens limited.
  package init(rows: Int = 2500, untilReview: Bool = false) throws {
    let evaluationProtocol = try Self.evaluationProtocol()
    let matrix = try SyntheticStudy.matrix(rows: rows, seed: 7, under: evaluationProtocol)
    let phase: PhaseName = untilReview ? .silent : .limited
    result = ReviewFacts.Result(
      matrix: matrix, outcome: try decide(matrix, phase: phase, under: evaluationProtocol, look: 1))
    var story = try ToldHistory(evaluationProtocol)
    try story.consent(["north", "south", "east", "west"])
    try story.consent(["central"], to: .silent)
    try story.enter(.silent)
    try story.wait(days: 30)
    try story.evidence(
      "r-first", in: .silent, verdict: .inconclusive, sites: Self.evidenceSites("january"),
      headlines: Self.headlines(east: 1.04))
    let reviewers = evaluationProtocol.phase(.silent)?.signOffs ?? []
    if let first = reviewers.first { try story.sign(first, at: .limited, .abstain) }
    try story.change(.mapping, site: "east", at: "2025-08-14T00:00:00Z", "lactate in mmol/l instead of mg/dl")
    try story.change(
      .sourceSystem, site: "north", at: "2025-05-02T00:00:00Z", "laboratory system moved to release 9")
    try story.wait(days: 30)
    try story.evidence(
      "r-second", in: .silent, look: 2, sites: Self.evidenceSites("february"),
      headlines: Self.headlines(east: 1.11))
    if !untilReview { try Self.limited(&story, reviewers) }
    self.story = story
  }

  private static func limited(_ story: inout ToldHistory, _ reviewers: [RequiredSignOff]) throws {
    try story.wait(days: 2)
    for (index, entry) in reviewers.enumerated() {
      try story.sign(
        entry, at: .limited, delegate: index == 1 ? "Dr. Eva Lang" : nil,
        conditions: index == 2 ? ["A monthly look at the calibration at East."] : [])
    }
    try story.enter(.limited, round: "r-second")
    story.tell(["north", "south", "east", "west"], .grant, phase: .limited)
    story.tell(["central"], .grant, phase: .silent)
    for site in sites { try story.acknowledge(site, .grant, after: 30) }
    try story.wait(days: 7)
    try story.hold("drill-1", title: "Yearly rehearsal of a stop", drill: true)
    story.tell(sites, .hold, drill: true)
    for (index, site) in sites.enumerated() {
      try story.acknowledge(site, .stopOrder, after: 3 + Int64(index) * 4, drill: true)
    }
    try story.add(
      .incidentClosed(.init(incident: "drill-1", people: ["Dr. Milan Novak"], text: "All heard it.")),
      by: "user/lead")
    try story.wait(days: 21)
    try story.evidence(
      "r-third", in: .limited, verdict: .fail, breached: ["stop-auroc-in-limited"],
      sites: evidenceSites("march"),
      headlines: headlines(east: 1.46))
    try story.hold(
      "i-7", title: "Discrimination at East fell below the stop criterion",
      criteria: ["stop-auroc-in-limited"],
      round: "r-third", sites: ["east"], windows: ["2025-07", "2025-08"])
    try story.wait(seconds: -60)
    story.tell(sites, .hold)
    for (site, seconds) in zip(sites, [2, 3, 41, 5]) {
      try story.acknowledge(site, .stopOrder, after: Int64(seconds))
    }
    try story.wait(seconds: 3600)
    try story.add(
      .incidentNoted(
        .init(
          incident: "i-7", text: nil, owner: "Dr. Milan Novak", runbook: "Stop of a score, page 7",
          correctiveAction: nil)), by: "user/lead")
    try story.wait(days: 1)
  }

  private static func evidenceSites(_ month: String) throws -> [EvidenceSite] {
    try sites.enumerated().map { index, site in
      try ToldHistory.site(
        site, dataset: site == "east" ? month : "first", rows: site == "west" ? nil : 2500 - 100 * index,
        events: site == "west" ? nil : 180 - 11 * index + (month == "march" && site == "east" ? 90 : 0),
        sourceVersion: site == "east" && month == "march" ? "release 9.0" : "release 8.2",
        extractedAt: site == "east" && month == "march" ? "2026-03-28T04:00:00Z" : "2026-01-02T04:00:00Z",
        evaluator: site == "south" && month == "march" ? "site-agent 0.2.0" : "site-agent 0.1.0")
    }.sorted { $0.site < $1.site }
  }

  private static func headlines(east: Double) throws -> [EvidenceHeadline] {
    [
      try ToldHistory.headline(
        .auroc, 0.83 - (east - 1) / 10, 0.80 - (east - 1) / 10, 0.86 - (east - 1) / 10),
      try ToldHistory.headline(.observedExpectedRatio, 0.8 + east / 5, 0.75 + east / 5, 0.85 + east / 5),
      try ToldHistory.headline(.calibrationSlope, 1.08 - east / 20, 0.94, 1.14),
      try ToldHistory.headline(
        .auroc, 0.84 - (east - 1) / 4, 0.80 - (east - 1) / 4, 0.87 - (east - 1) / 4, site: "east"),
      try ToldHistory.headline(.auroc, 0.83, 0.80, 0.86, site: "north"),
      try ToldHistory.headline(.observedExpectedRatio, east, east - 0.1, east + 0.1, site: "east"),
      try ToldHistory.headline(.observedExpectedRatio, 1.01, 0.9, 1.12, site: "north"),
      try ToldHistory.headline(.calibrationSlope, 0.98, 0.85, 1.11, site: "east"),
      try ToldHistory.headline(.calibrationSlope, 1.0, 0.87, 1.13, site: "north"),
    ]
  }

  /// The protocol example is not what this story was written for.
  package enum ExampleError: Error {
    case example
  }
}
