//! Plays a history step by step and asks the invariants at every one of them.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use citygate_domain::passage::Clocks;
use citygate_domain::quantities::{GasDay, GasDayClock, PointId};
use citygate_domain::state::Ledger;
use citygate_domain::stream::Stream;
use citygate_domain::supply::{Procedure, Seen, SupplyEvent, ValveState};
use citygate_domain::{Command, Decision, Event, Rejection};

use super::again::{Given, Outcome, is_same};
use super::agreed::{contract_name, point_name};
use super::commands::Told;
use super::core::{Core, Plant};
use super::device::{Device, Heard, Moved};
use super::draw::{DAY, History};
use super::facts::place_of;
use super::invariants::{self, Broken, Holds, hold};
use super::law::local;
use super::office::{Office, asked};
use super::signing::Folded;
use super::step::{Act, Asks, Step, Who};
use super::tally::{Digest, Tally};
use crate::words::read;

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
    /// What a story has no words for.
    Remark(String),
}

/// The last command, to come again.
struct Last {
    key: u64,
    who: Who,
    command: Command,
    /// What it led to; none: it was refused.
    answer: Option<Vec<Event>>,
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
    /// What the second node gave out last, by contract and point.
    pub(super) given_out: Vec<Vec<Option<Heard>>>,
    last: Option<Last>,
    /// How many commands had a key of their own.
    keys: u64,
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
            Step::Pause => {
                self.remark(|| "the second node is paused".to_owned());
                self.paused.get_or_insert_with(|| self.office.ledger.clone());
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
        self.tick()
    }

    /// Every gateway's clock goes on.
    fn tick(&mut self) -> Holds {
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
        invariants::flow_only_falls_by_a_valid_order(&name, moved)?;
        // The node's clock was as far off when the lease was made as it is said to have been.
        let off = moved.by.as_ref().map_or(TimeDelta::zero(), |by| by.off);
        let at = self.watch(moved.at) + off;
        invariants::no_command_outlives_its_reasons(&self.office.facts, contract, moved, at)
    }

    /// People tell what they tell by their own watches, whatever the node's clock shows.
    fn commands(&self, ledger: &Ledger, who: Who, act: Act) -> Vec<Command> {
        let now = self.watch(self.clock);
        Told { ledger, facts: &self.office.facts, now, who }.commands(act)
    }

    /// What a node with this state decides, by its clocks.
    fn decided(&mut self, stale: Option<&Ledger>, who: Who, command: &Command) -> Decided {
        let ledger = stale.unwrap_or(&self.office.ledger);
        let clocks = self.clocks();
        let decided = asked(self.core, ledger, clocks, who, command);
        if stale.is_none() {
            let position = ledger.position();
            let outcome = {
                let (command, said) = (Box::new(command.clone()), Box::new(decided.clone()));
                Outcome::Decided { who, command, said }
            };
            self.given.push(Given { position, clocks, outcome });
        }
        decided
    }

    fn tell(&mut self, who: Who, act: Act) -> Holds {
        for command in self.commands(&self.office.ledger, who, act) {
            self.tell_story(|| Entry::Command(who, Box::new(command.clone())));
            let decided = self.decided(None, who, &command);
            let answer = self.taken(decided)?;
            self.keys += 1;
            let key = self.keys;
            // With the events, in one transaction; what is refused leaves nothing.
            if let Some(events) = &answer {
                self.office.answered.insert(key, events.clone());
            }
            self.last = Some(Last { key, who, command, answer });
        }
        if let Act::Supply(contract, asks) = act
            && let Asks::Report { point, state: ValveState::Open, seen: Seen::OnSite, .. } = asks
            && let Some(device) = self.device(contract, point)
        {
            device.opened_by_hand();
        }
        Ok(())
    }

