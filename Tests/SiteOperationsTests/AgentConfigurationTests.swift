import SiteOperations
import Testing

@Suite struct AgentConfigurationTests {
  private func parse(_ text: String) throws -> AgentConfiguration {
    try AgentConfiguration.parse(Array(text.utf8), path: "agent.json")
  }

  @Test func fewKeysAreEnough() throws {
    let configuration = try parse(
      #"{"format": "urn:equipoise:agent-configuration:v1", "directory": "/var/lib/site-agent"}"#)
    #expect(configuration == AgentConfiguration(directory: AgentDirectory("/var/lib/site-agent")))
    #expect(configuration.release == .hold)
    #expect(configuration.pollWait == 25)
  }

  @Test func everyKeyIsRead() throws {
    let configuration = try parse(
      #"""
      {"format": "urn:equipoise:agent-configuration:v1", "directory": "/a/", "proxy": "http://proxy:3128",
       "proxyUserFile": "/etc/proxy-user", "release": "automatic", "pollWaitSeconds": 5}
      """#)
    #expect(configuration.directory.path == "/a")
    #expect(configuration.proxy == "http://proxy:3128")
    #expect(configuration.release == .automatic)
  }

  @Test(
    "a configuration that says something else is refused",
    arguments: [
      #"{"format":"urn:equipoise:agent-configuration:v1"}"#,
      #"{"format":"urn:equipoise:agent-configuration:v1","directory":"relative"}"#,
      #"{"format":"urn:equipoise:agent-configuration:v1","directory":"/a","proxy":"socks://x"}"#,
      #"{"format":"urn:equipoise:agent-configuration:v1","directory":"/a","release":"always"}"#,
      #"{"format":"urn:equipoise:agent-configuration:v1","directory":"/a","polWait":1}"#,
      #"{"format":"urn:equipoise:agent-configuration:v2","directory":"/a"}"#, "not json",
    ])
  func otherIsRefused(text: String) {
    #expect(throws: AgentConfigurationError.self) { try parse(text) }
  }
}
