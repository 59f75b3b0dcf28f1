import CanonicalJSON
import ServiceRuntime
import Tenancy

/// `coordinator.json`: where the coordinator keeps its things and where it listens.
///
/// Format: `coordinator/README.md`, section "Configuration".
struct CoordinatorConfiguration: Sendable {
  static let format = "urn:equipoise:coordinator-configuration:v1"

  /// The coordinator's folder; a relative one is beside the file.
  let directory: String
  let api: ListenAddress
  let join: ListenAddress
  /// How agents and people reach the two ports: what invitations and profiles carry.
  let url: String
  let joinURL: String
  let settings: TenancySettings
  /// Requests of one certificate: a second, and at once after a pause.
  let requestsPerSecond: Int
  let requestBurst: Int
  let logFormat: LogFormat

  /// Reads a configuration file.
  static func load(from path: String) throws -> CoordinatorConfiguration {
    try loadConfiguration(path) { section in
      try CoordinatorConfiguration(reading: &section, folder: folder(of: path))
    }
  }

  private init(reading section: inout ConfigurationSection, folder: String) throws {
    let format = try section.required("format")
    guard try format.string() == CoordinatorConfiguration.format else {
      throw format.error(
        "not \(CoordinatorConfiguration.format)", remedy: "use a file that `coordinator init` wrote")
    }
    directory = try section.required("directory").path(relativeTo: folder)
    api = try section.required("api").address()
    join = try section.required("join").address()
    url = try section.required("url").string(maximum: 300)
    joinURL = try section.required("joinURL").string(maximum: 300)
    var settings = TenancySettings()
    let lifetimes = Duration.seconds(shortestLifetime) ... .seconds(2_592_000)
    if let lifetime = try section.optional("agentLifetime")?.duration(in: lifetimes) {
      settings.agentLifetime = lifetime.components.seconds
    }
    if let lifetime = try section.optional("personLifetime")?.duration(in: lifetimes) {
      settings.personLifetime = lifetime.components.seconds
    }
    self.settings = settings
    requestsPerSecond = try section.optional("requestsPerSecond")?.integer(in: 1...1_000_000) ?? 50
    requestBurst = try section.optional("requestBurst")?.integer(in: 1...1_000_000) ?? 200
    if let format = section.optional("logFormat") {
      logFormat = try format.choice(of: LogFormat.self)
    } else {
      logFormat = .text
    }
  }

  /// The file that `coordinator init` writes: for one host, with everything else as it comes.
  static func initial(host: String, apiPort: Int, joinPort: Int) -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(format), "directory": ".",
      "api": .string("\(ListenAddress(host: host, port: apiPort))"),
      "join": .string("\(ListenAddress(host: host, port: joinPort))"),
      "url": .string(url(host: host, port: apiPort)), "joinURL": .string(url(host: host, port: joinPort)),
    ])
  }

  /// How a port of a host is reached.
  static func url(host: String, port: Int) -> String { "https://\(ListenAddress(host: host, port: port))" }
}

private func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// An hour; tests of renewal need less, and only builds for tests allow it.
private var shortestLifetime: Int64 {
  #if DEBUG
    2
  #else
    3600
  #endif
}