    /// What is decided is recorded, and everything that must hold of it is asked. None: it was refused.
    fn taken(&mut self, decided: Decided) -> Result<Option<Vec<Event>>, Broken> {
        let Decision { events, .. } = match decided {
            Ok(decision) => decision,
            Err(refusal) => {
                self.digest.add_text(refusal.code());
                self.tally.refused += 1;
                return Ok(None);
            }
        };
        let now = self.office.now;
        let mut touched = Vec::new();
        for event in &events {
            self.digest.add_text(event.type_name());
            self.before(event, now)?;
            self.office.record(event.clone());
            let stream = event.stream();
            if let Stream::Contract(id) | Stream::Delivery(id, _) = &stream {
                touched.extend(place_of(id.as_str()));
            } else if let Stream::Index(_) = &stream {
                let indexed = self.office.facts.indexed();
                touched.extend(indexed);
            }
        }
        self.digest.add(self.office.ledger.position().number());
        touched.sort_unstable();
        touched.dedup();
        for contract in touched {
            invariants::what_ends_a_demand_lifts_it(&self.office.facts, contract, now)?;
        }
        Ok(Some(events))
    }

    /// What must hold of an event on what was known before it.
    fn before(&mut self, event: &Event, now: DateTime<Utc>) -> Holds {
        let Event::Supply(event) = event else { return Ok(()) };
        let Some(contract) = place_of(event.contract().as_str()) else { return Ok(()) };
        self.tally.supplied(event);
        let facts = &self.office.facts;
        match &**event {
            SupplyEvent::OrderIssued(issued) => {
                let stops = issued.measure.kind() == citygate_domain::supply::MeasureKind::Suspend;
                invariants::a_protected_customer_is_never_stopped(facts, contract, stops)?;
                invariants::an_order_rests_on_different_persons(facts, contract, issued)?;
                invariants::nobody_is_limited_to_nothing(issued)?;
                for at in self.judged_at() {
                    let order = &issued.order;
                    invariants::an_order_stands_when_it_is_issued(facts, contract, order, at)?;
                }
                invariants::the_parts_sum_to_the_limit(facts, contract, issued, now)
            }
            SupplyEvent::SupplyRestored(_) => {
                invariants::only_somebody_on_site_restores(facts, contract)
            }
            SupplyEvent::DemandServed(_)
            | SupplyEvent::DemandDisputed(_)
            | SupplyEvent::DemandDisputeResolved(_)
            | SupplyEvent::NoticeServed(_)
            | SupplyEvent::SiteConfirmed(_)
            | SupplyEvent::OrderProposed(_)
            | SupplyEvent::OrderApproved(_)
            | SupplyEvent::OrderWithdrawn(_)
            | SupplyEvent::ValveReported(_)
            | SupplyEvent::SupplyLifted(_) => Ok(()),
        }
    }

    /// The last command comes again, as a new one: it has no effect.
    fn repeat(&mut self) -> Holds {
        let Some(Last { who, command, answer, .. }) = &self.last else { return Ok(()) };
        // What was refused may be taken now; only what was taken must not be taken twice.
        if answer.as_ref().is_none_or(Vec::is_empty) {
            return Ok(());
        }
        let (who, command) = (*who, command.clone());
        self.tell_story(|| Entry::Command(who, Box::new(command.clone())));
        let decided = self.decided(None, who, &command);
        let again = decided.map_or(0, |decision| decision.events.len());
        hold(again == 0, "a_repeated_command_has_no_effect", || {
            format!("{command:?} led to {again} events again")
        })
    }

