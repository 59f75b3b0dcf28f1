package import CanonicalJSON

/// Compares a stored matrix file with its recomputation.
///
/// Counts, texts, thresholds, edges and structure have to be equal; results may differ by one unit of the
/// last written place, since `log` and `exp` differ by an ulp between C libraries. A result is told from a
/// threshold by its decimals: it has as many as `ValidationMatrix` writes.
///
/// - Returns: the path of the first difference, or `nil` when there is none.
package func firstDifference(stored: JSONValue, recomputed: JSONValue, path: String = "") -> String? {
  switch (stored, recomputed) {
  case (.object(let left), .object(let right)):
    guard left.members.count == right.members.count else { return path }
    for (one, other) in zip(left.members, right.members) {
      let place = path.isEmpty ? one.key : "\(path).\(one.key)"
      guard one.key == other.key else { return place }
      if let found = firstDifference(stored: one.value, recomputed: other.value, path: place) { return found }
    }
    return nil
  case (.array(let left), .array(let right)):
    guard left.count == right.count else { return path }
    for (index, pair) in zip(left, right).enumerated() {
      let place = "\(path)[\(index)]"
      if let found = firstDifference(stored: pair.0, recomputed: pair.1, path: place) { return found }
    }
    return nil
  case (.string(let left), .string(let right)):
    return left.hasSameBytes(as: right) || differByOneUnit(left, right) ? nil : path
  default: return stored == recomputed ? nil : path
  }
}

private func differByOneUnit(_ left: String, _ right: String) -> Bool {
  guard let scale = decimals(of: left), decimals(of: right) == scale,
    scale == ValidationMatrix.scale || scale == ValidationMatrix.solverScale,
    let one = try? FixedDecimal(parsing: left, scale: scale),
    let other = try? FixedDecimal(parsing: right, scale: scale)
  else { return false }
  let difference = one.units - other.units
  return (-1...1).contains(difference)
}

private func decimals(of text: String) -> Int? {
  guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
  return text.utf8.distance(from: point, to: text.utf8.endIndex) - 1
}
