package import CanonicalJSON

/// The mean absolute contribution of each of the model's inputs, over a sample of the rows.
///
/// Units: log odds. The names are the vendor's, and stand here so that no aggregate has to carry them.
package struct ExplanationPlan: Sendable, Equatable {
  /// All inputs of the model.
  package let features: [Feature]
  /// The most patients of one window whose row is explained.
  package let rows: Int

  /// One input of the model.
  package struct Feature: Sendable, Equatable {
    /// Its name in the feature definition.
    package let name: String
    /// The largest absolute contribution that is told apart: one beyond it counts as it.
    package let largest: ExactDecimal
  }

  /// The plan as given.
  package init(features: [Feature], rows: Int) {
    self.features = features
    self.rows = rows
  }

  /// How many of so many patients with a labelled row are sampled: never more than half, so that no count of all
  /// of them is one of the sample.
  package func sampled(of patients: Int) -> Int { min(rows, patients / 2) }
}
