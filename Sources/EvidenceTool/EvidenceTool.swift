import ServiceRuntime

/// `evidence`: checks, shows and makes evidence bundles, offline.
@main
enum EvidenceTool {
  static let tool = Tool(
    name: "evidence", version: "0.1.0",
    summary: "checks, shows and makes signed evidence of how a clinical model does across hospitals",
    commands: [
      verifyCommand, showCommand, signOffCommand, delegateCommand, keysCreateCommand, trustAddCommand,
      trustShowCommand, protocolLintCommand, protocolCUSUMCommand, signCommand, recomputeCommand, sealCommand,
    ], folded: ["trust": "whose signing roots you believe"])

  static func main() async { await tool.main() }
}
