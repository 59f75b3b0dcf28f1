import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Testing

/// What a reference dataset may say of itself (`protocols/disclosure.md`, section 16).
@Suite struct ReferenceReleaseTests {
  private static func decimals(_ texts: [String]) throws -> [ExactDecimal] {
    try texts.map { try ExactDecimal(parsing: $0) }
  }

  /// Releases everything that can be asked of a hospital's windows.
  private static func releases(
    _ hospital: MadeUpHospital
  ) -> [(window: Int, release: ReferenceRelease)] {
    let evaluationProtocol = hospital.evaluationProtocol
    let sources =
      [DriftProfile.Source.score(edges: Array(evaluationProtocol.grid.edges.dropFirst().dropLast()))]
      + evaluationProtocol.attributes.map { .attribute($0.id) }
      + evaluationProtocol.drift.profiles.map(\.source)
    return hospital.local.windows.enumerated().map { index, window in
      (index, window.releaseReference(of: sources, under: evaluationProtocol, policy: hospital.policy))
    }
  }

  /// The cell of a profile in which a row stands.
  private static func cell(of row: TestRow, in profile: DriftProfile, _ hospital: MadeUpHospital) throws
    -> Int
  {
    let evaluationProtocol = hospital.evaluationProtocol
    switch profile.source {
    case .score(let edges): return edges.count { $0.value <= row.score }
    case .attribute(let id):
      return row.levels[try #require(evaluationProtocol.attributes.firstIndex { $0.id == id })]
    case .column(let column):
      let place = try #require(evaluationProtocol.drift.columns.firstIndex { $0.column == column.name })
      let asked = evaluationProtocol.drift.columns[place].values
      guard case .levels(let shown) = column.values else { return -1 }
      // Made-up cells of listed values are called by their number.
      if row.cells[place] == asked.missingCell { return shown.count + 1 }
      return shown.firstIndex(of: "\(row.cells[place])") ?? shown.count
    }
  }

  @Test func everyCountIsOfNobodyOrOfEnoughPatients() throws {
    var (shown, kept) = (0, 0)
    for (seed, hospital, _) in try MadeUpHospital.sample.get().prefix(600) {
      for (window, release) in Self.releases(hospital) {
        kept += release.withheld.count
        for profile in release.profiles {
          let total = profile.counts.reduce(0, +)
          let rows = hospital.rows.filter { $0.window == window }
          let labelled = rows.filter { $0.rowClass != .unlabelled }
          // All rows are counted, or those with a label.
          let counted = total == labelled.count ? labelled : rows
          #expect(total == counted.count, "seed \(seed): \(profile.id)")
          for (cell, count) in profile.counts.enumerated() {
            let members = try counted.filter { try Self.cell(of: $0, in: profile, hospital) == cell }
            #expect(members.count == count, "seed \(seed): \(profile.id), cell \(cell)")
            let patients =
              hospital.policy.countsPatients ? Set(members.map(\.patient)).count : members.count
            #expect(
              count == 0 || patients >= hospital.policy.minimumCell,
              "seed \(seed): \(profile.id), cell \(cell)")
            shown += 1
          }
        }
      }
    }
    #expect(shown > 2000 && kept > 300)
  }

  @Test func scoreAndColumnsSayNothingThatAnAggregateDoesNot() throws {
    for (seed, hospital, _) in try MadeUpHospital.sample.get().prefix(600) {
      for (index, release) in Self.releases(hospital) {
        let window = hospital.released.content.windows[index]
        for profile in release.profiles {
          switch profile.source {
          case .score(let edges):
            let kept = try #require(window.partition).edges.map { hospital.evaluationProtocol.grid.edges[$0] }
            #expect(Set(edges).isSubset(of: kept), "seed \(seed)")
          case .column(let column):
            let runs = try #require(window.histograms.first { $0.column == column.name }?.cells.value)
            let counts = runs.map(\.rows)
            let sums = Set(profile.counts.dropLast(2))
            #expect(sums.isSubset(of: counts) && counts.last == profile.counts.last, "seed \(seed)")
          case .attribute: break
          }
        }
      }
    }
  }

