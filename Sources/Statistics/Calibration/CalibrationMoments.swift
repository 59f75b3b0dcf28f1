/// Many rows for a logistic fit, known by the moments of their logits in narrow cells.
///
/// A fit asks for sums over the rows of functions of a + b·x. Within a cell of width 1/128 around c these are
/// polynomials of x − c up to what binary64 does not hold: the terms of the fifth degree are the last that matter where
/// |b| is at most 2, the next being below (2⁻⁷)⁶/6! ≈ 3·10⁻¹⁶ of a row's own. So a sum over the rows costs one
/// exponential a cell instead of one a row, and the fit is that of the rows. Beyond that slope the moments say
/// that they cannot tell, and the rows have to be gone through.
struct CalibrationMoments {
  /// Cells with rows, ascending.
  private(set) var cells: [Cell] = []
  private(set) var positives = 0
  private(set) var negatives = 0
  private(set) var clipped = 0
  private var positiveEnds = (lowest: Double.infinity, highest: -Double.infinity)
  private var negativeEnds = (lowest: Double.infinity, highest: -Double.infinity)
  // The rows of the cell at hand.
  private var open = Cell(number: .infinity)

  /// The steepest slope at which the moments stand for the rows.
  static let steepest = 2.0
  /// Cells to a unit of log odds: a power of two, so that the distance to a centre is exact.
  static let perUnit = 128.0

  /// The rows of one cell: how many, and the sums of powers of the distance of their logits from its centre.
  struct Cell {
    /// The cell's lower end in cells.
    var number: Double
    var positives = 0.0
    var negatives = 0.0
    var firstOfPositives = 0.0
    var firstOfNegatives = 0.0
    var second = 0.0
    var third = 0.0
    var fourth = 0.0
    var fifth = 0.0

    var centre: Double { (number + 0.5) / CalibrationMoments.perUnit }
  }

  /// Adds a row; logits have to ascend.
  @inline(__always)
  mutating func add(logit: Double, cell number: Double, isPositive: Bool) {
    if open.number != number { close(andOpen: number) }
    let distance = logit - open.centre
    let square = distance * distance
    if isPositive {
      open.positives += 1
      open.firstOfPositives += distance
      positiveEnds = (min(positiveEnds.lowest, logit), logit)
    } else {
      open.negatives += 1
      open.firstOfNegatives += distance
      negativeEnds = (min(negativeEnds.lowest, logit), logit)
    }
    open.second += square
    open.third += square * distance
    open.fourth += square * square
    open.fifth += square * square * distance
  }

  /// Notes that the score of an added row was moved to the clip.
  mutating func countClipped() { clipped += 1 }

  private mutating func close(andOpen number: Double) {
    if open.number < .infinity { cells.append(open) }
    open = Cell(number: number)
  }

  /// Settles the sums after the last row.
  mutating func finish() {
    close(andOpen: .infinity)
    // Whole numbers far below 2⁵³.
    for cell in cells {
      positives += Int(cell.positives)
      negatives += Int(cell.negatives)
    }
  }
}

extension CalibrationMoments: LogisticData {
  var logitsOfPositives: ClosedRange<Double>? {
    positives > 0 ? positiveEnds.lowest...positiveEnds.highest : nil
  }
  var logitsOfNegatives: ClosedRange<Double>? {
    negatives > 0 ? negativeEnds.lowest...negativeEnds.highest : nil
  }

