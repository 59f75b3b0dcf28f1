import Cryptography
import Aggregates
import CanonicalJSON
import ServiceRuntime
import SiteEvaluation
import SiteOperations

private let data = Parameter<String>.path(
  "--data", "your rows: CSV, or what the declaration says; may be given several times"
)
.repeated(atLeastOnce: true)
private let declaration = Parameter<String>.path("--declaration", "what the data are, dataset.json")
private let policy = Parameter<String>.path("--policy", "your disclosure policy; default: minimum 11")
  .optional()
private let person = Parameter<String>.text("--name", "who registers", placeholder: "NAME")
  .defaulting(to: "site-agent dataset register")
private let which = Parameter<String>.text(
  "DATASET", "a study's id, or the first 8 digits or more of a release", placeholder: "DATASET")

let datasetCommands: [Command] = [
  registerCommand, listCommand, showCommand, checkCommand, datasetDiffCommand,
  datasetDiscardCommand, profileCommand,
]

/// `site-agent dataset register`.
private let registerCommand = Command(
  "dataset register", "freeze a snapshot of rows by digest, for a study's assignments",
  [
    data, declaration, policy, AgentOptions.study, person, AgentOptions.directory, AgentOptions.config,
    AgentOptions.json,
  ],
  example: "dataset register --data rows.csv --declaration dataset.json --study heart-disease"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let progress = ReadingProgress(console)
  let dataset = try await DatasetRegistry(store, directory: agent.directory).register(
    files: arguments[data],
    declaration: readFile(
      arguments[declaration], maximumBytes: JSONLimits.protocolDocument.maximumBytes),
    policy: arguments[policy].map { try readFile($0, maximumBytes: JSONLimits.small.maximumBytes) },
    study: arguments[AgentOptions.study], by: arguments[person], at: Agent.now(), progress: progress.show)
  progress.finish()
  let intake = try await store.intake(of: dataset.release.digest)
  if arguments[AgentOptions.json] {
    console.printJSON(try dataset.json(seen: intake, rows: .kept))
  } else {
    for line in intake.report.lines { console.note("\(line)") }
    console.print("registered \(dataset.release.digest.text, .bold) for \(dataset.study)")
    for file in dataset.files { console.print("  \(file.path): \(file.bytes) bytes") }
    console.print("evaluations use this snapshot; the files may be moved or written anew")
  }
  return .done
}

