//! A progress bar on a terminal, nothing when piped.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// How far something long has come.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Counts rows whose number is not known before.
    pub fn of_rows() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows  {per_sec}") {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    /// So many are done.
    pub fn at(&self, rows: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(rows);
        }
    }

    /// Clears the line.
    pub fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
