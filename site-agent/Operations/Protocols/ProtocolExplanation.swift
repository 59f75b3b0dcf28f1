import Cryptography
package import EvaluationProtocols

extension EvaluationProtocol {
  /// What a hospital has to know before it takes part, in plain words: which columns are read, which groups and
  /// months are told apart, what leaves and what is decided with it.
  package func explanation(forSite site: String) -> [(heading: String, lines: [String])] {
    let lint = lint()
    return [
      ("study", ["\(study.title), version \(version)", "id \(id), owner \(study.owner)"]),
      ("your part", [part(of: site)]),
      ("columns that are read", columnLines),
      (
        "subgroups",
        attributes.map { "\($0.id): \($0.levelIDs.map($0.label(ofLevel:)).joined(separator: ", "))" }
      ),
      ("time windows", windowLines),
      (
        "smallest group that is shown",
        ["\(disclosure.minimumCell) by the protocol; your own policy can only raise it"]
      ),
      ("model", ["\(model.id) \(model.version), \(model.kind.rawValue), SHA-256 \(model.artifact.hex)"]),
      ("what it says", lint.filter { $0.kind == .explanation }.map(\.text)),
      ("warnings", lint.filter { $0.kind == .warning }.map(\.text)),
    ].filter { !$0.lines.isEmpty }
  }

  private func part(of id: String) -> String {
    guard let site = site(id) else { return "this protocol does not list you (\(id))" }
    return switch site.role {
    case .validation: "\(site.name): your counts are pooled with those of \(sites.count - 1) other sites"
    case .development:
      "\(site.name): the model was built with your data; you are shown apart and never pooled"
    }
  }

  private var columnLines: [String] {
    var lines: [String] = []
    var seen: Set<String> = []
    func add(_ column: String?, _ purpose: String) {
      guard let column, seen.insert(column).inserted else { return }
      lines.append("\(column): \(purpose)")
    }
    add(data.patientColumn, "tells patients apart; never leaves")
    add(label.column, "the outcome (\(label.description))")
    if case .dated(let column, _) = windows { add(column, "which time window a row is in") }
    for rule in cohort.rules { add(rule.column, "who is in the cohort") }
    for attribute in attributes { add(attribute.column, "subgroup \(attribute.id)") }
    for feature in data.features { add(feature.column, "input of the model") }
    add(baseline?.column, "score of the comparator \(baseline?.name ?? "")")
    for column in drift.columns { add(column.column, "histogram") }
    return lines
  }

  private var windowLines: [String] {
    switch windows {
    case .undated: ["all rows together, without time"]
    case .dated(_, let windows): windows.map { "\($0.id): from \($0.start) until \($0.end)" }
    }
  }
}
