import ServiceRuntime

/// `site-agent`: run by hospital IT beside the data, as commands and as a daemon.
@main
enum SiteAgentTool {
  static let tool = Tool(
    name: "site-agent", version: Software.version,
    summary: "evaluates a model on a hospital's own rows and lets only protected counts leave",
    commands: [joinCommand, runCommand, statusCommand, doctorCommand] + protocolCommands + datasetCommands
      + [synthesizeCommand, evaluateCommand] + releaseCommands + scoreCommands + standingCommands
      + incidentCommands + egressCommands + pauseCommands + [keysCreateCommand],
    folded: [
      "dataset": "rows frozen by digest, what they hold, and what changed",
      "egress": "everything that left, or was about to",
    ])

  static func main() async { await tool.main() }
}
