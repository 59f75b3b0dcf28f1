import ServiceRuntime

/// `evidence`: checks, shows and makes evidence bundles, offline.
@main
enum EvidenceTool {
  static let tool = Tool(
    name: "evidence", version: "0.1.0",
    summary: "checks, shows and makes signed evidence of how a clinical model does across hospitals",
    commands: [
      verifyCommand, showCommand, trustAddCommand, trustShowCommand, protocolLintCommand, signCommand,
      recomputeCommand, sealCommand,
    ])

  static func main() async { await tool.main() }
}
