import CanonicalJSON
import Cryptography
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import SiteOperations

private let oneStudy = Parameter<String>.text(
  "--study", "the study's id; without it every study", placeholder: "ID"
).optional()
private let phase = Parameter<ConsentPhase>.choice(
  "--phase", "the highest phase that this site agrees to; none is opting out")
private let protocolName = Parameter<String>.text(
  "--protocol", "of several approved protocols, which: a digest or its first 8 digits or more",
  placeholder: "DIGEST"
).optional()

let standingCommands: [Command] = [exposureCommand, consentCommand, disableCommand, enableCommand]

/// How long an answer may be used before it is asked again, in seconds.
private let answerLifetime: Int64 = 60

/// `site-agent exposure`: from the store alone, so it works while the daemon is down.
private let exposureCommand = Command(
  "exposure", "answer whether scores may be shown now: exit code 0 may, 1 must not",
  [oneStudy, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "exposure --study heart-disease --json"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let book = StandingBook(store, directory: agent.directory, identity: try agent.identity())
  let now = try Agent.now()
  let known = try await store.standings().map(\.study)
  let studies = arguments[oneStudy].map { [$0] } ?? known
  var answers: [(study: String, exposure: Exposure)] = []
  for study in studies { answers.append((study, try await book.exposure(of: study, at: now))) }
  if arguments[AgentOptions.json] {
    console.printJSON([
      "format": "urn:equipoise:exposure:v1", "time": .string(now.text),
      "studies": .array(try answers.map { try $0.exposure.json(study: $0.study, at: now) }),
    ])
  } else if answers.isEmpty {
    console.print("no study is known here: nothing may be shown")
  }
  for (study, exposure) in answers where !arguments[AgentOptions.json] {
    switch exposure {
    case .permitted(let phase, let until):
      console.print("\(study): \("may show", .green), phase \(phase.rawValue), until \(until.text)")
    case .refused(let why):
      console.print("\(study): \("must not show", .red): \(why.description)")
      console.print("  hint: \(why.remedy)")
    }
  }
  let isPermitted = answers.allSatisfy { if case .permitted = $0.exposure { true } else { false } }
  return !answers.isEmpty && isPermitted ? .done : .criteriaNotMet
}

extension Exposure {
  /// The answer for programs. `askAgainAt` is when it has to be asked again; nothing is shown after `until`.
  fileprivate func json(study: String, at now: UTCTime) throws -> JSONValue {
    switch self {
    case .permitted(let phase, let until):
      let again = min(until, try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + answerLifetime))
      return [
        "study": .string(study), "mayShow": true, "phase": .string(phase.rawValue),
        "until": .string(until.text), "askAgainAt": .string(again.text),
      ]
    case .refused(let why):
      return [
        "study": .string(study), "mayShow": false, "reason": .string(why.rawValue),
        "detail": .string(why.description),
      ]
    }
  }
}

/// `site-agent consent`.
private let consentCommand = Command(
  "consent", "say how far this site goes with a study: lag behind, go on, or opt out",
  [
    AgentOptions.study, phase, AgentOptions.name, AgentOptions.reason, protocolName, AgentOptions.directory,
    AgentOptions.config,
  ], example: "consent --study heart-disease --phase silent --name A.Person --reason staffing"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let book = StandingBook(try agent.store(), directory: agent.directory, identity: try agent.identity())
  let changed = try await book.changeConsent(
    arguments[phase], study: arguments[AgentOptions.study], protocolName: arguments[protocolName],
    by: arguments[AgentOptions.name], reason: arguments[AgentOptions.reason], with: agent.signing(),
    at: Agent.now())
  for digest in changed { console.print("\(arguments[phase].rawValue) under \(digest.text)") }
  console.print("the coordinator is told, with the name and the reason")
  return .done
}

/// `site-agent disable`: needs no coordinator, no daemon and no key.
private let disableCommand = Command(
  "disable", "switch the model of a study off here, from the next question on",
  [
    AgentOptions.study, AgentOptions.name, AgentOptions.reason, AgentOptions.directory, AgentOptions.config,
  ], example: "disable --study heart-disease --name A.Person --reason 'scores look wrong'"
) { arguments, console in
  try await turn(off: true, arguments, console)
}

/// `site-agent enable`: the only way back; no word of the coordinator undoes a `disable`.
private let enableCommand = Command(
  "enable", "take a disable back; a valid grant is still needed",
  [
    AgentOptions.study, AgentOptions.name, AgentOptions.reason, AgentOptions.directory, AgentOptions.config,
  ], example: "enable --study heart-disease --name A.Person --reason 'mapping mended'"
) { arguments, console in
  try await turn(off: false, arguments, console)
}

@Sendable private func turn(
  off isDisabled: Bool, _ arguments: Arguments, _ console: Console
) async throws -> ExitCode {
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let study = arguments[AgentOptions.study]
  try await store.setDisabled(
    isDisabled, study: study, by: arguments[AgentOptions.name], reason: arguments[AgentOptions.reason],
    at: Agent.now())
  let book = StandingBook(store, directory: agent.directory, identity: try agent.identity())
  switch try await book.exposure(of: study, at: Agent.now()) {
  case .permitted(let phase, let until):
    console.print("\(study): may show, phase \(phase.rawValue), until \(until.text)")
  case .refused(let why): console.print("\(study): must not show: \(why.description)")
  }
  // A typing mistake is switched off all the same, and said: it may be the study of tomorrow.
  if try await !book.isKnown(study) { console.note("no study \(study) is known here; is the id right?") }
  console.print("the coordinator is told when it can be reached, with the name and the reason")
  return .done
}
