import CanonicalJSON
import CoordinatorAPI
import ServiceRuntime
import Submissions

private let kind = Parameter<RoundKind>.choice("--kind", "whether its result may be sealed").defaulting(
  to: .release)
private let deadline = Parameter<Int64>.seconds("--deadline", "how long sites have time to answer")
private let quorum = Parameter<Int>.integer(
  "--quorum", "sites that have to answer; default: all of the protocol", in: 1...10_000
).optional()
private let watch = Parameter<Bool>.flag("--watch", "follow the round until it is no longer open")

/// `coordinator round …`: asking the hospitals, and seeing how far they are.
let roundCommands = [
  Command(
    "round open", "ask every site of a study for an evaluation",
    [
      Options.profile, Options.study, Options.phase, kind, deadline, quorum, Options.json,
    ],
    example: "round open --profile vendor --study heart-disease --phase silent --deadline 7d --quorum 3"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let study: StudyDocument = try await client.get(try path(.study, [.study: arguments[Options.study]]))
    let status: RoundStatusDocument = try await client.send(
      "POST", try path(.openRound, [.study: study.study]),
      RoundRequestDocument(
        phase: arguments[Options.phase], kind: arguments[kind],
        deadline: try UTCTime(secondsSinceEpoch: SystemClock().now() + arguments[deadline]),
        quorum: arguments[quorum] ?? study.sites.count))
    RoundText(status).show(asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "round status", "show how far the sites are in a round",
    [Options.profile, Options.study, Options.round, watch, Options.json],
    example: "round status --profile vendor --study heart-disease --watch"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    var status: RoundStatusDocument = try await client.get(try path(.round, [.round: round]))
    if arguments[watch] {
      let watcher = RoundWatcher(console)
      watcher.show(status)
      while status.state == .open {
        status = try await client.get(
          try path(.round, [.round: round]),
          query: "after=\(status.cursor)&wait=\(RouteQuery.longestWait)")
        watcher.show(status)
      }
    }
    RoundText(status).show(asJSON: arguments[Options.json], on: console)
    return status.state == .failed ? .criteriaNotMet : .done
  },
  Command(
    "round close", "end a round now instead of at its deadline",
    [Options.profile, Options.study, Options.round, Options.json],
    example: "round close --profile vendor --study heart-disease"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    let status = try RoundStatusDocument.parse(
      await client.send("POST", try path(.closeRound, [.round: round]), body: nil))
    RoundText(status).show(asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "round export", "write what a round took in and came to: submissions, matrix, verdicts",
    [Options.profile, Options.study, Options.round, Options.out, Options.json],
    example: "round export --profile vendor --study heart-disease --out round"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    let status: RoundStatusDocument = try await client.get(try path(.round, [.round: round]))
    var files: [(path: String, bytes: [UInt8])] = []
    for site in status.sites where site.state == .accepted {
      let package = try await client.send(
        "GET", try path(.submission, [.round: round, .site: site.site]), body: nil)
      for (name, bytes) in try SubmissionFiles.parsePackage(package).named {
        files.append(("submissions/\(site.site)/\(name)", bytes))
      }
    }
    let matrix: MatrixDocument = try await client.get(try path(.matrix, [.round: round]))
    files += matrix.files.map { ("matrix/\($0.path)", $0.bytes) }
    files.append(
      ("matrix/gates.json", try await client.send("GET", try path(.verdicts, [.round: round]), body: nil)))
    try writeDirectoryAtomically(files, to: arguments[Options.out], replacing: true)
    if arguments[Options.json] {
      console.write(
        encodeCanonicalJSON(["round": .string(round), "files": .integer(Int64(files.count))]))
      console.print("")
    } else {
      console.print("written: \(files.count) files of round \(round) to \(arguments[Options.out])")
    }
    return .done
  },
]

/// The client of a command about a round, and the round that it means.
func clientAndRound(_ arguments: Arguments) async throws -> (APIClient, String) {
  let client = try APIClient(profileIn: arguments[Options.profile])
  return (client, try await client.round(arguments[Options.round], of: arguments[Options.study]))
}

extension APIClient {
  /// The round that a command means: the one that is named, else the study's newest.
  fileprivate func round(_ given: String?, of study: String) async throws -> String {
    if let given { return given }
    let document: StudyDocument = try await get(try path(.study, [.study: study]))
    guard let newest = document.rounds.last else {
      throw ToolError(
        "the study \(study) has no round yet", remedy: "open one with `coordinator round open`",
        exitCode: .inputRefused)
    }
    return newest.round
  }
}
