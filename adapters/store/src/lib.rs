//! The append-only log behind one port.
//!
//! The store knows nothing of the business: an event is an opaque row with a name, a version and a
//! canonical JSON text. What it promises is written on [`EventStore`]; [`conformance`] holds the
//! checks that every store passes.

mod calls;
mod canonical;
mod check;
pub mod conformance;
mod copy;
mod envelope;
mod error;
mod feed;
mod instant;
mod lease;
mod memory;
mod outcome;
mod plan;
mod port;
mod postgres;
mod prefetch;
mod replay;
mod request;
mod sqlite;
mod statement;
mod stored;
mod stream;
mod tables;
mod verify;

pub use canonical::{NotCanonical, canonical_json, check_canonical_object};
pub use copy::{Copied, copy_ledger};
pub use envelope::{Digest, Envelope, GENESIS, MAX_ENVELOPE, chain_hash, leaf_hash, too_long};
pub use error::StoreError;
pub use feed::Feed;
pub use instant::{format_instant, parse_instant};
pub use lease::Lease;
pub use memory::MemoryStore;
pub use outcome::{BadData, Committed, Outcome, Repeated, Violation};
pub use port::{Clock, EventStore, Head};
pub use postgres::{
    FINDINGS, Finding, Migrated, Node, PostgresOptions, PostgresStore, Replica, ServerCondition,
    ServerFacts, activate, conditions, findings, migrate, short_of_room,
};
pub use prefetch::replay_ahead;
pub use replay::{ReplayPage, ReplayRow};
pub use request::{
    AppendRequest, Attachment, CommandKey, Expectation, Metadata, NewEvent, PersonalField, Run,
    StreamExpectation,
};
pub use sqlite::{Access, SqliteOptions, SqliteStore};
pub use stored::{KeyRecord, Snapshot, StoredEvent, StreamHead};
pub use stream::{BadName, StreamName};
pub use tables::{Cell, TableInsert, TableWrites};
pub use verify::{VerifyFailure, VerifyReport, verify};
