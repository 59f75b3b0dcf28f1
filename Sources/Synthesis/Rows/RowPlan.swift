import CanonicalJSON
import EvaluationProtocols

/// What the rows of a matrix are made of, worked out of the protocol once for all sites: every row of every site
/// asks it, so that it is a reference.
final class RowPlan: Sendable {
  let grid: ScoreGrid
  let thresholds: ThresholdPlaces
  /// Every slice in order: overall, then each attribute's levels.
  let slices: [SlicePlace]
  /// The windows of the matrix: each one of the protocol, and all together where there are several.
  let windows: [MatrixWindow]
  let models: [RandomEffectsModel]
  let operations: OperationsPlan?
  /// Whether there is a baseline beside the model.
  let isPaired: Bool

  /// The plan of a protocol.
  init(_ evaluationProtocol: EvaluationProtocol) {
    grid = evaluationProtocol.grid
    thresholds = ThresholdPlaces(evaluationProtocol)
    slices = evaluationProtocol.slicePlaces
    windows = evaluationProtocol.matrixWindows
    models = RandomEffectsModel.all(under: evaluationProtocol)
    operations = evaluationProtocol.operations
    isPaired = evaluationProtocol.baseline != nil
  }

  /// How many windows the protocol has.
  var windowCount: Int { windows.last?.indices.count ?? 0 }

  /// Whether the last window of the matrix is all of them together.
  var hasWhole: Bool { windowCount > 1 }

  /// The place of a slice in a window of the matrix among its rows.
  func place(window: Int, slice: Int) -> Int { window * slices.count + slice }

  /// No score interval in any slice of any window of the protocol: slices in order within windows.
  var noIntervals: [IntervalTotals] {
    Array(repeating: IntervalTotals(edges: grid.edges.count), count: windowCount * slices.count)
  }
}

/// The thresholds of the protocol, and their positions in the grid.
struct ThresholdPlaces {
  let values: [ExactDecimal]
  /// The same as numbers.
  let numbers: [Double]
  let edges: [Int]

  init(_ evaluationProtocol: EvaluationProtocol) {
    values = evaluationProtocol.model.thresholds.map(\.value)
    numbers = values.map(\.value)
    edges = values.compactMap { evaluationProtocol.grid.index(of: $0) }
  }
}
