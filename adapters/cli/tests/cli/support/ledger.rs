//! A ledger file of its own for one test.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::facts::{Facts, text};
use super::ran::{self, Ran};
use super::sqlite::bytes;

/// The time told to ledgers with a simulated clock: February is running.
pub const NOW: &str = "2025-02-10T01:00:00Z";

/// A ledger file in a folder of its own.
pub struct Ledger {
    folder: TempDir,
    told: Option<&'static str>,
}

impl Ledger {
    /// A path at which nothing lies yet.
    pub fn absent() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), told: None }
    }

    /// A ledger whose time is told: it is always [`NOW`].
    #[track_caller]
    pub fn simulated() -> Self {
        let ledger = Self { folder: tempfile::tempdir().unwrap(), told: Some(NOW) };
        ledger.run(&["init", "--simulated-clock"]).exits(0);
        ledger
    }

    /// The same ledger, told another time from now on.
    pub fn at(self, now: &'static str) -> Self {
        Self { told: Some(now), ..self }
    }

    /// A copy as it lies there, to be changed by the test.
    pub fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ledger.db"), bytes(&self.path())).unwrap();
        Self { folder, told: self.told }
    }

    /// The ledger's file.
    pub fn path(&self) -> PathBuf {
        self.beside("ledger.db")
    }

    /// Another file in the same folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder in which the program runs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a verb on the ledger.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Ran {
        let told = self.told.map(|now| ["--now", now]);
        let told = told.iter().flatten().copied();
        let args: Vec<&str> = ["--store", "sqlite:ledger.db"]
            .into_iter()
            .chain(told)
            .chain(args.iter().copied())
            .collect();
        ran::run(self.folder(), &args)
    }

    /// Imports a folder.
    #[track_caller]
    pub fn import(&self, facts: &Facts) -> Ran {
        self.run(&["import", text(facts.path())])
    }

    /// A report as CSV.
    #[track_caller]
    pub fn report(&self, args: &[&str]) -> Vec<u8> {
        let args: Vec<&str> =
            ["report"].into_iter().chain(args.iter().copied()).chain(["--format", "csv"]).collect();
        self.run(&args).exits(0).bytes
    }

    /// Position and chain of the newest event, as `verify` prints them.
    #[track_caller]
    pub fn head(&self) -> String {
        let verified = self.run(&["verify"]).exits(0);
        let line = verified.out.lines().find_map(|line| line.strip_prefix("head "));
        line.expect("verify prints the head").to_owned()
    }

    /// The stored payloads, a line each, but for names, which are salted at random.
    #[track_caller]
    pub fn payloads(&self) -> Vec<String> {
        let events = self.run(&["events", "--format", "payload"]).exits(0);
        let told = events.out.lines().filter(|line| !line.contains("name_digest"));
        told.map(str::to_owned).collect()
    }
}
