import CanonicalJSON

/// Where numbers stand along one side of a figure.
struct Axis {
  enum Scale {
    case linear
    /// Ratios: twice as much is as far from 1 as half as much.
    case logarithmic
  }

  let scale: Scale
  /// The numbers at the ends.
  let lower: Double
  let upper: Double
  /// The coordinates of the ends; `end` may be smaller, as on an upright axis.
  let start: Double
  let end: Double
  /// The most steps between ticks of a linear axis.
  var mostSteps = 8

  /// A tick and its text.
  struct Tick {
    let value: Double
    let text: String
  }

  /// The coordinate of a number.
  func position(_ value: Double) -> Double {
    let low = mapped(lower)
    let high = mapped(upper)
    guard high > low else { return start }
    return start + (mapped(value) - low) / (high - low) * (end - start)
  }

  /// The coordinate of a number, held at the ends.
  func clampedPosition(_ value: Double) -> Double { position(min(max(value, lower), upper)) }

  /// Whether a number lies between the ends.
  func holds(_ value: Double) -> Bool { value >= lower && value <= upper }

  private func mapped(_ value: Double) -> Double {
    switch scale {
    case .linear: value
    case .logarithmic: naturalLogarithm(max(value, 1e-9)) ?? 0
    }
  }
}

extension Axis {
  /// Ticks at round numbers.
  var ticks: [Tick] {
    switch scale {
    case .linear:
      let step = Axis.step(for: upper - lower, most: mostSteps)
      let first = -Axis.floor(-lower / step.value)
      let last = Axis.floor(upper / step.value)
      guard first <= last, last - first < 50 else { return [] }
      return (first...last).map { index in
        let value = Double(index) * step.value
        return Tick(value: value, text: Axis.text(value, decimals: step.decimals))
      }
    case .logarithmic:
      let sets: [(numbers: [Double], decimals: Int)] = [
        ([0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2], 1),
        ([0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5], 1),
      ]
      let fitting = sets.map { set in
        set.numbers.filter(holds).map { Tick(value: $0, text: Axis.text($0, decimals: set.decimals)) }
      }
      return fitting.first { (4...8).contains($0.count) } ?? fitting.last ?? []
    }
  }

  /// A linear axis whose ends are round numbers around some numbers.
  static func around(
    _ values: [Double], within bounds: ClosedRange<Double>, start: Double, end: Double
  ) -> Axis {
    let inside = values.filter(\.isFinite).map { min(max($0, bounds.lowerBound), bounds.upperBound) }
    let low = inside.min() ?? bounds.lowerBound
    let high = inside.max() ?? bounds.upperBound
    let step = Axis.step(for: max(high - low, 0.05)).value
    // A little beyond the step, so that a number at a round value does not touch the frame.
    let lower = max(bounds.lowerBound, Double(floor((low - step / 10) / step)) * step)
    let upper = min(bounds.upperBound, Double(-floor(-(high + step / 10) / step)) * step)
    return Axis(scale: .linear, lower: lower, upper: max(upper, lower + step), start: start, end: end)
  }

  /// A logarithmic axis around some ratios and 1, from a fifth to five times at most.
  static func ratios(_ values: [Double], start: Double, end: Double) -> Axis {
    let bounds = 0.2...5.0
    let inside = (values.filter(\.isFinite) + [1]).map { min(max($0, bounds.lowerBound), bounds.upperBound) }
    let low = inside.min() ?? 0.5
    let high = inside.max() ?? 2
    return Axis(
      scale: .logarithmic, lower: max(bounds.lowerBound, min(low * 0.95, 0.8)),
      upper: min(bounds.upperBound, max(high * 1.05, 1.25)),
      start: start, end: end)
  }

  private static func step(for span: Double, most: Int = 8) -> (value: Double, decimals: Int) {
    let steps: [(value: Double, decimals: Int)] = [
      (0.001, 3), (0.002, 3), (0.005, 3), (0.01, 2), (0.02, 2), (0.05, 2), (0.1, 1), (0.2, 1), (0.5, 1),
      (1, 0), (2, 0), (5, 0), (10, 0), (50, 0), (100, 0), (1000, 0),
    ]
    return steps.first { span / $0.value <= Double(most) + 1e-9 } ?? (max(1000, span / 4), 0)
  }

  // `rounded(.down)` may become a call into the C library. Axes are bounded, so the integer exists.
  private static func floor(_ value: Double) -> Int {
    let towardsZero = Int(min(max(value, -1e9), 1e9))
    return Double(towardsZero) > value ? towardsZero - 1 : towardsZero
  }

  private static func text(_ value: Double, decimals: Int) -> String {
    guard let fixed = try? FixedDecimal(value, scale: decimals) else { return "" }
    return ReportNumbers.text(fixed, decimals: decimals)
  }
}
