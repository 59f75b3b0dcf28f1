internal import Storage

/// The tables of the tenancy in a tenant's file. Times are seconds since 1970, digests 32 bytes.
enum TenancySchema {
  static let tenant = Schema(owner: "tenancy", steps: [version1, version2])

  /// The file of the whole deployment: which tenants there are, and nothing of what is inside them.
  static let deployment = Schema(
    owner: "deployment",
    steps: [
      """
      CREATE TABLE tenant (
        id TEXT PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        key BLOB UNIQUE NOT NULL CHECK (length(key) = 32),
        file TEXT UNIQUE NOT NULL
      ) STRICT;
      """
    ])

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

  /// People's invitations, and the roles that they give. What an account may be is a rule of its table, which SQLite
  /// cannot change, so the table is made anew; certificates refer to accounts, and find them again before the commit.
  private static let version2 = """
    PRAGMA defer_foreign_keys = ON;
    CREATE TABLE account_of_version_1 AS SELECT id, name, role, state, request, created_at FROM account;
    DROP TABLE account;
    CREATE TABLE account (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL
        CHECK (role IN ('operator', 'tenantAdministrator', 'studyLead', 'reviewer', 'auditor')),
      state TEXT NOT NULL CHECK (state IN ('requested', 'invited', 'active', 'revoked')),
      request BLOB,
      created_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO account (id, name, role, state, request, created_at)
      SELECT id, name, role, state, request, created_at FROM account_of_version_1;
    DROP TABLE account_of_version_1;

    CREATE TABLE person_invitation (
      id TEXT PRIMARY KEY NOT NULL,
      account TEXT NOT NULL REFERENCES account (id),
      secret BLOB NOT NULL CHECK (length(secret) = 32),
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'used', 'burned')),
      wrong_secrets INTEGER NOT NULL DEFAULT 0 CHECK (wrong_secrets BETWEEN 0 AND 5),
      certificate TEXT REFERENCES certificate (serial),
      CHECK (state <> 'used' OR certificate IS NOT NULL)
    ) STRICT;
    CREATE INDEX person_invitation_by_account ON person_invitation (account);
    """
}
