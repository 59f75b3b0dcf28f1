import EvaluationProtocols
import Statistics

/// A rule that one window's numbers break.
struct BrokenRule: Error {
  let place: String
  let rule: String
}

/// The arithmetic identities of one window, and the disclosure rule on what was released.
///
/// Listed in `protocols/aggregate.md`, "Identities". Patients behind a count cannot be checked here; rows
/// can, and there are at least as many rows as patients.
struct WindowCheck {
  let window: ReleasedWindow
  let evaluationProtocol: EvaluationProtocol
  let policy: DisclosurePolicy

  func run() throws(BrokenRule) {
    let grid = evaluationProtocol.grid
    if let stratum = window.overall.stratum, let partition = window.partition {
      try StratumCheck(stratum: stratum, partition: partition, grid: grid, policy: policy, place: "overall")
        .run()
    }
    for attribute in window.attributes {
      try AttributeCheck(attribute: attribute, window: window, grid: grid, policy: policy).run()
    }
    let crossing = window.attributes.filter(\.crossesIntervals)
    if crossing.count > 1 {
      throw BrokenRule(
        place: crossing[1].id, rule: "paired counts of a second attribute stand beside finer score intervals")
    }
    try HistogramsCheck(window: window, minimumCell: policy.minimumCell).run()
    if let cusum = window.cusum, let plan = evaluationProtocol.analysis.cusum {
      try CUSUMCheck(sum: cusum, plan: plan, window: window, grid: grid).run()
    }
    if let operations = window.operations {
      try OperationsCheck(operations: operations, window: window, minimumCell: policy.minimumCell).run()
    }
    if let explanation = window.explanation, let plan = evaluationProtocol.analysis.explanation {
      try ExplanationCheck(explanation: explanation, window: window, plan: plan, policy: policy).run()
    }
  }
}
