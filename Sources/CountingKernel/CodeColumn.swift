/// A column of bytes, each below the column's cardinality: a class, or the level of an attribute.
package struct CodeColumn: Sendable {
  package let codes: [UInt8]
  package let cardinality: Int

  /// Takes a column after a look at every code.
  ///
  /// - Throws: `CountingError.codeOutOfRange`; `.cardinalityOutOfRange` unless it is in 1...256.
  package init(_ codes: [UInt8], cardinality: Int) throws(CountingError) {
    guard (1...256).contains(cardinality) else { throw .cardinalityOutOfRange(cardinality) }
    var highest: UInt8 = 0
    for code in codes { highest = max(highest, code) }
    guard Int(highest) < cardinality else { throw .codeOutOfRange(cardinality: cardinality) }
    self.codes = codes
    self.cardinality = cardinality
  }
}
