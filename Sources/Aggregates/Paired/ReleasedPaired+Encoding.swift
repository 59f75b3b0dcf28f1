import CanonicalJSON
import Statistics

extension ReleasedPaired {
  var json: JSONValue {
    [
      "thresholds": .array(thresholds.map { .string($0.text) }),
      "positive": integers(positive),
      "negative": integers(negative),
      "unlabelled": unlabelled.json(integers),
      "ranks": ranks.json(\.json),
    ]
  }
}

extension PairedRankIntegers {
  fileprivate var json: JSONValue {
    [
      "positives": .integer(Int64(candidate.positives)),
      "negatives": .integer(Int64(candidate.negatives)),
      "candidate": candidate.sums,
      "baseline": baseline.sums,
      "positiveProducts": sum(crossPositive),
      "negativeProducts": sum(crossNegative),
    ]
  }
}

extension RankIntegers {
  fileprivate var sums: JSONValue {
    [
      "positiveSum": sum(sumPositive), "positiveSquares": sum(sumSquaredPositive),
      "negativeSum": sum(sumNegative), "negativeSquares": sum(sumSquaredNegative),
    ]
  }
}
