import Attestations
import CanonicalJSON
import Cryptography
import Foundation
import StudyFixtures
import TestSupport

/// A person who signs for a phase, with keys that the person made.
struct WireReviewer {
  let person: String
  let role: String
  let organisation: String
  /// The folder of the keys below the deployment's.
  let keys: String

  static let sponsor = WireReviewer(
    person: "Ada Marsh", role: "clinical sponsor", organisation: "Sponsor's hospital", keys: "marsh")
  static let governance = WireReviewer(
    person: "Ben Okafor", role: "governance", organisation: "Review trust", keys: "okafor")
  static let statistics = WireReviewer(
    person: "Cleo Lind", role: "statistics", organisation: "University of somewhere", keys: "lind")
  /// Named in no protocol.
  static let stranger = WireReviewer(
    person: "Eve Stone", role: "governance", organisation: "Elsewhere", keys: "stone")
  static let all = [sponsor, governance, statistics]
}

/// A study of three phases with three reviewers, at the four sites of the template, with criteria that it meets.
struct GatedStudy {
  static let id = "gated-angiography"
  /// How far each site consents.
  static let consents = [
    "cleveland": "limited", "budapest": "broad", "switzerland": "limited", "long-beach": "silent",
  ]

  let deployment: WireDeployment

  var study: String { GatedStudy.id }
  var trust: String { deployment.folder + "/trust.json" }
  var package: String { deployment.folder + "/review.evb.zip" }

  func keys(of reviewer: WireReviewer) -> String { "\(deployment.folder)/\(reviewer.keys)" }
  func file(_ reviewer: WireReviewer, _ decision: String = "approve") -> String {
    "\(deployment.folder)/\(reviewer.keys)-\(decision).json"
  }

  func identity(of reviewer: WireReviewer) throws -> SigningIdentity {
    try .load(from: keys(of: reviewer))
  }

  func status() throws -> WireStudy { try deployment.study(study) }

  // MARK: Making it

  /// The study in `silent`, with one round that passed and the review package of it.
  static func make(in deployment: WireDeployment) throws {
    let made = GatedStudy(deployment: deployment)
    try made.makeKeys()
    try made.publish()
    let example = WireDeployment.example
    for site in WireDeployment.sites {
      let data = "\(example)/sites/\(site)"
      try deployment.siteAgent(
        "dataset", "register", "--directory", deployment.agent(site), "--study", id, "--data",
        data + "/data.csv", "--declaration", data + "/dataset.json", "--policy", data + "/policy.json")
    }
    let agents = try WireDeployment.sites.map { try deployment.run($0) }
    for site in WireDeployment.sites {
      try deployment.approve(at: site, study: id, phase: consents[site] ?? "silent")
    }
    try deployment.openStudy(id)
    try made.finishRound()
    try deployment.awaitAcknowledgements(id)
    for agent in agents { try agent.end() }
    try made.review()
  }

  /// Each reviewer makes keys. Yesterday, so that a signature of today can be dated back.
  private func makeKeys() throws {
    try deployment.moveClock(-86_400)
    for reviewer in WireReviewer.all + [.stranger] {
      let made = try Programs.run(
        "evidence", ["keys", "create", "--out", keys(of: reviewer), "--json"],
        environment: ["EQUIPOISE_CLOCK_OFFSET_FILE": deployment.clockOffset])
      guard made.code == 0 else { throw WireError(made.errors) }
    }
    try deployment.moveClock(0)
    func pin(_ who: [String], _ fingerprint: String) throws {
      try Programs.require(
        "evidence", ["trust", "add", "--trust", trust] + who + ["--fingerprint", fingerprint])
    }
    let status = try json(deployment.coordinator("status", "--profile", deployment.vendor, "--json"))
    try pin(["--coordinator"], status["evidenceRoot"] as? String ?? "")
    for site in WireDeployment.sites {
      try pin(["--site", site], deployment.fingerprint(deployment.agent(site)))
    }
    for reviewer in WireReviewer.all {
      try pin(["--reviewer", reviewer.person], identity(of: reviewer).fingerprint.text)
    }
  }

  private func publish() throws {
    let protocolFile = deployment.folder + "/gated.json"
    try Data(encodeCanonicalJSON(document())).write(to: URL(filePath: protocolFile))
    let example = WireDeployment.example
    try deployment.coordinator("protocol", "publish", "--profile", deployment.vendor, protocolFile)
    try deployment.coordinator(
      "model", "publish", "--profile", deployment.vendor, "--study", study, "--model", example + "/lr.json",
      "--features", example + "/features.json", "--model-card", example + "/model-card.json")
  }