/// `site-agent dataset list`.
private let listCommand = Command(
  "dataset list", "list the registered datasets",
  [AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "dataset list --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let registry = DatasetRegistry(store, directory: agent.directory)
  let datasets = try await store.datasets()
  if arguments[AgentOptions.json] {
    var list: [JSONValue] = []
    for dataset in datasets {
      list.append(try dataset.json(seen: nil, rows: await registry.condition(ofRowsOf: dataset)))
    }
    console.printJSON(["datasets": .array(list)])
    return .done
  }
  guard !datasets.isEmpty else {
    console.print("no dataset is registered")
    return .done
  }
  var table = Table([
    ("study", .left), ("release", .left), ("dataset", .left), ("registered", .left), ("used", .left),
  ])
  for dataset in datasets {
    table.add([
      StyledText(dataset.study), StyledText(String(dataset.release.digest.hex.prefix(16))),
      StyledText(try dataset.declaration().id), StyledText(dataset.registeredAt.text),
      StyledText(dataset.discard != nil ? "discarded" : dataset.isCurrent ? "yes" : "no"),
    ])
  }
  console.print(table)
  return .done
}

/// `site-agent dataset show`.
private let showCommand = Command(
  "dataset show", "show what was registered",
  [which, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "dataset show heart-disease --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let dataset = try await store.dataset(named: arguments[which])
  let intake = try await store.intake(of: dataset.release.digest)
  let rows = try await DatasetRegistry(store, directory: agent.directory).condition(ofRowsOf: dataset)
  if arguments[AgentOptions.json] {
    console.printJSON(try dataset.json(seen: intake, rows: rows))
    return .done
  }
  let declaration = try dataset.declaration()
  let policy = try dataset.policy()
  console.print("release: \(dataset.release.digest.text, .bold)")
  console.print("study: \(dataset.study)\(dataset.isCurrent ? "" : " (replaced by a later one)")")
  console.print("dataset: \(declaration.id), \(declaration.dataClass.rawValue), from \(declaration.source)")
  console.print("extracted: \(declaration.extractedAt), registered \(dataset.registeredAt)")
  for discard in dataset.discards {
    console.print("discarded: \(discard.time) by \(discard.person), because: \(discard.reason)")
    if let time = discard.registeredAgainAt { console.print("registered again: \(time)") }
  }
  if dataset.discard != nil { console.print("rows: \(rows.text)") }
  console.print("rows below the headers: \(dataset.release.rowsRead) (seen on this machine only)")
  console.print("your smallest group: \(policy.minimumCell)")
  if let replaces = declaration.replaces {
    console.print("in the place of: \(replaces.release.text), because: \(replaces.reason)")
  }
  for note in declaration.adjudication { console.print("labels were settled: \(note)") }
  for file in dataset.files { console.print("file: \(file.path), \(file.bytes) bytes, \(file.digest.text)") }
  let reports = try await store.intakeReports(of: dataset.release.digest)
  printIntake(intake, reports.first?.report ?? intake.report, on: console)
  return .done
}

/// `site-agent dataset check`.
private let checkCommand = Command(
  "dataset check", "read a dataset's snapshot and files again and compare their digests",
  [which, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "dataset check heart-disease --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let registry = DatasetRegistry(store, directory: agent.directory)
  let dataset = try await store.dataset(named: arguments[which])
  let snapshot = try registry.checkSnapshot(of: dataset)
  let results = registry.check(dataset)
  if arguments[AgentOptions.json] {
    console.printJSON([
      "snapshot": .string(snapshot.word),
      "files": .array(
        results.map { ["path": .string($0.file.path), "condition": .string($0.condition.word)] }),
    ])
  } else {
    console.print("\(snapshot.word): the snapshot, which evaluations use")
    for (file, condition) in results { console.print("\(condition.word): \(file.path)") }
  }
  let isUnchanged = snapshot == .unchanged && results.allSatisfy { $0.condition == .unchanged }
  return isUnchanged ? .done : .signatureOrDigestWrong
}

extension FileCondition {
  fileprivate var word: String {
    switch self {
    case .unchanged: "unchanged"
    case .missing: "missing"
    case .changed: "changed"
    }
  }
}

extension RegisteredDataset {
  /// The dataset for programs, with its profile where one is asked for and there.
  fileprivate func json(seen intake: DatasetIntake?, rows condition: RowsCondition) throws -> JSONValue {
    let declaration = try declaration()
    var object: JSONObject = [
      "release": .string(release.digest.text), "study": .string(study), "dataset": .string(declaration.id),
      "dataClass": .string(declaration.dataClass.rawValue), "registeredAt": .string(registeredAt.text),
      "isCurrent": .boolean(isCurrent), "rows": .integer(Int64(release.rowsRead)),
      "minimumCell": .integer(Int64(try policy().minimumCell)),
      "files": .array(
        files.map {
          [
            "path": .string($0.path), "digest": .string($0.digest.text), "bytes": .integer(Int64($0.bytes)),
            "modifiedAt": .integer($0.modifiedAt),
          ]
        }),
      "reviewed": .array(declaration.reviewed.map(\.json)),
    ]
    object["rowsCondition"] = .string(condition.word)
    if !discards.isEmpty { object["discards"] = .array(discards.map(\.json)) }
    object["record"] = release.json
    object["profile"] = intake?.profile.json
    object["intake"] = intake?.report.json
    return .object(object)
  }
}

extension DatasetDiscard {
  /// For programs.
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "time": .string(time.text), "person": .string(person), "reason": .string(reason),
    ]
    object["registeredAgainAt"] = registeredAgainAt.map { .string($0.text) }
    return .object(object)
  }
}
