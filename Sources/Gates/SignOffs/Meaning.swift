package import EvaluationProtocols

extension Decision {
  /// What the signature means: the sentence that stands in the statement and wherever it is shown.
  ///
  /// - Parameter phase: the phase that the gate opens, or in which a restart goes on.
  /// - Source: `protocols/gates.md`, section 6.
  package func meaning(at gate: Gate, phase: PhaseName) -> String {
    switch (gate, self) {
    case (.restart, .approve):
      "I have reviewed the incident and the evidence named here and approve that the study restarts in the "
        + "phase \(phase.rawValue)."
    case (.restart, .reject):
      "I have reviewed the incident and the evidence named here and reject that the study restarts in the "
        + "phase \(phase.rawValue)."
    case (.restart, .abstain):
      "I have reviewed the incident and the evidence named here and give no decision about a restart in the "
        + "phase \(phase.rawValue)."
    case (_, .approve):
      "I have reviewed the evidence named here and approve that the study enters the phase \(phase.rawValue)."
    case (_, .reject):
      "I have reviewed the evidence named here and reject that the study enters the phase \(phase.rawValue)."
    case (_, .abstain):
      "I have reviewed the evidence named here and give no decision about the phase \(phase.rawValue)."
    }
  }
}
