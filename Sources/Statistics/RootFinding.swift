/// The root of an increasing function inside `bracket`, by Newton steps that may not leave it.
///
/// `evaluate` returns the function and its slope. A step that leaves the bracket, or that is not at
/// least half as long as the one before the last, becomes a bisection, so the iteration ends even where
/// the slope is useless.
///
/// - Returns: the root to about one unit in the last place, or nil where 300 steps were not enough.
func increasingRoot(
  in bracket: Interval, startingAt start: Double, _ evaluate: (Double) -> (value: Double, slope: Double)
) -> Double? {
  var lower = bracket.lower
  var upper = bracket.upper
  var x = start > lower && start < upper ? start : lower + (upper - lower) / 2
  var previousStep = upper - lower
  for _ in 0..<300 {
    let (value, slope) = evaluate(x)
    if value == 0 { return x }
    if value < 0 { lower = x } else { upper = x }
    var next = x - value / slope
    // A step of a few units in the last place is rounding noise: the bracket would answer it with a
    // bisection.
    if abs(next - x) <= abs(x) * 0x1p-50 { return min(max(next, lower), upper) }
    if !(next > lower && next < upper) || abs(next - x) > previousStep / 2 {
      next = lower + (upper - lower) / 2
    }
    let step = abs(next - x)
    if step <= abs(next) * 0x1p-52 || next == lower || next == upper { return next }
    previousStep = step
    x = next
  }
  return nil
}

/// The point where `isBelow` turns from true (at `bracket.lower`) to false, by bisection.
func bisect(in bracket: Interval, while isBelow: (Double) -> Bool) -> Double {
  var lower = bracket.lower
  var upper = bracket.upper
  for _ in 0..<400 {
    let middle = lower + (upper - lower) / 2
    if middle <= lower || middle >= upper { break }
    if isBelow(middle) { lower = middle } else { upper = middle }
  }
  return lower + (upper - lower) / 2
}
