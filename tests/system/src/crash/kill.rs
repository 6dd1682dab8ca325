//! `kill -9` at random moments.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Said, Stopped, check};

/// A small generator, so that a seed gives the same moments again.
pub struct Random(pub u64);

impl Random {
    /// Moments of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Any seed will do; the generator stands still at zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound.max(1)
    }
}

/// Kills a writer with eight callers `rounds` times; ten kills to a ledger. Gives a summary.
///
/// # Errors
/// What did not hold after a kill.
pub async fn kill(program: &Path, rounds: u64) -> Result<String, Stopped> {
    let mut random = Random::new(1);
    let (mut folder, mut acknowledged) = (tempfile::tempdir()?, 0);
    let mut all = Said::default();
    for round in 0..rounds {
        if round % 10 == 0 {
            (folder, all) = (tempfile::tempdir()?, Said::default());
        }
        let path = folder.path().join("a.db");
        let mut writer = Command::new(program)
            .args(["writer", &path.to_string_lossy(), "1000000", "8"])
            .stdout(Stdio::piped())
            .spawn()?;
        tokio::time::sleep(Duration::from_millis(5 + random.below(200))).await;
        writer.kill()?;
        let said = Said::parse(&String::from_utf8(writer.wait_with_output()?.stdout)?);
        if !said.failures.is_empty() {
            return Err(format!("round {round}: the writer met {:?}", said.failures).into());
        }
        acknowledged += said.acknowledged.len();
        all.acknowledged.extend(said.acknowledged);
        all.rows = all.rows.max(said.rows);
        if path.exists() && path.metadata()?.len() > 0 {
            let checked = check(&path, &all).await;
            checked.map_err(|found| format!("round {round}: {found}"))?;
        }
    }
    Ok(format!("kill: {rounds} kills, {acknowledged} acknowledged requests, 0 lost, 0 halves"))
}
