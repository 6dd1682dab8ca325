//! Plays a history step by step and asks the invariants at every one of them.

use chrono::{DateTime, TimeDelta, Utc};
use citygate_domain::quantities::{GasDay, GasDayClock, PointId};
use citygate_domain::state::Ledger;
use citygate_domain::stream::Stream;
use citygate_domain::supply::{Answer, Procedure, Seen, SupplyDecision, SupplyEvent, ValveState};
use citygate_domain::{Command, Decision, Event, Rejection};

use super::agreed::{contract_name, point_name};
use super::commands::Told;
use super::core::{Core, Plant};
use super::draw::History;
use super::facts::place_of;
use super::gateway::{Gateway, Heard, Moved, Says};
use super::invariants::{self, Broken, Holds, hold, thousandths};
use super::office::{Office, asked};
use super::step::{Act, Asks, Node, Step, Transport, Who};
use super::tally::{Digest, Tally};
use crate::words::read;

/// Seconds of a minute.
const MINUTE: i64 = 60;
/// Seconds between an answer and the one that overtakes it.
const MEANWHILE: i64 = 20;
/// Seconds after which a gateway without news raises an alarm.
const SOFT: i64 = 900;
/// Seconds after which it sends a person.
const HARD: i64 = 86_400;

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

/// An answer that was given, to be given again from the log.
struct Given {
    answer: Answer,
    now: DateTime<Utc>,
}

