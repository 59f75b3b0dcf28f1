internal import Glibc
package import TreeKernel

/// A model of boosted trees that gives a probability, read and checked (`models.md`, section "Tree ensembles").
package struct TreeEnsemble: Sendable {
  /// The trees, in the arithmetic of the library that made them.
  let forest: TreeForest
  /// From the sum of the trees to a probability.
  let link: LogisticLink
  /// Names of the inputs in their order; none when the file has none.
  package let featureNames: [String]
  /// The library and version that the file names.
  package let writer: String

  /// Bytes that a file may have.
  package static let fileLimit = 64 << 20

  /// Inputs of a row.
  package var featureCount: Int { forest.featureCount }

  /// Trees that are summed.
  package var treeCount: Int { forest.treeCount }

  /// Nodes that a row can reach, leaves included.
  package var nodeCount: Int { forest.nodeCount }

  /// Reads and checks the bytes of a model file.
  package static func parse(
    _ bytes: [UInt8], as format: TreeFormat
  ) throws(TreeEnsembleError) -> TreeEnsemble {
    guard bytes.count <= fileLimit else { throw .fileTooLarge(limit: fileLimit) }
    return try bytes.withUnsafeBufferPointer { bytes throws(TreeEnsembleError) in
      switch format {
      case .xgboostJSON:
        var reader = XGBoostReader(JSONCursor(bytes))
        return try reader.read()
      case .xgboostUBJSON:
        var reader = XGBoostReader(UBJSONCursor(bytes))
        return try reader.read()
      case .lightGBMText:
        var reader = LightGBMReader(bytes)
        return try reader.read()
      }
    }
  }

  /// What one thread needs to score rows; make one a thread and keep it.
  package func makeEvaluator() -> TreeEvaluator { TreeEvaluator(self) }
}

/// The logistic function, step by step as each library computes it.
enum LogisticLink: Sendable {
  /// XGBoost: binary32 throughout.
  case single
  /// LightGBM: binary64, with the slope of the objective.
  case double(slope: Double)

  func probability(_ sum: Double) -> Double {
    switch self {
    case .single:
      // The library bounds the exponent, so that the sum below stays finite.
      let exponent = min(-Float(sum), 88.7)
      return Double(1 / (expf(exponent) + 1 + 1e-16))
    case .double(let slope): return 1 / (1 + exp(-slope * sum))
    }
  }
}

/// Scores rows with one model; for one thread.
package final class TreeEvaluator {
  private let ensemble: TreeEnsemble
  private let workspace: TreeWorkspace

  init(_ ensemble: TreeEnsemble) {
    self.ensemble = ensemble
    workspace = TreeWorkspace(ensemble.forest)
  }

  /// Writes the margin (log-odds) of each row.
  ///
  /// Shape: `rows` holds rows of `featureCount` numbers, one after the other, not-a-number for a missing input;
  /// `margins` has one place a row. XGBoost's binary32 results are widened without loss.
  package func margins(of rows: Span<Float>, into margins: inout MutableSpan<Double>) {
    workspace.sum(rows, into: &margins)
  }

  /// As above; for an XGBoost model, inputs are rounded to binary32 first, as the library does.
  package func margins(of rows: Span<Double>, into margins: inout MutableSpan<Double>) {
    workspace.sum(rows, into: &margins)
  }

  /// Writes the probability of each row; shapes as for `margins(of:into:)`.
  package func probabilities(of rows: Span<Float>, into probabilities: inout MutableSpan<Double>) {
    workspace.sum(rows, into: &probabilities)
    link(&probabilities)
  }

  /// As above; for an XGBoost model, inputs are rounded to binary32 first, as the library does.
  package func probabilities(of rows: Span<Double>, into probabilities: inout MutableSpan<Double>) {
    workspace.sum(rows, into: &probabilities)
    link(&probabilities)
  }

  private func link(_ values: inout MutableSpan<Double>) {
    for index in values.indices { values[index] = ensemble.link.probability(values[index]) }
  }

  /// Writes what each input adds to the margin of a row, and last the margin without any input.
  ///
  /// Exact path-dependent Shapley values; they add up to the margin. `contributions` has `featureCount + 1`
  /// places a row.
  package func contributions(
    of rows: Span<Float>, into contributions: inout MutableSpan<Double>
  ) throws(ContributionError) {
    try workspace.divide(rows, into: &contributions)
  }

  /// As above; for an XGBoost model, inputs are rounded to binary32 first, as the library does.
  package func contributions(
    of rows: Span<Double>, into contributions: inout MutableSpan<Double>
  ) throws(ContributionError) {
    try workspace.divide(rows, into: &contributions)
  }
}
