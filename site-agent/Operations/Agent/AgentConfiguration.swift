import CanonicalJSON
import EvaluationProtocols

/// What the operator decides about an agent: `agent.json`. Everything else is in the invitation or in the
/// protocol. A person writes it, so white space and the order of keys are free; an unknown key is refused.
package struct AgentConfiguration: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:agent-configuration:v1"

  /// The agent directory.
  package let directory: AgentDirectory
  /// The way out of the network, `http://host:port`.
  package let proxy: String?
  /// A file with one line `user:password` for the proxy.
  package let proxyUserFile: String?
  /// What an approval says about packages when it says nothing else.
  package let release: ReleaseMode
  /// Seconds that the coordinator may take to answer when nothing is new.
  package let pollWait: Int

  /// A configuration with the defaults.
  package init(
    directory: AgentDirectory, proxy: String? = nil, proxyUserFile: String? = nil,
    release: ReleaseMode = .hold,
    pollWait: Int = 25
  ) {
    self.directory = directory
    self.proxy = proxy
    self.proxyUserFile = proxyUserFile
    self.release = release
    self.pollWait = pollWait
  }

  /// Reads `agent.json`.
  ///
  /// - Throws: `AgentConfigurationError` naming the place.
  package static func parse(
    _ bytes: [UInt8], path: String
  ) throws(AgentConfigurationError) -> AgentConfiguration {
    do {
      return try read(DocumentField(try parseStrictJSON(bytes, limits: .small)))
    } catch let error as JSONError {
      throw AgentConfigurationError(path: path, problem: error.description, remedy: error.remedy)
    } catch let error as DocumentError {
      throw AgentConfigurationError(path: path, problem: error.description, remedy: error.remedy)
    } catch {
      throw AgentConfigurationError(path: path, problem: "\(error)", remedy: "")
    }
  }

  private static func read(_ field: DocumentField) throws(DocumentError) -> AgentConfiguration {
    var object = try field.object()
    try object.expectFormat(format)
    let folder = try object.required("directory")
    let directory = try folder.string(maximum: 4000)
    guard directory.hasPrefix("/") else {
      throw folder.error("not a path from the root", remedy: "write the whole path, starting with /")
    }
    let proxy = try object.optional("proxy").map { field throws(DocumentError) in
      let text = try field.string(maximum: 300)
      guard text.hasPrefix("http://") else {
        throw field.error("not the address of a proxy", remedy: "write http://host:port")
      }
      return text
    }
    let configuration = AgentConfiguration(
      directory: AgentDirectory(directory), proxy: proxy,
      proxyUserFile: try object.optional("proxyUserFile")?.string(maximum: 4000),
      release: try object.optional("release")?.choice(of: ReleaseMode.self) ?? .hold,
      pollWait: try object.optional("pollWaitSeconds")?.integer(in: 0...25) ?? 25)
    try object.finish()
    return configuration
  }
}

/// What is wrong with `agent.json`.
package struct AgentConfigurationError: Error, Equatable {
  /// The file.
  package let path: String
  /// What is wrong where in it.
  package let problem: String
  /// What the operator can do.
  package let remedy: String
}

extension AgentConfigurationError: CustomStringConvertible {
  package var description: String { "\(path): \(problem)" }
}
