import Storage

/// The tables of `site.sqlite`. Times are seconds since 1970-01-01T00:00:00Z, digests the text of `Digest`.
///
/// Nothing here is a row of a patient. `bodies` holds what left or is about to leave, once a digest.
enum SiteSchema {
  static let owner = "site-operations"
  static let steps = [first, second, third, fourth, fifth]
  static let schema = Schema(owner: owner, steps: steps)

  private static let first = """
    CREATE TABLE settings (
      name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL
    ) STRICT;

    CREATE TABLE datasets (
      release_digest TEXT PRIMARY KEY NOT NULL, study TEXT NOT NULL, release BLOB NOT NULL,
      declaration BLOB NOT NULL, policy BLOB, registered_at INTEGER NOT NULL,
      number INTEGER NOT NULL UNIQUE CHECK (number > 0)
    ) STRICT;
    CREATE TABLE dataset_files (
      release_digest TEXT NOT NULL REFERENCES datasets, position INTEGER NOT NULL, path TEXT NOT NULL,
      digest TEXT NOT NULL, bytes INTEGER NOT NULL CHECK (bytes >= 0), modified_at INTEGER NOT NULL,
      PRIMARY KEY (release_digest, position)
    ) STRICT;

    CREATE TABLE protocols (
      digest TEXT PRIMARY KEY NOT NULL, study TEXT NOT NULL, content BLOB NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE pins (
      protocol TEXT PRIMARY KEY NOT NULL REFERENCES protocols (digest), policy TEXT NOT NULL,
      model TEXT NOT NULL, decision TEXT NOT NULL CHECK (decision IN ('approved', 'denied', 'revoked')),
      release_mode TEXT NOT NULL CHECK (release_mode IN ('hold', 'automatic')), person TEXT NOT NULL,
      reason TEXT NOT NULL, decided_at INTEGER NOT NULL, acceptance BLOB,
      CHECK ((decision = 'approved') = (acceptance IS NOT NULL))
    ) STRICT;

    CREATE TABLE assignments (
      id TEXT PRIMARY KEY NOT NULL, round TEXT NOT NULL, study TEXT NOT NULL, protocol TEXT NOT NULL,
      phase TEXT NOT NULL, kind TEXT NOT NULL, deadline INTEGER NOT NULL, sequence INTEGER NOT NULL,
      remote_state TEXT NOT NULL, remote_submission TEXT, has_conflict INTEGER NOT NULL,
      is_merged INTEGER NOT NULL, state TEXT NOT NULL, code TEXT, remark TEXT,
      attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL DEFAULT 0,
      seen_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE assignment_objects (
      assignment TEXT NOT NULL REFERENCES assignments (id), kind TEXT NOT NULL, digest TEXT NOT NULL,
      bytes INTEGER NOT NULL, PRIMARY KEY (assignment, kind)
    ) STRICT;

    CREATE TABLE computations (
      protocol TEXT NOT NULL, model TEXT NOT NULL, release_digest TEXT NOT NULL, policy TEXT NOT NULL,
      aggregate BLOB NOT NULL, summary TEXT NOT NULL, computed_at INTEGER NOT NULL,
      PRIMARY KEY (protocol, model, release_digest, policy)
    ) STRICT;

    CREATE TABLE bodies (
      digest TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL
    ) STRICT;
    CREATE TABLE outbox (
      assignment TEXT PRIMARY KEY NOT NULL REFERENCES assignments (id),
      package TEXT NOT NULL REFERENCES bodies (digest), aggregate TEXT NOT NULL,
      release_digest TEXT NOT NULL, policy TEXT NOT NULL, computed_at INTEGER NOT NULL,
      previewed_at INTEGER, released_by TEXT, released_at INTEGER, receipt BLOB
    ) STRICT;

    CREATE TABLE egress (
      sequence INTEGER PRIMARY KEY NOT NULL CHECK (sequence > 0), entry BLOB NOT NULL,
      kind TEXT NOT NULL, assignment TEXT, body_digest TEXT NOT NULL, body_kept INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX egress_by_assignment ON egress (assignment);

    CREATE TABLE decisions (
      sequence INTEGER PRIMARY KEY NOT NULL CHECK (sequence > 0), time INTEGER NOT NULL,
      action TEXT NOT NULL, object TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL
    ) STRICT;
    """

