import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Models
import ServiceRuntime
import SiteEvaluation
import SiteOperations
import Submissions

private let data = Parameter<String>.path("--data", "the reference rows, CSV; may be given several times")
  .repeated(atLeastOnce: true)
private let declaration = Parameter<String>.path("--declaration", "what the data are, dataset.json")
private let draft = Parameter<String>.path(
  "--protocol", "the draft, whose drift section says what to count; counts in it are not looked at")
private let model = Parameter<String>.path("--model", "the model artifact that the draft names by digest")
private let features = Parameter<String>.path(
  "--features", "the feature definition, for models that compute inputs"
).optional()
private let policy = Parameter<String>.path("--policy", "your disclosure policy; default: minimum 11")
  .optional()
private let keys = Parameter<String>.path(
  "--keys", "folder of your signing identity, from `keys create` or in the agent directory")
private let out = Parameter<String>.path("--out", "folder to write; what is there is replaced")

/// `site-agent dataset profile`: counts a reference dataset for a protocol's drift section, and signs the counts.
let profileCommand = Command(
  "dataset profile", "count and sign the reference of a protocol's drift section",
  [data, declaration, draft, model, features, policy, keys, out, AgentOptions.json],
  example: """
    dataset profile --data training.csv --declaration dataset.json --protocol draft.json --model lr.json \
    --features features.json --keys north-keys --out reference
    """
) { arguments, console in
  let limits = JSONLimits.protocolDocument
  let evaluationProtocol = try EvaluationProtocol.parse(
    encodeCanonicalJSON(
      parseStrictJSON(readFile(arguments[draft], maximumBytes: limits.maximumBytes), limits: limits)))
  let identity = try SigningIdentity.load(from: arguments[keys])
  guard case .siteSubmission(let site) = identity.role else {
    throw ToolError(
      "the keys are for \(identity.role.uri)", remedy: "give a site's keys, from `site-agent keys create`",
      exitCode: .signatureOrDigestWrong)
  }
  let declarationBytes = try readFile(arguments[declaration], maximumBytes: limits.maximumBytes)
  let declared = try DatasetDeclaration.parse(declarationBytes)
  let sitePolicy = try arguments[policy].map {
    try SitePolicyFile.parse(readFile($0, maximumBytes: JSONLimits.small.maximumBytes))
  }
  let siteModel = SiteModel(
    artifact: try readFile(arguments[model], maximumBytes: maximumModelFileBytes),
    features: try arguments[features].map { try readFile($0, maximumBytes: maximumModelFileBytes) })
  let offline = try OfflineDataset(arguments[data], declaredAs: declared, on: console)
  let report = IntakeReport(offline.frozen.inspection.findings)
  try report.requireNoRefusal()
  for line in report.lines { console.note("\(line)") }
  let progress = ReadingProgress(console)
  let counted = try countReference(
    offline.rows, under: evaluationProtocol, model: siteModel, policy: sitePolicy ?? .standard,
    progress: progress.show)
  progress.finish()
  let release = try DatasetRelease(
    of: offline.frozen, declaration: declarationBytes, parsed: declared,
    policy: arguments[policy].map { try readFile($0, maximumBytes: JSONLimits.small.maximumBytes) },
    study: nil, key: offline.key)
  let signed = try ReferenceStatement(
    site: site, dataset: declared.id, dataClass: declared.dataClass, extractedAt: declared.extractedAt,
    datasetDigest: release.digest, minimumCell: counted.policy.minimumCell, draft: evaluationProtocol,
    evaluator: "site-agent \(Software.version)", signedAt: Agent.now()
  ).sign(counted.profile, with: identity)
  let section = evaluationProtocol.drift.citing(counted.profile, statement: signed.digest)
  try writeDirectoryAtomically(
    [
      (ReferenceStatement.profileName, counted.profile.encode()),
      (ReferenceStatement.fileName, signed.bytes), ("drift.json", encodeCanonicalJSON(.object(section))),
      (SubmissionFiles.rootName, identity.root.pem), ("dataset-release.json", release.encode()),
    ], to: arguments[out], replacing: true)
  if counted.invalidLabels > 0 {
    console.note("some labels are neither listed in the protocol nor empty; they count as unlabelled")
  }
  show(counted, site: site, statement: signed.digest, asJSON: arguments[AgentOptions.json], on: console)
  if !arguments[AgentOptions.json] {
    console.print(
      "written: \(arguments[out])/drift.json (for the protocol), \(ReferenceStatement.fileName), "
        + "dataset-release.json (stays here)")
  }
  return .done
}

private func show(
  _ counted: SiteReference, site: String, statement: Digest, asJSON: Bool, on console: Console
) {
  if asJSON {
    console.printJSON([
      "site": .string(site), "statement": .string(statement.text),
      "minimumCell": .integer(Int64(counted.policy.minimumCell)),
      "profiles": .array(
        counted.profile.profiles.map {
          ["id": .string($0.id), "cells": .integer(Int64($0.counts.count))]
        }),
      "withheld": .array(
        counted.withheld.map { ["id": .string($0.id), "reason": .string($0.reason.rawValue)] }),
    ])
    return
  }
  var table = Table([("profile", .left), ("cells", .right), ("counts that leave", .left)])
  for profile in counted.profile.profiles {
    table.add([
      StyledText(profile.id), StyledText(String(profile.counts.count)),
      StyledText(profile.counts.map(String.init).joined(separator: " ")),
    ])
  }
  for profile in counted.withheld {
    table.add([StyledText(profile.id), "–", StyledText("withheld: \(profile.explanation)")])
  }
  console.print(table)
  console.print(
    "no count is of fewer than \(counted.policy.minimumCell) "
      + (counted.policy.countsPatients ? "patients" : "rows (no patient column: a row is a patient)"))
  console.print("signed as site \(site); drift.statement: \(statement.text, .bold)")
}
