import CanonicalJSON
import ServiceRuntime
import SiteOperations

/// `site-agent doctor`: looks at everything, changes nothing.
let doctorCommand = Command(
  "doctor", "check configuration, keys, store, disk, data and the way to the coordinator",
  [AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "doctor --directory /var/lib/site-agent"
) { arguments, console in
  let configuration: AgentConfiguration
  var problem: (detail: String, remedy: String)?
  do {
    configuration = try Agent(
      directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config]
    ).configuration
  } catch let error as AgentConfigurationError {
    problem = (error.description, error.remedy)
    configuration = AgentConfiguration(
      directory: AgentDirectory(arguments[AgentOptions.directory] ?? AgentOptions.defaultDirectory))
  }
  let findings = await Doctor(
    configuration.directory, probe: CoordinatorProbe(configuration: configuration),
    configurationProblem: problem
  ).examine(at: try Agent.now())
  if arguments[AgentOptions.json] {
    console.printJSON(["findings": .array(findings.map(\.json))])
  } else {
    for finding in findings {
      let mark: StyledText =
        switch finding.outcome {
        case .ok: StyledText("ok      ", .green)
        case .warning: StyledText("warning ", .yellow)
        case .failed: StyledText("failed  ", .red)
        case .skipped: StyledText("skipped ", .dim)
        }
      console.print("\(mark)\(finding.check.rawValue): \(finding.detail)")
      if !finding.remedy.isEmpty { console.print("          hint: \(finding.remedy)") }
    }
  }
  return Doctor.exitCode(for: findings)
}
