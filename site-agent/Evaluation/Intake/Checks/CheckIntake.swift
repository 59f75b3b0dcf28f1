import CanonicalJSON
package import EvaluationProtocols

/// Compares what a dataset holds with what a protocol says of it, before any row is scored.
///
/// Refusals, because the result could only be wrong: a unit that is declared and another; at least half of a column's numbers
/// out of range; at least half of its cells no numbers; no cell that the protocol lists; no time that a window can be
/// found for; at least half of the rows repeated. The same in fewer cells, and missingness more than ten points from the
/// protocol's reference, are warnings. Columns that are not there are refused elsewhere, by `ColumnBinding`.
package func checkIntake(
  _ profile: DatasetProfile, declaredAs declaration: DatasetDeclaration,
  under evaluationProtocol: EvaluationProtocol
) -> [IntakeFinding] {
  let checker = IntakeChecker(
    profile: profile, mapping: declaration.mapping, evaluationProtocol: evaluationProtocol)
  return checker.rows() + checker.features() + checker.attributes() + checker.label() + checker.times()
    + checker.missingness()
}

private struct IntakeChecker {
  let profile: DatasetProfile
  let mapping: SiteMapping
  let evaluationProtocol: EvaluationProtocol

  private var data: DataDefinition { evaluationProtocol.data }

  private func column(_ name: String) -> MappedColumn? {
    MappedColumn(name, in: profile, mapping: mapping)
  }

  // MARK: Rows

  func rows() -> [IntakeFinding] {
    let (found, oneIn) = (profile.repeated.found, profile.repeated.oneIn)
    guard found > 0 else { return [] }
    let isMost = found >= profile.rows / max(oneIn, 1) - found
    return [
      IntakeFinding(
        isMost ? .refusal : .warning, .duplicate, share: isMost ? .most : .some,
        "\(isMost ? "most" : "some") rows stand there more than once, byte by byte")
    ]
  }

  // MARK: Columns

  func features() -> [IntakeFinding] {
    data.features.flatMap { feature -> [IntakeFinding] in
      guard let column = column(feature.column) else { return [] }
      var findings: [IntakeFinding] = []
      if let declared = column.unit, let expected = feature.unit, !declared.hasSameBytes(as: expected) {
        findings.append(
          IntakeFinding(
            .refusal, .unit, column: column.source,
            "declared in \(declared), the protocol reads \(feature.column) in \(expected)"))
      }
      if feature.type == .number { findings += numbers(column, feature) }
      return findings
    }
  }

  private func numbers(_ column: MappedColumn, _ feature: FeatureColumn?) -> [IntakeFinding] {
    let summary = column.numbers(feature)
    var findings: [IntakeFinding] = []
    if let share = AffectedShare(summary.others, of: summary.others + summary.numbers) {
      findings.append(
        IntakeFinding(
          share == .some ? .warning : .refusal, .number, column: column.source, share: share,
          "\(share.rawValue) of its filled cells are no numbers"))
    }
    if let feature, let share = AffectedShare(summary.outside, of: summary.numbers) {
      let unit = feature.unit.map { " \($0)" } ?? ""
      findings.append(
        IntakeFinding(
          share == .some ? .warning : .refusal, .range, column: column.source, share: share,
          "\(share.rawValue) of its numbers lie outside \(feature.limits)\(unit)"
            + (share == .some ? "" : ", as they do in another unit")))
    }
    return findings
  }

  func attributes() -> [IntakeFinding] {
    let levels = evaluationProtocol.attributes.flatMap { attribute -> [IntakeFinding] in
      guard let column = column(attribute.column) else { return [] }
      switch attribute.kind {
      case .codes:
        return categories(column, listed: Set(attribute.levels.flatMap(\.codes)), "levels of \(attribute.id)")
      case .bands:
        // The feature of the column, where there is one, was looked at.
        return data.feature(of: attribute.column)?.type == .number ? [] : numbers(column, nil)
      }
    }
    let profiles = evaluationProtocol.drift.columns.flatMap { profile -> [IntakeFinding] in
      guard case .levels(let listed) = profile.values, let column = column(profile.column) else { return [] }
      return categories(column, listed: Set(listed), "the reference profile")
    }
    return levels + profiles
  }

