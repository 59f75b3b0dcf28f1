import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// A written number that a criterion may be judged on, with the interval that the criterion asks for.
struct JudgedNumber {
  let value: FixedDecimal
  let bounds: JudgedInterval?
  /// What kind of interval it is, before "95 %".
  var intervalWords = ""
  /// The extremes of what missing labels could make of it.
  var missingLabels: MeasureDetails.MissingLabels?
  /// How many labels are missing is withheld.
  var hidesMissingLabels = false
  /// How likely a new site meets the limit, where the criterion is of one.
  var newSiteProbability: Double?
  /// Between which it lies whatever the withheld counts are.
  var withheldBounds: MeasureDetails.Bounds?
}

extension CriterionJudge {
  /// The measure's number with the interval of the criterion: of its look, exact, of a new site, or as written.
  func number(_ numbers: MeasureNumbers, in row: MatrixRow) -> JudgedNumber {
    var judged: JudgedNumber
    if let look {
      judged = JudgedNumber(value: numbers.value, bounds: look.bounds(of: numbers))
    } else if criterion.interval == .exact {
      judged = JudgedNumber(value: numbers.value, bounds: numbers.exactBounds, intervalWords: "exact ")
    } else if criterion.scope == .newSite {
      judged = JudgedNumber(
        value: numbers.value,
        bounds: JudgedInterval(
          numbers.randomEffects?.predictionLower, numbers.randomEffects?.predictionUpper),
        intervalWords: "prediction ")
      judged.newSiteProbability = numbers.probabilityNewSite(atLeast: criterion.limit)
    } else {
      judged = JudgedNumber(
        value: numbers.value, bounds: JudgedInterval(numbers.lower, numbers.upper))
    }
    judged.missingLabels = numbers.details.missingLabels
    judged.hidesMissingLabels =
      row.unlabelled == nil && Metric.dependingOnMissingLabels.contains(criterion.metric)
    if criterion.scope == .pooledRows { judged.withheldBounds = numbers.details.withheldBounds }
    return judged
  }

  /// The rule of the criterion on one number.
  func finding(_ number: JudgedNumber, slice: SliceID, site: String?) -> Finding {
    var verdict = verdict(value: number.value, bounds: number.bounds)
    // A pass has to hold at both extremes of what the missing labels can be.
    if verdict == .pass, dependsOnMissingLabels(number) { verdict = .inconclusive }
    let place = site.map { "\($0): " } ?? ""
    let interval =
      if let bounds = number.bounds {
        " (\(number.intervalWords)95 % \(short(bounds.lower)) to \(short(bounds.upper)))"
      } else {
        criterion.bound == .point ? "" : ", without an interval"
      }
    let caveat = criterion.bound == .point ? ", which ignores uncertainty" : ""
    return Finding(
      slice: slice, site: site, verdict: verdict, value: number.value, lower: number.bounds?.lower,
      upper: number.bounds?.upper,
      reason: "\(place)\(words(of: slice))\(short(number.value))\(interval): \(verdict.words)\(caveat)")
  }

  /// What is said of a number besides its verdict.
  func remarks(_ number: JudgedNumber, slice: SliceID, site: String?) -> [String] {
    let place = "\(site.map { "\($0): " } ?? "")\(words(of: slice))"
    var remarks: [String] = []
    if let labels = number.missingLabels, dependsOnMissingLabels(number) {
      remarks.append(
        "\(place)the verdict depends on what the missing labels are "
          + "(\(short(labels.lowest.value)) to \(short(labels.highest.value)))")
    }
    if let atLeast = number.newSiteProbability,
      let probability = try? FixedDecimal(
        criterion.comparison == .atLeast ? atLeast : 1 - atLeast, scale: ValidationMatrix.solverScale)
    {
      remarks.append("\(place)a new site meets the limit with probability \(short(probability))")
    }
    if let bounds = number.withheldBounds {
      remarks.append(
        "\(place)between \(short(bounds.lower)) and \(short(bounds.upper)) whatever the withheld counts are")
    }
    return remarks
  }

  // Whether the verdict at one extreme of what the missing labels can be is another than at the other.
  private func dependsOnMissingLabels(_ number: JudgedNumber) -> Bool {
    guard let labels = number.missingLabels else { return false }
    func verdict(_ extreme: MeasureDetails.MissingLabels.Extreme) -> Verdict {
      self.verdict(
        value: extreme.value, bounds: JudgedInterval(lower: extreme.lower, upper: extreme.upper))
    }
    return verdict(labels.lowest) != verdict(labels.highest)
  }

  /// The table of `protocols/verdicts.md`, section 3.
  func verdict(value: FixedDecimal, bounds: JudgedInterval?) -> Verdict {
    guard let limit = try? FixedDecimal(exact: criterion.limit, scale: ValidationMatrix.scale) else {
      return .notEvaluable
    }
    switch (criterion.bound, criterion.comparison) {
    case (.point, .atLeast): return value >= limit ? .pass : .fail
    case (.point, .atMost): return value <= limit ? .pass : .fail
    case (.lower, _):
      guard let bounds else { return .notEvaluable }
      return bounds.lower >= limit ? .pass : bounds.upper < limit ? .fail : .inconclusive
    case (.upper, _):
      guard let bounds else { return .notEvaluable }
      return bounds.upper <= limit ? .pass : bounds.lower > limit ? .fail : .inconclusive
    }
  }

  /// Pages show three decimals; the verdict is decided on all that are written.
  func short(_ decimal: FixedDecimal) -> String { decimal.rounded(to: 3).text }
}
