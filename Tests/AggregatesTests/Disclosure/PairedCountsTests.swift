import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Testing

/// The rule for joint tables, asked of hospitals of many shapes; the expected patients are counted from the rows.
@Suite struct PairedCountsTests {
  @Test func everyCellAndEveryRemainderHoldsEnoughOfBothClassesOrNobody() throws {
    var (checked, empty, levels) = (0, 0, 0)
    for (seed, hospital, reader) in try MadeUpHospital.pairedSample.get() {
      for cells in reader.windows[0].pairedCells() {
        let members = hospital.rows.filter { cells.contains($0, under: hospital.evaluationProtocol) }
        let rows = [RowClass.positive, .negative].map { rowClass in members.count { $0.rowClass == rowClass }
        }
        #expect(rows == [cells.positive, cells.negative], "seed \(seed): \(cells)")
        if rows == [0, 0] {
          empty += 1
          continue
        }
        for rowClass in [RowClass.positive, .negative] {
          let patients = hospital.distinct(members.filter { $0.rowClass == rowClass })
          #expect(patients >= hospital.policy.minimumCell, "seed \(seed): \(cells) is of \(patients)")
        }
        checked += 1
        if cells.attribute != nil { levels += 1 }
      }
    }
    // The claim is empty if nothing is released.
    #expect(checked > 1000 && empty > 300 && levels > 300, "\(checked) \(empty) \(levels)")
  }

  @Test func unlabelledCellsAndTheirRemaindersHoldEnoughOrNobody() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.pairedSample.get() {
      for cells in reader.windows[0].pairedCells() {
        guard let count = cells.unlabelled else { continue }
        let members = hospital.rows.filter {
          $0.rowClass == .unlabelled && cells.contains($0, under: hospital.evaluationProtocol)
        }
        #expect(members.count == count, "seed \(seed): \(cells)")
        #expect(
          count == 0 || hospital.distinct(members) >= hospital.policy.minimumCell, "seed \(seed): \(cells)")
        if count > 0 { checked += 1 }
      }
    }
    #expect(checked > 100, "\(checked)")
  }

  @Test func ranksAreOfEnoughPatientsAndLeaveEnoughOrNobodyWithoutABaseline() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.pairedSample.get() {
      guard let paired = reader.windows[0].overall.counts?.paired, let compared = paired.compared else {
        continue
      }
      for (rowClass, count) in [(RowClass.positive, compared.positives), (.negative, compared.negatives)] {
        let members = hospital.rows.filter { $0.rowClass == rowClass }
        let (with, without) = (members.filter { $0.baseline != nil }, members.filter { $0.baseline == nil })
        #expect(with.count == count, "seed \(seed)")
        #expect(hospital.distinct(with) >= hospital.policy.minimumCell, "seed \(seed)")
        #expect(
          without.isEmpty || hospital.distinct(without) >= hospital.policy.minimumCell, "seed \(seed)")
      }
      checked += 1
    }
    #expect(checked > 50, "\(checked)")
  }

  @Test func tablesStandOnThresholdsThatTheirSliceShows() throws {
    for (seed, _, reader) in try MadeUpHospital.pairedSample.get() {
      let window = reader.windows[0]
      let overall = window.overall.counts
      for slice in [overall] + window.attributes.flatMap(\.levels).map(\.counts) {
        guard let slice, let paired = slice.paired else { continue }
        #expect(Set(paired.thresholds).isSubset(of: slice.edges), "seed \(seed)")
        #expect(Set(paired.thresholds).isSubset(of: overall?.paired?.thresholds ?? []), "seed \(seed)")
        #expect(!paired.thresholds.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test func scoreIntervalsAndColumnsNeverOverlapNarrowly() throws {
    var checked = 0
    for (seed, hospital, reader) in try MadeUpHospital.pairedSample.get() {
      let window = reader.windows[0]
      for slice in [window.overall] + window.attributes.flatMap(\.levels) {
        for range in slice.counts?.overlapsOfIntervalsAndColumns() ?? [] {
          #expect(
            range.upperBound - range.lowerBound >= hospital.policy.minimumCell, "seed \(seed): \(range)")
          checked += 1
        }
      }
    }
    #expect(checked > 300, "\(checked)")
  }

  @Test func everythingReleasedIsAcceptedAndReadBackAsItWas() throws {
    for (seed, hospital, _) in try MadeUpHospital.pairedSample.get() {
      do {
        let checked = try CheckedAggregate.parse(
          hospital.released.bytes, under: hospital.evaluationProtocol)
        let isSame = checked.content == hospital.released.content
        #expect(isSame, "seed \(seed)")
      } catch { Issue.record("seed \(seed): \(error)") }
    }
  }
}

extension MadeUpHospital {
  fileprivate func distinct(_ members: [TestRow]) -> Int {
    policy.countsPatients ? Set(members.map(\.patient)).count : members.count
  }
}

