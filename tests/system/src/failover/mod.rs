//! Fail-over: processes that write, a primary that is killed, a standby that is promoted, and a
//! check that nothing acknowledged is lost and nothing is there twice.

mod pair;
mod writer;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use citygate_store::{EventStore, Outcome, PostgresStore, StoreError, migrate};

pub use self::pair::Pair;
pub use self::writer::write;
pub use crate::crash::{Random, Said};
use crate::crash::{check_log, numbered};
pub use crate::ledger::Stopped;
use crate::sample::still_clock;

/// Processes that write at the same time, and callers of each.
const WRITERS: u64 = 2;
const CALLERS: u64 = 4;
/// Rounds after which a new ledger is begun.
const LEDGER: usize = 20;

/// What happens in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The primary is killed, the standby promoted, and the old primary comes back as its standby.
    Promotion,
    /// The same, but first the old primary comes up as if it still were one.
    TwoPrimaries,
    /// The primary is killed and started again: the epoch stays.
    Restart,
    /// The standby is killed and started again: commits wait meanwhile.
    StandbyGone,
}

const TURNS: [Turn; 4] = [Turn::Promotion, Turn::TwoPrimaries, Turn::Restart, Turn::StandbyGone];

/// A pair of servers under load.
pub struct Failover<'a> {
    program: &'a Path,
    random: Random,
    pair: Pair,
    primary: usize,
    /// A node that is there all the time.
    store: PostgresStore,
    epoch: u64,
    next: u64,
    said: Said,
    unknown: usize,
    left: Vec<u64>,
}

/// Runs rounds, whose turns and moments the seed decides. `program` is the one that understands
/// `writer URL FIRST CALLERS`. Gives a summary.
///
/// # Errors
/// What did not hold, with its round.
pub async fn rounds(program: &Path, rounds: usize, seed: u64) -> Result<String, Stopped> {
    let (mut failover, mut done) = (Failover::begin(program, seed).await?, Vec::new());
    for round in 0..rounds {
        if round > 0 && round % LEDGER == 0 {
            done.push(failover.end().await?);
            failover = Failover::begin(program, seed + round as u64).await?;
        }
        // Each turn once, then as the seed has it.
        let any = usize::try_from(failover.random.below(TURNS.len() as u64))?;
        let turn = TURNS.get(round).copied().unwrap_or(TURNS[any]);
        let held = failover.round(turn).await;
        held.map_err(|found| format!("seed {seed}, round {round}, {turn:?}: {found}"))?;
    }
    done.push(failover.end().await?);
    Ok(format!("failover: {rounds} rounds\n  {}", done.join("\n  ")))
}

impl<'a> Failover<'a> {
    /// Starts two servers with an empty ledger.
    ///
    /// # Errors
    /// The servers or the ledger failing.
    pub async fn begin(program: &'a Path, seed: u64) -> Result<Self, Stopped> {
        let pair = Pair::start().await?;
        migrate(&pair.options()?, &[]).await?;
        let store = PostgresStore::open(pair.options()?, still_clock()).await?;
        let (random, said) = (Random::new(seed), Said::default());
        let epoch = store.epoch();
        let (unknown, left) = (0, Vec::new());
        Ok(Self { program, random, pair, primary: 0, store, epoch, next: 0, said, unknown, left })
    }

