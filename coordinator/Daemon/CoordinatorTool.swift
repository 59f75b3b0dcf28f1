import CanonicalJSON
import ServiceRuntime

/// `coordinator`: the vendor's side. `serve` is the server; all else are clients of its API, or work offline.
@main
enum CoordinatorTool {
  static let version = "0.1.0"

  static let tool = Tool(
    name: "coordinator", version: version, summary: "runs the vendor's side of a multi-site evaluation",
    commands: deploymentCommands.prefix(1) + [serveCommand] + deploymentCommands.dropFirst() + peopleCommands
      + siteCommands
      + publishCommands + roundCommands + resultCommands + logCommands + keysCommands)

  static func main() async { await tool.main() }
}

/// The present, as documents write it.
func currentTime() throws -> UTCTime { try UTCTime(secondsSinceEpoch: SystemClock().now()) }
