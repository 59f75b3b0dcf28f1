import Cryptography
import Attestations
import CanonicalJSON
import CoordinatorAPI
import ServiceRuntime
import SiteOperations

private let invitation = Parameter<String>.path(
  "--invitation", "the file that the study's administrator sent", placeholder: "FILE")

/// `site-agent join`: uses an invitation once, and shows the two fingerprints that people compare.
let joinCommand = Command(
  "join", "join a coordinator with an invitation; keys are made here and never leave",
  [invitation, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "join --invitation north.invitation.json --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let join = try SiteJoin(
    invitation: readFile(arguments[invitation], maximumBytes: JSONLimits.small.maximumBytes),
    directory: agent.directory)
  let now = try Agent.now()
  try join.prepare(at: now)
  let outcome = try await join.run(
    JoinClient(join.joinURL, configuration: agent.configuration), at: now)
  if arguments[AgentOptions.json] {
    console.printJSON([
      "tenant": .string(outcome.identity.tenant), "site": .string(outcome.identity.site),
      "instance": .string(outcome.identity.instance), "status": .string(outcome.status.rawValue),
      "signingRoot": .string(outcome.signingFingerprint.digest.text),
      "evidenceRoot": .string(outcome.evidenceFingerprint.digest.text),
    ])
    return .done
  }
  console.print("joined as site \(outcome.identity.site, .bold) of \(outcome.identity.tenant)")
  console.print("")
  console.print("your fingerprint, to be read out to the study's administrator:")
  console.print("  \(outcome.signingFingerprint.text, .bold)")
  console.print("the coordinator's fingerprint, which the administrator reads out to you:")
  console.print("  \(outcome.evidenceFingerprint.text)")
  console.print("")
  console.print(
    outcome.status == .pending
      ? "status: pending until the administrator has confirmed your fingerprint" : "status: confirmed")
  console.note("keep a copy of \(agent.directory.signing)/root.key offline, then remove it here")
  return .done
}