  /// The example's protocol with three phases and criteria that hold.
  private func document() throws -> JSONValue {
    let bytes = try fileBytes(WireDeployment.example + "/protocol.json")
    guard case .object(var document) = try parseCanonicalJSON(bytes, limits: .protocolDocument) else {
      throw WireError("the example is no object")
    }
    document["id"] = .string(study)
    let signOffs = JSONValue.array(
      try WireReviewer.all.map {
        [
          "role": .string($0.role), "person": .string($0.person), "organisation": .string($0.organisation),
          "fingerprint": .string(try identity(of: $0).fingerprint.digest.text),
          "independence": ["notModelAuthor", "notVendorEmployee", "distinctOrganisation"],
        ]
      })
    func criterion(_ id: String, _ limit: String) -> JSONValue {
      [
        "id": .string(id), "rationale": "part of a test", "metric": "sensitivity", "threshold": "0.5",
        "slice": ["attribute": "overall"], "scope": "pooledRows", "bound": "lower", "confidence": "0.95",
        "comparison": "atLeast", "limit": .string(limit), "minimumEvents": 5,
        "coverage": ["minimumSites": 2, "minimumRowShare": "0.5", "whenWithheld": "list"],
      ]
    }
    document["phases"] = .array(
      ["silent", "limited", "broad"].map { phase in
        [
          "phase": .string(phase), "exposure": "as the test needs it",
          "minimum": ["sites": 3, "rows": 100, "events": 10, "days": 0],
          "goCriteria": [criterion(phase + "-go", "0.1")],
          "stopCriteria": [criterion(phase + "-stop", "0.05")],
          "signOffs": phase == "broad" ? [] : signOffs,
        ]
      })
    return .object(document)
  }

  // MARK: Going on

  /// One round with all sites.
  func finishRound() throws {
    try open()
    try eventually(within: 30, "the round") { try newestRound()["state"] as? String == "complete" }
  }

  func open(phase: String = "silent", quorum: Int = 4) throws {
    try deployment.coordinator(
      "round", "open", "--profile", deployment.vendor, "--study", study, "--phase", phase, "--deadline",
      "10min", "--quorum", "\(quorum)")
  }

  func newestRound() throws -> [String: Any] {
    try json(
      Programs.run(
        "coordinator", ["round", "status", "--profile", deployment.vendor, "--study", study, "--json"]
      ).output)
  }

  /// Fetches the review package anew.
  func review(as profile: String? = nil) throws {
    try deployment.coordinator(
      "gate", "review", "--profile", profile ?? deployment.vendor, "--study", study, "--out", package)
  }

  /// A reviewer signs the package.
  @discardableResult
  func sign(_ reviewer: WireReviewer, _ decision: String = "approve", _ more: String...) throws -> String {
    try Programs.require(
      "evidence",
      [
        "sign-off", package, "--keys", keys(of: reviewer), "--role", reviewer.role, "--decision", decision,
        "--no-conflicts", "--name", reviewer.person, "--trust", trust, "--out", file(reviewer, decision),
      ] + more)
    return file(reviewer, decision)
  }

  /// Brings a sign-off.
  @discardableResult
  func submit(_ file: String) throws -> Outcome {
    try Programs.run(
      "coordinator", ["gate", "submit", "--profile", deployment.vendor, "--study", study, file])
  }

  /// Moves the study, or is refused.
  func move(_ words: String...) throws -> Outcome {
    try Programs.run(
      "coordinator", ["gate"] + words + ["--profile", deployment.vendor, "--study", study])
  }

  /// All three approve and the study enters `limited`; the agents have to run.
  func enterLimited() throws {
    for reviewer in WireReviewer.all {
      let answer = try submit(sign(reviewer))
      guard answer.code == 0 else { throw WireError(answer.errors) }
    }
    let moved = try move("advance", "--to", "limited")
    guard moved.code == 0 else { throw WireError(moved.errors) }
    try deployment.awaitAcknowledgements(study)
  }

  // MARK: Asking

  /// What `site-agent exposure` answers at a site, and its exit code.
  func exposure(at site: String, directory: String? = nil) throws -> (code: Int32, answer: [String: Any]) {
    let outcome = try Programs.run(
      "site-agent",
      ["exposure", "--directory", directory ?? deployment.agent(site), "--study", study, "--json"],
      environment: ["EQUIPOISE_CLOCK_OFFSET_FILE": deployment.clockOffset])
    let studies = try json(outcome.output)["studies"] as? [[String: Any]]
    return (outcome.code, studies?.first ?? [:])
  }

  func mayShow(at site: String) throws -> Bool { try exposure(at: site).code == 0 }

  /// The study's history, oldest first.
  func history() throws -> [[String: Any]] {
    let answer = try deployment.curl(
      "GET", "/v1/studies/\(study)/history", as: Credential(profile: deployment.vendor))
    return try json(answer.text)["events"] as? [[String: Any]] ?? []
  }

  /// The events of one kind.
  func events(_ kind: String) throws -> [[String: Any]] {
    try history().filter { $0["kind"] as? String == kind }
  }
}

/// The template with that study in it, made once.
enum GateTemplate {
  private static let made = Result { try WireTemplate.extended("gates", GatedStudy.make) }

  /// Runs `body` with a copy whose coordinator runs, and the agents that are asked for.
  static func withStudy(
    agents: [String] = WireDeployment.sites, _ body: (GatedStudy, [String: Child]) throws -> Void
  ) throws {
    try WireTemplate.withDeployment(from: made.get()) { deployment in
      var children: [String: Child] = [:]
      for site in agents { children[site] = try deployment.run(site) }
      try body(GatedStudy(deployment: deployment), children)
    }
  }
}
