/// A value bound to a parameter of a statement.
package enum SQLValue: Sendable, Equatable {
  /// SQL NULL.
  case null
  /// A signed 64-bit integer.
  case integer(Int64)
  /// UTF-8 text without NUL.
  case text(String)
  /// Bytes as they are.
  case blob([UInt8])
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(nilLiteral: ()) { self = .null }
}

extension SQLValue {
  /// The text, or NULL for nil.
  package static func text(orNull text: String?) -> SQLValue { text.map { .text($0) } ?? .null }

  /// The integer, or NULL for nil.
  package static func integer(orNull integer: Int64?) -> SQLValue { integer.map { .integer($0) } ?? .null }

  /// The bytes, or NULL for nil.
  package static func blob(orNull blob: [UInt8]?) -> SQLValue { blob.map { .blob($0) } ?? .null }
}
