//! Plays a history step by step and asks the invariants at every one of them.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use citygate_domain::passage::Clocks;
use citygate_domain::quantities::{GasDay, GasDayClock, PointId};
use citygate_domain::state::Ledger;
use citygate_domain::{Command, Decision, Event, Rejection};

use super::again::Given;
use super::agreed::point_name;
use super::core::Core;
use super::device::{Device, Heard, Moved};
use super::draw::{DAY, History};
use super::facts::Facts;
use super::flow;
use super::invariants::{Broken, Holds};
use super::law::local;
use super::office::Office;
use super::plant::Plant;
use super::signing::Folded;
use super::step::{Step, Who};
use super::tally::{Digest, Tally};

/// Seconds of a minute.
pub(super) const MINUTE: i64 = 60;

/// What the core says to a command.
pub(super) type Decided = Result<Decision, Rejection>;

/// Where a history failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What did not hold.
    pub broken: Broken,
    /// At which step.
    pub step: usize,
}

/// What somebody told, as it was told: for the story of a counterexample.
#[derive(Debug, Clone)]
pub enum Entry {
    /// The clock.
    Now(DateTime<Utc>),
    /// A command.
    Command(Who, Box<Command>),
    /// An answer was asked for.
    Ask(PointId),
    /// Somebody looked whether time has gone by.
    Tick,
    /// What a story has no words for.
    Remark(String),
}

/// The last command, to come again.
pub(super) struct Last {
    pub(super) key: u64,
    pub(super) who: Who,
    pub(super) command: Command,
    /// What it led to; none: it was refused.
    pub(super) answer: Option<Vec<Event>>,
}

/// A history being played.
pub struct Player<'a> {
    pub(super) core: Core,
    pub(super) office: Office,
    /// When the history began, by the clock of the world.
    began: DateTime<Utc>,
    /// Seconds since then on the clock of the world, which never jumps.
    pub(super) clock: i64,
    pub(super) devices: Vec<Vec<Device>>,
    /// The second node, while it is paused.
    pub(super) paused: Option<Ledger>,
    /// What the twin knew when it was paused.
    pub(super) paused_knew: Option<Facts>,
    /// What the second node gave out last, by contract and point.
    pub(super) given_out: Vec<Vec<Option<Heard>>>,
    pub(super) last: Option<Last>,
    /// How many commands had a key of their own.
    pub(super) keys: u64,
    /// What was decided, answered and signed, to come again from the log.
    pub(super) given: Vec<Given>,
    /// The log as it was when a slot began.
    pub(super) slot_began: Folded,
    pub(super) tally: &'a mut Tally,
    pub(super) digest: Digest,
    story: Option<Vec<Entry>>,
}

/// Plays a history; the digest of everything that came of it, or what did not hold.
pub fn play(history: &History, core: Core, tally: &mut Tally) -> Result<Digest, Failure> {
    let mut player = Player::new(history, core, tally, false);
    player.play(&history.steps)?;
    Ok(player.digest)
}

/// What was told in a history, up to where it failed.
#[must_use]
pub fn told(history: &History, core: Core) -> Vec<Entry> {
    let mut tally = Tally::default();
    let mut player = Player::new(history, core, &mut tally, true);
    let _ = player.play(&history.steps);
    player.story.unwrap_or_default()
}

impl<'a> Player<'a> {
    fn new(history: &History, core: Core, tally: &'a mut Tally, tells: bool) -> Self {
        let agreed = &history.agreed;
        let begins = agreed.contracts.iter().map(|terms| terms.first).max().unwrap_or_default();
        let clock = GasDayClock::default();
        // Ten days into the youngest contract, at 10:17, when no window of the terms is open.
        let now = clock.start(GasDay::new(begins).plus(10)) + TimeDelta::minutes(137);
        let office = Office::open(agreed, now);
        let points = agreed.contracts.iter().map(|terms| terms.capacities.len());
        let of = |(contract, count)| {
            (0..count).map(|point| Device::new(&point_name(contract, point))).collect()
        };
        let devices = points.clone().enumerate().map(of).collect();
        let given_out = points.map(|count| vec![None; count]).collect();
        let story = tells.then(|| vec![Entry::Now(now)]);
        Self {
            core,
            office,
            began: now,
            clock: 0,
            devices,
            paused: None,
            paused_knew: None,
            given_out,
            last: None,
            keys: 0,
            given: Vec::new(),
            slot_began: Folded::default(),
            tally,
            digest: Digest::default(),
            story,
        }
    }

