import Foundation
import TestSupport

/// The deployment that every test starts from a copy of, made once: both tenants, the vendor's study with four
/// confirmed sites that registered data, consented to the protocol and finished one round in `silent`, and one site of the rival.
enum WireTemplate {
  /// What a copy replaces.
  struct Original {
    let folder: String
    let api: Int
    let join: Int
  }

  private static let made = Result { try make() }

  private static func make() throws -> Original {
    let folder = FileManager.default.temporaryDirectory.path + "/\(Watchdog.prefix)template"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Watchdog.start()
    let deployment = try WireDeployment(folder: folder)
    defer { deployment.stop() }
    try fill(deployment)
    return Original(folder: folder, api: deployment.api, join: deployment.join)
  }

  private static func fill(_ deployment: WireDeployment) throws {
    let passphrase = deployment.folder + "/passphrase"
    try "on loopback only\n".write(toFile: passphrase, atomically: false, encoding: .utf8)
    chmod(passphrase, 0o600)
    try deployment.coordinator(
      "init", "--directory", deployment.home, "--name", "test.equipoise.test", "--host", "127.0.0.1",
      "--server-name", "localhost", "--api-port", "\(deployment.api)", "--join-port", "\(deployment.join)",
      "--passphrase-file", passphrase)
    try deployment.serve()
    for tenant in ["vendor", "rival"] {
      try deployment.coordinator(
        "tenant", "create", "--profile", deployment.home + "/operator", "--title", tenant, "--root",
        deployment.home + "/root", "--passphrase-file", passphrase, "--out", deployment.folder + "/" + tenant)
    }
    let example = WireDeployment.example
    try deployment.coordinator(
      "protocol", "publish", "--profile", deployment.vendor, example + "/protocol.json")
    try deployment.coordinator(
      "model", "publish", "--profile", deployment.vendor, "--study", WireDeployment.study, "--model",
      example + "/lr.json", "--features", example + "/features.json", "--model-card",
      example + "/model-card.json")
    try FileManager.default.createDirectory(
      atPath: deployment.folder + "/agents", withIntermediateDirectories: false)
    for site in WireDeployment.sites {
      try deployment.joinSite(site, of: deployment.vendor, into: deployment.agent(site))
      let data = "\(example)/sites/\(site)"
      try deployment.siteAgent(
        "dataset", "register", "--directory", deployment.agent(site), "--study", WireDeployment.study,
        "--data",
        data + "/data.csv", "--declaration", data + "/dataset.json", "--policy", data + "/policy.json")
    }
    try deployment.joinSite("cleveland", of: deployment.rival, into: deployment.folder + "/rival-agent")
    try finishRound(of: deployment)
    // The first use of this certificate, which also closes the join port.
    _ = try deployment.curl("GET", "/v1/health", as: Credential(agent: deployment.rivalAgent))
    try deployment.server?.end()
    for child in deployment.children { unlink(child.log) }
  }

  /// One round, so that the next one needs nobody's decision.
  private static func finishRound(of deployment: WireDeployment) throws {
    let agents = try WireDeployment.sites.map { try deployment.run($0) }
    for site in WireDeployment.sites { try deployment.approve(at: site) }
    try deployment.openStudy()
    try deployment.openRound()
    try eventually(within: 30, "the round") { try deployment.round().state == "complete" }
    try deployment.awaitAcknowledgements()
    for agent in agents { try agent.end() }
  }

  /// A template made from this one: `body` gets a copy that stays.
  static func extended(_ name: String, _ body: (WireDeployment) throws -> Void) throws -> Original {
    let folder = FileManager.default.temporaryDirectory.path + "/\(Watchdog.prefix)\(name)"
    let deployment = try copy(of: made.get(), to: folder)
    defer { deployment.stop() }
    try deployment.serve()
    try telling(deployment, body)
    try deployment.server?.end()
    for child in deployment.children { unlink(child.log) }
    return Original(folder: folder, api: deployment.api, join: deployment.join)
  }

  /// Runs `body` with a copy; the coordinator is started unless the test does that itself. Every process is ended
  /// and the folder removed afterwards.
  ///
  /// - Parameter original: what is copied; nil for this template.
  static func withDeployment(
    from original: Original? = nil, settings: [String: Any] = [:], serving: Bool = true,
    in place: String? = nil, _ body: (WireDeployment) throws -> Void
  ) throws {
    let parent = place ?? FileManager.default.temporaryDirectory.path
    let folder = "\(parent)/\(Watchdog.prefix)\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let deployment = try copy(of: original ?? made.get(), to: folder)
    defer { deployment.stop() }
    if !settings.isEmpty { try deployment.set(settings, in: deployment.home + "/coordinator.json") }
    if serving { try deployment.serve() }
    try telling(deployment, body)
  }

  private static func copy(of original: Original, to folder: String) throws -> WireDeployment {
    let copy = try WireDeployment(folder: folder)
    try Programs.require("cp", ["-a", original.folder, folder])
    try replace(
      [
        (":\(original.api)", ":\(copy.api)"), (":\(original.join)", ":\(copy.join)"),
        (original.folder, folder),
      ], below: folder)
    return copy
  }

  /// Runs `body`, and shows the end of every log when it fails.
  private static func telling(
    _ deployment: WireDeployment, _ body: (WireDeployment) throws -> Void
  ) throws {
    do { try body(deployment) } catch {
      for child in deployment.children where !child.text.isEmpty {
        print("--- \(child.log)\n\(child.text.suffix(1500))")
      }
      throw error
    }
  }

  /// Addresses and paths stand in JSON files only.
  private static func replace(_ changes: [(String, String)], below folder: String) throws {
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for path in paths where path.hasSuffix(".json") {
      let file = folder + "/" + path
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let changed = changes.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
      if changed != text {
        // In place, so that the file keeps its mode.
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(changed.utf8))
        try handle.close()
      }
    }
  }
}
