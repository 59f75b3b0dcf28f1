import Cryptography

// What the linter says of amendments, people and looks.
extension EvaluationProtocol {
  func explainAuthors() -> [LintLine] {
    var lines: [LintLine] = []
    if let amendment {
      lines.append(
        explain("Version \(version) amends \(amendment.previous.text), because: \(amendment.reason)."))
    }
    if let authorship {
      lines.append(
        explain(
          "The model is \(authorship.vendor)'s, made by \(names(authorship.modelAuthors)); the protocol was written by "
            + "\(names(authorship.protocolAuthors))."))
    }
    return lines
  }

  private func names(_ authors: [Author]) -> String {
    authors.map { "\($0.name) (\($0.organisation))" }.joined(separator: ", ")
  }

  func lintSchedule() -> [LintLine] {
    guard let monitoring else { return [] }
    return [
      explain(
        "A round opens every \(counted(monitoring.everyDays, "day")), stays open for "
          + "\(counted(monitoring.openDays, "day")) and counts from \(counted(monitoring.quorum, "site")); "
          + "\(counted(monitoring.looks, "look")) at the results \(monitoring.looks == 1 ? "is" : "are") planned."
      )
    ]
  }

  func counted(_ number: Int, _ what: String) -> String {
    "\(number) \(what)\(number == 1 ? "" : "s")"
  }

  func lintSignOffs(of phase: Phase) -> [LintLine] {
    var lines: [LintLine] = []
    for entry in phase.signOffs {
      let rules = entry.independence.map { " and \($0.words)" }.joined()
      lines.append(explain("\(entry.person) of \(entry.organisation) signs as \(entry.role)\(rules)."))
      if entry.fingerprint == nil {
        lines.append(
          warn(
            "\(phase.name.rawValue): the gate cannot open until an amendment names the key of \(entry.person)"
          ))
      }
    }
    if phase.signOffs.isEmpty, phase.name != phases.last?.name {
      lines.append(
        warn("\(phase.name.rawValue) has no required sign-offs, so nobody has to agree to the phase after it")
      )
    }
    return lines
  }

  func lintLooks(of criterion: Criterion) -> [LintLine] {
    switch criterion.looks {
    case .alwaysValid?:
      return [
        explain(
          "\(criterion.id) may be looked at as often as one likes: its bound is valid at all looks together.")
      ]
    case .alphaSpending(let planned)?:
      return [
        explain(
          "\(criterion.id) may be looked at \(planned) times: its bound is wide at the first look, near the usual one at "
            + "the last, and valid at all of them together.")
      ]
    case nil: return []
    }
  }

  /// One warning for a phase: a schedule meets many criteria, and most metrics have no bounds for it.
  func lintLooksLeftOut(in phase: Phase) -> [LintLine] {
    let names = (phase.goCriteria + phase.stopCriteria).filter { $0.looks == nil }.map(\.id)
    guard monitoring != nil, !names.isEmpty else { return [] }
    return [
      warn(
        "judged at each scheduled round without looks, so nothing in them allows for looking more than once: "
          + names.joined(separator: ", "))
    ]
  }
}