/// A cell of a joint table that a reader can count, in some levels of an attribute.
struct PairedCells: CustomStringConvertible {
  let thresholds: [Double]
  let cell: Int
  let attribute: Int?
  let levels: [Int]
  let positive: Int
  let negative: Int
  let unlabelled: Int?

  var description: String { "cell \(cell) of \(thresholds), attribute \(attribute ?? -1), levels \(levels)" }

  func contains(_ row: TestRow, under evaluationProtocol: EvaluationProtocol) -> Bool {
    if let attribute, !levels.contains(row.levels[attribute]) { return false }
    let all = evaluationProtocol.model.thresholds.map(\.value.value)
    let baselines = zip(all, evaluationProtocol.baseline?.thresholds ?? []).filter {
      thresholds.contains($0.0)
    }
    let column =
      row.baseline.map { score in baselines.count { $0.1.value <= score } } ?? thresholds.count + 1
    return cell == thresholds.count { $0 <= row.score } * (thresholds.count + 2) + column
  }
}

extension Reader.Window {
  /// Each cell of overall, of each union of an attribute's shown levels, and of what these leave over.
  fileprivate func pairedCells() -> [PairedCells] {
    guard let overall = overall.counts?.paired else { return [] }
    var found = overall.cells(attribute: nil, levels: [])
    for (attribute, slices) in attributes.enumerated() {
      let shown = slices.levels.indices.filter { slices.levels[$0].counts?.paired != nil }
      let occupied = slices.levels.indices.filter {
        if case .empty = slices.levels[$0] { false } else { true }
      }
      guard let thresholds = shown.first.flatMap({ slices.levels[$0].counts?.paired?.thresholds }) else {
        continue
      }
      for subset in 1..<(1 << shown.count) {
        let union = shown.enumerated().filter { subset & (1 << $0.offset) != 0 }.map(\.element)
        let tables = union.compactMap { slices.levels[$0].counts?.paired }
        let sum = tables.dropFirst().reduce(tables[0]) { $0.adding($1, sign: 1) }
        found += sum.cells(attribute: attribute, levels: union)
        let rest = occupied.filter { !union.contains($0) }
        if rest.isEmpty { continue }
        found += overall.coarsened(to: thresholds).adding(sum, sign: -1).cells(
          attribute: attribute, levels: rest)
      }
    }
    return found
  }
}

extension Reader.Paired {
  fileprivate func cells(attribute: Int?, levels: [Int]) -> [PairedCells] {
    positive.indices.map {
      PairedCells(
        thresholds: thresholds, cell: $0, attribute: attribute, levels: levels, positive: positive[$0],
        negative: negative[$0], unlabelled: unlabelled?[$0])
    }
  }

  fileprivate func adding(_ other: Reader.Paired, sign: Int) -> Reader.Paired {
    func sum(_ left: [Int], _ right: [Int]) -> [Int] { zip(left, right).map { $0 + sign * $1 } }
    return Reader.Paired(
      thresholds: thresholds, positive: sum(positive, other.positive),
      negative: sum(negative, other.negative),
      unlabelled: unlabelled.flatMap { mine in other.unlabelled.map { sum(mine, $0) } }, compared: nil)
  }

  fileprivate func coarsened(to kept: [Double]) -> Reader.Paired {
    let width = thresholds.count + 2
    func place(_ interval: Int) -> Int { zip(thresholds, 0..<interval).count { kept.contains($0.0) } }
    func coarsen(_ counts: [Int]) -> [Int] {
      var sums = Array(repeating: 0, count: (kept.count + 1) * (kept.count + 2))
      for (index, count) in counts.enumerated() {
        let column = index % width == width - 1 ? kept.count + 1 : place(index % width)
        sums[place(index / width) * (kept.count + 2) + column] += count
      }
      return sums
    }
    return Reader.Paired(
      thresholds: kept, positive: coarsen(positive), negative: coarsen(negative),
      unlabelled: unlabelled.map(coarsen), compared: nil)
  }
}

extension Reader.Counts {
  /// What a reader can say of the rows of one class in a score interval and in a column at once (Fréchet), where
  /// neither holds all rows between the two thresholds or none.
  fileprivate func overlapsOfIntervalsAndColumns() -> [ClosedRange<Int>] {
    guard let paired else { return [] }
    let width = paired.thresholds.count + 2
    let bounds = [0] + paired.thresholds + [1]
    var ranges: [ClosedRange<Int>] = []
    for (counts, table) in [(positive, paired.positive), (negative, paired.negative)] {
      for (row, (lower, upper)) in zip(bounds, bounds.dropFirst()).enumerated() {
        let inside = zip(edges, counts).filter { $0.0 >= lower && $0.0 < upper }.map(\.1)
        let all = inside.reduce(0, +)
        for interval in inside where interval < all {
          for cell in table[(row * width)..<((row + 1) * width)] where cell > 0 && cell < all {
            ranges.append(max(0, interval + cell - all)...min(interval, cell))
          }
        }
      }
    }
    return ranges
  }
}
