import Foundation
import TestSupport

/// A coordinator with the tenants `vendor` and `rival`, in a folder of its own, on ports of its own.
///
/// Made by `withDeployment`, which ends every process that is left.
final class WireDeployment {
  static let study = "heart-disease-angiography"
  static let sites = ["cleveland", "budapest", "switzerland", "long-beach"]
  static let example = Repository.path("protocols/examples/heart-disease")

  let folder: String
  let api: Int
  let join: Int
  private(set) var children: [Child] = []
  /// Set by `serve`.
  private(set) var server: Child?

  init(folder: String) throws {
    self.folder = folder
    (api, join) = (try freePort(), try freePort())
  }

  var home: String { folder + "/coordinator" }
  var vendor: String { folder + "/vendor" }
  var rival: String { folder + "/rival" }
  var rivalAgent: String { folder + "/rival-agent" }
  var clockOffset: String { folder + "/clock-offset" }
  func agent(_ site: String) -> String { folder + "/agents/" + site }

  // MARK: Processes

  /// Starts the coordinator and waits until it listens.
  @discardableResult
  func serve() throws -> Child {
    let child = try start("coordinator", ["serve", "--config", home + "/coordinator.json"])
    server = child
    try eventually("the coordinator") { child.ended != nil || accepts(api) }
    if let code = child.ended { throw WireError("the coordinator ended with \(code): \(child.text)") }
    return child
  }

  /// Starts an agent.
  @discardableResult
  func run(
    _ site: String, directory: String? = nil, environment: [String: String] = [:]
  ) throws -> Child {
    try start("site-agent", ["run", "--directory", directory ?? agent(site)], environment: environment)
  }

  /// Starts one of our daemons, whose clock the test can move.
  func start(_ tool: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Child {
    let child = try Child(
      Programs.tools + "/" + tool, arguments,
      environment: ["EQUIPOISE_CLOCK_OFFSET_FILE": clockOffset].merging(environment) { $1 },
      log: "\(folder)/\(tool)-\(children.count).log")
    children.append(child)
    return child
  }

  /// Ends everything that still runs.
  func stop() {
    for child in children.reversed() { child.kill() }
  }

  // MARK: Commands

  @discardableResult
  func coordinator(_ arguments: String...) throws -> String {
    try Programs.require("coordinator", arguments)
  }

  @discardableResult
  func siteAgent(_ arguments: String...) throws -> String {
    try Programs.require("site-agent", arguments)
  }

  func invite(_ site: String, by profile: String? = nil, lifetime: String = "1h") throws -> String {
    let file = "\(folder)/\(UUID().uuidString).invitation.json"
    try coordinator(
      "site", "invite", "--profile", profile ?? vendor, "--site", site, "--lifetime", lifetime, "--out", file)
    return file
  }

  /// A person's invitation.
  func invitePerson(_ role: String, by profile: String? = nil, hours: Int = 1) throws -> String {
    let file = "\(folder)/\(UUID().uuidString).invitation.json"
    try coordinator(
      "user", "invite", "--profile", profile ?? vendor, "--role", role, "--name", "Dr \(role)", "--hours",
      "\(hours)", "--out", file)
    return file
  }

  /// Makes a person's profile and uses it once.
  func person(_ role: String, of profile: String? = nil) throws -> String {
    let made = "\(folder)/\(role)-\(UUID().uuidString)"
    try coordinator("join", invitePerson(role, by: profile), "--profile", made)
    guard try curl("GET", "/v1/health", as: Credential(profile: made)).status == 200 else {
      throw WireError("the \(role) is not let in")
    }
    return made
  }

  /// The id of the person that a profile is of.
  func user(of profile: String) throws -> String {
    try json(String(contentsOfFile: profile + "/profile.json", encoding: .utf8))["user"] as? String ?? ""
  }

  func fingerprint(_ directory: String) throws -> String {
    guard let text = try status(directory)["fingerprint"] as? String else {
      throw WireError("\(directory) has no fingerprint")
    }
    return text
  }

  func joinSite(_ site: String, of profile: String, into directory: String) throws {
    try siteAgent("join", "--invitation", invite(site, by: profile), "--directory", directory)
    try coordinator(
      "site", "confirm", "--profile", profile, "--site", site, "--fingerprint", fingerprint(directory))
  }

  /// What `site-agent status --json` says.
  func status(_ directory: String) throws -> [String: Any] {
    try json(siteAgent("status", "--directory", directory, "--json"))
  }

  /// The newest assignment as an agent sees it.
  func assignment(at site: String, directory: String? = nil) throws -> [String: Any] {
    let all = try status(directory ?? agent(site))["assignments"] as? [[String: Any]] ?? []
    return all.max { ($0["sequence"] as? Int ?? 0) < ($1["sequence"] as? Int ?? 0) } ?? [:]
  }

  @discardableResult
  func openRound(deadline: String = "10min", quorum: Int = 4) throws -> [String: Any] {
    try json(
      coordinator(
        "round", "open", "--profile", vendor, "--study", WireDeployment.study, "--phase", "silent",
        "--deadline", deadline, "--quorum", "\(quorum)", "--json"))
  }

  /// The newest round as the administrator sees it.
  func round() throws -> WireRound {
    WireRound(
      // A failed round has an exit code of its own.
      fields: try json(
        Programs.run(
          "coordinator", ["round", "status", "--profile", vendor, "--study", WireDeployment.study, "--json"]
        ).output))
  }

  func exportState(_ profile: String? = nil) throws -> WireState {
    try WireState(coordinator("export-state", "--profile", profile ?? vendor))
  }

  /// The audit log, oldest first.
  func audit(_ profile: String? = nil) throws -> [AuditLine] {
    try coordinator("audit", "list", "--profile", profile ?? vendor, "--json").split(separator: "\n")
      .map { try AuditLine(json(String($0))) }
  }

  /// Changes settings of a JSON file.
  func set(_ settings: [String: Any], in file: String) throws {
    let fields = try json(String(contentsOfFile: file, encoding: .utf8)).merging(settings) { $1 }
    try JSONSerialization.data(withJSONObject: fields).write(to: URL(filePath: file))
  }

  /// Moves the daemons' clock.
  func moveClock(_ seconds: Int) throws {
    try "\(seconds)\n".write(toFile: clockOffset, atomically: true, encoding: .utf8)
  }
}

/// A round's status document.
struct WireRound {
  let fields: [String: Any]

