import CanonicalJSON
import Cryptography
import ServiceRuntime
import SiteEvaluation
import SiteOperations

private let incident = Parameter<String>.text("--incident", "the incident's id", placeholder: "ID")
private let from = Parameter<UTCTime>.custom(
  "--from", "from this time on", placeholder: "TIME", expected: "a time such as 2026-01-31T23:59:59Z"
) { try? UTCTime(parsing: $0) }
private let until = Parameter<UTCTime>.custom(
  "--to", "until this time, which is outside", placeholder: "TIME",
  expected: "a time such as 2026-01-31T23:59:59Z"
) { try? UTCTime(parsing: $0) }
private let threshold = Parameter<ExactDecimal>.custom(
  "--threshold", "list scores at or above it", placeholder: "SCORE", expected: "a decimal such as 0.35"
) { try? ExactDecimal(parsing: $0) }
private let protocolName = Parameter<String>.text(
  "--protocol", "of several approved protocols, which: a digest or its first 8 digits or more",
  placeholder: "DIGEST"
).optional()
private let out = Parameter<String>.path(
  "--out", "the file to write, for its owner only", placeholder: "FILE")

/// `site-agent incident affected`: the one command that writes patients' identifiers, for people here.
let incidentCommands: [Command] = [
  Command(
    "incident affected", "list the encounters that an incident may have touched; never sent",
    [
      AgentOptions.study, incident, from, until, threshold, out, protocolName, AgentOptions.directory,
      AgentOptions.config,
    ],
    example: """
      incident affected --study heart-disease --incident held-1 --from 2026-03-01T00:00:00Z \
      --to 2026-04-01T00:00:00Z --threshold 0.5 --out affected.csv
      """
  ) { arguments, console in
    let agent = try Agent(
      directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
    let store = try agent.store()
    let study = arguments[AgentOptions.study]
    guard arguments[from] < arguments[until] else {
      throw ToolError("--from is not before --to", remedy: "give a span of time", exitCode: .usage)
    }
    let csv = try await AffectedEncounters(store, directory: agent.directory).list(
      AffectedQuestion(from: arguments[from], until: arguments[until], threshold: arguments[threshold]),
      study: study, protocolName: arguments[protocolName])
    try writeFileAtomically(csv, to: arguments[out], mode: 0o600)
    // Who looked for whom is a decision like others; how many were found is not written down.
    try await store.record(
      LocalDecision(
        time: Agent.now(), action: "incident.affected", object: arguments[incident],
        person: "the command line", reason: "list for the study \(study)"))
    console.print("written to \(arguments[out]), readable by its owner only")
    console.print(
      "\("this file holds patients' identifiers and is never sent", .bold): keep it where your records are kept"
    )
    return .done
  }
]
