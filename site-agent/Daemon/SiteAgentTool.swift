import ServiceRuntime

/// `site-agent`: run by hospital IT beside the data. So far from files; the daemon comes with the wire protocol.
@main
enum SiteAgentTool {
  static let tool = Tool(
    name: "site-agent", version: "0.1.0",
    summary: "evaluates a model on a hospital's own rows and lets only protected counts leave",
    commands: [evaluateCommand, synthesizeCommand, keysCreateCommand, statusCommand])

  static func main() async { await tool.main() }
}
