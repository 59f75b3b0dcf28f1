import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Models
import ServiceRuntime
import SiteEvaluation
import SiteOperations
import Submissions

private let protocolFile = Parameter<String>.path("--protocol", "the protocol, protocol.json")
private let model = Parameter<String>.path("--model", "the model artifact that the protocol names by digest")
private let features = Parameter<String>.path(
  "--features", "the feature definition, for models that compute inputs"
)
.optional()
private let data = Parameter<String>.path(
  "--data", "the hospital's rows: CSV, or what the dataset says; may be given several times"
)
.repeated(atLeastOnce: true)
private let dataset = Parameter<String>.path("--dataset", "what the data are: the dataset declaration")
private let policy = Parameter<String>.path(
  "--policy", "the hospital's disclosure policy; default: minimum 11"
)
.optional()
private let site = Parameter<String>.text("--site", "the hospital's id in the protocol", placeholder: "ID")
private let out = Parameter<String>.path("--out", "folder to write; what is there is replaced")
private let json = Parameter<Bool>.flag("--json", "print one JSON document instead of text")

/// `site-agent evaluate`: counts, protects, and shows before and after. Nothing is sent and nothing is signed.
let evaluateCommand = Command(
  "evaluate", "run the model on the hospital's rows and show what would leave",
  [protocolFile, model, features, data, dataset, policy, site, out, json],
  example: """
    evaluate --protocol protocol.json --model lr.json --features features.json --data north.csv \
    --dataset dataset.json --site north --out north
    """
) { arguments, console in
  let evaluationProtocol = try EvaluationProtocol.parse(
    readFile(arguments[protocolFile], maximumBytes: JSONLimits.protocolDocument.maximumBytes))
  let declarationBytes = try readFile(
    arguments[dataset], maximumBytes: JSONLimits.protocolDocument.maximumBytes)
  let declaration = try DatasetDeclaration.parse(declarationBytes)
  let sitePolicy = try arguments[policy].map {
    try SitePolicyFile.parse(readFile($0, maximumBytes: JSONLimits.small.maximumBytes))
  }
  let siteModel = SiteModel(
    artifact: try readFile(arguments[model], maximumBytes: maximumModelFileBytes),
    features: try arguments[features].map { try readFile($0, maximumBytes: maximumModelFileBytes) })
  // What costs no time comes first: a model or a column that is not the protocol's.
  try checkBeforeReading(
    arguments[data], declaredAs: declaration, under: evaluationProtocol, model: siteModel,
    site: arguments[site], policy: sitePolicy ?? .standard)
  let offline = try OfflineDataset(arguments[data], declaredAs: declaration, on: console)
  let inspection = offline.frozen.inspection
  let report = IntakeReport(inspection.findings).adding(
    checkIntake(inspection.profile, declaredAs: declaration, under: evaluationProtocol))
  try report.requireNoRefusal()
  for line in report.lines { console.note("\(line)") }
  let progress = ReadingProgress(console)
  let result = try evaluate(
    offline.rows, under: evaluationProtocol, model: siteModel, site: arguments[site],
    policy: sitePolicy ?? .standard, progress: progress.show)
  progress.finish()
  let local = result.local
  let release = try DatasetRelease(
    of: offline.frozen, declaration: declarationBytes, parsed: declaration,
    policy: arguments[policy].map { try readFile($0, maximumBytes: JSONLimits.small.maximumBytes) },
    study: evaluationProtocol.id, key: offline.key)
  try writeDirectoryAtomically(
    [
      ("aggregate.json", result.releasable.bytes),
      ("local-aggregate.json", local.encodeForSite(under: evaluationProtocol, policy: result.policy)),
      ("context.json", declaration.context(site: arguments[site]).encode()),
      ("dataset-release.json", release.encode()), ("intake-report.json", report.encode()),
    ], to: arguments[out], replacing: true)
  let text = ReleaseText(
    local: local, released: result.releasable, policy: result.policy, evaluationProtocol: evaluationProtocol)
  if result.invalidLabels > 0 {
    console.note("some labels are neither listed in the protocol nor empty; they count as unlabelled")
  }
  if result.rescored > 0 {
    console.note(
      "every score was checked; \(result.rescored) rows were scored again in another order: the same bits")
  }
  for note in TableNote.allCases where inspection.notes.contains(note) { console.note("\(note.rawValue)") }
  if arguments[json] {
    console.write(encodeCanonicalJSON(text.json))
    console.print("")
  } else {
    for line in text.lines { console.print(line) }
    console.print(
      "written: \(arguments[out])/aggregate.json (may leave), local-aggregate.json and others (stay here)")
  }
  return .done
}