/// A history being played.
pub struct Player<'a> {
    core: Core,
    office: Office,
    /// Seconds on the clock of the world, which never jumps.
    clock: i64,
    gateways: Vec<Vec<Gateway>>,
    /// The second node, while it is paused.
    paused: Option<Ledger>,
    /// What the second node gave out last, by contract and point.
    given_out: Vec<Vec<Option<Heard>>>,
    last: Option<(Who, Command, Vec<Event>)>,
    given: Vec<Given>,
    /// How often an answer was asked for.
    asked: u64,
    tally: &'a mut Tally,
    digest: Digest,
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
        let gateways = points.clone().map(|count| vec![Gateway::new(); count]).collect();
        let given_out = points.map(|count| vec![None; count]).collect();
        let story = tells.then(|| vec![Entry::Now(now)]);
        Self {
            core,
            office,
            clock: 0,
            gateways,
            paused: None,
            given_out,
            last: None,
            given: Vec::new(),
            asked: 0,
            tally,
            digest: Digest::default(),
            story,
        }
    }

    fn tell_story(&mut self, entry: impl FnOnce() -> Entry) {
        if let Some(story) = &mut self.story {
            story.push(entry());
        }
    }

    fn remark(&mut self, text: impl FnOnce() -> String) {
        self.tell_story(|| Entry::Remark(text()));
    }

    fn play(&mut self, steps: &[Step]) -> Result<(), Failure> {
        for (place, step) in steps.iter().enumerate() {
            self.tally.steps += 1;
            self.digest.add(place as u64);
            self.step(*step).map_err(|broken| Failure { broken, step: place })?;
        }
        self.again().map_err(|broken| Failure { broken, step: steps.len() })
    }

    fn step(&mut self, step: Step) -> Holds {
        match step {
            Step::Wait(minutes) => self.wait(minutes),
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
        for (contract, gateways) in self.gateways.iter_mut().enumerate() {
            for (point, gateway) in gateways.iter_mut().enumerate() {
                if let Some(moved) = gateway.tick(core, clock) {
                    moves.push((contract, point, moved));
                }
            }
        }
        moves
            .into_iter()
            .try_for_each(|(contract, point, moved)| self.moved(contract, point, &moved))
    }

    fn moved(&mut self, contract: usize, point: usize, moved: &Moved) -> Holds {
        self.tally.moved(moved);
        let name = point_name(contract, point);
        self.remark(|| format!("{name} goes from {:?} to {:?}", moved.from, moved.to));
        invariants::flow_only_falls_by_a_valid_order(&name, moved)
    }

    fn commands(&self, ledger: &Ledger, who: Who, act: Act) -> Vec<Command> {
        let told = Told { ledger, facts: &self.office.facts, now: self.office.now, who };
        told.commands(act)
    }

    fn tell(&mut self, who: Who, act: Act) -> Holds {
        for command in self.commands(&self.office.ledger, who, act) {
            self.tell_story(|| Entry::Command(who, Box::new(command.clone())));
            let decided = asked(self.core, &self.office.ledger, self.office.now, who, &command);
            let events = self.taken(decided)?;
            self.last = Some((who, command, events));
        }
        if let Act::Supply(contract, asks) = act
            && let Asks::Report { point, state: ValveState::Open, seen: Seen::OnSite, .. } = asks
            && let Some(gateway) =
                self.gateways.get_mut(contract).and_then(|all| all.get_mut(point))
        {
            gateway.opened_by_hand();
        }
        Ok(())
    }

    /// What is decided is recorded, and everything that must hold of it is asked.
    fn taken(&mut self, decided: Result<Decision, Rejection>) -> Result<Vec<Event>, Broken> {
        let Decision { events, .. } = match decided {
            Ok(decision) => decision,
            Err(refusal) => {
                self.digest.add_text(refusal.code());
                self.tally.refused += 1;
                return Ok(Vec::new());
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
        Ok(events)
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
                invariants::an_order_stands_when_it_is_issued(facts, contract, &issued.order, now)?;
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
        let Some((who, command, events)) = self.last.clone() else { return Ok(()) };
        // What was refused may be taken now; only what was taken must not be taken twice.
        if events.is_empty() {
            return Ok(());
        }
        self.tell_story(|| Entry::Command(who, Box::new(command.clone())));
        let decided = asked(self.core, &self.office.ledger, self.office.now, who, &command);
        let again = decided.map_or(0, |decision| decision.events.len());
        hold(again == 0, "a_repeated_command_has_no_effect", || {
            format!("{command:?} led to {again} events again")
        })
    }

    /// The answer was lost; the key finds it again, and nothing is decided.
    fn retry(&mut self) -> Holds {
        let Some((who, _, events)) = self.last.clone() else { return Ok(()) };
        self.remark(|| "the answer is lost; the command comes again with its key".to_owned());
        if !self.core.has(Plant::ForgetsTheKey) {
            self.digest.add(events.len() as u64);
            return Ok(());
        }
        let _ = who;
        let before = self.office.ledger.position();
        for event in events {
            self.office.record(event);
        }
        let after = self.office.ledger.position();
        hold(before == after, "a_command_with_a_known_key_has_no_effect", || {
            format!("the log went from {before} to {after}")
        })
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
        for (contract, gateways) in self.gateways.iter().enumerate() {
            let name = read(&contract_name(contract));
            let of = |ledger: &Ledger| {
                let supply = &ledger.contract(&name)?.supply;
                Some((supply.procedure().clone(), supply.revision(), supply.changed_at()))
            };
            let (one, two): (Option<(Procedure, _, _)>, _) = (of(live), of(other));
            hold(one == two, invariant, || format!("{name}: {one:?} and {two:?}"))?;
            for point in 0..gateways.len() {
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
            let decided = asked(self.core, &stale, self.office.now, who, &command);
            let conflicts = decided.as_ref().is_ok_and(|one| self.has_moved(&stale, one));
            if conflicts && !self.core.has(Plant::ReorderedOrder) {
                self.tally.conflicts += 1;
                let ledger = &self.office.ledger;
                let decided = asked(self.core, ledger, self.office.now, who, &command);
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

    fn ask(&mut self, contract: usize, point: usize, node: Node, transport: Transport) -> Holds {
        let name: PointId = read(&point_name(contract, point));
        self.tell_story(|| Entry::Ask(name.clone()));
        let alone = node == Node::SecondAlone && self.paused.is_some();
        let heard = if alone && !self.core.has(Plant::StaleNodeAnswers) {
            // It repeats what it gave out; nothing, where it gave out nothing.
            self.remark(|| "the second node, alone, repeats its last lease".to_owned());
            let newest = self.gateway(contract, point).and_then(|it| it.lease.clone());
            let given = self.given_out.get(contract).and_then(|all| all.get(point));
            // A gateway that does not have it already takes nothing stale.
            given.cloned().flatten().filter(|given| newest.is_some_and(|(it, _)| it == *given))
        } else {
            let stale = self.paused.clone().filter(|_| alone);
            Some(self.answered(contract, point, &name, stale.as_ref())?)
        };
        let Some(heard) = heard else { return Ok(()) };
        if node != Node::First
            && let Some(given) = self.given_out.get_mut(contract).and_then(|all| all.get_mut(point))
        {
            *given = Some(heard.clone());
        }
        self.carry(contract, point, heard, transport)
    }

    fn gateway(&mut self, contract: usize, point: usize) -> Option<&mut Gateway> {
        self.gateways.get_mut(contract)?.get_mut(point)
    }

    /// An answer, and everything that must hold of it.
    fn answered(
        &mut self,
        contract: usize,
        point: usize,
        name: &PointId,
        stale: Option<&Ledger>,
    ) -> Result<Heard, Broken> {
        let now = self.office.now;
        let answer = self.core.answer(stale.unwrap_or(&self.office.ledger), name, now);
        self.tally.answered(&answer);
        self.digest.add_text(answer.decision.word());
        self.digest.add(answer.epoch_position.number());
        self.digest.add(answer.valid_seconds.value);
        let facts = &self.office.facts;
        let lacked = facts.lacks_now(contract, now);
        if stale.is_none() {
            let stops = matches!(answer.decision, SupplyDecision::Stop { .. });
            invariants::a_protected_customer_is_never_stopped(facts, contract, stops)?;
            invariants::only_an_order_that_stands_is_answered(facts, contract, &answer, now)?;
            invariants::a_lifted_order_is_never_answered(facts, contract, &answer)?;
            invariants::a_limit_keeps_what_is_protected(facts, contract, point, &answer, now)?;
            invariants::an_answer_is_valid_within_bounds(facts, contract, &answer)?;
        }
        let seconds = i64::try_from(answer.valid_seconds.value).unwrap_or(i64::MAX);
        let heard = Heard {
            says: match answer.decision {
                SupplyDecision::Allow => Says::Allow,
                SupplyDecision::Keep => Says::Keep,
                SupplyDecision::Limit { daily_maximum } => {
                    Says::Limit(thousandths(daily_maximum.volume()))
                }
                SupplyDecision::Stop { .. } => Says::Stop,
            },
            epoch: (1, answer.epoch_position.number()),
            order: answer.order.clone(),
            not_after: SOFT.min(seconds),
            soft: SOFT.min(seconds),
            hard: seconds.min(HARD),
            lacked,
            made: self.clock,
        };
        // Everything that was said about a valve comes out again, and a part of the rest.
        self.asked += 1;
        let rests = answer.decision != SupplyDecision::Allow || self.asked.is_multiple_of(4);
        if stale.is_none() && rests {
            self.given.push(Given { answer, now });
        }
        Ok(heard)
    }

    /// How the answer reaches the gateway.
    fn carry(
        &mut self,
        contract: usize,
        point: usize,
        heard: Heard,
        transport: Transport,
    ) -> Holds {
        let (core, clock) = (self.core, self.clock);
        let Some(gateway) = self.gateway(contract, point) else { return Ok(()) };
        let before = gateway.on_its_way.take();
        let mut moves = Vec::new();
        match transport {
            Transport::Lost => {}
            Transport::Good => moves.push(gateway.hear(core, heard, clock, 0)),
            Transport::Twice => {
                moves.push(gateway.hear(core, heard.clone(), clock, 0));
                moves.push(gateway.hear(core, heard, clock, 0));
            }
            Transport::Overtaken => gateway.on_its_way = Some(heard),
            Transport::Slow(minutes) => {
                moves.push(gateway.hear(core, heard, clock, minutes * MINUTE));
            }
        }
        // What was overtaken comes now, if it was asked for within the minute.
        if let Some(late) = before.filter(|late| clock + MEANWHILE - late.made <= MINUTE) {
            moves.push(gateway.hear(core, late, clock + MEANWHILE, 0));
        }
        moves.into_iter().flatten().try_for_each(|moved| self.moved(contract, point, &moved))
    }

    /// Every answer comes out again from the log prefix that it names.
    fn again(&mut self) -> Holds {
        let given = std::mem::take(&mut self.given);
        let mut ledger = Ledger::default();
        let mut log = self.office.log.iter().peekable();
        for Given { answer, now } in &given {
            while let Some(recorded) = log.next_if(|one| one.position <= answer.position) {
                ledger.evolve(recorded);
            }
            let again = self.core.answer(&ledger, &answer.point, *now);
            hold(is_same(answer, &again), "an_answer_comes_out_again_from_its_prefix", || {
                format!("{answer:?} and {again:?}")
            })?;
        }
        Ok(())
    }
}

/// Whether two answers say the same, with the same evidence.
fn is_same(one: &Answer, two: &Answer) -> bool {
    one.decision == two.decision
        && one.class == two.class
        && one.stage == two.stage
        && one.reasons == two.reasons
        && one.order == two.order
        && one.evidence == two.evidence
        && one.position == two.position
        && one.epoch_position == two.epoch_position
        && one.valid_seconds.value == two.valid_seconds.value
}
