import ServiceRuntime
import SiteOperations

// In a hurry nobody looks for options.
private let person = Parameter<String>.text("--name", "who decides", placeholder: "NAME")
  .defaulting(to: "not given")
private let reason = Parameter<String>.text("--reason", "why", placeholder: "TEXT")
  .defaulting(to: "not given")

let pauseCommands: [Command] = [pauseCommand, resumeCommand]

/// `site-agent pause`: works without a store, without a coordinator and without a running daemon.
private let pauseCommand = Command(
  "pause", "stop everything from leaving, within a second",
  [person, reason, AgentOptions.directory, AgentOptions.config],
  example: "pause --name A.Person --reason maintenance"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let now = try Agent.now()
  try Pause(since: now, person: arguments[person], reason: arguments[reason]).begin(
    in: agent.directory)
  try await note("agent.paused", arguments, agent, console)
  console.print("paused: nothing leaves until site-agent resume")
  return .done
}

/// `site-agent resume`.
private let resumeCommand = Command(
  "resume", "let the agent go on after a pause",
  [person, reason, AgentOptions.directory, AgentOptions.config],
  example: "resume --name A.Person --reason done"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  try await note("agent.resumed", arguments, agent, console)
  try Pause.end(in: agent.directory)
  console.print("the agent goes on")
  return .done
}

/// The switch works where the store does not; that it was not written down is said.
@Sendable private func note(
  _ action: String, _ arguments: Arguments, _ agent: Agent, _ console: Console
) async throws {
  do {
    try await agent.store().record(
      LocalDecision(
        time: Agent.now(), action: action, object: agent.directory.path, person: arguments[person],
        reason: arguments[reason]))
  } catch {
    console.note("not written into the log of decisions: \(ToolError(error).description)")
  }
}
