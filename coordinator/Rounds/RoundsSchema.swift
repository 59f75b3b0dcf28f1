package import Storage

/// The tables of studies and rounds in a tenant's file. Times are seconds since 1970, digests 32 bytes.
package let roundsSchema = Schema(owner: "rounds", steps: [version1, gateTables])

private let version1 = """
  CREATE TABLE study (
    id TEXT PRIMARY KEY NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE protocol (
    study TEXT NOT NULL REFERENCES study (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    digest BLOB UNIQUE NOT NULL CHECK (length(digest) = 32),
    title TEXT NOT NULL,
    model BLOB NOT NULL CHECK (length(model) = 32),
    features BLOB CHECK (length(features) = 32),
    bytes BLOB NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (study, version)
  ) STRICT;

  CREATE TABLE protocol_site (
    site TEXT NOT NULL,
    study TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (site, study, version),
    FOREIGN KEY (study, version) REFERENCES protocol (study, version)
  ) STRICT;

  CREATE TABLE object (
    digest BLOB PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
    bytes BLOB NOT NULL
  ) STRICT;

  CREATE TABLE study_object (
    number INTEGER PRIMARY KEY NOT NULL,
    study TEXT NOT NULL REFERENCES study (id),
    kind TEXT NOT NULL CHECK (kind IN ('model', 'features', 'modelCard')),
    digest BLOB NOT NULL REFERENCES object (digest),
    published_at INTEGER NOT NULL,
    UNIQUE (study, kind, digest)
  ) STRICT;

  CREATE TABLE round (
    number INTEGER PRIMARY KEY NOT NULL,
    id TEXT UNIQUE NOT NULL,
    study TEXT NOT NULL,
    version INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('silent', 'limited', 'broad')),
    kind TEXT NOT NULL CHECK (kind IN ('release', 'exploratory')),
    quorum INTEGER NOT NULL CHECK (quorum >= 1),
    model_card BLOB REFERENCES object (digest),
    opened_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL CHECK (deadline > opened_at),
    closed_at INTEGER,
    ended_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'complete', 'sealed', 'failed')),
    failure TEXT CHECK (failure IN ('quorumNotMet', 'mergeRefused', 'storedSubmissionBroken')),
    revision INTEGER NOT NULL,
    FOREIGN KEY (study, version) REFERENCES protocol (study, version),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'failed') = (failure IS NOT NULL)),
    CHECK (kind = 'release' OR state <> 'sealed'),
    CHECK (kind <> 'release' OR model_card IS NOT NULL)
  ) STRICT;
  CREATE UNIQUE INDEX one_open_round ON round (study, phase) WHERE state = 'open';
  CREATE INDEX round_by_state ON round (state);

  CREATE TABLE assignment (
    id TEXT PRIMARY KEY NOT NULL,
    round TEXT NOT NULL REFERENCES round (id),
    site TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence BETWEEN 1 AND 1000000),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'expired')),
    since INTEGER NOT NULL,
    refusal TEXT,
    revision INTEGER NOT NULL,
    UNIQUE (round, site),
    CHECK ((state = 'declined') = (refusal IS NOT NULL))
  ) STRICT;
  CREATE INDEX assignment_by_site ON assignment (site, revision);

  CREATE TABLE submission (
    assignment TEXT PRIMARY KEY NOT NULL REFERENCES assignment (id),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    aggregate BLOB NOT NULL CHECK (length(aggregate) = 32),
    root_key BLOB NOT NULL CHECK (length(root_key) = 32),
    admitted_at INTEGER NOT NULL,
    package BLOB NOT NULL,
    receipt BLOB NOT NULL
  ) STRICT;
  CREATE TRIGGER submission_is_not_changed BEFORE UPDATE ON submission
  BEGIN SELECT RAISE(ABORT, 'a submission is not changed'); END;
  CREATE TRIGGER submission_is_not_deleted BEFORE DELETE ON submission
  BEGIN SELECT RAISE(ABORT, 'a submission is not deleted'); END;

  CREATE TABLE conflict (
    assignment TEXT NOT NULL REFERENCES assignment (id),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    received_at INTEGER NOT NULL,
    package BLOB NOT NULL,
    PRIMARY KEY (assignment, digest)
  ) STRICT;

  CREATE TABLE result_file (
    round TEXT NOT NULL REFERENCES round (id),
    path TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (round, path)
  ) STRICT;

  CREATE TABLE bundle (
    round TEXT PRIMARY KEY NOT NULL REFERENCES round (id),
    study TEXT NOT NULL,
    phase TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    name TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    report BLOB NOT NULL CHECK (length(report) = 32),
    sealed_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (study, phase, sequence)
  ) STRICT;
  CREATE TRIGGER bundle_is_not_changed BEFORE UPDATE ON bundle
  BEGIN SELECT RAISE(ABORT, 'a bundle is not changed'); END;
  CREATE TRIGGER bundle_is_not_deleted BEFORE DELETE ON bundle
  BEGIN SELECT RAISE(ABORT, 'a bundle is not deleted'); END;

  CREATE TABLE rounds_revision (
    only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
    value INTEGER NOT NULL
  ) STRICT;
  INSERT INTO rounds_revision (only, value) VALUES (1, 0);
  """
