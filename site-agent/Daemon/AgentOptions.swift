import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime
import SiteOperations

/// The options that the commands of an agent directory share.
enum AgentOptions {
  static let directory = Parameter<String>.path(
    "--directory", "the agent directory; default: that of --config, else \(defaultDirectory)",
    placeholder: "DIR"
  ).optional()
  static let config = Parameter<String>.path(
    "--config", "agent.json; without it the one in the agent directory, if there is one", placeholder: "FILE"
  ).optional()
  static let json = Parameter<Bool>.flag("--json", "print one JSON document instead of text")
  static let name = Parameter<String>.text("--name", "who decides", placeholder: "NAME")
  static let reason = Parameter<String>.text("--reason", "why", placeholder: "TEXT")
  static let study = Parameter<String>.text("--study", "the study's id", placeholder: "ID")

  /// Where an agent is when nobody says otherwise, as the service file has it.
  static let defaultDirectory = "/var/lib/site-agent"
}

/// An agent directory that a command works on.
struct Agent {
  let configuration: AgentConfiguration

  var directory: AgentDirectory { configuration.directory }

  /// Reads the configuration that the command line names, or the one in the directory.
  init(directory given: String?, config: String?) throws {
    if let config {
      let read = try AgentConfiguration.parse(
        readFile(config, maximumBytes: JSONLimits.small.maximumBytes), path: config)
      configuration =
        given.map { path in
          AgentConfiguration(
            directory: AgentDirectory(path), proxy: read.proxy, proxyUserFile: read.proxyUserFile,
            release: read.release, pollWait: read.pollWait)
        } ?? read
      return
    }
    let directory = AgentDirectory(given ?? AgentOptions.defaultDirectory)
    do {
      let read = try AgentConfiguration.parse(
        readFile(directory.configuration, maximumBytes: JSONLimits.small.maximumBytes),
        path: directory.configuration)
      configuration = AgentConfiguration(
        directory: directory, proxy: read.proxy, proxyUserFile: read.proxyUserFile, release: read.release,
        pollWait: read.pollWait)
    } catch FileError.notFound {
      configuration = AgentConfiguration(directory: directory)
    }
  }

  /// The store, which `join` made.
  func store() throws -> SiteStore {
    _ = try identity()
    return try SiteStore(directory, createIfMissing: false)
  }

  func identity() throws -> AgentIdentity { try AgentIdentity.load(from: directory) }

  /// The site's own signing identity.
  func signing() throws -> SigningIdentity { try SigningIdentity.load(from: directory.signing) }

  static func now() throws -> UTCTime { try UTCTime(secondsSinceEpoch: SystemClock().now()) }
}

extension Console {
  /// Prints a document for programs.
  func printJSON(_ value: JSONValue) {
    write(encodeCanonicalJSON(value))
    print("")
  }
}