    /// The answer was lost, and the command comes again with its key: the key finds the answer, and
    /// nothing is decided. What was refused left no key, and is decided anew.
    fn retry(&mut self) -> Holds {
        let Some(Last { key, who, command, answer: first }) = self.last.take() else {
            return Ok(());
        };
        self.remark(|| "the answer is lost; the command comes again with its key".to_owned());
        let before = self.office.ledger.position();
        let found = self.office.answered.get(&key);
        let found = found.cloned().filter(|_| !self.core.has(Plant::ForgetsTheKey));
        let answer = match found {
            Some(answer) => Some(answer),
            None => {
                self.tell_story(|| Entry::Command(who, Box::new(command.clone())));
                let decided = self.decided(None, who, &command);
                self.taken(decided)?
            }
        };
        self.digest.add(answer.as_ref().map_or(0, Vec::len) as u64);
        if first.is_some() {
            let name = "a_retried_key_gets_its_first_answer_and_changes_nothing";
            let after = self.office.ledger.position();
            hold(answer == first && before == after, name, || {
                format!("{command:?}: {first:?}, then {answer:?}, from {before} to {after}")
            })?;
        } else if let Some(events) = &answer {
            self.office.answered.insert(key, events.clone());
        }
        self.last = Some(Last { key, who, command, answer });
        Ok(())
    }

    /// Everything is read from the log again.
    fn restart(&mut self) -> Holds {
        self.remark(|| "the node starts again".to_owned());
        let replayed = self.office.folded(u64::MAX);
        self.same(&replayed, "what_is_replayed_is_what_was_live")?;
        self.office.ledger = replayed;
        Ok(())
    }

    fn same(&self, other: &Ledger, invariant: &'static str) -> Holds {
        let live = &self.office.ledger;
        for (contract, devices) in self.devices.iter().enumerate() {
            let name = read(&contract_name(contract));
            let of = |ledger: &Ledger| {
                let supply = &ledger.contract(&name)?.supply;
                Some((supply.procedure().clone(), supply.revision(), supply.changed_at()))
            };
            let (one, two): (Option<(Procedure, _, _)>, _) = (of(live), of(other));
            hold(one == two, invariant, || format!("{name}: {one:?} and {two:?}"))?;
            for point in 0..devices.len() {
                let point = read(&point_name(contract, point));
                let now = self.office.now;
                let one = self.core.answer(live, &point, now);
                let two = self.core.answer(other, &point, now);
                hold(is_same(&one, &two), invariant, || format!("{one:?} and {two:?}"))?;
            }
        }
        Ok(())
    }

    /// The second node goes on: it reads what it has missed and knows what the first one knows.
    fn resume(&mut self) -> Holds {
        let Some(stale) = self.paused.take() else { return Ok(()) };
        self.remark(|| "the second node goes on".to_owned());
        let caught_up = self.caught_up(stale);
        self.same(&caught_up, "a_resumed_node_changes_nothing")
    }

    fn caught_up(&self, mut stale: Ledger) -> Ledger {
        let from = stale.position();
        for recorded in self.office.log.iter().filter(|one| one.position > from) {
            stale.evolve(recorded);
        }
        stale
    }

    /// The second node decides on what it knows. The log takes that only where no stream that the
    /// decision writes or guards has moved; else it is decided again.
    fn tell_second(&mut self, who: Who, act: Act) -> Holds {
        let Some(stale) = self.paused.clone() else { return self.tell(who, act) };
        for command in self.commands(&stale, who, act) {
            self.remark(|| "the second node decides on an old state:".to_owned());
            self.tell_story(|| Entry::Command(who, Box::new(command.clone())));
            let decided = self.decided(Some(&stale), who, &command);
            let conflicts = decided.as_ref().is_ok_and(|one| self.has_moved(&stale, one));
            if conflicts && !self.core.has(Plant::ReorderedOrder) {
                self.tally.conflicts += 1;
                let decided = self.decided(None, who, &command);
                self.taken(decided)?;
            } else {
                self.taken(decided)?;
            }
        }
        Ok(())
    }

    fn has_moved(&self, stale: &Ledger, decision: &Decision) -> bool {
        let events = decision.events.iter().map(Event::stream);
        let streams: Vec<_> = events.chain(decision.guards.iter().cloned()).collect();
        let missed = self.office.log.iter().rev();
        let mut missed = missed.take_while(|one| one.position > stale.position());
        missed.any(|one| streams.contains(&one.event.stream()))
    }
}
