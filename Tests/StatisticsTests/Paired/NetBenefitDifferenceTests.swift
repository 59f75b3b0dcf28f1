import Statistics
import Testing

@Suite struct NetBenefitDifferenceTests {
  static func counts(_ object: ReferenceObject) throws -> PairedCounts {
    let events = try object.integers("events")
    let others = try object.integers("nonEvents")
    return PairedCounts(
      events: PairedTable(
        both: events[0], candidateOnly: events[1], baselineOnly: events[2], neither: events[3]),
      nonEvents: PairedTable(
        both: others[0], candidateOnly: others[1], baselineOnly: others[2], neither: others[3]))
  }

  @Test func matchesTheMeanAndSpreadOfRowValues() throws {
    for model in try ReferenceFile("paired.json").objects("models") {
      let counts = try Self.counts(model)
      let expected = try #require(model.object("netBenefit"))
      for threshold in [0.1, 0.3, 0.75] {
        let numbers = try expected.numbers("\(threshold)")
        let result = try netBenefitDifference(counts, threshold: threshold)
        #expect(isClose(result.value, numbers[0], 1e-10))
        #expect(isClose(try #require(result.standardError), numbers[1], 1e-10))
        #expect(try #require(result.interval).contains(result.value))
      }
    }
  }

  @Test func isTheDifferenceOfBothNetBenefits() throws {
    for model in try ReferenceFile("paired.json").objects("models") {
      let counts = try Self.counts(model)
      func benefit(_ isCandidate: Bool) throws -> Double {
        let events = isCandidate ? counts.events.candidateOnly : counts.events.baselineOnly
        let missed = isCandidate ? counts.events.baselineOnly : counts.events.candidateOnly
        let others = isCandidate ? counts.nonEvents.candidateOnly : counts.nonEvents.baselineOnly
        let spared = isCandidate ? counts.nonEvents.baselineOnly : counts.nonEvents.candidateOnly
        return try netBenefit(
          truePositives: counts.events.both + events, falsePositives: counts.nonEvents.both + others,
          falseNegatives: counts.events.neither + missed, trueNegatives: counts.nonEvents.neither + spared,
          threshold: 0.2
        ).netBenefit.value
      }
      let difference = try netBenefitDifference(counts, threshold: 0.2)
      #expect(isClose(difference.value, try benefit(true) - benefit(false), 1e-12))
    }
  }

  @Test func refusesWhatHasNoWeightOrNoRow() {
    let empty = PairedCounts(events: PairedTable(), nonEvents: PairedTable())
    let one = PairedCounts(events: PairedTable(both: 1), nonEvents: PairedTable(neither: 1))
    #expect(throws: StatisticsError.noTrials) { try netBenefitDifference(empty, threshold: 0.5) }
    #expect(throws: Never.self) { try netBenefitDifference(one, threshold: 0.5) }
    for threshold in [0, 1, -0.5, .nan, .infinity] {
      #expect(throws: StatisticsError.self) { try netBenefitDifference(one, threshold: threshold) }
    }
  }
}
