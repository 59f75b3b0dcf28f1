/// Reads a file of nested fields from front to back, a value at a time, without keeping what was read.
///
/// One reader of XGBoost models serves both of its encodings. Containers are entered and left in step with the
/// reader's own structure; only `skip` meets a structure that is not known, and it does not recurse.
protocol FieldCursor {
  typealias Failure = TreeEnsembleError

  /// Where the cursor stands.
  var offset: Int { get }
  /// What stands next.
  func peek() throws(Failure) -> FieldKind
  mutating func beginObject() throws(Failure)
  /// The next key of the object; nothing at its end, which is passed.
  mutating func nextKey() throws(Failure) -> String?
  mutating func beginArray() throws(Failure)
  /// Whether another value stands in the array; at its end, which is passed, there is none.
  mutating func nextElement() throws(Failure) -> Bool
  mutating func string() throws(Failure) -> String
  /// A number as binary32, rounded to nearest; it need not be finite.
  mutating func float() throws(Failure) -> Float
  /// A whole number; `true` is 1 and `false` is 0.
  mutating func integer() throws(Failure) -> Int64
  /// Passes a text, number, `true`, `false` or null.
  mutating func skipScalar() throws(Failure)
  /// Requires that nothing more follows.
  mutating func end() throws(Failure)
}

enum FieldKind {
  case object, array, string, number, other
}

/// Containers may stand in each other this deep; XGBoost's own files need eight.
let nestingLimit = 32

extension FieldCursor {
  /// Passes any value.
  mutating func skip() throws(Failure) {
    var open: [FieldKind] = []
    repeat {
      if let container = open.last {
        if container == .object {
          guard try nextKey() != nil else {
            open.removeLast()
            continue
          }
        } else {
          guard try nextElement() else {
            open.removeLast()
            continue
          }
        }
      }
      switch try peek() {
      case .object:
        try beginObject()
        open.append(.object)
      case .array:
        try beginArray()
        open.append(.array)
      case .string, .number, .other: try skipScalar()
      }
    } while !open.isEmpty
  }
}
