import Statistics

/// Bins of scored rows over edges, half open, the last one closed.
func calibrationBins(_ rows: ScoredRows, edges: [Double]) throws -> [CalibrationBin] {
  var classes = Array(repeating: (positive: PowerSums(), negative: PowerSums()), count: edges.count - 1)
  for (score, label) in zip(rows.scores, rows.labels) {
    let bin = min(edges.lastIndex { $0 <= score } ?? 0, edges.count - 2)
    if label == 1 { try classes[bin].positive.add(score) } else { try classes[bin].negative.add(score) }
  }
  return try classes.map { try CalibrationBin(positive: $0.positive, negative: $0.negative) }
}

/// The bins of a case of `calibration.json`.
func calibrationBins(_ object: ReferenceObject) throws -> [CalibrationBin] {
  try calibrationBins(ScoredRows(object), edges: try object.numbers("edges"))
}

/// Bins that no rows have, each for another reason.
var impossibleBins: [CalibrationBin] {
  let one: Int128 = 1 << 32
  return [
    CalibrationBin(rows: -1, events: 0, sumScores: 0, sumSquares: 0, sumEventScores: 0),
    CalibrationBin(rows: 2, events: 3, sumScores: 0, sumSquares: 0, sumEventScores: 0),
    CalibrationBin(rows: 2, events: -1, sumScores: 0, sumSquares: 0, sumEventScores: 0),
    CalibrationBin(rows: 2, events: 1, sumScores: 3 * one, sumSquares: one, sumEventScores: one),
    CalibrationBin(rows: 2, events: 1, sumScores: one, sumSquares: 2 * one, sumEventScores: one),
    CalibrationBin(rows: 2, events: 1, sumScores: one, sumSquares: -1, sumEventScores: one),
    CalibrationBin(rows: 2, events: 1, sumScores: 2 * one, sumSquares: one, sumEventScores: 2 * one),
    CalibrationBin(rows: 2, events: 1, sumScores: one, sumSquares: one, sumEventScores: one + 1),
    CalibrationBin(rows: 2, events: 1, sumScores: 2 * one, sumSquares: one, sumEventScores: 0),
    CalibrationBin(rows: .max, events: .max, sumScores: .max, sumSquares: .max, sumEventScores: .max),
    CalibrationBin(rows: 2, events: 1, sumScores: .min, sumSquares: .min, sumEventScores: .min),
  ]
}
