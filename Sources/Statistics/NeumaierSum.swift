/// A sum of doubles with Neumaier's compensation; the order of `add` calls is part of the result.
///
/// - Source: Neumaier (1974), Z. Angew. Math. Mech. 54, 39–51.
package struct NeumaierSum: Sendable {
  private var sum = 0.0
  private var compensation = 0.0

  /// Zero.
  package init() {}

  /// Adds one term.
  package mutating func add(_ term: Double) {
    let next = sum + term
    if abs(sum) >= abs(term) {
      compensation += (sum - next) + term
    } else {
      compensation += (term - next) + sum
    }
    sum = next
  }

  /// The compensated total.
  package var total: Double { sum + compensation }
}
