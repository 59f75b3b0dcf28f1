import CanonicalJSON
import Cryptography
import Storage

extension Row {
  /// The digest in a column.
  func digest(_ column: Int) throws -> Digest { try Digest(bytes: blob(column)) }

  /// The digest in a column, or nil for NULL.
  func optionalDigest(_ column: Int) throws -> Digest? {
    try optionalBlob(column).map { try Digest(bytes: $0) }
  }

  /// The time in a column.
  func time(_ column: Int) throws -> UTCTime { try UTCTime(secondsSinceEpoch: integer(column)) }

  /// The time in a column, or nil for NULL.
  func optionalTime(_ column: Int) throws -> UTCTime? {
    try optionalInteger(column).map { try UTCTime(secondsSinceEpoch: $0) }
  }

  /// The count or number in a column.
  func count(_ column: Int) throws -> Int { Int(try integer(column)) }

  /// One of the words of an enumeration.
  func word<Word: RawRepresentable>(
    _ column: Int, of _: Word.Type
  ) throws -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: try text(column)) else {
      throw StorageError.unexpectedValue(column: "\(column)", expected: "a known word", found: "another")
    }
    return word
  }
}

extension SQLValue {
  /// A digest, as its 32 bytes.
  static func digest(_ digest: Digest) -> SQLValue { .blob(digest.bytes) }

  /// A time, as seconds since 1970.
  static func time(_ time: UTCTime) -> SQLValue { .integer(time.secondsSinceEpoch) }

  /// A small number.
  static func count(_ number: Int) -> SQLValue { .integer(Int64(number)) }
}

extension Database {
  /// The next value of the counter that stamps every change, so that whoever waits can tell what is new.
  func nextRevision() throws -> Int64 {
    try run("UPDATE rounds_revision SET value = value + 1 WHERE only = 1")
    return try revision()
  }

  /// The counter's last value.
  func revision() throws -> Int64 {
    try first("SELECT value FROM rounds_revision", []) { row throws(StorageError) in try row.integer(0) } ?? 0
  }
}
