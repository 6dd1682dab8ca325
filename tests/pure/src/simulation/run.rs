//! Runs histories by seed, and says what came of them.

use std::fmt;
use std::thread;

use super::core::Core;
use super::draw::history;
use super::plant::Plant;
use super::play::{Failure, play};
use super::shrink::shrunk;
use super::story::story;
use super::tally::{Digest, Tally};

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The first seed.
    pub seed: u64,
    /// How many histories.
    pub histories: u64,
    /// A bug to plant.
    pub plant: Option<Plant>,
    /// How many threads; the result does not depend on it.
    pub threads: u64,
}

/// A history in which an invariant does not hold.
#[derive(Debug, Clone)]
pub struct Counterexample {
    /// Its seed.
    pub seed: u64,
    /// Which invariant.
    pub invariant: &'static str,
    /// With the numbers, in the shrunk history.
    pub what: String,
    /// Steps of the shrunk history.
    pub steps: usize,
    /// The shrunk history as a story.
    pub story: String,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Summary {
    first: u64,
    tally: Tally,
    digest: Digest,
    /// The first seed that fails, if one does.
    pub found: Option<Counterexample>,
}

/// Seeds that one thread takes at a time. The digests of runs follow each other, so it is fixed.
const RUN: u64 = 250;

/// What a run of seeds came to.
struct Part {
    tally: Tally,
    digest: Digest,
    failed: Option<(u64, Failure)>,
}

fn part(seeds: std::ops::Range<u64>, core: Core) -> Part {
    let (mut tally, mut digest) = (Tally::default(), Digest::default());
    for seed in seeds {
        let (history, faults) = history(seed, core.0.and_then(Plant::shows_with));
        tally.histories += 1;
        tally.faults.add(&faults);
        match play(&history, core, &mut tally) {
            Ok(trace) => digest.follow(trace),
            Err(failure) => return Part { tally, digest, failed: Some((seed, failure)) },
        }
    }
    Part { tally, digest, failed: None }
}

/// Runs histories until one fails or all are done. `progress` is told after every round how many are
/// done and the digest so far.
///
/// # Panics
/// When a thread does.
#[must_use]
pub fn run(options: Options, mut progress: impl FnMut(u64, Digest)) -> Summary {
    let core = Core(options.plant);
    let (mut tally, mut digest) = (Tally::default(), Digest::default());
    let end = options.seed + options.histories;
    let mut from = options.seed;
    while from < end {
        let runs: Vec<_> = (0..options.threads.max(1))
            .map(|thread| from + thread * RUN..(from + (thread + 1) * RUN).min(end))
            .filter(|seeds| !seeds.is_empty())
            .collect();
        let parts: Vec<Part> = thread::scope(|scope| {
            let started: Vec<_> =
                runs.iter().map(|seeds| scope.spawn(|| part(seeds.clone(), core))).collect();
            let ended = started.into_iter().map(|one| one.join().expect("a thread panicked"));
            ended.collect()
        });
        for part in parts {
            tally.add(&part.tally);
            digest.follow(part.digest);
            if let Some((seed, failure)) = part.failed {
                let found = Some(counterexample(seed, core, &failure));
                return Summary { first: options.seed, tally, digest, found };
            }
        }
        from = runs.last().map_or(end, |seeds| seeds.end);
        progress(from - options.seed, digest);
    }
    Summary { first: options.seed, tally, digest, found: None }
}

fn counterexample(seed: u64, core: Core, failure: &Failure) -> Counterexample {
    let (history, _) = history(seed, core.0.and_then(Plant::shows_with));
    let (small, failure) = shrunk(&history, core, failure);
    Counterexample {
        seed,
        invariant: failure.broken.invariant,
        steps: small.steps.len(),
        story: story(&small, core, seed, &failure.broken),
        what: failure.broken.what,
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, tally, digest, found } = self;
        let last = first + tally.histories.saturating_sub(1);
        write!(formatter, "seeds {first}..{last}, histories {}, ", tally.histories)?;
        let [allow, keep, limit, stop] = tally.answers;
        let leases: u64 = tally.answers.iter().sum();
        write!(formatter, "steps {}, leases {leases} (allow {allow}, ", tally.steps)?;
        write!(formatter, "keep {keep}, limit {limit}, stop {stop}), ")?;
        let [reduced, suspended] = tally.issued;
        let [limited, closed] = tally.lowered;
        write!(formatter, "orders {reduced} reductions {suspended} suspensions, ")?;
        write!(formatter, "valves {limited} limited {closed} closed, ")?;
        write!(formatter, "lifted {}, restored {}, ", tally.lifted, tally.restored)?;
        write!(formatter, "refused {}, conflicts {}, ", tally.refused, tally.conflicts)?;
        let [amended, renewed, ended, moved] = tally.lives;
        write!(formatter, "contracts {amended} amended {renewed} renewed {ended} ended early, ")?;
        write!(
            formatter,
            "points moved {moved}, lent ahead {}, ticks {} recorded {}, ",
            tally.ahead, tally.ticks, tally.ticked
        )?;
        let faults =
            tally.faults.by_kind().map(|(kind, count)| format!("{} {count}", kind.words()));
        write!(formatter, "faults: {}; ", faults.collect::<Vec<_>>().join(", "))?;
        write!(formatter, "violations {}; digest {digest}", u64::from(found.is_some()))
    }
}

impl Summary {
    /// How often the run came to what it is about: stops answered, limits answered, valves closed,
    /// procedures lifted.
    #[must_use]
    pub fn busy(&self) -> [u64; 4] {
        let [_, _, limit, stop] = self.tally.answers;
        let [_, closed] = self.tally.lowered;
        [stop, limit, closed, self.tally.lifted]
    }

    /// How many histories were played.
    #[must_use]
    pub fn histories(&self) -> u64 {
        self.tally.histories
    }

    /// Kinds of faults that were never woven in, and turns in a contract's life that never came.
    #[must_use]
    pub fn never_seen(&self) -> Vec<&'static str> {
        let Tally { lives: [amended, renewed, ended, moved], ahead, ticked, .. } = self.tally;
        let lives = [
            ("amended", amended),
            ("renewed", renewed),
            ("ended early", ended),
            ("moved", moved),
            ("lent ahead", ahead),
            ("ticked", ticked),
        ];
        let kinds = self.tally.faults.by_kind().map(|(kind, count)| (kind.words(), count));
        kinds.chain(lives).filter(|(_, count)| *count == 0).map(|(words, _)| words).collect()
    }

    /// The digest of the trace.
    #[must_use]
    pub fn digest(&self) -> String {
        self.digest.to_string()
    }
}
