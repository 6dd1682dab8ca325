//! Files in and out: rows and lines become commands, reports become tables.
//!
//! Parses and prints; never decides. What a row means is for the domain to say; what it looks like
//! is said here, in the forms of `docs/formats.md`.

pub mod calculate;
pub mod export;
mod facts;
mod form;
mod import;
pub mod reports;
mod table;
mod trace_text;

pub use facts::{FILES, FactRow, Facts, Folder, read_contract};
pub use form::FormError;
pub use import::{ImportError, Imported, RefusedRow, WarnedRow, dry_run, import, propose};
pub use table::{Format, Table, TableError};
pub use trace_text::{Words, trace_lines};
