import CanonicalJSON
import Cryptography
import Foundation
import Storage
import Tenancy
import Testing

/// A tenant's file that the first version of the tables made is brought up to date, with all that is in it.
@Suite struct SchemaMigrationTests {
  /// The tables of version 1 as they were released; never to be edited.
  private static let version1 = """
    CREATE TABLE tenant (
      only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
      id TEXT NOT NULL,
      host TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE account (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('operator', 'tenantAdministrator')),
      state TEXT NOT NULL CHECK (state IN ('requested', 'active', 'revoked')),
      request BLOB,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE site (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('invited', 'pending', 'confirmed', 'revoked')),
      signing_root BLOB,
      signing_key BLOB UNIQUE CHECK (length(signing_key) = 32),
      created_at INTEGER NOT NULL,
      CHECK ((signing_root IS NULL) = (signing_key IS NULL)),
      CHECK (state NOT IN ('pending', 'confirmed') OR signing_key IS NOT NULL)
    ) STRICT;

    CREATE TABLE certificate (
      serial TEXT PRIMARY KEY NOT NULL,
      key BLOB UNIQUE NOT NULL CHECK (length(key) = 32),
      site TEXT REFERENCES site (id),
      instance TEXT,
      account TEXT REFERENCES account (id),
      der BLOB NOT NULL,
      issued_at INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      used_at INTEGER,
      state TEXT NOT NULL CHECK (state IN ('active', 'superseded', 'revoked')),
      CHECK ((account IS NULL) = (site IS NOT NULL)),
      CHECK ((site IS NULL) = (instance IS NULL))
    ) STRICT;
    CREATE INDEX certificate_by_agent ON certificate (site, instance);
    CREATE INDEX certificate_by_account ON certificate (account);

    CREATE TABLE key_seen (
      key BLOB PRIMARY KEY NOT NULL CHECK (length(key) = 32),
      seen_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE invitation (
      id TEXT PRIMARY KEY NOT NULL,
      site TEXT NOT NULL REFERENCES site (id),
      secret BLOB NOT NULL CHECK (length(secret) = 32),
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'used', 'burned')),
      wrong_secrets INTEGER NOT NULL DEFAULT 0 CHECK (wrong_secrets BETWEEN 0 AND 5),
      certificate TEXT REFERENCES certificate (serial),
      CHECK (state <> 'used' OR certificate IS NOT NULL)
    ) STRICT;
    CREATE INDEX invitation_by_site ON invitation (site);

    CREATE TABLE audit_entry (
      sequence INTEGER PRIMARY KEY NOT NULL CHECK (sequence > 0),
      time INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      object TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
      digest BLOB UNIQUE NOT NULL CHECK (length(digest) = 32),
      entry BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_entry_is_not_changed BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'an audit entry is not changed'); END;
    CREATE TRIGGER audit_entry_is_not_deleted BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'an audit entry is not deleted'); END;
    CREATE TRIGGER key_seen_is_not_forgotten BEFORE DELETE ON key_seen
    BEGIN SELECT RAISE(ABORT, 'a key is not forgotten'); END;
    """

  /// A copy of a deployment whose tenant has the file that version 1 would have: its tables, and every row.
  private func copyOfVersion1(_ world: World) throws -> CrashedCopy {
    let copy = try CrashedCopy(of: world.folder)
    let path = copy.path + "/store/" + world.tenants[0] + ".sqlite"
    let newer = copy.path + "/newer.sqlite"
    for suffix in ["", "-wal"] {
      try FileManager.default.moveItem(atPath: path + suffix, toPath: newer + suffix)
    }
    try? FileManager.default.removeItem(atPath: path + "-shm")
    let database = try Database(
      opening: path, journal: .writeAhead,
      schemas: [Schema(owner: "tenancy", steps: [SchemaMigrationTests.version1])], createIfMissing: true)
    try database.run("ATTACH ?1 AS newer", [.text(newer)])
    try database.run("INSERT INTO tenant SELECT * FROM newer.tenant")
    try database.run("INSERT INTO account SELECT * FROM newer.account")
    try database.run("INSERT INTO site SELECT * FROM newer.site")
    try database.run("INSERT INTO certificate SELECT * FROM newer.certificate")
    try database.run("INSERT INTO key_seen SELECT * FROM newer.key_seen")
    try database.run("INSERT INTO invitation SELECT * FROM newer.invitation")
    try database.run("INSERT INTO audit_entry SELECT * FROM newer.audit_entry")
    return copy
  }

  /// A tenant with something in every table of version 1.
  private func fullWorld() async throws -> (World, Certificate, NewAccount) {
    let world = try await World.make()
    let leaf = try await world.member().certificate
    _ = try await world.invite("south")
    let added = try await world.store().addAccount(
      name: "Bea", request: CertificateRequest.make(by: SigningKey()).der, by: "user/u-1", at: at(1))
    return (world, leaf, added)
  }

  @Test func aFileOfVersion1KeepsEverything() async throws {
    let (world, leaf, added) = try await fullWorld()
    let before = try await world.store().read { encodeCanonicalJSON(.object(try stateDump($0))) }
    let copy = try copyOfVersion1(world)
    let deployment = try Deployment.open(directory: copy.path, now: at(2))
    let store = try #require(deployment.tenants.store(of: world.tenants[0]))
    let after = try await store.read { encodeCanonicalJSON(.object(try stateDump($0))) }
    let same = before == after
    #expect(same, "the state differs after the migration")
    _ = try await store.verifyAudit()
    let anchor = try world.authority().certificate.publicKey.digest
    func role(_ certificate: Certificate) -> PrincipalRole? {
      deployment.register.admit(leaf: certificate, anchorKeyDigest: anchor, at: at(3))?.role
    }
    #expect(role(leaf) == .site && role(added.issued.certificate) == .tenantAdministrator)
    #expect(deployment.tenants.hasLiveInvitation(at: at(3)))
    let problems = try await store.read { database in
      try database.integrityCheck()
      return try database.rows("PRAGMA foreign_key_check", []) { row throws(StorageError) in try row.text(0) }
    }
    #expect(problems.isEmpty)
  }

  @Test func aFileOfVersion1TakesPeopleAfterIt() async throws {
    let (world, _, added) = try await fullWorld()
    let copy = try copyOfVersion1(world)
    let deployment = try Deployment.open(directory: copy.path, now: at(2))
    let store = try #require(deployment.tenants.store(of: world.tenants[0]))
    let invitation = try await store.invite(
      person: "Cea", role: .reviewer, lifetime: 60, by: "user/" + added.user, at: at(3))
    _ = try await deployment.tenants.join(Person().request(for: invitation), at: at(4))
    // The new table is the one that certificates refer to.
    await #expect(throws: (any Error).self) {
      try await store.read { try $0.run("DELETE FROM account WHERE name = 'Bea'") }
    }
    #expect(try await store.accounts().map(\.name).sorted() == ["Ada", "Bea", "Cea"])
  }
}
