import Cryptography
import Aggregates
import CanonicalJSON
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import SiteOperations

private let which = Parameter<String>.text(
  "PROTOCOL", "a study's id, or a digest, or its first 8 digits or more", placeholder: "PROTOCOL")
private let release = Parameter<ReleaseMode>.choice(
  "--release", "whether packages wait for preview and release; default: as agent.json says"
).optional()

private let phase = Parameter<PhaseName>.choice(
  "--phase", "the highest phase that this site agrees to; default: as agreed before, else silent"
).optional()

let protocolCommands: [Command] = [listCommand, showCommand, approveCommand, denyCommand, revokeCommand]

/// `site-agent protocol list`.
private let listCommand = Command(
  "protocol list", "list the protocols that arrived, with the decisions about them",
  [AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "protocol list --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let governance = ProtocolGovernance(store, site: try agent.identity().site)
  var list: [JSONValue] = []
  var table = Table([("study", .left), ("digest", .left), ("received", .left), ("decision", .left)])
  for stored in try await store.protocols() {
    let status = try await governance.status(of: stored)
    list.append(stored.json(status))
    table.add([
      StyledText(stored.study), StyledText(String(stored.digest.hex.prefix(16))),
      StyledText(stored.receivedAt.text), StyledText(status.text),
    ])
  }
  if arguments[AgentOptions.json] {
    console.printJSON(["protocols": .array(list)])
  } else if list.isEmpty {
    console.print("no protocol has arrived yet")
  } else {
    console.print(table)
  }
  return .done
}

/// `site-agent protocol show`.
private let showCommand = Command(
  "protocol show", "explain a protocol in plain words: what is read, what leaves, what it decides",
  [which, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "protocol show heart-disease --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let site = try agent.identity().site
  let stored = try await store.protocolDocument(named: arguments[which])
  let governance = ProtocolGovernance(store, site: site)
  let status = try await governance.status(of: stored)
  let evaluationProtocol = try stored.parsed()
  let card = CardText(
    try await ModelCards(store, directory: agent.directory).beside(evaluationProtocol), of: evaluationProtocol
  )
  if arguments[AgentOptions.json] {
    var object: JSONObject = [
      "summary": stored.json(status),
      "explanation": .array(
        evaluationProtocol.explanation(forSite: site).map {
          ["heading": .string($0.heading), "lines": .array($0.lines.map(JSONValue.string))]
        }),
    ]
    object["modelCard"] = card.json
    console.printJSON(.object(object))
    return .done
  }
  console.print("protocol \(stored.digest.text, .bold)")
  for part in evaluationProtocol.explanation(forSite: site) {
    console.print("\(part.heading, .bold):")
    for line in part.lines { console.print("  \(line)") }
  }
  card.print(to: console)
  console.print("\("your rule", .bold):")
  do {
    let policy = try await governance.effectivePolicy(under: evaluationProtocol)
    console.print("  smallest group \(policy.minimumCell), data class \(policy.dataClass.rawValue)")
  } catch let error as AgentError {
    console.print("  \(error.description): \(error.remedy)")
  }
  console.print("decision: \(status.text)")
  return .done
}

/// `site-agent protocol approve`.
private let approveCommand = Command(
  "protocol approve", "allow a protocol with the present policy and model, and sign it",
  [
    which, AgentOptions.name, AgentOptions.reason, release, phase, AgentOptions.directory,
    AgentOptions.config,
  ],
  example: "protocol approve heart-disease --name A.Person --reason agreed --release hold"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let stored = try await store.protocolDocument(named: arguments[which])
  let pin = try await ProtocolGovernance(store, site: agent.identity().site).approve(
    stored, mode: arguments[release] ?? agent.configuration.release, phase: arguments[phase],
    by: arguments[AgentOptions.name], reason: arguments[AgentOptions.reason], with: agent.signing(),
    at: Agent.now())
  console.print("approved \(stored.digest.text) for \(stored.study)")
  if let consent = try await StandingBook(
    store, directory: agent.directory, identity: agent.identity()
  ).consent(to: stored.digest, study: stored.study) {
    console.print(
      "this site agrees to go as far as \(consent.rawValue); the coordinator is told by whom and why")
  }
  console.print(
    pin.mode == .hold
      ? "packages wait for site-agent preview and site-agent release" : "packages leave by themselves")
  return .done
}

/// `site-agent protocol deny`.
private let denyCommand = Command(
  "protocol deny", "refuse a protocol; its assignments are declined",
  [which, AgentOptions.name, AgentOptions.reason, AgentOptions.directory, AgentOptions.config],
  example: "protocol deny heart-disease --name A.Person --reason scope"
) { arguments, console in try await refuse(arguments, console) }

/// `site-agent protocol revoke`.
private let revokeCommand = Command(
  "protocol revoke", "take an approval back; what has left stays out, nothing more leaves",
  [which, AgentOptions.name, AgentOptions.reason, AgentOptions.directory, AgentOptions.config],
  example: "protocol revoke heart-disease --name A.Person --reason withdrawn"
) { arguments, console in try await refuse(arguments, console) }

@Sendable private func refuse(_ arguments: Arguments, _ console: Console) async throws -> ExitCode {
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let stored = try await store.protocolDocument(named: arguments[which])
  let pin = try await ProtocolGovernance(store, site: agent.identity().site).refuse(
    stored, by: arguments[AgentOptions.name], reason: arguments[AgentOptions.reason],
    with: try? agent.signing(), at: Agent.now())
  console.print("\(pin.decision.rawValue) \(stored.digest.text)")
  return .done
}

extension ApprovalStatus {
  fileprivate var text: String {
    switch self {
    case .none: "awaits a decision"
    case .denied: "denied"
    case .policyChanged: "approved before the policy or data class changed; decide again"
    case .datasetMissing: "no dataset is registered for the study"
    case .approved(.hold): "approved; packages are held"
    case .approved(.automatic): "approved; packages leave by themselves"
    }
  }
}

extension StoredProtocol {
  fileprivate func json(_ status: ApprovalStatus) -> JSONValue {
    var object: JSONObject = [
      "digest": .string(digest.text), "study": .string(study), "receivedAt": .string(receivedAt.text),
      "status": .string(status.text),
    ]
    if let pin {
      object["decision"] = [
        "decision": .string(pin.decision.rawValue), "person": .string(pin.person),
        "reason": .string(pin.reason), "decidedAt": .string(pin.decidedAt.text),
        "policy": .string(pin.policy.text), "model": .string(pin.model.text),
        "release": .string(pin.mode.rawValue),
      ]
    }
    return .object(object)
  }
}
