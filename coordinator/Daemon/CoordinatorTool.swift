import CanonicalJSON
import ServiceRuntime

/// `coordinator`: the vendor's side. `serve` is the server; all else are clients of its API, or work offline.
@main
enum CoordinatorTool {
  static let version = "0.1.0"

  static let tool = Tool(
    name: "coordinator", version: version, summary: "runs the vendor's side of a multi-site evaluation",
    commands: deploymentCommands.prefix(1) + [serveCommand] + deploymentCommands.dropFirst() + peopleCommands
      + userCommands + siteCommands + publishCommands + roundCommands + resultCommands + gateCommands
      + incidentCommands + logCommands + keysCommands,
    folded: [
      "site": "which hospitals take part, and how they get in",
      "user": "which people may come, and what they may do",
      "round": "what sites are asked for, and what came of it",
      "gate": "phases, stops",
      "incident": "what went wrong, who owns it, how it ended",
    ])

  static func main() async { await tool.main() }
}

/// The present, as documents write it.
func currentTime() throws -> UTCTime { try UTCTime(secondsSinceEpoch: SystemClock().now()) }