    /// One turn under load, and the check of everything since the beginning.
    ///
    /// # Errors
    /// What did not hold.
    pub async fn round(&mut self, turn: Turn) -> Result<(), Stopped> {
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            writers.push(self.writer()?);
        }
        let (before, epoch) = (self.store.head().await?.position, self.epoch);
        self.passes(before).await?;
        self.pause(400).await;
        self.turn(turn).await?;
        let after = self.head().await?;
        self.passes(after).await?;
        for writer in writers {
            self.take(writer)?;
        }
        let promoted = matches!(turn, Turn::Promotion | Turn::TwoPrimaries);
        self.epoch = epoch + u64::from(promoted);
        if self.store.epoch() != self.epoch {
            let found = self.store.epoch();
            return Err(format!("the epoch is {found}, not {}", self.epoch).into());
        }
        self.check().await
    }

    async fn turn(&mut self, turn: Turn) -> Result<(), Stopped> {
        let (old, new) = (self.primary, 1 - self.primary);
        match turn {
            Turn::Promotion | Turn::TwoPrimaries => {
                self.pair.kill(old)?;
                self.pause(300).await;
                self.pair.promote(new)?;
                if turn == Turn::TwoPrimaries {
                    // Who has both in its address finds the later one; what the other one takes
                    // waits for a standby that never comes.
                    self.pair.run_server(old).await?;
                    self.pause(1_500).await;
                    self.pair.kill(old)?;
                }
                self.pair.follow(old, new).await?;
                self.primary = new;
            }
            Turn::Restart => {
                self.pair.kill(old)?;
                self.pause(300).await;
                self.pair.run_server(old).await?;
            }
            Turn::StandbyGone => {
                self.pair.kill(new)?;
                self.pause(1_500).await;
                self.pair.run_server(new).await?;
            }
        }
        self.pair.attached(self.primary).await
    }

    fn writer(&mut self) -> Result<Child, Stopped> {
        let first = self.next;
        self.next += 1_000_000;
        let mut writer = Command::new(self.program);
        writer.args(["writer", &self.pair.url(), &first.to_string(), &CALLERS.to_string()]);
        Ok(writer.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?)
    }

    /// Ends a writer by ending its standard input, and takes in what it said.
    fn take(&mut self, writer: Child) -> Result<(), Stopped> {
        let output = writer.wait_with_output()?;
        let text = String::from_utf8(output.stdout)?;
        let said = Said::parse(&text);
        if !output.status.success() || !said.failures.is_empty() {
            return Err(format!("a writer met {:?}", said.failures).into());
        }
        self.said.acknowledged.extend(said.acknowledged);
        self.unknown += text.lines().filter(|line| line.starts_with("unknown ")).count();
        let left = text.lines().filter_map(|line| line.strip_prefix("left ")?.parse::<u64>().ok());
        self.left.extend(left);
        Ok(())
    }

    /// Waits until the log has grown by a hundred requests.
    async fn passes(&self, position: u64) -> Result<(), Stopped> {
        for _ in 0..600 {
            if self.head().await? > position + 200 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("nothing is recorded beyond position {position}").into())
    }

    /// Where the log ends, as soon as there is a primary.
    async fn head(&self) -> Result<u64, Stopped> {
        for _ in 0..30 {
            match self.store.head().await {
                Ok(head) => return Ok(head.position),
                Err(StoreError::Unreachable { .. } | StoreError::NoPrimary { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err("the primary is not found again".into())
    }

    /// Everything acknowledged is there once, nothing by half, nothing twice; and what was left
    /// without an answer gets one.
    async fn check(&mut self) -> Result<(), Stopped> {
        check_log(&self.store, &self.said).await?;
        for number in std::mem::take(&mut self.left) {
            let key = format!("request/{number}");
            let known = self.store.lookup_key(&key).await?;
            let told = self.store.append(vec![numbered(number)]).await?.pop();
            let positions = match (&told, &known) {
                (Some(Outcome::Committed(done)), None) => (done.first_position, done.last_position),
                (Some(Outcome::Repeated(done)), Some(known))
                    if known.first_position == done.first_position =>
                {
                    (done.first_position, done.last_position)
                }
                _ => {
                    return Err(format!("{key} was {known:?} and is answered {told:?}").into());
                }
            };
            let positions = (positions.0.unwrap_or(0), positions.1.unwrap_or(0));
            self.said.acknowledged.push((number, positions.0, positions.1));
        }
        Ok(())
    }

    async fn pause(&mut self, below: u64) {
        tokio::time::sleep(Duration::from_millis(self.random.below(below))).await;
    }

    /// Closes everything and gives a summary.
    ///
    /// # Errors
    /// The last check, of what was left.
    pub async fn end(self) -> Result<String, Stopped> {
        check_log(&self.store, &self.said).await?;
        let position = self.store.head().await?.position;
        self.store.close().await?;
        let (acknowledged, unknown) = (self.said.acknowledged.len(), self.unknown);
        Ok(format!(
            "{acknowledged} acknowledged requests, 0 lost, {unknown} unknown and told by their \
             keys, {position} events, epoch {}",
            self.epoch
        ))
    }
}
