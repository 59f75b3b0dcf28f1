/// The Wasserstein-1 distance of two histograms with bounds for the values they were made of.
///
/// Shape: two lists of B ≥ 2 counts and B + 1 ascending edges in; the distance with every row at the middle of its
/// bin, and an interval that holds the distance of the values themselves, out. Units: those of the edges. The value
/// is Σ|F_b − G_b| times the distance of neighbouring middles, which for equal widths h is h Σ|F_b − G_b|;
/// moving every row by at most half a width moves it by at most Σ(f_b + g_b) h_b/2, that is h. The bounds are
/// the narrower of that and, bin by bin, of the least and the greatest |F − G| inside it. No row may lie
/// outside the edges: count those as range violations.
///
/// - Throws: `StatisticsError.invalidArgument` when edges are not finite, do not ascend or are not B + 1; otherwise
///   as `populationStabilityIndex`.
/// - Source: Vallender (1974), Theory Probab. Appl. 18, 784–786: the distance is ∫|F − G|.
package func wassersteinDistance(
  current: [Int], reference: [Int], edges: [Double]
) throws(StatisticsError) -> (value: Double, bounds: Interval) {
  let pair = try HistogramPair(current: current, reference: reference)
  guard edges.count == current.count + 1 else { throw .invalidArgument("edges do not fit the bins") }
  // The widths of a sum must be finite too.
  guard edges.allSatisfy({ $0.isFinite && abs($0) <= 1e150 }) else {
    throw .invalidArgument("bin edge not finite")
  }
  guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
    throw .invalidArgument("bin edges not ascending")
  }
  var value = NeumaierSum()
  var slack = NeumaierSum()
  var least = NeumaierSum()
  var greatest = NeumaierSum()
  var before: Int128 = 0
  for (bin, after) in pair.cumulativeDifferences.enumerated() {
    let width = edges[bin + 1] - edges[bin]
    let now = Int128(current[bin]) * Int128(pair.referenceRows)
    let then = Int128(reference[bin]) * Int128(pair.currentRows)
    if bin + 2 < edges.count {
      value.add(Double(after.magnitude) * ((edges[bin + 2] - edges[bin]) / 2))
    }
    slack.add(Double(now + then) * (width / 2))
    // Inside the bin the difference lies between these two, wherever the rows are.
    let highest = before + now
    let lowest = before - then
    least.add(Double(max(0, lowest, -highest)) * width)
    greatest.add(Double(max(highest, -lowest)) * width)
    before = after
  }
  let distance = value.value / pair.scale
  let error = slack.value / pair.scale
  let bounds = Interval(
    lower: max(least.value / pair.scale, distance - error),
    upper: min(greatest.value / pair.scale, distance + error))
  return (distance, bounds)
}
