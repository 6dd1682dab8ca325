//! The passage of time, recorded or not (T6): no answer depends on it.

use chrono::TimeDelta;
use citygate_domain::Event;
use citygate_domain::log::Recorded;
use citygate_domain::passage::{Clocks, STEPS};
use citygate_domain::state::Ledger;
use citygate_domain::supply::SupplyEvent;

use super::agreed::point_name;
use super::invariants::{self, Holds};
use super::office::asked;
use super::play::{Entry, Player};
use super::step::Who;
use super::terms::point_named;
use crate::words::read;

/// Hours after a tick at which gateways ask, by a log with it and by one without.
const HOURS: [i64; 5] = [0, 1, 14, 24, 50];

impl Player<'_> {
    /// Somebody looks whether time has gone by. The log with what that leads to and the log without it are
    /// asked about every point, now and hours later. Then it goes on, recorded or not.
    pub(super) fn time_passes(&mut self, recorded: bool) -> Holds {
        let (now, clocks) = (self.office.now, self.clocks());
        self.tally.ticks += 1;
        // T6: while the clocks disagree nobody looks. One that was put back would end a demand as of days
        // before it was served.
        if clocks.check().is_err() {
            return Ok(());
        }
        let mut ticked = self.office.ledger.clone();
        let mut events = Vec::new();
        for step in STEPS {
            for (_, command) in step(&ticked, now) {
                let decided = asked(self.core, &ticked, clocks, Who::Scheduler, &command);
                for event in decided.into_iter().flat_map(|decision| decision.events) {
                    let position = ticked.position().next();
                    let recorded = Recorded { position, recorded_at: now, event: event.clone() };
                    ticked.evolve(&recorded);
                    events.push(event);
                }
            }
        }
        self.compare(&ticked, &events)?;
        if recorded {
            self.tell_story(|| Entry::Tick);
            self.office_ticks(clocks)?;
        }
        Ok(())
    }

    /// The round again, with everything that is asked of what is told.
    fn office_ticks(&mut self, clocks: Clocks) -> Holds {
        for step in STEPS {
            for (_, command) in step(&self.office.ledger, clocks.now) {
                let decided = self.decided(None, Who::Scheduler, &command);
                let recorded = self.taken(decided)?;
                self.tally.ticked += recorded.map_or(0, |events| events.len() as u64);
            }
        }
        Ok(())
    }

    fn compare(&mut self, ticked: &Ledger, events: &[Event]) -> Holds {
        let (now, core, live) = (self.office.now, self.core, &self.office.ledger);
        for (contract, devices) in self.devices.iter().enumerate() {
            for point in 0..devices.len() {
                let name = read(&point_name(contract, point));
                // E3: an order of the engine's own is an act, and no passage of time.
                let ordered = events.iter().any(|event| is_issued_for(event, (contract, point)));
                for hours in HOURS.into_iter().filter(|_| !ordered) {
                    let at = now + TimeDelta::hours(hours);
                    let without = core.answer(live, &name, at);
                    let with = core.answer(ticked, &name, at);
                    invariants::a_tick_changes_no_answer(&without, &with, at)?;
                }
            }
        }
        Ok(())
    }
}

fn is_issued_for(event: &Event, point: super::terms::Point) -> bool {
    let Event::Supply(event) = event else { return false };
    let SupplyEvent::OrderIssued(issued) = &**event else { return false };
    issued.measure.points().any(|known| point_named(known.as_str()) == Some(point))
}