  private func categories(_ column: MappedColumn, listed: Set<String>, _ list: String) -> [IntakeFinding] {
    guard let (unlisted, filled) = column.unlisted(listed) else {
      guard case .about = column.profile.distinct else { return [] }
      return [
        IntakeFinding(
          .warning, .category, column: column.source,
          "has more than \(ValueTable.capacity) different texts or longer ones than codes are, and was not compared"
        )
      ]
    }
    guard let share = AffectedShare(unlisted, of: filled) else { return [] }
    return [
      IntakeFinding(
        share == .all ? .refusal : .warning, .category, column: column.source, share: share,
        "\(share.rawValue) of its filled cells are not among \(list)")
    ]
  }

  func label() -> [IntakeFinding] {
    let definition = evaluationProtocol.label
    guard let column = column(definition.column) else { return [] }
    guard let values = column.values else {
      guard case .about = column.profile.distinct else { return [] }
      return [
        IntakeFinding(
          .refusal, .label, column: column.source, share: .all, "holds no label that the protocol lists")
      ]
    }
    func count(_ texts: [String]) -> Int { Set(texts).reduce(0) { $0 + (values[$1] ?? 0) } }
    let (positive, negative) = (count(definition.positive), count(definition.negative))
    let filled = values.reduce(0) { $1.key.isEmpty ? $0 : $0 + $1.value }
    if filled == 0 {
      return [IntakeFinding(.warning, .label, column: column.source, "no row has a label")]
    }
    if positive + negative == 0 {
      return [
        IntakeFinding(
          .refusal, .label, column: column.source, share: .all, "holds no label that the protocol lists")
      ]
    }
    var findings: [IntakeFinding] = []
    if let share = AffectedShare(filled - positive - negative, of: filled) {
      findings.append(
        IntakeFinding(
          .warning, .label, column: column.source, share: share,
          "\(share.rawValue) of its filled cells are no label that the protocol lists; they count as unlabelled"
        ))
    }
    if positive == 0 || negative == 0 {
      findings.append(
        IntakeFinding(
          .warning, .prevalence, column: column.source,
          positive == 0 ? "no row has an event" : "every labelled row has an event"))
    }
    return findings
  }

  func times() -> [IntakeFinding] {
    guard case .dated(let name, _) = evaluationProtocol.windows, let column = column(name) else { return [] }
    let filled = column.profile.filled
    guard let share = AffectedShare(filled - column.profile.dates.zoned, of: filled) else { return [] }
    return [
      IntakeFinding(
        share == .all ? .refusal : .warning, .date, column: column.source, share: share,
        "\(share.rawValue) of its filled cells are no time as YYYY-MM-DDTHH:MM:SS with Z or an offset")
    ]
  }

  // MARK: The reference

  func missingness() -> [IntakeFinding] {
    evaluationProtocol.drift.profiles.compactMap { reference -> IntakeFinding? in
      guard let (column, missing) = missing(reference), let expected = reference.counts.last, profile.rows > 0
      else { return nil }
      let total = reference.counts.reduce(0, +)
      guard total > 0 else { return nil }
      let difference = Double(missing) / Double(column.profile.rows) - Double(expected) / Double(total)
      guard abs(difference) > 0.1 else { return nil }
      return IntakeFinding(
        .warning, .missingness, column: column.source,
        "missing \(difference > 0 ? "more" : "less") often than in the reference, by over 10 points")
    }
  }

  private func missing(_ reference: DriftProfile) -> (MappedColumn, Int)? {
    switch reference.source {
    case .score: return nil
    case .attribute(let id):
      guard let attribute = evaluationProtocol.attributes.first(where: { $0.id == id }),
        let column = column(attribute.column)
      else { return nil }
      return (column, missing(column, attribute.column))
    case .column(let profile):
      return column(profile.name).map { ($0, missing($0, profile.name)) }
    }
  }

  private func missing(_ column: MappedColumn, _ name: String) -> Int {
    column.numbers(data.feature(of: name)).missing
  }
}

extension FeatureColumn {
  /// The range as people write it.
  fileprivate var limits: String {
    switch (lower, upper) {
    case (let lower?, let upper?): "\(lower.text) to \(upper.text)"
    case (let lower?, nil): "\(lower.text) and more"
    case (nil, let upper?): "\(upper.text) and less"
    case (nil, nil): "every range"
    }
  }
}
