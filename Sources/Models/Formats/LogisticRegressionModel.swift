import CanonicalJSON
import Glibc

/// A logistic regression: the artifact `lr.json` of a model release.
///
/// Format: `protocols/models.md`, section "Logistic regression".
package struct LogisticRegressionModel: Sendable {
  package let intercept: Double
  /// The inputs in the order in which the sum is taken, each name once.
  package let terms: [Term]

  /// One input of the linear predictor.
  package struct Term: Sendable, Equatable {
    package let name: String
    package let coefficient: Double
    /// Takes the place of a missing input.
    package let impute: Double
  }

  /// Reads the artifact.
  ///
  /// - Throws: `ModelError.syntax` or `.content`, naming the place.
  package static func parse(_ bytes: [UInt8]) throws(ModelError) -> LogisticRegressionModel {
    try parseModelFile(.artifact, bytes) { field throws(DocumentError) in
      try LogisticRegressionModel(parsing: field)
    }
  }

  private init(parsing field: ForeignField) throws(DocumentError) {
    var object = try field.object()
    try object.required("format").expect("logistic-regression")
    try object.required("version").expect(1)
    try object.required("link").expect("logit")
    intercept = try object.required("intercept").number()
    var terms: [Term] = []
    for element in try object.required("features").array(maximum: maximumInputs) {
      terms.append(try Term(parsing: element))
    }
    if let repeated = terms.map(\.name).firstRepeated {
      throw field.error("the input \(repeated) stands there twice", "give each input one coefficient")
    }
    _ = try object.optional("note")?.string(canBeEmpty: true, maximum: 2000)
    try object.finish()
    self.terms = terms
  }

  /// The probability for one row.
  ///
  /// Shape: one number a term in, in their order; not-a-number is a missing input and replaced by
  /// `impute`. One number out, in 0...1, or not-a-number where the sum overflows to no number.
  /// The sum is taken from left to right, intercept first, in binary64.
  ///
  /// - Source: 1 / (1 + exp(−(intercept + Σ coefficient · x))).
  package func score(_ input: (Int) -> Double) -> Double {
    var sum = intercept
    for index in terms.indices {
      let value = input(index)
      sum += terms[index].coefficient * (value.isNaN ? terms[index].impute : value)
    }
    return 1 / (1 + exp(-sum))
  }
}

extension LogisticRegressionModel.Term {
  fileprivate init(parsing field: ForeignField) throws(DocumentError) {
    var object = try field.object()
    name = try object.required("name").string()
    coefficient = try object.required("coefficient").number()
    impute = try object.required("impute").number()
    try object.finish()
  }
}
