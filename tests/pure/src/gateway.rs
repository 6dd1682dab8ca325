//! A gateway as `docs/how-to/gateways.md` asks for one: small, without a clock that anybody sets.
//!
//! It knows two public keys and a monotonic count of seconds. It lowers flow only by a signed command
//! that came in a lease newer than every lease before it, in time, and that is still the newest word.

use std::collections::BTreeMap;

use citygate_domain::keys::PublicKey;
use citygate_domain::log::Position;
use citygate_domain::quantities::Volume;
use citygate_domain::supply::lease::{
    Epoch, LeaseDecision, SignedLease, Target, Times, ValveCommand,
};

/// Seconds after which an answer is too old to be taken: it was asked for before.
pub use citygate_domain::supply::lease::ANSWER_SECONDS;

/// Where a valve stands, from no gas to all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Valve {
    /// No gas.
    Closed,
    /// At most so much a gas day.
    Limited(Volume),
    /// All of it.
    Open,
}

/// What a gateway made of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is the newest word.
    Newest,
    /// It, or a newer one, was known.
    Known,
    /// It came too late after it was asked for.
    Late,
    /// Nobody who may has signed it for this point.
    Refused,
}

/// How things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The last lease holds.
    None,
    /// No news for a while: go on.
    Soft,
    /// No news for long: keep the valve, send a person.
    Hard,
}

/// How new a word is: its epoch, its slot, and how much of the log it knows.
type Said = (Epoch, i64, Position);

/// A command that waits to be carried out.
#[derive(Debug, Clone)]
struct Waiting {
    id: String,
    valve: Valve,
    until: u64,
}

/// A gateway at a point.
#[derive(Debug, Clone)]
pub struct Gateway {
    point: String,
    lease_key: PublicKey,
    order_key: PublicKey,
    /// Where its valve stands.
    pub valve: Valve,
    newest: Option<Said>,
    held: Option<(Times, u64)>,
    waiting: Option<Waiting>,
    reports: BTreeMap<String, Valve>,
}

impl Gateway {
    /// A gateway whose valve is open and that has no lease yet.
    #[must_use]
    pub fn new(point: &str, lease_key: PublicKey, order_key: PublicKey) -> Self {
        Self {
            point: point.to_owned(),
            lease_key,
            order_key,
            valve: Valve::Open,
            newest: None,
            held: None,
            waiting: None,
            reports: BTreeMap::new(),
        }
    }

    /// Takes an answer that it asked for at one count of seconds and got at another.
    pub fn take(&mut self, text: &str, asked: u64, now: u64) -> Taken {
        if now - asked > ANSWER_SECONDS {
            return Taken::Late;
        }
        let signed = SignedLease::verified(text, &self.lease_key, &self.order_key);
        let Some(lease) = signed.ok().map(|signed| signed.lease) else { return Taken::Refused };
        if lease.point.as_str() != self.point {
            return Taken::Refused;
        }
        let said = (lease.epoch, lease.issued.timestamp(), lease.position);
        if self.newest.is_some_and(|newest| said < newest) {
            return Taken::Known;
        }
        if self.newest == Some(said) {
            // As new as the word before, and nothing is to be done: what waits is not done either.
            if matches!(lease.decision, LeaseDecision::Keep { .. }) {
                self.waiting = None;
            }
            return Taken::Known;
        }
        self.newest = Some(said);
        self.held = Some((lease.times, now));
        // What an older word commanded is over, carried out or not.
        self.waiting = None;
        match &lease.decision {
            LeaseDecision::Keep { .. } => {}
            // A closed valve is opened by a person on site.
            LeaseDecision::Allow { .. } => {
                if matches!(self.valve, Valve::Limited(_)) {
                    self.valve = Valve::Open;
                }
            }
            LeaseDecision::Limit { command, .. } => {
                let command = &command.command;
                self.wait(command, Valve::Limited(command.target().daily_maximum()), now);
            }
            LeaseDecision::Stop { command } => self.wait(&command.command, Valve::Closed, now),
        }
        Taken::Newest
    }

    fn wait<T: Target>(&mut self, command: &ValveCommand<T>, valve: Valve, now: u64) {
        let (id, until) = (command.id().to_owned(), now + command.not_after_seconds());
        self.waiting = Some(Waiting { id, valve, until });
    }

    /// Moves the valve, when the actuator is ready, if a command waits and is not too old. What was
    /// carried out once is only reported again.
    pub fn actuate(&mut self, now: u64) -> Option<Valve> {
        let waiting = self.waiting.take()?;
        if let Some(report) = self.reports.get(&waiting.id) {
            return Some(*report);
        }
        if now > waiting.until {
            return None;
        }
        // A valve that somebody closed is not opened by a limit.
        self.valve = self.valve.min(waiting.valve);
        self.reports.insert(waiting.id, self.valve);
        Some(self.valve)
    }

    /// A person on site opens it, once it is allowed again.
    pub fn opened_on_site(&mut self) {
        self.valve = Valve::Open;
    }

    /// Whether somebody has to look. Nothing that it says moves the valve.
    #[must_use]
    pub fn alarm(&self, now: u64) -> Alarm {
        match self.held {
            Some((times, since)) if now - since <= times.soft_until => Alarm::None,
            Some((times, since)) if now - since <= times.hard_until => Alarm::Soft,
            Some(_) | None => Alarm::Hard,
        }
    }
}
