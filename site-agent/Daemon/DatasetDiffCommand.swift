import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import SiteEvaluation
import SiteOperations

private let before = Parameter<String>.text(
  "BEFORE", "a study's id, or the first 8 digits or more of a release", placeholder: "BEFORE")
private let after = Parameter<String>.text("AFTER", "the same of the other one", placeholder: "AFTER")

/// `site-agent dataset diff`.
let datasetDiffCommand = Command(
  "dataset diff", "say what changed from one registered dataset to another",
  [before, after, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "dataset diff 3fb1c09a heart-disease --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let old = try await store.dataset(named: arguments[before])
  let new = try await store.dataset(named: arguments[after])
  let label = try await store.protocols().first { $0.study == new.study }?.parsed().label
  let changes = compareDatasets(
    try await compared(old, in: store), try await compared(new, in: store), label: label)
  if arguments[AgentOptions.json] {
    console.printJSON([
      "before": .string(old.release.digest.text), "after": .string(new.release.digest.text),
      "comparesPrevalence": .boolean(label != nil), "changes": .array(changes.map(\.json)),
    ])
    return .done
  }
  if label == nil { console.note("no protocol of \(new.study) is here, so that prevalence is not compared") }
  guard !changes.isEmpty else {
    console.print("nothing that is compared has changed")
    return .done
  }
  var table = Table([("what", .left), ("of", .left), ("before", .left), ("after", .left)])
  for change in changes {
    table.add([
      StyledText(change.kind.rawValue), StyledText(change.subject ?? ""), StyledText(change.before),
      StyledText(change.after),
    ])
  }
  console.print(table)
  return .done
}

private func compared(_ dataset: RegisteredDataset, in store: SiteStore) async throws -> ComparedDataset {
  let intake = try await store.intake(of: dataset.release.digest)
  return ComparedDataset(profile: intake.profile, declaration: try dataset.declaration())
}

/// What a dataset holds, a line a column, and what was found in it. For the hospital's own eyes.
func printIntake(_ intake: DatasetIntake, _ report: IntakeReport, on console: Console) {
  var table = Table([
    ("column", .left), ("holds", .left), ("empty", .right), ("different", .right), ("numbers", .left),
  ])
  for column in intake.profile.columns {
    let different =
      switch column.distinct {
      case .exactly(let count): "\(count)"
      case .about(let count): "about \(count)"
      }
    table.add([
      StyledText(column.name), StyledText(column.holds), StyledText(column.missingness),
      StyledText(different), StyledText(column.numbers > 0 ? column.extent : ""),
    ])
  }
  console.print("what it holds (seen on this machine only):")
  console.print(table)
  for line in report.lines { console.print("\(line)") }
}
