import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Models
import ServiceRuntime
import SiteEvaluation
import SiteOperations

private let assignment = Parameter<String>.text(
  "ASSIGNMENT", "the assignment's id, as site-agent status lists it", placeholder: "ASSIGNMENT")

/// What looks at scores and evaluations again, on this machine alone.
let scoreCommands: [Command] = [explainCommand, reproduceCommand]

private let row = Parameter<String>.text("--row", "the text that finds the row", placeholder: "TEXT")
private let column = Parameter<String>.text(
  "--column", "the column of your file that it stands in", placeholder: "COLUMN"
).defaulting(to: "encounter_id")
private let protocolFile = Parameter<String>.path("--protocol", "the protocol, protocol.json")
private let model = Parameter<String>.path("--model", "the model artifact that the protocol names by digest")
private let features = Parameter<String>.path(
  "--features", "the feature definition, for models that compute inputs"
)
.optional()
private let modelCard = Parameter<String>.path(
  "--model-card", "the vendor's model card; default: the one that the agent fetched for the protocol"
)
.optional()
private let data = Parameter<String>.path("--data", "the hospital's rows; may be given several times")
  .repeated(atLeastOnce: true)
private let dataset = Parameter<String>.path("--dataset", "what the data are: the dataset declaration")

/// `site-agent score explain`: shows a patient's values on this screen and nowhere else.
private let explainCommand = Command(
  "score explain", "show what gave one row its score; a patient's values, never written or sent",
  [
    row, column, protocolFile, model, features, data, dataset, modelCard, AgentOptions.directory,
    AgentOptions.config, AgentOptions.json,
  ],
  example: """
    score explain --row E17 --protocol protocol.json --model xgb.json --features features.json \
    --data rows.csv --dataset dataset.json
    """
) { arguments, console in
  let evaluationProtocol = try EvaluationProtocol.parse(
    readFile(arguments[protocolFile], maximumBytes: JSONLimits.protocolDocument.maximumBytes))
  let card = try await CardText(
    of: evaluationProtocol, file: arguments[modelCard], directory: arguments[AgentOptions.directory],
    config: arguments[AgentOptions.config])
  let declaration = try DatasetDeclaration.parse(
    readFile(arguments[dataset], maximumBytes: JSONLimits.protocolDocument.maximumBytes))
  let offline = try OfflineDataset(arguments[data], declaredAs: declaration, on: console)
  let explanation = try explainRow(
    where: arguments[column], is: arguments[row], in: offline.rows,
    under: evaluationProtocol,
    model: SiteModel(
      artifact: readFile(arguments[model], maximumBytes: maximumModelFileBytes),
      features: arguments[features].map { try readFile($0, maximumBytes: maximumModelFileBytes) }))
  guard let explanation else {
    throw ToolError(
      "no row has that text in \(arguments[column])",
      remedy: "give --row as it stands in the file, and --column",
      exitCode: .inputRefused)
  }
  if arguments[AgentOptions.json] {
    console.printJSON(explanation.json(beside: card))
  } else {
    explanation.print(to: console)
    card.print(to: console)
  }
  return .done
}

/// `site-agent score reproduce`.
private let reproduceCommand = Command(
  "score reproduce", "run a stored evaluation again and compare the result, bit for bit",
  [assignment, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "score reproduce a-mfrggzdfmztwq2lknnwg23tpoa"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let result = try await Reproduction(
    agent.store(), directory: agent.directory, identity: agent.identity(), clock: Agent.now
  ).run(arguments[assignment])
  if arguments[AgentOptions.json] {
    console.printJSON([
      "assignment": .string(result.assignment), "stored": .string(result.stored.text),
      "found": .string(result.found.text), "isSame": .boolean(result.isSame),
    ])
  } else {
    console.print("signed then: \(result.stored.text)")
    console.print("counted now: \(result.found.text)")
    console.print(
      result.isSame
        ? "\("the same bytes", .bold): these rows, this model and this policy give what was signed"
        : "\("different bytes", .bold): do not rely on the result; keep the files and tell the vendor")
  }
  return result.isSame ? .done : .signatureOrDigestWrong
}

extension RowExplanation {
  fileprivate func print(to console: Console) {
    console.print("score: \(score.map(Self.decimals) ?? "none: the evaluation leaves the row out", .bold)")
    for threshold in thresholds {
      let side = threshold.isReached ? "at or above" : "below"
      let action = threshold.isReached ? threshold.action : "not this: \(threshold.action)"
      console.print("  \(side) \(threshold.value.text): \(action)")
    }
    guard let base else {
      console.print("the score was recorded by another system; what it was made of is not known here")
      return
    }
    var table = Table([("input", .left), ("cell", .left), ("value", .right), ("adds", .right), ("", .left)])
    for input in inputs {
      // UCUM writes a number without a unit as a number of ones.
      let unit = input.unit.map { $0 == "1" ? "" : " \($0)" } ?? ""
      table.add([
        StyledText(input.name), StyledText(input.text.isEmpty ? "(empty)" : input.text + unit),
        StyledText(input.value.map(Self.decimals) ?? "missing"), StyledText(Self.signed(input.contribution)),
        StyledText(input.isOutOfRange ? "outside the protocol's range" : ""),
      ])
    }
    console.print(table)
    console.print(
      "without any input: \(Self.signed(base)); \"adds\" is on the log odds and sums up to the score's")
    console.print(
      "this is how the model counted, not why the patient is ill; nothing of it is written or sent")
  }

  private static func decimals(_ value: Double) -> String {
    (try? FixedDecimal(value, scale: 4).text) ?? "\(value)"
  }

  private static func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + decimals(value) }

  fileprivate func json(beside card: CardText) -> JSONValue {
    func set(_ key: String, _ value: Double?, in object: inout JSONObject) {
      object[key] = value.flatMap { try? ExactDecimal($0) }.map { .string($0.text) }
    }
    let inputs = inputs.map { input in
      var object: JSONObject = [
        "name": .string(input.name), "column": .string(input.column), "cell": .string(input.text),
        "isOutOfRange": .boolean(input.isOutOfRange),
      ]
      set("value", input.value, in: &object)
      set("contribution", input.contribution, in: &object)
      return JSONValue.object(object)
    }
    var object: JSONObject = [
      "inputs": .array(inputs),
      "thresholds": .array(
        thresholds.map {
          [
            "value": .string($0.value.text), "action": .string($0.action),
            "isReached": .boolean($0.isReached),
          ]
        }),
    ]
    set("score", score, in: &object)
    set("base", base, in: &object)
    object["modelCard"] = card.json
    if !card.notes.isEmpty { object["modelCardNotes"] = .array(card.notes.map { .string($0) }) }
    return .object(object)
  }
}
