import CanonicalJSON
import EvaluationProtocols
import Statistics

extension ReleasedPaired {
  init(parsing field: DocumentField, under evaluationProtocol: EvaluationProtocol) throws(DocumentError) {
    var object = try field.object()
    let listed = try object.required("thresholds")
    let thresholds = try listed.array(maximum: evaluationProtocol.model.thresholds.count, minimum: 1)
      .ascendingDecimals()
    for threshold in thresholds
    where !evaluationProtocol.model.thresholds.contains(where: { $0.value == threshold }) {
      throw DocumentError(
        path: listed.path, problem: "\(threshold.text) is not a threshold of the protocol",
        remedy: "evaluate again under the protocol that the aggregate names")
    }
    let cells = (thresholds.count + 1) * (thresholds.count + 2)
    self.thresholds = thresholds
    positive = try object.required("positive").counts(exactly: cells)
    negative = try object.required("negative").counts(exactly: cells)
    unlabelled = try object.required("unlabelled").disclosed { field throws(DocumentError) in
      try field.counts(exactly: cells)
    }
    ranks = try object.required("ranks").disclosed(PairedRankIntegers.init(parsing:))
    try object.finish()
  }
}

extension PairedRankIntegers {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let positives = try object.required("positives").count()
    let negatives = try object.required("negatives").count()
    self.init(
      candidate: try RankIntegers(
        sums: object.required("candidate"), positives: positives, negatives: negatives),
      baseline: try RankIntegers(
        sums: object.required("baseline"), positives: positives, negatives: negatives),
      crossPositive: try object.required("positiveProducts").sum(),
      crossNegative: try object.required("negativeProducts").sum())
    try object.finish()
  }
}

extension RankIntegers {
  fileprivate init(sums field: DocumentField, positives: Int, negatives: Int) throws(DocumentError) {
    var object = try field.object()
    self.init(
      positives: positives, negatives: negatives, sumPositive: try object.required("positiveSum").sum(),
      sumSquaredPositive: try object.required("positiveSquares").sum(),
      sumNegative: try object.required("negativeSum").sum(),
      sumSquaredNegative: try object.required("negativeSquares").sum())
    try object.finish()
  }
}
