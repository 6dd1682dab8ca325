//! The tables of a ledger file.
//!
//! One file holds one ledger, so no table names the ledger. Times are text in one form, digests and
//! ids are blobs, payloads are the text that was given.

/// Marks the file as a ledger: "CGLG".
pub(super) const APPLICATION_ID: i64 = 0x4347_4c47;

/// The newest form of the tables that this program knows.
pub(super) const FORM: i64 = 1;

/// The triggers of form 1 that keep events as they are, by name, as the database keeps their text.
pub(super) const TRIGGERS: [(&str, &str); 2] = [
    (
        "event_is_never_updated",
        "CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'events are immutable'); END",
    ),
    (
        "event_is_never_deleted",
        "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'events are immutable'); END",
    ),
];

/// Form 1. `generation` counts transactions that a plan depends on; see `writer`.
pub(super) const CREATE: &str = "
CREATE TABLE log_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL,
  chain BLOB NOT NULL,
  recorded_at TEXT,
  epoch INTEGER NOT NULL,
  generation INTEGER NOT NULL
) STRICT;
INSERT INTO log_head VALUES (1, 0, zeroblob(32), NULL, 1, 0);

CREATE TABLE stream_head (
  stream TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  last_position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  position INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  type_version INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  effective TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT,
  causation BLOB,
  correlation BLOB,
  payload TEXT NOT NULL,
  hash BLOB NOT NULL,
  chain BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_stream ON event (stream, version);
CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  request_hash BLOB NOT NULL,
  answer TEXT,
  first_position INTEGER,
  last_position INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE personal (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  field TEXT NOT NULL,
  salt BLOB NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (id, field, salt)
) STRICT;

CREATE TABLE attachment (
  sha256 BLOB PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE snapshot (
  name TEXT PRIMARY KEY,
  format INTEGER NOT NULL,
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoint (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT;

PRAGMA application_id = 1128746055;
PRAGMA user_version = 1;
";
