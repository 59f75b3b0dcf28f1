import CanonicalJSON
import Cryptography
import Foundation
import Storage
import Tenancy
import Testing

@Suite struct AuditTests {
  private struct Told: Refusal {
    let action = "thing.done"
    let object = "thing/1"
    let code = "no"
  }

  private static let things = Schema(
    owner: "things", steps: ["CREATE TABLE thing (id INTEGER PRIMARY KEY NOT NULL) STRICT;"])

  private func things(_ world: World) async throws -> [Int64] {
    try await world.store().read { database in
      try database.rows("SELECT id FROM thing ORDER BY id", []) { row throws(StorageError) in
        try row.integer(0)
      }
    }
  }

  @Test func aChangeAndItsEntryAreOneTransaction() async throws {
    let world = try await World.make(schemas: [Self.things])
    let store = try world.store()
    let before = try await store.auditHead().sequence
    let sequence = try await store.write(by: "user/u-1", at: at(5)) { database, trail in
      try database.run("INSERT INTO thing (id) VALUES (1)")
      return trail.append(action: "thing.done", object: "thing/1", detail: ["count": 3, "flag": true])
    }
    #expect(sequence == before + 1)
    #expect(try await things(world) == [1])
    let bytes = try #require(try await store.auditEntries(after: before, limit: 10).first)
    let entry = try AuditEntry.parse(bytes)
    #expect(entry.actor == "user/u-1" && entry.time == at(5) && entry.outcome == .done)
    #expect(entry.encode() == bytes)
    #expect(try await store.auditHead().digest == Digest(of: bytes))
  }

