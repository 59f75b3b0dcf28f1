import CanonicalJSON
import EvaluationProtocols

// Forms that stand in several places of an aggregate.
extension DocumentField {
  /// The array's elements, whose number is fixed by the protocol.
  func array(exactly count: Int) throws(DocumentError) -> [DocumentField] {
    let elements = try array(maximum: count)
    guard elements.count == count else {
      throw DocumentError(
        path: path, problem: "has \(elements.count) entries where the protocol asks for \(count)",
        remedy: "evaluate again under the protocol that the aggregate names")
    }
    return elements
  }

  func status() throws(DocumentError) -> String? {
    var object = try object()
    guard let status = object.optional("status") else { return nil }
    return try status.string(maximum: 20)
  }

  private func requireStatusOnly() throws(DocumentError) {
    var object = try object()
    _ = try object.required("status")
    try object.finish()
  }

  /// A value, or exactly `{"status":"withheld"}`.
  func disclosed<Value>(
    _ parse: (DocumentField) throws(DocumentError) -> Value
  ) throws(DocumentError) -> Disclosed<Value> {
    if case .object = value, try status() == "withheld" {
      try requireStatusOnly()
      return .withheld
    }
    return .released(try parse(self))
  }

  func slice(
    _ parse: (DocumentField) throws(DocumentError) -> ReleasedStratum
  ) throws(DocumentError) -> ReleasedSlice {
    switch try status() {
    case "withheld":
      try requireStatusOnly()
      return .withheld
    case "empty":
      try requireStatusOnly()
      return .empty
    default: return .released(try parse(self))
    }
  }

  func count() throws(DocumentError) -> Int { try integer(in: 0...1_000_000_000_000) }

  func counts(exactly count: Int) throws(DocumentError) -> [Int] {
    try array(exactly: count).map { element throws(DocumentError) in try element.count() }
  }

  func expect(_ text: String, what: String) throws(DocumentError) {
    guard try string(maximum: 200) == text else {
      throw DocumentError(
        path: path, problem: "is not \(what) \(text)",
        remedy: "keep the order of the protocol that the aggregate names")
    }
  }

  func partition(of grid: ScoreGrid) throws(DocumentError) -> Partition {
    let edges = try array(maximum: grid.edges.count, minimum: 2).ascendingDecimals()
    var positions: [Int] = []
    for edge in edges {
      guard let position = grid.index(of: edge) else {
        throw DocumentError(
          path: path, problem: "\(edge.text) is not an edge of the protocol's grid",
          remedy: "evaluate again under the protocol that the aggregate names")
      }
      positions.append(position)
    }
    guard positions.first == 0, positions.last == grid.intervalCount else {
      throw DocumentError(
        path: path, problem: "does not reach from 0 to 1", remedy: "begin with 0, end with 1")
    }
    return Partition(edges: positions)
  }
}

extension DocumentField {
  // 2³² units times a trillion rows stay below this, so sums and differences of sums cannot overflow.
  private static let largestSum: Int128 = 1 << 100

  func sum() throws(DocumentError) -> Int128 {
    let value = try bigInteger()
    guard (0...DocumentField.largestSum).contains(value) else {
      throw DocumentError(
        path: path, problem: "is not a possible sum", remedy: "evaluate again; the file has been changed")
    }
    return value
  }
}