  /// How the site stands with its studies. `own_statements` is what the site signs, `words` what the
  /// coordinator signed; `switches` is the site's own hand on the model, whose newest row counts.
  private static let second = """
    CREATE TABLE standings (
      study TEXT PRIMARY KEY NOT NULL, protocol TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL,
      consent INTEGER NOT NULL, acknowledgement INTEGER NOT NULL, word INTEGER NOT NULL,
      is_listed INTEGER NOT NULL, remark TEXT, not_before INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE standing_objects (
      study TEXT NOT NULL REFERENCES standings (study), kind TEXT NOT NULL, digest TEXT NOT NULL,
      bytes INTEGER NOT NULL, PRIMARY KEY (study, kind)
    ) STRICT;

    CREATE TABLE own_statements (
      number INTEGER PRIMARY KEY NOT NULL CHECK (number > 0), study TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('consent', 'acknowledgement')),
      sequence INTEGER NOT NULL CHECK (sequence > 0), statement BLOB NOT NULL, protocol TEXT NOT NULL,
      phase TEXT, about TEXT, word TEXT, made_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('made', 'sent', 'recorded', 'refused')), remark TEXT,
      CHECK ((kind = 'consent') = (phase IS NOT NULL)),
      CHECK ((kind = 'acknowledgement') = (about IS NOT NULL))
    ) STRICT;
    CREATE INDEX own_statements_by_study ON own_statements (study, kind, number);

    CREATE TABLE words (
      study TEXT NOT NULL, digest TEXT NOT NULL, sequence INTEGER NOT NULL CHECK (sequence > 0),
      kind TEXT NOT NULL CHECK (kind IN ('grant', 'stopOrder')), statement BLOB NOT NULL,
      protocol TEXT NOT NULL, history INTEGER NOT NULL, is_drill INTEGER NOT NULL,
      received_at INTEGER NOT NULL, taken_at INTEGER, rule TEXT, remark TEXT,
      needs_acknowledgement INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (study, digest),
      CHECK ((taken_at IS NULL) = (rule IS NOT NULL))
    ) STRICT;

    CREATE TABLE switches (
      number INTEGER PRIMARY KEY NOT NULL CHECK (number > 0), study TEXT NOT NULL,
      is_disabled INTEGER NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, changed_at INTEGER NOT NULL,
      is_told INTEGER NOT NULL
    ) STRICT;
    """

  /// What was seen when a dataset was registered, and before each evaluation of it under a protocol.
  private static let third = """
    CREATE TABLE dataset_profiles (
      release_digest TEXT PRIMARY KEY NOT NULL REFERENCES datasets, profile BLOB NOT NULL,
      report BLOB NOT NULL
    ) STRICT;
    CREATE TABLE intake_reports (
      protocol TEXT NOT NULL, release_digest TEXT NOT NULL REFERENCES datasets, report BLOB NOT NULL,
      made_at INTEGER NOT NULL, PRIMARY KEY (protocol, release_digest)
    ) STRICT;
    """

  /// Datasets are snapshots from here on. Earlier ones were files that anybody could change: they have to be registered
  /// again.
  private static let fourth = """
    DELETE FROM intake_reports;
    DELETE FROM dataset_profiles;
    DELETE FROM dataset_files;
    DELETE FROM datasets;
    """

  /// The rows of a release may be discarded; the release stays, and may be registered again.
  private static let fifth = """
    CREATE TABLE dataset_discards (
      number INTEGER PRIMARY KEY NOT NULL CHECK (number > 0),
      release_digest TEXT NOT NULL REFERENCES datasets, person TEXT NOT NULL, reason TEXT NOT NULL,
      discarded_at INTEGER NOT NULL, registered_again_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX dataset_discards_now ON dataset_discards (release_digest)
      WHERE registered_again_at IS NULL;
    """
}
