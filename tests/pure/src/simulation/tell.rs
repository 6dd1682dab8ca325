//! What is told: decided, recorded, and everything that must hold of it; also when it comes again.

use chrono::{DateTime, Utc};
use citygate_domain::quantities::CivilDay;
use citygate_domain::state::Ledger;
use citygate_domain::stream::Stream;
use citygate_domain::supply::{
    MeasureKind, ReviewSupply, Seen, SupplyCommand, SupplyEvent, ValveState,
};
use citygate_domain::{Command, Decision, Event};

use super::again::{Given, Outcome};
use super::agreed::contract_name;
use super::commands::Told;
use super::facts::{Facts, place_of};
use super::invariants::{self, Broken, Holds, hold};
use super::law::local;
use super::office::asked;
use super::plant::Plant;
use super::play::{Decided, Entry, Last, Player};
use super::step::{Act, Asks, Who};
use crate::words::read;

impl Player<'_> {
    /// People tell what they tell by their own watches, whatever the node's clock shows.
    fn commands(&self, ledger: &Ledger, who: Who, act: Act) -> Vec<Command> {
        let now = self.watch(self.clock);
        Told { ledger, facts: &self.office.facts, now, who }.commands(act)
    }

    /// What a node with this state decides, by its clocks.
    pub(super) fn decided(
        &mut self,
        stale: Option<&Ledger>,
        who: Who,
        command: &Command,
    ) -> Decided {
        let ledger = stale.unwrap_or(&self.office.ledger);
        let clocks = self.clocks();
        let decided = asked(self.core, ledger, clocks, who, command);
        let position = ledger.position();
        let outcome = {
            let (command, said) = (Box::new(command.clone()), Box::new(decided.clone()));
            Outcome::Decided { who, command, said }
        };
        self.given.push(Given { position, clocks, outcome });
        decided
    }

    pub(super) fn tell(&mut self, who: Who, act: Act) -> Holds {
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
    pub(super) fn taken(&mut self, decided: Decided) -> Result<Option<Vec<Event>>, Broken> {
        self.taken_from(decided, None)
    }

    /// Likewise, of a node that knows the whole log, or of one that knew no more than this before.
    fn taken_from(
        &mut self,
        decided: Decided,
        mut knew: Option<Facts>,
    ) -> Result<Option<Vec<Event>>, Broken> {
        let Decision { events, .. } = match decided {
            Ok(decision) => decision,
            Err(refusal) => {
                self.digest.add_text(refusal.code());
                self.tally.refused += 1;
                return Ok(None);
            }
        };
        let now = self.office.now;
        let today = CivilDay::new(local(self.watch(self.clock)).date_naive());
        let mut touched = Vec::new();
        for event in &events {
            self.digest.add_text(event.type_name());
            self.tally.lived(event, today);
            self.before(event, knew.as_ref(), now)?;
            self.office.record(event.clone());
            if let (Some(knew), Some(recorded)) = (&mut knew, self.office.log.last()) {
                knew.take_in(recorded);
            }
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
            // What it could know to be over it lifts; the rest is lifted by whoever looks next.
            let knows = knew.as_ref().unwrap_or(&self.office.facts);
            invariants::what_ends_a_demand_lifts_it(knows, contract, now)?;
            if knew.is_some() {
                self.is_lifted_next(contract, now)?;
            }
        }
        Ok(Some(events))
    }

    /// E5: what a node could not know to lift, because it had missed what counts since, is lifted by whoever
    /// looks next. Until then no answer rests on it: that is asked of every answer.
    fn is_lifted_next(&self, contract: usize, now: DateTime<Utc>) -> Holds {
        if !self.office.facts.is_over(contract, now) {
            return Ok(());
        }
        let review = ReviewSupply { contract: read(&contract_name(contract)) };
        let review = Command::Supply(SupplyCommand::ReviewSupply(review));
        let (ledger, clocks) = (&self.office.ledger, self.clocks());
        let decided = asked(self.core, ledger, clocks, Who::Scheduler, &review);
        let lifts = |event: &Event| {
            matches!(event, Event::Supply(event)
                if matches!(**event, SupplyEvent::SupplyLifted(_)))
        };
        let lifted = decided.is_ok_and(|decision| decision.events.iter().any(lifts));
        hold(lifted, "whoever_looks_next_lifts_what_is_over", || {
            format!("the demand of LG-{} runs on at {now}, and a look lifts nothing", contract + 1)
        })
    }

    /// What must hold of an event on what was known before it, and to a node behind the log, which knew
    /// no more than this.
    fn before(&mut self, event: &Event, knew: Option<&Facts>, now: DateTime<Utc>) -> Holds {
        let Event::Supply(event) = event else { return Ok(()) };
        let Some(contract) = place_of(event.contract().as_str()) else { return Ok(()) };
        self.tally.supplied(event);
        let facts = &self.office.facts;
        match &**event {
            SupplyEvent::OrderIssued(issued) => {
                let stops = issued.measure.kind() == MeasureKind::Suspend;
                invariants::a_protected_customer_is_never_stopped(facts, contract, stops)?;
                invariants::an_order_rests_on_different_persons(facts, contract, issued)?;
                invariants::nobody_is_limited_to_nothing(issued)?;
                invariants::an_order_is_about_every_point(facts, contract, issued)?;
                for at in self.judged_at() {
                    let order = &issued.order;
                    match knew {
                        None => {
                            invariants::an_order_stands_when_it_is_issued(
                                facts, contract, order, at,
                            )?;
                        }
                        Some(knew) => {
                            invariants::an_order_stands_when_it_is_issued(
                                knew, contract, order, at,
                            )?;
                            invariants::an_order_stands_but_for_what_was_just_told(
                                facts, contract, order, at,
                            )?;
                        }
                    }
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
    pub(super) fn repeat(&mut self) -> Holds {
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
    pub(super) fn retry(&mut self) -> Holds {
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

    /// The second node decides on what it knows. The log takes that only where no stream that the
    /// decision writes or guards has moved; else it is decided again.
    pub(super) fn tell_second(&mut self, who: Who, act: Act) -> Holds {
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
                let knew = self.paused_knew.clone();
                self.taken_from(decided, knew)?;
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