  @Test func besideAnAggregateNoWithheldLevelIsNarrowedBelowTheMinimum() throws {
    var ranges = 0
    for (seed, hospital, _) in try MadeUpHospital.sample.get() {
      let least = hospital.policy.minimumCell
      for (index, release) in Self.releases(hospital) {
        let window = hospital.released.content.windows[index]
        for profile in release.profiles {
          guard let overall = window.overall.stratum,
            let attribute = window.attributes.first(where: { $0.id == profile.id })
          else { continue }
          let shown = attribute.levels.compactMap(\.stratum)
          let hidden = zip(attribute.levels, profile.counts).filter { $0.0 == .withheld }.map(\.1)
          let rest = overall.labelled - shown.reduce(0) { $0 + $1.labelled }
          // A single withheld level is what the others leave over, with or without a profile.
          guard hidden.count > 1 else { continue }
          #expect(hidden.reduce(0, +) == rest, "seed \(seed)")
          let events = overall.events - shown.reduce(0) { $0 + $1.events }
          for rows in hidden {
            for ofClass in [events, rest - events] {
              let (lower, upper) = (max(0, rows + ofClass - rest), min(rows, ofClass))
              #expect(upper - lower >= least, "seed \(seed): \(profile.id), \(lower) to \(upper)")
              ranges += 1
            }
          }
        }
      }
    }
    #expect(ranges > 100)
  }

  private func rows(_ groups: [(cell: Int, level: Int, count: Int)]) -> [TestRow] {
    groups.flatMap { group in
      (0..<group.count).map {
        TestRow(
          patient: 0, rowClass: $0 % 2 == 0 ? .positive : .negative, score: 0.6, levels: [group.level],
          cells: [group.cell])
      }
    }
  }

  /// Levels "0" to "2" of a column, other, missing; two levels of an attribute, missing; at least 3.
  private func release(_ groups: [(cell: Int, level: Int, count: Int)]) throws -> ReferenceRelease {
    var study = SmallStudy()
    study.columns = [3]
    return try #require(Self.releases(try MadeUpHospital(study, rows: rows(groups))).first).release
  }

  @Test func aRareLevelOfAColumnCountsAsNotListed() throws {
    let release = try release([(0, 0, 20), (1, 0, 12), (2, 1, 2), (3, 1, 4)])
    let column = try #require(release.profiles.first { $0.id == "x0" })
    #expect(column.source == .column(.init(name: "x0", values: .levels(["0", "1"]))))
    #expect(column.counts == [20, 12, 6, 0])
  }

  @Test func aFewMissingValuesKeepTheColumnBack() throws {
    let release = try release([(0, 0, 20), (1, 1, 12), (2, 1, 8), (4, 1, 2)])
    #expect(release.withheld.first { $0.id == "x0" }?.reason == .fewOthers)
    #expect(!release.profiles.contains { $0.id == "x0" })
  }

  @Test func aSmallLevelKeepsTheWholeAttributeBack() throws {
    let release = try release([(0, 0, 20), (0, 1, 2)])
    #expect(release.withheld.first { $0.id == "a0" }?.reason == .smallLevel)
    let larger = try self.release([(0, 0, 20), (0, 1, 3)])
    #expect(larger.profiles.first { $0.id == "a0" }?.counts == [20, 3, 0])
  }

  @Test func aLevelOfRowsWithoutALabelKeepsTheWholeAttributeBack() throws {
    var study = SmallStudy()
    study.columns = [3]
    let unlabelled = (0..<20).map { _ in
      TestRow(patient: 0, rowClass: .unlabelled, score: 0.6, levels: [1], cells: [0])
    }
    let hospital = try MadeUpHospital(study, rows: rows([(0, 0, 20)]) + unlabelled)
    let release = try #require(Self.releases(hospital).first).release
    #expect(release.withheld.first { $0.id == "a0" }?.reason == .smallLevel)
  }

  @Test func scoresWithoutEventsOnBothSidesOfAnEdgeAreKeptBack() throws {
    // All scores are 0.6: no edge has rows on both sides.
    let release = try release([(0, 0, 20)])
    #expect(release.withheld.first { $0.id == "score" }?.reason == .noEdgeLeft)
  }

  @Test func anEmptyCohortGivesNothing() throws {
    let release = try release([])
    #expect(release.profiles == [])
    #expect(Set(release.withheld.map(\.reason)) == [.noRows])
    #expect(release.withheld.allSatisfy { !$0.explanation.isEmpty })
  }
}