  func point(intercept: Double, slope: Double) throws(StatisticsError) -> LogisticPoint {
    guard abs(slope) <= Self.steepest else { throw .noConvergence("slope too steep for moments") }
    var likelihood = NeumaierSum()
    var first = NeumaierSum()
    var weights = NeumaierSum()
    var weighted = NeumaierSum()
    var sums: [CellSums] = []
    sums.reserveCapacity(cells.count)
    for cell in cells {
      let cellSums = CellSums(cell, intercept: intercept, slope: slope)
      likelihood.add(cellSums.logLikelihood)
      first.add(cellSums.residual)
      weights.add(cellSums.weight)
      weighted.add(cellSums.weight * cell.centre + cellSums.weightedDistance)
      sums.append(cellSums)
    }
    let centre = weighted.value / weights.value
    var second = NeumaierSum()
    var squares = NeumaierSum()
    for (cell, cellSums) in zip(cells, sums) {
      let deviation = cell.centre - centre
      second.add(cellSums.residual * deviation + cellSums.residualDistance)
      squares.add(
        deviation * (cellSums.weight * deviation + 2 * cellSums.weightedDistance) + cellSums.weightedSquare)
    }
    return LogisticPoint(
      intercept: intercept, slope: slope, logLikelihood: likelihood.value, gradientIntercept: first.value,
      gradientSlope: second.value, weight: weights.value, centre: centre, spread: squares.value)
  }

  func excess(intercept: Double) -> (value: Double, slope: Double) {
    var excess = NeumaierSum()
    var weight = NeumaierSum()
    for cell in cells {
      let sums = CellSums(cell, intercept: intercept, slope: 1)
      excess.add(-sums.residual)
      weight.add(sums.weight)
    }
    return (excess.value, weight.value)
  }
}

/// Sums over the rows of a cell at one intercept and slope; distances are from the cell's centre.
private struct CellSums {
  /// Σ log-likelihood
  let logLikelihood: Double
  /// Σ (y − μ) and Σ (y − μ)d
  let residual: Double
  let residualDistance: Double
  /// Σ w, Σ wd and Σ wd², with w = μ(1 − μ)
  let weight: Double
  let weightedDistance: Double
  let weightedSquare: Double

  init(_ cell: CalibrationMoments.Cell, intercept: Double, slope b: Double) {
    let event = LogisticValue(intercept + b * cell.centre)
    let logs = event.negativeLogs
    let (p, q) = (event.probability, event.complement)
    // The derivatives of the logistic function, each a multiple of the first: also in the tails, where it vanishes.
    let w = p * q
    let skew = q - p
    let d1 = w
    let d2 = w * skew
    let d3 = w * (1 - 6 * w)
    let d4 = w * skew * (1 - 12 * w)
    let d5 = w * (1 - 30 * w + 120 * w * w)
    let d6 = w * skew * (1 - 60 * w + 360 * w * w)
    // bᵏ/k!
    let b2 = b * b / 2
    let b3 = b2 * b / 3
    let b4 = b3 * b / 4
    let b5 = b4 * b / 5
    let m0 = cell.positives + cell.negatives
    let m1 = cell.firstOfPositives + cell.firstOfNegatives
    let (m2, m3, m4, m5) = (cell.second, cell.third, cell.fourth, cell.fifth)
    logLikelihood =
      -cell.positives * logs.probability - cell.negatives * logs.complement
      + b * (q * cell.firstOfPositives - p * cell.firstOfNegatives)
      - (d1 * b2 * m2 + d2 * b3 * m3 + d3 * b4 * m4 + d4 * b5 * m5)
    residual =
      cell.positives * q - cell.negatives * p
      - (d1 * b * m1 + d2 * b2 * m2 + d3 * b3 * m3 + d4 * b4 * m4 + d5 * b5 * m5)
    residualDistance =
      cell.firstOfPositives * q - cell.firstOfNegatives * p
      - (d1 * b * m2 + d2 * b2 * m3 + d3 * b3 * m4 + d4 * b4 * m5)
    weight = d1 * m0 + d2 * b * m1 + d3 * b2 * m2 + d4 * b3 * m3 + d5 * b4 * m4 + d6 * b5 * m5
    weightedDistance = d1 * m1 + d2 * b * m2 + d3 * b2 * m3 + d4 * b3 * m4 + d5 * b4 * m5
    weightedSquare = d1 * m2 + d2 * b * m3 + d3 * b2 * m4 + d4 * b3 * m5
  }
}
