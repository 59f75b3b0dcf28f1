/// The tables of gates in a tenant's file: the second step of the rounds' schema.
///
/// The history of a study is `study_event`; everything else can be made of it and of the signed statements, and
/// is kept so that an agent's question does not read a whole history.
let gateTables = """
  CREATE TABLE study_event (
    study TEXT NOT NULL REFERENCES study (id),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    bytes BLOB NOT NULL,
    PRIMARY KEY (study, sequence)
  ) STRICT;
  CREATE TRIGGER study_event_is_not_changed BEFORE UPDATE ON study_event
  BEGIN SELECT RAISE(ABORT, 'an event is not changed'); END;
  CREATE TRIGGER study_event_is_not_deleted BEFORE DELETE ON study_event
  BEGIN SELECT RAISE(ABORT, 'an event is not deleted'); END;

  CREATE TABLE study_statement (
    study TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    bytes BLOB NOT NULL,
    PRIMARY KEY (study, sequence),
    FOREIGN KEY (study, sequence) REFERENCES study_event (study, sequence)
  ) STRICT;
  CREATE UNIQUE INDEX statement_once ON study_statement (study, digest);

  CREATE TABLE signer_root (
    study TEXT NOT NULL REFERENCES study (id),
    key BLOB NOT NULL CHECK (length(key) = 32),
    certificate BLOB NOT NULL,
    PRIMARY KEY (study, key)
  ) STRICT;

  CREATE TABLE study_gate (
    study TEXT PRIMARY KEY NOT NULL REFERENCES study (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'silent', 'limited', 'broad', 'held', 'stopped')),
    version INTEGER NOT NULL,
    head_sequence INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32)
  ) STRICT;

  CREATE TABLE standing (
    study TEXT NOT NULL REFERENCES study (id),
    site TEXT NOT NULL,
    consent_sequence INTEGER NOT NULL DEFAULT 0,
    acknowledgement_sequence INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    PRIMARY KEY (study, site)
  ) STRICT;
  CREATE INDEX standing_by_site ON standing (site, revision);

  CREATE TABLE site_consent (
    study TEXT NOT NULL,
    site TEXT NOT NULL,
    protocol BLOB NOT NULL CHECK (length(protocol) = 32),
    phase TEXT NOT NULL CHECK (phase IN ('none', 'silent', 'limited', 'broad')),
    sequence INTEGER NOT NULL,
    PRIMARY KEY (study, site, protocol),
    FOREIGN KEY (study, site) REFERENCES standing (study, site)
  ) STRICT;

  CREATE TABLE site_word (
    study TEXT NOT NULL,
    site TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    word TEXT NOT NULL CHECK (word IN ('grant', 'hold', 'stop', 'lower')),
    phase TEXT CHECK (phase IN ('silent', 'limited', 'broad')),
    protocol BLOB NOT NULL CHECK (length(protocol) = 32),
    drill INTEGER NOT NULL CHECK (drill IN (0, 1)),
    issued_at INTEGER NOT NULL,
    has_event INTEGER NOT NULL CHECK (has_event IN (0, 1)),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    statement BLOB NOT NULL,
    PRIMARY KEY (study, site, number),
    CHECK ((word = 'grant') = (phase IS NOT NULL))
  ) STRICT;

  CREATE TABLE review_page (
    study TEXT NOT NULL REFERENCES study (id),
    gate TEXT NOT NULL CHECK (gate IN ('limited', 'broad', 'restart')),
    cut INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (study, gate, cut)
  ) STRICT;

  -- A round that a hold ended. The older table's check admits no further word for a failure.
  ALTER TABLE round ADD COLUMN held_by TEXT;

  -- A state is sealed once; a round has a further state when something was decided about it.
  CREATE TABLE sealed_bundle (
    round TEXT NOT NULL REFERENCES round (id),
    study TEXT NOT NULL,
    phase TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    history INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    report BLOB NOT NULL CHECK (length(report) = 32),
    sealed_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (round, history),
    UNIQUE (study, phase, sequence)
  ) STRICT;
  INSERT INTO sealed_bundle
    SELECT round, study, phase, sequence, 0, name, digest, report, sealed_at, bytes FROM bundle;
  DROP TRIGGER bundle_is_not_changed;
  DROP TRIGGER bundle_is_not_deleted;
  DROP TABLE bundle;
  CREATE TRIGGER bundle_is_not_changed BEFORE UPDATE ON sealed_bundle
  BEGIN SELECT RAISE(ABORT, 'a bundle is not changed'); END;
  CREATE TRIGGER bundle_is_not_deleted BEFORE DELETE ON sealed_bundle
  BEGIN SELECT RAISE(ABORT, 'a bundle is not deleted'); END;
  """