    /// What everybody's watch shows.
    pub(super) fn watch(&self, clock: i64) -> DateTime<Utc> {
        self.began + TimeDelta::seconds(clock)
    }

    /// What the node's clocks show (T6): the one that may jump, the log's newest, and that of the database.
    pub(super) fn clocks(&self) -> Clocks {
        let newest = self.office.log.last().map(|newest| newest.recorded_at);
        let database = self.office.facts.agreed.database_clock;
        let trusts = self.core.has(Plant::TrustsItsClock);
        let database = (database && !trusts).then(|| self.watch(self.clock));
        Clocks { now: self.office.now, newest, database, elapsed: None }
    }

    /// The moments by which what lowers flow is judged: the node's clock, and that of the world where a
    /// second clock could have told that the first is wrong.
    pub(super) fn judged_at(&self) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let (now, world) = (self.office.now, self.watch(self.clock));
        let second = self.office.facts.agreed.database_clock && world != now;
        [Some(now), second.then_some(world)].into_iter().flatten()
    }

    pub(super) fn tell_story(&mut self, entry: impl FnOnce() -> Entry) {
        if let Some(story) = &mut self.story {
            story.push(entry());
        }
    }

    pub(super) fn remark(&mut self, text: impl FnOnce() -> String) {
        self.tell_story(|| Entry::Remark(text()));
    }

    fn play(&mut self, steps: &[Step]) -> Result<(), Failure> {
        for (place, step) in steps.iter().enumerate() {
            self.tally.steps += 1;
            self.digest.add(place as u64);
            self.step(*step).map_err(|broken| Failure { broken, step: place })?;
        }
        self.come_again().map_err(|broken| Failure { broken, step: steps.len() })
    }

    fn step(&mut self, step: Step) -> Holds {
        match step {
            Step::Wait(minutes) => self.wait(minutes),
            Step::WaitTo(minute) => {
                let watch = local(self.watch(self.clock));
                let shows = i64::from(watch.hour()) * 60 + i64::from(watch.minute());
                self.wait((minute - shows).rem_euclid(DAY))
            }
            Step::Jump(minutes) => {
                self.office.now += TimeDelta::minutes(minutes);
                let now = self.office.now;
                self.remark(|| format!("the clock jumps by {minutes} minutes"));
                self.tell_story(|| Entry::Now(now));
                Ok(())
            }
            Step::Tell(who, act) => self.tell(who, act),
            Step::TellSecond(who, act) => self.tell_second(who, act),
            Step::Again => self.repeat(),
            Step::LostAnswer => self.retry(),
            Step::Restart => self.restart(),
            Step::Tick { recorded } => self.time_passes(recorded),
            Step::Pause => {
                self.remark(|| "the second node is paused".to_owned());
                self.paused.get_or_insert_with(|| self.office.ledger.clone());
                self.paused_knew.get_or_insert_with(|| self.office.facts.clone());
                Ok(())
            }
            Step::Resume => self.resume(),
            Step::Ask { contract, point, node, transport } => {
                self.ask(contract, point, node, transport)
            }
        }
    }

    fn wait(&mut self, minutes: i64) -> Holds {
        self.office.now += TimeDelta::minutes(minutes);
        self.clock += minutes * MINUTE;
        let now = self.office.now;
        self.tell_story(|| Entry::Now(now));
        self.devices_tick()
    }

    /// Every gateway's clock goes on.
    fn devices_tick(&mut self) -> Holds {
        let (core, clock) = (self.core, self.clock);
        let mut moves = Vec::new();
        for (contract, devices) in self.devices.iter_mut().enumerate() {
            for (point, device) in devices.iter_mut().enumerate() {
                if let Some(moved) = device.tick(core, clock) {
                    moves.push((contract, point, moved));
                }
            }
        }
        moves
            .into_iter()
            .try_for_each(|(contract, point, moved)| self.moved(contract, point, &moved))
    }

    pub(super) fn moved(&mut self, contract: usize, point: usize, moved: &Moved) -> Holds {
        self.tally.moved(moved);
        let name = point_name(contract, point);
        self.remark(|| format!("{name} goes from {:?} to {:?}", moved.from, moved.to));
        flow::flow_only_falls_by_a_valid_order(&name, moved)?;
        // The node's clock was as far off when the lease was made as it is said to have been.
        let off = moved.by.as_ref().map_or(TimeDelta::zero(), |by| by.off);
        let at = self.watch(moved.at) + off;
        flow::no_command_outlives_its_reasons(
            &self.office.facts,
            (contract, point),
            self.office.ledger.position(),
            moved,
            at,
        )
    }
}
