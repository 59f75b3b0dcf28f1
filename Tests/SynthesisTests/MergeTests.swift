import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

@Suite struct MergeTests {
  private let study: SmallStudy
  private let sites: [CheckedAggregate]

  init() throws {
    study = try SmallStudy()
    sites = [
      try study.release("alpha", Hospital.alpha), try study.release("beta", Hospital.beta),
      try study.release("gamma", Hospital.gamma), try study.release("home", Hospital.alpha),
    ]
  }

  @Test func arrivalOrderDoesNotMatter() throws {
    let one = try merge(sites, under: study.evaluationProtocol).encode()
    for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
      let other = try merge(order.map { sites[$0] }, under: study.evaluationProtocol).encode()
      #expect(other.map(\.path) == one.map(\.path))
      #expect(other.map(\.bytes) == one.map(\.bytes))
    }
  }

  @Test func nothingIsNotMerged() {
    #expect(throws: MergeError.nothingToMerge) { try merge([], under: study.evaluationProtocol) }
  }

  @Test func twoAggregatesOfOneSiteAreRefused() {
    #expect(throws: MergeError.siteTwice("beta")) {
      try merge([sites[1], sites[0], sites[1]], under: study.evaluationProtocol)
    }
  }

  @Test func pooledRowsAreCountsAdded() throws {
    let matrix = try merge(sites, under: study.evaluationProtocol)
    let parts = try ["alpha", "beta", "gamma"].map { try #require(matrix.site($0)).rows }
    for slice in study.evaluationProtocol.slices {
      let pooled = try matrix.pooled.rows.row(slice)
      let own = try parts.map { try $0.row(slice) }
      #expect(pooled.labelled == own.reduce(0) { $0 + $1.labelled })
      #expect(pooled.events == own.reduce(0) { $0 + $1.events })
      if pooled.status == .empty { continue }
      for metric in [Metric.sensitivity, .specificity, .positivePredictiveValue, .flagRate] {
        let threshold = try #require(ExactDecimal.act)
        let numbers = try pooled.numbers(metric, at: threshold, .pooledRows)
        let counted = try own.map { try $0.numbers(metric, at: threshold, .site) }
        #expect(numbers.successes == counted.reduce(0) { $0 + ($1.successes ?? -1) })
        #expect(numbers.trials == counted.reduce(0) { $0 + ($1.trials ?? -1) })
      }
      #expect(pooled.reliability.map(\.rows).reduce(0, +) == pooled.labelled)
    }
    // By hand at 0.5: 27 + 23 + 30 flagged of 45 + 39 + 50 events.
    let sensitivity = try matrix.pooled.rows.row().numbers(.sensitivity, at: .act, .pooledRows)
    #expect(sensitivity.successes == 80)
    #expect(sensitivity.trials == 134)
  }

  @Test func developmentSiteIsShownApartAndNeverPooled() throws {
    let with = try merge(sites, under: study.evaluationProtocol)
    let without = try merge(Array(sites.prefix(3)), under: study.evaluationProtocol)
    #expect(with.site("home")?.role == .development)
    #expect(with.pooled.rows == without.pooled.rows)
    #expect(with.pooled.rows.allSatisfy { !$0.contributors.contains("home") })
    let random = try with.pooled.rows.row().numbers(.auroc, .randomEffects).randomEffects
    #expect(random?.contributions.map(\.site) == ["alpha", "beta", "gamma"])
  }

  @Test func sitesThatSentNothingAreNamed() throws {
    let matrix = try merge([sites[0], sites[3]], under: study.evaluationProtocol)
    #expect(matrix.pooled.notRun == ["beta", "gamma"])
    #expect(try merge(sites, under: study.evaluationProtocol).pooled.notRun.isEmpty)
  }

  @Test func onlyTheDevelopmentSiteLeavesThePoolEmpty() throws {
    let matrix = try merge([sites[3]], under: study.evaluationProtocol)
    let row = try matrix.pooled.rows.row()
    #expect(row.status == .empty)
    #expect(row.measures.isEmpty)
  }

  @Test func fewerThanThreeSitesMakeNoRandomEffectsClaim() throws {
    let two = try merge(Array(sites.prefix(2)), under: study.evaluationProtocol).pooled.rows.row()
    let three = try merge(sites, under: study.evaluationProtocol).pooled.rows.row()
    let claims = two.measures.filter { $0.estimand == .randomEffects }
    #expect(
      Set(claims.map(\.metric)) == Set(Metric.allCases.filter(\.hasRandomEffects)).subtracting(Metric.paired))
    for claim in claims {
      #expect(claim.reason == .tooFewSites)
      #expect(try three.entry(claim.metric, at: claim.threshold, .randomEffects).estimate != nil)
    }
  }

  @Test func perfectSeparationHasAnIntervalAtOneSiteOnly() throws {
    // Everybody with an event scores above everybody without, inside the one interval that is left.
    let apart = Row.spread(events: [0, 0, 0, 0, 12], nonEvents: [15, 0, 0, 0, 0])
    let matrix = try merge(
      [study.release("alpha", apart), study.release("beta", apart)], under: study.evaluationProtocol)
    let own = try matrix.sites[0].rows.row().numbers(.auroc, .site)
    #expect(own.value.text == "1.000000000000")
    #expect(own.method == "newcombe-5-95/v1")
    let pooled = try matrix.pooled.rows.row()
    #expect(try pooled.entry(.auroc, .withinSite).reason == .noVariance)
    #expect(try matrix.sites[0].rows.row().entry(.calibrationSlope, .site).reason == .tooFewEvents)
  }

  // A file may say 10^12 in every count; sums of several such files must neither overflow nor come out as
  // "no rows".
  @Test func moreRowsThanTheEstimatorsTakeAreRefused() throws {
    func hospital(_ site: String, _ count: Int) throws -> CheckedAggregate {
      let local = try RowCounter(
        site: site, rows: Hospital.alpha, evaluationProtocol: study.evaluationProtocol
      ).aggregate()
      return try study.release(local.withUnlabelled(count))
    }
    let large = try hospital("alpha", 400_000_000)
    let rows = try merge([large], under: study.evaluationProtocol).sites[0].rows
    #expect(try rows.row().unlabelled == 2_000_000_000 - 123)
    #expect(throws: MergeError.tooManyRows("alpha")) {
      try merge([hospital("alpha", 200_000_000_000)], under: study.evaluationProtocol)
    }
    #expect(throws: MergeError.tooManyRowsTogether) {
      try merge([large, hospital("beta", 400_000_000)], under: study.evaluationProtocol)
    }
  }
}

extension LocalAggregate {
  /// The same with so many unlabelled women in each score interval, less the labelled rows in the first,
  /// and with one unreadable row that keeps the number of rows read back.
  fileprivate func withUnlabelled(_ count: Int) -> LocalAggregate {
    let window = windows[0]
    var (overall, female) = (window.overall, window.attributes[0][0])
    let counts = [count - overall.rows.total] + Array(repeating: count, count: 4)
    overall.rows.unlabelled = counts
    overall.patients.unlabelled = counts
    female.rows.unlabelled = counts
    female.patients.unlabelled = counts
    var histogram = window.histograms[0]
    histogram.unlabelled = counts
    histogram.unlabelledPatients = counts
    return LocalAggregate(
      site: site, protocolDigest: protocolDigest, modelDigest: modelDigest, featuresDigest: nil,
      countsPatients: false,
      flow: LocalFlow(
        read: 1,
        exclusions: flow.exclusions.map {
          $0.reason == .unreadable ? (reason: $0.reason, rows: 1, patients: 1) : $0
        }),
      windows: [
        LocalWindow(
          id: window.id, overall: overall,
          attributes: [[female, window.attributes[0][1], window.attributes[0][2]]], histograms: [histogram])
      ])
  }
}
