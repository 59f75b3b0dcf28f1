import Cryptography
import ServiceRuntime
import SiteEvaluation
import SiteOperations

private let release = Parameter<String>.text(
  "RELEASE", "the first 8 digits or more of a release", placeholder: "RELEASE")

/// `site-agent dataset discard`.
let datasetDiscardCommand = Command(
  "dataset discard", "remove the frozen rows of a release; its record stays",
  [release, AgentOptions.reason, AgentOptions.name, AgentOptions.directory, AgentOptions.config],
  example: "dataset discard 3fb1c09a --reason 'retention ended' --name A.Person"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let registry = DatasetRegistry(try agent.store(), directory: agent.directory)
  let dataset = try await registry.discard(
    arguments[release], by: arguments[AgentOptions.name], reason: arguments[AgentOptions.reason],
    at: Agent.now())
  console.print("discarded \(dataset.release.digest.text, .bold) of \(dataset.study)")
  console.print("rows: \(try await registry.condition(ofRowsOf: dataset).text)")
  console.note("the data files, backups and other copies are where they were; the disk is not overwritten")
  return .done
}

extension RowsCondition {
  /// For people.
  var text: String {
    switch self {
    case .kept: "kept in snapshots/"
    case .removed: "removed from snapshots/"
    case .sharedWith(let others):
      "still in snapshots/, because these releases hold the same: "
        + others.map { "\($0.release.digest.hex.prefix(16)) of \($0.study)" }.joined(separator: ", ")
    case .leftOver:
      "still in snapshots/; the same command once more, or the next start of the agent, removes them"
    }
  }

  /// For programs.
  var word: String {
    switch self {
    case .kept: "kept"
    case .removed: "removed"
    case .sharedWith: "shared"
    case .leftOver: "leftOver"
    }
  }
}
