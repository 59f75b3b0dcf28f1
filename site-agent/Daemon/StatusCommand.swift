import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import SiteOperations

/// `site-agent status`: what the agent does, or for a folder of keys the fingerprint that buyers pin.
let statusCommand = Command(
  "status", "show the fingerprint that buyers pin and, of an agent, what it does",
  [AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "status --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  // A folder of keys alone, as `keys create` makes it.
  if (try? KeyFile.readPublic(agent.directory.path + "/root.pem")) != nil {
    show(
      try SigningIdentity.load(from: agent.directory.path), asJSON: arguments[AgentOptions.json], on: console)
    return .done
  }
  let report = try await AgentReport(agent, now: Agent.now())
  if arguments[AgentOptions.json] {
    console.printJSON(report.json)
  } else {
    for line in report.lines { console.print(line) }
  }
  return .done
}

/// Everything that `status` says about an agent.
private struct AgentReport {
  let identity: AgentIdentity
  let fingerprint: Fingerprint
  let snapshot: StatusSnapshot
  let assignments: [AssignmentRecord]
  let standings: [StandingOverview]
  let certificateEnds: UTCTime?
  let warnings: [String]
  let pause: String?
  let now: UTCTime

  init(_ agent: Agent, now: UTCTime) async throws {
    self.now = now
    identity = try agent.identity()
    fingerprint = try agent.signing().fingerprint
    let store = try agent.store()
    snapshot = try await store.status()
    assignments = try await store.assignments()
    standings = try await StandingBook(store, directory: agent.directory, identity: identity)
      .overview(at: now)
    let certificate = try? ClientCredentials(agent.directory).current()
    certificateEnds = try certificate.map { try UTCTime(secondsSinceEpoch: $0.notAfter) }
    var warnings: [String] = []
    if let certificate, let certificateEnds,
      let warning = RenewalPlan.warning(
        madeAt: try UTCTime(secondsSinceEpoch: certificate.madeAt), notAfter: certificateEnds, now: now)
    {
      warnings.append(warning)
    }
    if let skew = snapshot.clockSkew, abs(skew) > StatusSnapshot.noticedSkew {
      warnings.append(
        "this clock and the coordinator's differ by \(skew) seconds"
          + (snapshot.isSkewTooLarge ? "; nothing is submitted until it is set" : ""))
    }
    if let alive = snapshot.aliveAt, now.secondsSinceEpoch - alive.secondsSinceEpoch > 60 {
      warnings.append("the daemon was last at work at \(alive); is it running?")
    }
    self.warnings = warnings
    pause =
      Pause.isOn(agent.directory) ? (try? Pause.current(in: agent.directory))??.reason ?? "unknown" : nil
  }

  var lines: [StyledText] {
    var lines: [StyledText] = [
      "site: \(identity.site, .bold) of \(identity.tenant), agent \(identity.instance)",
      "fingerprint: \(fingerprint.text)", "coordinator: \(identity.coordinator)",
      "coordinator's fingerprint: \(Fingerprint(identity.evidenceRoot).text)",
      "last contact: \(snapshot.lastContact?.text ?? "never")",
      "certificate until: \(certificateEnds?.text ?? "none")",
    ]
    if snapshot.role == Role.pendingSite.rawValue {
      lines.append(
        "\("pending", .yellow): read the fingerprint out to the study's administrator, who has to confirm it")
    }
    if let pause {
      lines.append("\("paused", .yellow): \(pause); nothing leaves until site-agent resume")
    }
    if let text = snapshot.errorText {
      lines.append("\("last error", .yellow) (\(snapshot.errorCode ?? "")): \(text)")
      if let remedy = snapshot.errorRemedy, !remedy.isEmpty { lines.append("  hint: \(remedy)") }
    }
    lines += warnings.map { "\("warning", .yellow): \($0)" }
    lines += standings.tableLines
    lines.append("")
    if assignments.isEmpty { return lines + ["no assignments"] }
    var table = Table([
      ("assignment", .left), ("study", .left), ("phase", .left), ("deadline", .left), ("state", .left),
    ])
    for record in assignments {
      table.add([
        StyledText(record.id), StyledText(record.study), StyledText(record.phase.rawValue),
        StyledText(record.deadline.text), StyledText(record.stateText),
      ])
    }
    lines += table.lines
    for record in assignments where !record.state.isFinal || record.state == .suspectedClone {
      if let remark = record.remark { lines.append("\(record.id): \(remark)") }
    }
    if assignments.contains(where: { $0.state == .suspectedClone }) {
      lines.append(
        "\("suspected clone", .red): somebody else answered as this site. The agent has paused itself. Stop every other copy of this directory; then site-agent resume."
      )
    }
    return lines
  }

  var json: JSONValue {
    var object: JSONObject = [
      "tenant": .string(identity.tenant), "site": .string(identity.site),
      "instance": .string(identity.instance), "coordinator": .string(identity.coordinator),
      "fingerprint": .string(fingerprint.digest.text), "evidenceRoot": .string(identity.evidenceRoot.text),
      "daemon": .object(snapshot.json), "warnings": .array(warnings.map(JSONValue.string)),
      "assignments": .array(assignments.map(\.json)), "standings": .array(standings.map(\.json)),
    ]
    object["paused"] = pause.map(JSONValue.string)
    object["certificateNotAfter"] = certificateEnds.map { .string($0.text) }
    return .object(object)
  }
}

extension AssignmentRecord {
  fileprivate var stateText: String {
    switch state {
    case .sent: "sent (unknown until a receipt)"
    case .refused: "refused (\(code ?? "unknown"))"
    case .declined, .declining: "\(state.rawValue) (\(code ?? "unknown"))"
    case .receipted where isMerged: "receipted, merged"
    default: state.rawValue
    }
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "id": .string(id), "study": .string(study), "round": .string(round),
      "protocol": .string(evaluationProtocol.text), "phase": .string(phase.rawValue),
      "kind": .string(kind.rawValue), "deadline": .string(deadline.text), "state": .string(state.rawValue),
      "sequence": .integer(Int64(sequence)), "isMerged": .boolean(isMerged),
    ]
    object["code"] = code.map(JSONValue.string)
    object["remark"] = remark.map(JSONValue.string)
    return .object(object)
  }
}
