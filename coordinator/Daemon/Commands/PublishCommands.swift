import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import ServiceRuntime

private let protocolFile = Parameter<String>.path("PROTOCOL", "the protocol, protocol.json")
private let model = Parameter<String>.path("--model", "the model artifact that the protocol names by digest")
private let features = Parameter<String>.path(
  "--features", "the feature definition, where the protocol names one"
).optional()
private let modelCard = Parameter<String>.path("--model-card", "the model card, model-card.json")
/// What the server takes, and what any model of ours is below.
private let largestObject = 64 << 20

/// `coordinator protocol publish`, `coordinator model publish`, `coordinator study …`.
let publishCommands = [
  Command(
    "protocol publish", "publish a version of a study's protocol; the first one makes the study",
    [Options.profile, protocolFile, Options.json],
    example: "protocol publish --profile vendor protocol.json"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let bytes = try readFile(
      arguments[protocolFile], maximumBytes: JSONLimits.protocolDocument.maximumBytes)
    // The same parser as the coordinator's and the sites': a mistake is told before anything is sent.
    let evaluationProtocol = try EvaluationProtocol.parse(bytes)
    let answer = try StudyDocument.parse(
      await client.send(
        "PUT", try path(.publishProtocol, [.study: evaluationProtocol.id]), body: bytes))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "model publish", "publish the files of the model release that the protocol names",
    [Options.profile, Options.study, model, features, modelCard, Options.json],
    example: """
      model publish --profile vendor --study heart-disease --model lr.json --features features.json \
      --model-card model-card.json
      """
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let files: [(kind: ObjectKind, path: String?)] = [
      (.model, arguments[model]), (.features, arguments[features]), (.modelCard, arguments[modelCard]),
    ]
    var answer: StudyDocument?
    for (kind, file) in files {
      guard let file else { continue }
      let bytes = try readFile(file, maximumBytes: largestObject)
      answer = try StudyDocument.parse(
        await client.send(
          "PUT",
          try path(.publishObject, [.study: arguments[Options.study], .digest: Digest(of: bytes).hex]),
          query: "kind=\(kind.rawValue)", body: bytes, contentType: "application/octet-stream"))
    }
    if let answer { show(answer, asJSON: arguments[Options.json], on: console) }
    return .done
  },
  Command(
    "study show", "show a study: versions, files, sites and rounds",
    [Options.profile, Options.study, Options.json],
    example: "study show --profile vendor --study heart-disease"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let answer: StudyDocument = try await client.get(try path(.study, [.study: arguments[Options.study]]))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "study list", "list the tenant's studies", [Options.profile, Options.json],
    example: "study list --profile vendor"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let answer: StudiesDocument = try await client.get(try path(.studies))
    if arguments[Options.json] {
      console.print(json: answer)
    } else {
      var table = Table([("study", .left), ("version", .right), ("protocol", .left), ("title", .left)])
      for study in answer.studies {
        table.add([
          "\(study.study)", "\(study.version)", "\(study.evaluationProtocol.hex.prefix(12))",
          "\(study.title)",
        ])
      }
      console.print(table)
    }
    return .done
  },
]

private func show(_ study: StudyDocument, asJSON: Bool, on console: Console) {
  if asJSON { return console.print(json: study) }
  console.print("\(study.study, .bold): \(study.title)")
  if let newest = study.versions.last {
    console.print("protocol version \(newest.version): \(newest.digest.text)")
  }
  for object in study.objects where object.kind != .evaluationProtocol {
    let state: StyledText = object.bytes.map { "\($0) bytes" } ?? StyledText("missing", .yellow)
    console.print("\(object.kind.rawValue): \(object.digest?.text ?? "no digest in the protocol"), \(state)")
  }
  console.print("sites: \(study.sites.joined(separator: ", "))")
  for round in study.rounds {
    console.print(
      "round \(round.round): \(round.phase.rawValue), \(round.kind.rawValue), \(round.state.rawValue)")
  }
}
