import CanonicalJSON
import ConsoleReports
import CoordinatorAPI
import EvaluationProtocols
import Gates
import ServiceRuntime

private let nextPhase = Parameter<PhaseName>.choice("--to", "the phase that the study enters")
private let reason = Parameter<String>.text("--reason", "why, for everybody who is told")
private let drill = Parameter<Bool>.flag("--drill", "rehearse it: everything is marked, nothing is held")
private let version = Parameter<Int>.integer(
  "--version", "version of the protocol to go back to", in: 1...1_000_000)
private let restartPhase = Parameter<PhaseName>.choice("--phase", "the phase in which the study goes on")
private let signOffFile = Parameter<String>.path(
  "FILE", "what `evidence sign-off` or `evidence delegate` wrote")
private let packageOut = Parameter<String>.path("--out", "file to write the review package to")

/// `coordinator gate …`: the phases of a study, who signs for them, and how they stop.
let gateCommands = [
  Command(
    "gate status", "show where a study stands, what its next gate still needs, and what changed",
    [Options.profile, Options.study, Options.json],
    example: "gate status --profile vendor --study heart-disease"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let status: GateStatusDocument = try await client.get(try gatePath(.gateStatus, arguments))
    show(status, arguments, console)
    return .done
  },
  Command(
    "gate review", "fetch the package that reviewers read and sign, offline",
    [Options.profile, Options.study, packageOut, Options.json],
    example: "gate review --profile vendor --study heart-disease --out review.evb.zip"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let seal = try SealDocument.parse(
      await client.send("POST", try gatePath(.review, arguments), body: nil, timeout: .seconds(120)))
    let bytes = try await client.send(
      "GET", try path(.bundle, [.round: seal.round]), body: nil, timeout: .seconds(120))
    try writeFileAtomically(bytes, to: arguments[packageOut])
    if arguments[Options.json] {
      console.print(json: seal)
    } else {
      console.print("review package \(seal.name), \(seal.bytes) bytes, written to \(arguments[packageOut])")
      console.print("each reviewer signs it with `evidence sign-off`, then `coordinator gate submit FILE`")
    }
    return .done
  },
  Command(
    "gate submit", "bring a reviewer's signed decision or delegation",
    [Options.profile, Options.study, signOffFile, Options.json],
    example: "gate submit --profile vendor --study heart-disease marsh.signoff.json"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let file = try readFile(arguments[signOffFile], maximumBytes: 2 << 20)
    let answer = try await client.send("POST", try gatePath(.signOff, arguments), body: file)
    show(try GateStatusDocument.parse(answer), arguments, console)
    return .done
  },
  Command(
    "gate advance", "let the study enter its next phase, if every condition holds now",
    [Options.profile, Options.study, nextPhase, Options.json],
    example: "gate advance --profile vendor --study heart-disease --to limited"
  ) { arguments, console in
    try await change(.advance, GateMoveDocument(phase: arguments[nextPhase]), arguments, console)
  },
  Command(
    "gate hold", "hold the study: every site is told, and named people have to sign for a restart",
    [Options.profile, Options.study, reason, drill, Options.json],
    example: "gate hold --profile vendor --study heart-disease --reason 'alarms at north'"
  ) { arguments, console in
    try await change(
      .holdStudy, HoldDocument(reason: arguments[reason], drill: arguments[drill]), arguments, console)
  },
  Command(
    "gate stop", "stop the study: every site is told, and it can only start again in silent",
    [Options.profile, Options.study, reason, Options.json],
    example: "gate stop --profile vendor --study heart-disease --reason 'the label was wrong'"
  ) { arguments, console in
    try await change(.stopStudy, StopDocument(reason: arguments[reason]), arguments, console)
  },
  Command(
    "gate resume", "let a held or stopped study go on, if every condition holds now",
    [Options.profile, Options.study, restartPhase, Options.json],
    example: "gate resume --profile vendor --study heart-disease --phase silent"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let status: GateStatusDocument = try await client.get(try gatePath(.gateStatus, arguments))
    return try await change(
      .restart, RestartDocument(version: status.version, phase: arguments[restartPhase]), arguments,
      console)
  },
  Command(
    "gate rollback", "let a held study go on under an earlier version, and so an earlier model release",
    [Options.profile, Options.study, version, restartPhase, Options.json],
    example: "gate rollback --profile vendor --study heart-disease --version 1 --phase limited"
  ) { arguments, console in
    try await change(
      .restart, RestartDocument(version: arguments[version], phase: arguments[restartPhase]), arguments,
      console)
  },
]

private func gatePath(_ route: RouteName, _ arguments: Arguments) throws -> String {
  try path(route, [.study: arguments[Options.study]])
}

/// Asks for a change of a study's gates and shows what came of it.
func change(
  _ route: RouteName, _ request: some WireDocument, _ arguments: Arguments, _ console: Console,
  incident: String? = nil
) async throws -> ExitCode {
  let client = try APIClient(profileIn: arguments[Options.profile])
  var parameters: [RouteParameter: String] = [.study: arguments[Options.study]]
  if let incident { parameters[.incident] = incident }
  let status: GateStatusDocument
  do { status = try await client.send("POST", try path(route, parameters), request) } catch let error
    as ToolError
  {
    throw error.withConditionsApart(on: console)
  }
  show(status, arguments, console)
  return .done
}

extension ToolError {
  /// A refusal for conditions that are not met says each on a line of its own; any other error stays as it is.
  fileprivate func withConditionsApart(on console: Console) -> ToolError {
    let conditions = description.split(separator: "; ")
    let areConditions = conditions.allSatisfy { condition in
      UnmetCondition.Code.allCases.contains { condition.hasPrefix("\($0.rawValue): ") }
    }
    guard areConditions, conditions.count > 1 else { return self }
    for condition in conditions { console.note("  - \(condition)") }
    return ToolError(
      "\(conditions.count) conditions are not met", remedy: "`coordinator gate status` says who clears which",
      exitCode: exitCode)
  }
}

private func show(_ status: GateStatusDocument, _ arguments: Arguments, _ console: Console) {
  if arguments[Options.json] {
    console.print(json: status)
  } else {
    for line in GateStatusText(status).lines { console.print(line) }
  }
}