  @Test func aRefusalUndoesTheChangeAndIsRecorded() async throws {
    let world = try await World.make(schemas: [Self.things])
    let store = try world.store()
    let before = try await store.auditHead().sequence
    await #expect(throws: Told.self) {
      try await store.write(by: "user/u-1", at: at(5)) { database, trail in
        try database.run("INSERT INTO thing (id) VALUES (1)")
        trail.append(action: "thing.done", object: "thing/1")
        throw Told()
      }
    }
    #expect(try await things(world).isEmpty)
    #expect(try await store.auditHead().sequence == before + 1)
    #expect(try await world.actions().last == "thing.done refused: no")
    try await store.recordFailureOfRole()
    #expect(try await world.actions().last == "round.opened refused: wrong-role")
  }

  @Test func aChangeWithoutAnEntryIsUndone() async throws {
    let world = try await World.make(schemas: [Self.things])
    await #expect(throws: TenancyError.unaudited) {
      try await world.store().write(by: "system", at: at(5)) { database, _ in
        try database.run("INSERT INTO thing (id) VALUES (1)")
      }
    }
    #expect(try await things(world).isEmpty)
    await #expect(throws: Never.self) { try await world.store().write(by: "system", at: at(5)) { _, _ in } }
  }

  @Test func anEntryThatNobodyCouldReadIsRefused() async throws {
    let world = try await World.make(schemas: [Self.things])
    let bad: [(String, JSONObject)] = [
      ("thing/1", ["list": ["a"]]), ("", [:]), ("thing\u{7}", [:]),
      ("thing/1", ["text": .string(String(repeating: "x", count: 501))]),
      ("thing/1", ["big": .integer(Int64.max)]),
    ]
    for (object, detail) in bad {
      await #expect(throws: TenancyError.auditEntryMalformed(action: "thing.done")) {
        try await world.store().write(by: "system", at: at(5)) { database, trail in
          try database.run("INSERT INTO thing (id) VALUES (1)")
          trail.append(action: "thing.done", object: object, detail: detail)
        }
      }
    }
    #expect(try await things(world).isEmpty)
  }

  @Test func nothingIsChangedWithoutTheLog() async throws {
    let world = try await World.make(schemas: [Self.things])
    let store = try world.store()
    // A log that takes nothing, as far as the transaction can tell.
    try await store.read { database in
      try database.run(
        "CREATE TRIGGER closed BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'closed'); END")
    }
    await #expect(throws: TenancyError.auditUnavailable(.constraint("closed"))) {
      try await store.write(by: "system", at: at(5)) { database, trail in
        try database.run("INSERT INTO thing (id) VALUES (1)")
        trail.append(action: "thing.done", object: "thing/1")
      }
    }
    await #expect(throws: TenancyError.auditUnavailable(.constraint("closed"))) {
      try await store.write(by: "system", at: at(5)) { _, _ in throw Told() }
    }
    await #expect(throws: TenancyError.self) { try await world.invite() }
    #expect(try await things(world).isEmpty)
    #expect(try await store.sites().isEmpty)
    #expect(!world.directory.hasLiveInvitation(at: at(5)))
  }

  @Test func theLogOfARealStoreVerifiesHereAndAsAnExport() async throws {
    let world = try await World.make()
    let store = try world.store()
    _ = try await world.member()
    let head = try await store.verifyAudit()
    #expect(head.sequence > 6)
    #expect(try await store.auditHead() == head)
    let lines = try await store.auditEntries(after: 0, limit: 1000).map { $0 + [0x0A] }
    let export = Array(lines.joined())
    #expect(try AuditChain.verify(export: export, tenant: world.tenants[0]) == head)
    #expect(try AuditChain.verify(export: export, tenant: world.tenants[0], through: head) == head)
    #expect(throws: AuditDefect.previous(sequence: 1)) {
      try AuditChain.verify(export: export, tenant: world.tenants[1])
    }
    #expect(try await store.auditEntries(after: 2, limit: 3).count == 3)
    #expect(try await store.auditEntries(after: head.sequence, limit: 3).isEmpty)
    // No secret, by any name.
    let text = String(decoding: export, as: UTF8.self)
    #expect(!text.contains("secret\":") && !text.contains("PRIVATE"))
  }

  @Test func entriesAreNeitherChangedNorDeleted() async throws {
    let world = try await World.make()
    try await world.store().read { database in
      #expect(throws: StorageError.self) { try database.run("UPDATE audit_entry SET actor = 'x'") }
      #expect(throws: StorageError.self) { try database.run("DELETE FROM audit_entry") }
      #expect(throws: StorageError.self) { try database.run("DELETE FROM key_seen") }
    }
  }

  /// Somebody with the file and any SQLite tool, who takes the triggers away first.
  @Test("a change behind the store's back is found", arguments: 0..<7)
  func tampering(kind: Int) async throws {
    let world = try await World.make()
    _ = try await world.member()
    let store = try world.store()
    let head = try await store.auditHead()
    try await store.read { database in
      try database.run("DROP TRIGGER audit_entry_is_not_changed")
      try database.run("DROP TRIGGER audit_entry_is_not_deleted")
      switch kind {
      case 0: try database.run("DELETE FROM audit_entry WHERE sequence = 3")
      case 1: try database.run("DELETE FROM audit_entry WHERE sequence = 1")
      case 2: try database.run("UPDATE audit_entry SET actor = 'user/u-2' WHERE sequence = 3")
      case 3: try database.run("UPDATE audit_entry SET time = time + 1 WHERE sequence = 3")
      case 4: try database.run("UPDATE audit_entry SET digest = zeroblob(32) WHERE sequence = 3")
      case 5:
        try database.run(
          "UPDATE audit_entry SET entry = (SELECT entry FROM audit_entry WHERE sequence = 2) WHERE sequence = 3"
        )
      default:
        try database.run(
          "UPDATE audit_entry SET sequence = 103 WHERE sequence = 3")
      }
    }
    await #expect(throws: AuditDefect.self) { try await store.verifyAudit(through: head) }
  }

  @Test func aShortenedLogIsFoundByACheckpoint() async throws {
    let world = try await World.make()
    _ = try await world.member()
    let store = try world.store()
    let head = try await store.auditHead()
    try await store.read { database in
      try database.run("DROP TRIGGER audit_entry_is_not_deleted")
      try database.run("DELETE FROM audit_entry WHERE sequence = (SELECT max(sequence) FROM audit_entry)")
    }
    await #expect(throws: Never.self) { try await store.verifyAudit() }
    await #expect(throws: AuditDefect.truncated(last: head.sequence - 1, checkpoint: head.sequence)) {
      try await store.verifyAudit(through: head)
    }
    // Written on over the gap: the checkpoint's entry is another one now.
    _ = try await world.invite("south")
    await #expect(throws: AuditDefect.checkpoint(sequence: head.sequence)) {
      try await store.verifyAudit(through: head)
    }
  }
}

extension TenantStore {
  fileprivate func recordFailureOfRole() throws {
    try recordRefusal(
      by: "user/u-1", at: at(6), action: "round.opened", object: "round", code: "wrong-role")
  }
}
