import Foundation
import TestSupport

/// A study of the model that a vendor ships: boosted trees with categories, at three hospitals with missing values,
/// in a protocol that asks what the score leans on. `Reference/make_trees.py` made its files and its numbers.
struct VendorStudy {
  static let id = "trees-angiography"
  static let sites = ["budapest", "long-beach", "switzerland"]
  static let folder = Repository.path("Tests/EndToEndTests/Wire/Reference")

  let deployment: WireDeployment

  var trust: String { deployment.folder + "/trust.json" }
  var sealed: String { deployment.folder + "/sealed" }

  static func file(_ name: String) -> String { folder + "/" + name }

  /// What XGBoost and NumPy say.
  static func expected() throws -> [String: Any] {
    try json(String(contentsOfFile: file("expected.json"), encoding: .utf8))
  }

  /// SHA-256 of the vendor's card, by another program.
  static func cardDigest() throws -> String {
    String(try Programs.require("sha256sum", [file("model-card.json")]).prefix(64))
  }

  /// One round from publishing to the bundle.
  static func make(in deployment: WireDeployment) throws {
    let vendor = deployment.vendor
    try deployment.coordinator("protocol", "publish", "--profile", vendor, file("protocol.json"))
    try deployment.coordinator(
      "model", "publish", "--profile", vendor, "--study", id, "--model", file("model.ubj"), "--features",
      file("features.json"), "--model-card", file("model-card.json"))
    for site in sites {
      let data = "\(WireDeployment.example)/sites/\(site)"
      try deployment.siteAgent(
        "dataset", "register", "--directory", deployment.agent(site), "--study", id, "--data",
        data + "/data.csv", "--declaration", data + "/dataset.json", "--policy", data + "/policy.json")
    }
    let agents = try sites.map { try deployment.run($0) }
    for site in sites { try deployment.approve(at: site, study: id) }
    try deployment.openStudy(id, sites: sites)
    try deployment.coordinator(
      "round", "open", "--profile", vendor, "--study", id, "--phase", "silent", "--deadline", "10min",
      "--quorum", "\(sites.count)")
    let made = VendorStudy(deployment: deployment)
    try eventually(within: 30, "the round") { try made.round()["state"] as? String == "complete" }
    try eventually("the receipts") {
      try sites.allSatisfy { try made.assignment(at: $0)?["state"] as? String == "receipted" }
    }
    let card = try cardDigest()
    try eventually("the card") {
      sites.allSatisfy {
        FileManager.default.fileExists(atPath: "\(deployment.agent($0))/artifacts/\(card)")
      }
    }
    for agent in agents { try agent.end() }
    try made.seal()
  }

  private func seal() throws {
    let vendor = deployment.vendor
    try deployment.coordinator("evidence", "seal", "--profile", vendor, "--study", Self.id)
    try deployment.coordinator(
      "evidence", "export", "--profile", vendor, "--study", Self.id, "--out", sealed)
    let status = try json(deployment.coordinator("status", "--profile", vendor, "--json"))
    try pin(["--coordinator"], status["evidenceRoot"] as? String ?? "")
    for site in Self.sites { try pin(["--site", site], deployment.fingerprint(deployment.agent(site))) }
  }

  private func pin(_ who: [String], _ fingerprint: String) throws {
    try Programs.require(
      "evidence", ["trust", "add", "--trust", trust] + who + ["--fingerprint", fingerprint])
  }

  func round() throws -> [String: Any] {
    try json(
      deployment.coordinator(
        "round", "status", "--profile", deployment.vendor, "--study", Self.id, "--json"))
  }

  /// The study's only assignment as an agent sees it.
  func assignment(at site: String) throws -> [String: Any]? {
    let all = try deployment.status(deployment.agent(site))["assignments"] as? [[String: Any]]
    return all?.first { $0["study"] as? String == Self.id }
  }

  /// The bundle that was sealed.
  func bundle() throws -> String {
    guard let name = try folderNames(sealed).first(where: { $0.hasSuffix(".evb.zip") }) else {
      throw WireError("no bundle in \(sealed)")
    }
    return "\(sealed)/\(name)"
  }

  /// A file of the bundle.
  func file(inBundle path: String) throws -> String {
    try Programs.require("unzip", ["-p", bundle(), path])
  }

  /// `site-agent score explain` of the row that `expected.json` names.
  func explain(_ more: String...) throws -> Outcome {
    let data = "\(WireDeployment.example)/sites/budapest"
    return try Programs.run(
      "site-agent",
      [
        "score", "explain", "--row", "BUD-0003", "--protocol", Self.file("protocol.json"), "--model",
        Self.file("model.ubj"), "--features", Self.file("features.json"), "--data", data + "/data.csv",
        "--dataset", data + "/dataset.json",
      ] + more)
  }
}

/// The template with that study in it, made once.
enum VendorTemplate {
  private static let made = Result { try WireTemplate.extended("vendor", VendorStudy.make) }

  /// Runs `body` with a copy; no process of it runs unless the coordinator is asked for.
  static func withStudy(serving: Bool, _ body: (VendorStudy) throws -> Void) throws {
    try WireTemplate.withDeployment(from: made.get(), serving: serving) {
      try body(VendorStudy(deployment: $0))
    }
  }
}
