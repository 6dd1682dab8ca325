//! A ledger in memory with a clock that stands still.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use citygate_domain::context::{Actor, Context, StreamHeads};
use citygate_domain::contract::ContractState;
use citygate_domain::contract::life::{Open, checklist};
use citygate_domain::log::Recorded;
use citygate_domain::payment::{AccountAsOf, account_as_of};
use citygate_domain::rules::settlement::{Settlement, settle};
use citygate_domain::state::Ledger;
use citygate_domain::stream::{Stream, StreamHead};
use citygate_domain::{Command, Decision, Event, Rejection, decide};

use crate::told::Told;
use crate::words::{day, instant, month, read};

/// When everything is told, unless a story says otherwise: long after 2026.
pub const NOW: &str = "2028-06-01T12:00:00+08:00";

/// The civil day of [`NOW`].
pub const TODAY: &str = "2028-06-01";

/// A ledger, its log, and the time it is told.
#[derive(Debug, Clone)]
pub struct World {
    /// The state.
    pub ledger: Ledger,
    /// The log from its first event.
    pub log: Vec<Recorded>,
    /// The current time.
    pub now: DateTime<Utc>,
    versions: Versions,
}

/// How many events each stream has.
#[derive(Debug, Clone, Default)]
struct Versions(BTreeMap<Stream, u64>);

impl StreamHeads for Versions {
    /// Digests are a matter of the log; here a stream's version stands for its content.
    fn head(&self, stream: &Stream) -> StreamHead {
        let version = self.0.get(stream).copied().unwrap_or(0);
        StreamHead { version, digest: format!("{version:064x}") }
    }
}

impl Default for World {
    fn default() -> Self {
        let versions = Versions::default();
        Self { ledger: Ledger::default(), log: Vec::new(), now: instant(NOW), versions }
    }
}

/// Who brings files.
fn importing() -> Actor {
    Actor { authenticated: true, channel: "import".to_owned(), person: read("P-1") }
}

impl World {
    /// A world without facts at another time.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now, ..Self::default() }
    }

    /// A world in which these facts were told and taken.
    ///
    /// # Panics
    /// When one of them is refused: a story stands on facts.
    pub fn of(facts: impl IntoIterator<Item = Told>) -> Self {
        let mut world = Self::default();
        for fact in facts {
            world.take(fact);
        }
        world
    }

    /// Takes one more fact.
    ///
    /// # Panics
    /// When it is refused.
    pub fn take(&mut self, fact: Told) {
        let what = format!("{fact:?}");
        self.hear(fact).unwrap_or_else(|rejection| {
            panic!("{what} is refused: {} {rejection}", rejection.code())
        });
    }

    /// Hears a fact from whoever tells it, and records what comes of it.
    pub fn hear(&mut self, fact: Told) -> Result<Vec<Event>, Rejection> {
        match fact {
            Told::Event(event) => {
                self.record(event.clone());
                Ok(vec![event])
            }
            Told::Command(command) => self.tell(&command),
            Told::By(person, command) => {
                let channel = "cli".to_owned();
                let actor = Actor { authenticated: false, channel, person };
                self.tell_as(&actor, &command)
            }
            Told::ByKey(command) => {
                let channel = "key".to_owned();
                let actor = Actor { authenticated: true, channel, person: read("K-1") };
                self.tell_as(&actor, &command)
            }
            Told::ByEngine(command) => {
                let channel = "scheduler".to_owned();
                let actor = Actor { authenticated: true, channel, person: read("scheduler") };
                self.tell_as(&actor, &command)
            }
        }
    }

    /// What the ledger says to a command; nothing is recorded.
    pub fn decide(&self, command: &Command) -> Result<Decision, Rejection> {
        self.decide_as(&importing(), command)
    }

    /// What the ledger says to a command of somebody; nothing is recorded.
    pub fn decide_as(&self, actor: &Actor, command: &Command) -> Result<Decision, Rejection> {
        let heads = &self.versions;
        let context = Context { now: self.now, actor, salt: &|| [7; 16], heads };
        decide(&self.ledger, command, &context)
    }

    /// Tells a command and records what comes of it.
    pub fn tell(&mut self, command: &Command) -> Result<Vec<Event>, Rejection> {
        self.tell_as(&importing(), command)
    }

    /// Tells a command as somebody and records what comes of it.
    pub fn tell_as(&mut self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Rejection> {
        let Decision { events, refusal, .. } = self.decide_as(actor, command)?;
        for event in &events {
            self.record(event.clone());
        }
        refusal.map_or(Ok(events), Err)
    }

    /// Records a fact.
    pub fn record(&mut self, event: Event) {
        let position = self.ledger.position().next();
        *self.versions.0.entry(event.stream()).or_default() += 1;
        let recorded = Recorded { position, recorded_at: self.now, event };
        self.ledger.evolve(&recorded);
        self.log.push(recorded);
    }

    /// The state folded again from the log.
    #[must_use]
    pub fn replayed(&self) -> Ledger {
        self.log.iter().fold(Ledger::default(), |mut ledger, recorded| {
            ledger.evolve(recorded);
            ledger
        })
    }

    /// A contract.
    ///
    /// # Panics
    /// When nobody signed it.
    #[must_use]
    pub fn contract(&self, id: &str) -> &ContractState {
        self.ledger.contract(&read(id)).unwrap_or_else(|| panic!("{id} was never signed"))
    }

    /// C4: what the account of a contract still waits for.
    #[must_use]
    pub fn checklist(&self, id: &str) -> Vec<Open> {
        let actor = importing();
        let heads = &self.versions;
        let context = Context { now: self.now, actor: &actor, salt: &|| [7; 16], heads };
        checklist(&self.ledger, self.contract(id), &context)
    }

    /// A3, G: the account of a contract as of a gas day.
    ///
    /// # Panics
    /// When a number does not fit.
    #[must_use]
    pub fn account(&self, id: &str, as_of: &str) -> AccountAsOf {
        let account = account_as_of(self.contract(id), self.ledger.indices(), day(as_of));
        account.unwrap_or_else(|error| panic!("{id} as of {as_of}: {error}"))
    }

    /// P7: a contract's month up to a gas day.
    ///
    /// # Panics
    /// When the month has no gas day of the term up to it, or a number does not fit.
    #[must_use]
    pub fn running(&self, id: &str, in_month: &str, through: &str) -> Settlement {
        let contract = self.contract(id);
        let facts = contract.month_facts(month(in_month), day(through), self.ledger.indices());
        let facts = facts.unwrap_or_else(|| panic!("{id} has no day of {in_month}"));
        settle(&facts).unwrap_or_else(|error| panic!("{id} {in_month}: {error}"))
    }
}
