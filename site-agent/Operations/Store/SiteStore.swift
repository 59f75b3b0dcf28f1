package import CanonicalJSON
import Cryptography
package import Storage

/// The site's own memory: what it holds, what it decided, what it sent. Shared by the daemon and the commands.
///
/// One invariant: nothing is in the state `sent` without an entry in the egress log that was committed with it.
package actor SiteStore {
  private let thread = StorageThread(name: "site-store")
  let database: Database

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Opens the store of an agent directory.
  ///
  /// - Throws: `StorageError`, `.missing` when there is none and none may be made.
  package init(_ directory: AgentDirectory, createIfMissing: Bool) throws(StorageError) {
    database = try Database(
      opening: directory.store, journal: .rollback, schemas: [SiteSchema.schema],
      createIfMissing: createIfMissing)
  }

  /// A number that changes when another process has written.
  package func dataVersion() throws(StorageError) -> Int64 { try database.dataVersion() }

  /// Reads every page.
  package func quickCheck() throws(StorageError) { try database.quickCheck() }

  // MARK: Settings

  /// A value by its name.
  package func setting(_ name: Setting) throws(StorageError) -> String? {
    try database.first("SELECT value FROM settings WHERE name = ?1", [.text(name.rawValue)]) {
      row throws(StorageError) in try row.text(0)
    }
  }

  /// Sets a value.
  package func set(_ name: Setting, to value: String) throws(StorageError) {
    try database.run(
      """
      INSERT INTO settings (name, value) VALUES (?1, ?2)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [.text(name.rawValue), .text(value)])
  }

  // MARK: Decisions

  /// The last decisions, newest first.
  package func decisions(maximum: Int) throws -> [LocalDecision] {
    try database.rows(
      "SELECT time, action, object, person, reason FROM decisions ORDER BY sequence DESC LIMIT ?1",
      [.integer(Int64(maximum))]
    ) { row throws(StorageError) in
      LocalDecision(
        time: try row.time(0), action: try row.text(1), object: try row.text(2), person: try row.text(3),
        reason: try row.text(4))
    }
  }

  /// Writes down a decision that changes nothing else in the store.
  package func record(_ decision: LocalDecision) throws {
    try database.transaction { try note(decision) }
  }

  /// Writes down a decision unless the same one about the same object is there: for steps that a crash makes
  /// run again.
  package func recordOnce(_ decision: LocalDecision) throws {
    try database.transaction {
      let known = try database.first(
        "SELECT 1 FROM decisions WHERE action = ?1 AND object = ?2",
        [.text(decision.action), .text(decision.object)]
      ) { _ throws(StorageError) in true }
      if known == nil { try note(decision) }
    }
  }

  /// Writes down a decision; inside a transaction.
  func note(_ decision: LocalDecision) throws(StorageError) {
    try database.run(
      """
      INSERT INTO decisions (sequence, time, action, object, person, reason)
      VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM decisions), ?1, ?2, ?3, ?4, ?5)
      """,
      [
        .time(decision.time), .text(decision.action), .text(decision.object), .text(decision.person),
        .text(decision.reason),
      ])
  }
}

/// The names of the store's single values.
package enum Setting: String, Sendable {
  /// Whose log and whose studies these are; set once, by `join`.
  case tenant, site
  /// `StatusSnapshot` as canonical JSON.
  case status
  /// Where the next poll goes on.
  case cursor
}

/// What a person decided here, and why.
package struct LocalDecision: Sendable, Equatable {
  package let time: UTCTime
  /// Such as `protocol.approved`.
  package let action: String
  /// A digest or an id.
  package let object: String
  package let person: String
  package let reason: String

  /// A decision; `time` is when it was made.
  package init(time: UTCTime, action: String, object: String, person: String, reason: String) {
    self.time = time
    self.action = action
    self.object = object
    self.person = person
    self.reason = reason
  }
}

extension SQLValue {
  static func time(_ time: UTCTime) -> SQLValue { .integer(time.secondsSinceEpoch) }
  static func digest(_ digest: Digest) -> SQLValue { .text(digest.text) }
  static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
}

extension Row {
  func time(_ column: Int) throws(StorageError) -> UTCTime {
    do { return try UTCTime(secondsSinceEpoch: try integer(column)) } catch let error as StorageError {
      throw error
    } catch { throw .unexpectedValue(column: "\(column)", expected: "a time", found: "another number") }
  }

  func digest(_ column: Int) throws(StorageError) -> Digest {
    let text = try text(column)
    do { return try Digest(parsing: text) } catch {
      throw .unexpectedValue(column: "\(column)", expected: "a digest", found: "another text")
    }
  }

  func optionalDigest(_ column: Int) throws(StorageError) -> Digest? {
    try optionalText(column) == nil ? nil : digest(column)
  }

  func optionalTime(_ column: Int) throws(StorageError) -> UTCTime? {
    try optionalInteger(column) == nil ? nil : time(column)
  }

  func word<Word: RawRepresentable>(_ column: Int) throws(StorageError) -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: try text(column)) else {
      throw .unexpectedValue(column: "\(column)", expected: "a known word", found: "another text")
    }
    return word
  }
}
