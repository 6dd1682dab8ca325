//! Crashes: a real process that writes, something that stops it, and a check of what is left.
//!
//! The writer says on its output what was acknowledged; [`check`] holds the file against it.

mod check;
mod kill;
mod power;
mod syscall;
mod tables;
mod writer;

pub use check::check;
pub(crate) use check::check_log;
pub use kill::{Random, kill};
pub use power::power;
pub use syscall::syscall;
pub use tables::{books, tables};
pub use writer::write;
pub(crate) use writer::{acknowledge, numbered, say};

pub use crate::ledger::Stopped;

/// What the writer said before it ended.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Number of a request with its first and last position.
    pub acknowledged: Vec<(u64, u64, u64)>,
    /// Position up to which rows of the projection were acknowledged.
    pub rows: u64,
    /// Codes of errors that it met and went on from.
    pub failures: Vec<String>,
}

impl Said {
    /// Reads the writer's output; a line that is cut off was not said.
    #[must_use]
    pub fn parse(output: &str) -> Self {
        let mut said = Self::default();
        for line in output.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
            match (words.first(), number(1), number(2), number(3)) {
                (Some(&"ack"), Some(request), Some(first), Some(last)) => {
                    said.acknowledged.push((request, first, last));
                }
                (Some(&"rows"), Some(position), _, _) => said.rows = position,
                (Some(&"fail"), ..) => said.failures.push(words[1..].join(" ")),
                _ => {}
            }
        }
        said
    }
}
