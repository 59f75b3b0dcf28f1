/// What answers rows by their inputs, whatever runs the model: today this process, for every kind.
///
/// A kind that another program runs conforms too, and is then held to the same rules by `CheckedScorer`:
/// `protocols/models.md`, section 5.
package protocol BlockScorer {
  /// Numbers that a row is reduced to.
  var inputCount: Int { get }
  /// Whether answers are computed; a recorded score is read, and what the hospital recorded is no model's doing.
  var computes: Bool { get }
  /// The answers for rows whose inputs lie one row after the other, in their order.
  func scores(of inputs: [Double], rows: Int) -> [ModelScore]
}
