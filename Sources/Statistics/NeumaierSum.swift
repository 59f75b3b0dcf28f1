/// A running sum of doubles that keeps the rounding error of every addition.
///
/// The result still depends on the order of the terms in the last place, so callers fix the order.
///
/// - Source: Neumaier (1974), Z. Angew. Math. Mech. 54, 39–51.
struct NeumaierSum: Sendable, Equatable {
  private var sum = 0.0
  private var compensation = 0.0

  /// The sum of everything added so far.
  var value: Double { sum + compensation }

  mutating func add(_ term: Double) {
    let total = sum + term
    if abs(sum) >= abs(term) {
      compensation += (sum - total) + term
    } else {
      compensation += (term - total) + sum
    }
    sum = total
  }
}

/// The compensated sum of `terms` mapped by `transform`, in the order given.
func neumaierSum<Terms: Sequence>(_ terms: Terms, _ transform: (Terms.Element) -> Double) -> Double {
  var sum = NeumaierSum()
  for term in terms { sum.add(transform(term)) }
  return sum.value
}
