//! The ledger of a history: its log, its state, and the twin's notes beside it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use citygate_domain::approval::{Alone, IMPORT, Role, RoleGranted, SCHEDULER};
use citygate_domain::context::{Actor, Context, StreamHeads};
use citygate_domain::ledger::{FourEyes, OpenLedger, Settings};
use citygate_domain::log::Recorded;
use citygate_domain::passage::Clocks;
use citygate_domain::state::Ledger;
use citygate_domain::stream::{Stream, StreamHead};
use citygate_domain::supply::SupplyCommand;
use citygate_domain::{Command, Decision, Event, Rejection};

use super::agreed::{Agreed, signing};
use super::core::Core;
use super::facts::Facts;
use super::signing::granted;
use super::step::{PERSONS, Who};
use crate::words::read;

/// Digests are a matter of the log.
struct NoHeads;

impl StreamHeads for NoHeads {
    fn head(&self, _: &Stream) -> StreamHead {
        StreamHead { version: 1, digest: String::new() }
    }
}

/// The ledger of a history.
#[derive(Debug, Clone)]
pub struct Office {
    /// Everything that was recorded.
    pub log: Vec<Recorded>,
    /// What it comes to.
    pub ledger: Ledger,
    /// What it comes to by the twin.
    pub facts: Facts,
    /// The ledger's clock.
    pub now: DateTime<Utc>,
    /// What the log holds beside the events: the answer to every key.
    pub answered: BTreeMap<u64, Vec<Event>>,
}

/// Who somebody is to the ledger.
#[must_use]
pub fn actor(who: Who) -> Actor {
    let (channel, person) = match who {
        Who::Person(place) => ("cli", PERSONS.get(place).copied().unwrap_or("nobody")),
        Who::File => (IMPORT, "importer"),
        Who::Scheduler => (SCHEDULER, "citygate"),
    };
    Actor { authenticated: true, channel: channel.to_owned(), person: read(person) }
}

/// What the core says to a command on a state.
pub fn asked(
    core: Core,
    ledger: &Ledger,
    clocks: Clocks,
    who: Who,
    command: &Command,
) -> Result<Decision, Rejection> {
    let now = clocks.now;
    // T6: whoever issues an order asks the clocks.
    if matches!(command, Command::Supply(SupplyCommand::IssueOrder(_))) {
        clocks.check()?;
    }
    let actor = actor(who);
    let context = Context { now, actor: &actor, salt: &|| [7; 16], heads: &NoHeads };
    core.decide(ledger, command, &context)
}

impl Office {
    /// A ledger opened, with its persons and its contracts.
    ///
    /// # Panics
    /// When the core refuses what a history begins with.
    #[must_use]
    pub fn open(agreed: &Agreed, now: DateTime<Utc>) -> Self {
        let facts = Facts::new(agreed);
        let (log, ledger, answered) = (Vec::new(), Ledger::default(), BTreeMap::new());
        // Long before, so that no slot of the history begins inside of it, wherever the clock jumps to.
        let (begins, now) = (now, now - TimeDelta::days(30));
        let mut office = Self { log, ledger, facts, now, answered };
        let four_eyes = if agreed.four_eyes { FourEyes::On } else { FourEyes::Off };
        let settings = Settings { four_eyes, ..Settings::default() };
        let mut begin = vec![Command::OpenLedger(OpenLedger { settings })];
        for (place, contract) in agreed.contracts.iter().enumerate() {
            begin.push(Command::SignContract(Box::new(signing(place, contract))));
        }
        for command in begin {
            let clocks = Clocks { now, newest: None, database: None, elapsed: None };
            let decided = asked(Core(None), &office.ledger, clocks, Who::File, &command);
            let decision = decided.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
            for event in decision.events {
                if !office.is_forgotten(&event) {
                    office.record(event);
                }
            }
        }
        if agreed.roles {
            office.grant_roles();
        }
        granted().into_iter().for_each(|event| office.record(event));
        office.now = begins;
        office
    }

    /// A customer whose class is not known was never registered.
    fn is_forgotten(&self, event: &Event) -> bool {
        let Event::CustomerRegistered(event) = event else { return false };
        let place = super::facts::place_of(event.customer.as_str().trim_start_matches("C-"));
        let terms = place.and_then(|place| self.facts.agreed.contracts.get(place));
        terms.is_some_and(|terms| terms.class.is_none())
    }

    /// Everybody but the last has a role; the second, the third and the fourth may approve.
    fn grant_roles(&mut self) {
        let roles = [
            (0, Role::Clerk),
            (1, Role::Approver),
            (2, Role::Approver),
            (3, Role::Approver),
            (4, Role::Clerk),
        ];
        for (place, role) in roles {
            let person = read(PERSONS[place]);
            let by = read("admin");
            let alone = Some(Alone::Outside);
            self.record(Event::RoleGranted(RoleGranted {
                alone,
                approved_by: None,
                by,
                person,
                role,
            }));
        }
    }

    /// Records a fact.
    pub fn record(&mut self, event: Event) {
        let position = self.ledger.position().next();
        let newest = self.log.last().map_or(self.now, |last| last.recorded_at);
        let recorded = Recorded { position, recorded_at: self.now.max(newest), event };
        self.ledger.evolve(&recorded);
        self.facts.take_in(&recorded);
        self.log.push(recorded);
    }

    /// The state folded from the log up to a position.
    #[must_use]
    pub fn folded(&self, position: u64) -> Ledger {
        let mut ledger = Ledger::default();
        for recorded in self.log.iter().take_while(|one| one.position.number() <= position) {
            ledger.evolve(recorded);
        }
        ledger
    }
}
