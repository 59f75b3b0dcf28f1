import CanonicalJSON
import Cryptography

// Rules about amendments, people and looks, which go across the sections of the document.
extension EvaluationProtocol {
  func validateAmendment() throws(DocumentError) {
    switch (amendment, version) {
    case (nil, 2...):
      throw DocumentError(
        path: "", problem: "version \(version) does not say what it amends",
        remedy: "add amendment, with the digest of the version before and the reason")
    case (.some, 1):
      throw DocumentError(
        path: "amendment", problem: "version 1 amends nothing",
        remedy: "leave out amendment, or give the version its number")
    default: break
    }
  }

  /// Who signs is told apart by role, name and key; whom a rule excludes may not be named.
  func validatePeople() throws(DocumentError) {
    for (index, phase) in phases.enumerated() {
      let path = "phases[\(index)].signOffs"
      try requireUnique(phase.signOffs.map(\.role), path: path, what: "role", folded: true)
      try requireUnique(phase.signOffs.map(\.person), path: path, what: "person", folded: true)
      try requireUnique(phase.signOffs.compactMap { $0.fingerprint?.text }, path: path, what: "fingerprint")
    }
    try requireOneKeyAPerson()
    for (index, phase) in phases.enumerated() {
      for (position, entry) in phase.signOffs.enumerated() {
        let problem = independenceProblem(
          person: entry.person, organisation: entry.organisation, fingerprint: entry.fingerprint, for: entry,
          in: phase, authorship: authorship)
        guard let problem else { continue }
        throw DocumentError(
          path: "phases[\(index)].signOffs[\(position)]", problem: problem.description, remedy: problem.remedy
        )
      }
    }
  }

  // One key under two names would let one person review alone what two have to.
  private func requireOneKeyAPerson() throws(DocumentError) {
    var keyOf: [[UInt8]: Digest] = [:]
    var personOf: [Digest: String] = [:]
    for (name, fingerprint, path) in namedKeys {
      if let other = personOf[fingerprint], !other.isSameName(as: name) {
        throw DocumentError(
          path: path, problem: "the fingerprint of \(name) is also that of \(other)",
          remedy: "give each person the fingerprint of their own key")
      }
      if let other = keyOf[name.foldedBytes], other != fingerprint {
        throw DocumentError(
          path: path, problem: "\(name) has two fingerprints",
          remedy: "write the same fingerprint wherever the person stands, or tell two people apart by name")
      }
      personOf[fingerprint] = name
      keyOf[name.foldedBytes] = fingerprint
    }
  }

  private var namedKeys: [(name: String, fingerprint: Digest, path: String)] {
    var found: [(String, Digest, String)] = []
    let authors = [
      ("protocolAuthors", authorship?.protocolAuthors ?? []),
      ("modelAuthors", authorship?.modelAuthors ?? []),
    ]
    for (list, people) in authors {
      for (index, author) in people.enumerated() {
        if let key = author.fingerprint { found.append((author.name, key, "authorship.\(list)[\(index)]")) }
      }
    }
    for (index, phase) in phases.enumerated() {
      for (position, entry) in phase.signOffs.enumerated() {
        guard let key = entry.fingerprint else { continue }
        found.append((entry.person, key, "phases[\(index)].signOffs[\(position)]"))
      }
    }
    return found
  }

  func validateLooks() throws(DocumentError) {
    if let monitoring, monitoring.quorum > sites.count {
      throw DocumentError(
        path: "monitoring.quorum", problem: "is above the number of sites",
        remedy: "ask for at most \(sites.count) sites")
    }
    for (index, phase) in phases.enumerated() {
      for (list, criteria) in [("goCriteria", phase.goCriteria), ("stopCriteria", phase.stopCriteria)] {
        for (position, criterion) in criteria.enumerated() {
          try validateLooks(of: criterion, path: "phases[\(index)].\(list)[\(position)].looks")
        }
      }
    }
  }

  private func validateLooks(of criterion: Criterion, path: String) throws(DocumentError) {
    func refuse(_ problem: String, _ remedy: String) -> DocumentError {
      DocumentError(path: path, problem: problem, remedy: remedy)
    }
    guard let looks = criterion.looks else { return }
    guard Metric.withLooks.contains(criterion.metric) else {
      throw refuse(
        "\(criterion.metric.rawValue) has no bound for repeated looks",
        "leave out looks, or judge one of " + Metric.withLooks.map(\.rawValue).joined(separator: ", "))
    }
    guard [.pooledRows, .everySite, .worstSite].contains(criterion.scope) else {
      throw refuse(
        "the scope \(criterion.scope.rawValue) has no bound for repeated looks",
        "use pooledRows, everySite or worstSite")
    }
    guard criterion.bound != .point else {
      throw refuse("a point has no bound for repeated looks", "judge the lower or the upper bound")
    }
    guard criterion.window == .all else {
      throw refuse(
        "looks are at growing data, and the newest window is not", "leave out window, or leave out looks")
    }
    guard case .alphaSpending(let planned) = looks else { return }
    guard let monitoring else {
      throw refuse("alphaSpending needs a schedule", "add monitoring, with as many looks as are planned")
    }
    guard planned == monitoring.looks else {
      throw refuse(
        "\(planned) looks are planned here and \(monitoring.looks) in monitoring",
        "write the same number in both places")
    }
  }
}