  var id: String { fields["round"] as? String ?? "" }
  var state: String { fields["state"] as? String ?? "" }

  private func site(_ name: String) -> [String: Any]? {
    (fields["sites"] as? [[String: Any]])?.first { $0["site"] as? String == name }
  }

  func state(of name: String) -> String { site(name)?["state"] as? String ?? "" }
  func assignment(of name: String) -> String { site(name)?["assignment"] as? String ?? "" }
  func submission(of name: String) -> String { site(name)?["submission"] as? String ?? "" }
  func conflicts(of name: String) -> Int { site(name)?["conflicts"] as? Int ?? 0 }
  func refusal(of name: String) -> String? { site(name)?["refusal"] as? String }
}

/// An entry of the audit log.
struct AuditLine {
  let actor: String
  let action: String
  let object: String
  let isRefusal: Bool
  let text: String

  init(_ fields: [String: Any]) {
    actor = fields["actor"] as? String ?? ""
    action = fields["action"] as? String ?? ""
    object = fields["object"] as? String ?? ""
    isRefusal = fields["outcome"] as? String == "refused"
    text = "\(fields)"
  }
}

/// A dump of a tenant's state, without the head of its audit log.
struct WireState: Equatable {
  let bytes: Data

  init(_ text: String) throws {
    var fields = try json(text)
    var tenancy = fields["tenancy"] as? [String: Any] ?? [:]
    guard tenancy.removeValue(forKey: "auditHead") != nil else { throw WireError("no head in the dump") }
    fields["tenancy"] = tenancy
    bytes = try JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)
  }
}

/// A port of loopback that nobody has now.
func freePort() throws -> Int {
  let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let result = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
    }
  }
  guard result else { throw WireError("no port") }
  return Int(UInt16(bigEndian: address.sin_port))
}

/// Whether somebody listens on a port of loopback.
func accepts(_ port: Int) -> Bool {
  let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
