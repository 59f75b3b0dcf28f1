/// Sums Σ wᵖ dᑫ over studies, w = 1/(v + τ²), d the deviation of an estimate from that of the most precise
/// study.
///
/// The most precise study itself is left out: its d is 0, and what its weight alone would do to differences
/// of these sums (W − Σw²/W and the like, which vanish as one study dominates) is worked out by algebra in
/// `RestrictedLikelihood` instead of by cancellation. As its w²d² is a term of every sum of squared
/// residuals, the shift from its estimate to the mean costs those sums at most a factor K of precision.
struct WeightedSums {
  /// The nine sums, so that they are added, taken away and interpolated together.
  var lanes: SIMD16<Double>

  var w: Double { lanes[0] }
  var wd: Double { lanes[1] }
  var wdd: Double { lanes[2] }
  var w2: Double { lanes[3] }
  var w2d: Double { lanes[4] }
  var w2dd: Double { lanes[5] }
  var w3: Double { lanes[6] }
  var w3d: Double { lanes[7] }
  var w3dd: Double { lanes[8] }

  init(lanes: SIMD16<Double>) { self.lanes = lanes }

  /// The terms of one study.
  init(deviation d: Double, variance: Double, tauSquared: Double) {
    let w = 1 / (variance + tauSquared)
    let wd = w * d
    let w2 = w * w
    let w2d = w * wd
    lanes = SIMD16(w, wd, wd * d, w2, w2d, wd * wd, w2 * w, w2d * w, w2d * wd, 0, 0, 0, 0, 0, 0, 0)
  }

  init(_ studies: StudyLanes, tauSquared: Double) {
    typealias Lanes = StudyLanes.Lanes
    let tauSquared = Lanes(repeating: tauSquared)
    var sumW = Lanes.zero
    var sumWD = Lanes.zero
    var sumWDD = Lanes.zero
    var sumW2 = Lanes.zero
    var sumW2D = Lanes.zero
    var sumW2DD = Lanes.zero
    var sumW3 = Lanes.zero
    var sumW3D = Lanes.zero
    var sumW3DD = Lanes.zero
    studies.variances.withUnsafeBufferPointer { variances in
      studies.deviations.withUnsafeBufferPointer { deviations in
        for index in variances.indices {
          let d = deviations[index]
          let w = 1 / (variances[index] + tauSquared)
          let wd = w * d
          let w2 = w * w
          let w2d = w * wd
          sumW += w
          sumWD += wd
          sumWDD += wd * d
          sumW2 += w2
          sumW2D += w2d
          sumW2DD += wd * wd
          sumW3 += w2 * w
          sumW3D += w2d * w
          sumW3DD += w2d * wd
        }
      }
    }
    lanes = SIMD16(
      sumW.sum(), sumWD.sum(), sumWDD.sum(), sumW2.sum(), sumW2D.sum(), sumW2DD.sum(), sumW3.sum(),
      sumW3D.sum(), sumW3DD.sum(), 0, 0, 0, 0, 0, 0, 0)
  }
}
