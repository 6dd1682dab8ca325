//! A gateway and its valve: it knows its own clock, its newest lease and the highest epoch that it has
//! heard of, and nothing else.

use citygate_domain::quantities::OrderId;

use super::core::{Core, Plant};

/// Seconds after which a gateway takes no answer to a question any more.
pub const ANSWER_WITHIN: i64 = 60;

/// Where a valve stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// No gas.
    Closed,
    /// At most so many thousandths of a cubic metre a gas day.
    Limited(i64),
    /// Open.
    Open,
}

/// What a lease says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// Gas may flow.
    Allow,
    /// Leave the valve as it is.
    Keep,
    /// At most so many thousandths of a cubic metre a gas day.
    Limit(i64),
    /// No gas.
    Stop,
}

/// A lease as a gateway reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// What it says.
    pub says: Says,
    /// Epoch of the ledger, and of the decision.
    pub epoch: (u64, u64),
    /// The order behind it.
    pub order: Option<OrderId>,
    /// Seconds from receipt.
    pub not_after: i64,
    /// Seconds from receipt.
    pub soft: i64,
    /// Seconds from receipt.
    pub hard: i64,
    /// Beside the lease, for the invariants: what the order lacked when the lease was made.
    pub lacked: Vec<&'static str>,
    /// Beside the lease: when it was made, on the clock of the world.
    pub made: i64,
}

/// A gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Its valve.
    pub flow: Flow,
    /// The highest epoch that it has heard of.
    pub epoch: (u64, u64),
    /// Its newest lease, and when it came, on its own clock.
    pub lease: Option<(Heard, i64)>,
    /// A command that the valve has not carried out yet: when it will.
    pub moving: Option<(Heard, i64, i64)>,
    /// An answer that is still on its way.
    pub on_its_way: Option<Heard>,
    /// Commands that it has carried out: each only once.
    pub done: Vec<(Option<OrderId>, Says)>,
    /// Alarms that it has raised.
    pub alarms: u64,
    quiet: bool,
}

/// What moved a valve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Before.
    pub from: Flow,
    /// After.
    pub to: Flow,
    /// The lease whose command it was; none: nobody's.
    pub by: Option<Heard>,
    /// Seconds since the gateway got it.
    pub age: i64,
    /// Seconds that it was on its way.
    pub late: i64,
    /// The highest epoch that the gateway had heard of.
    pub known: (u64, u64),
}

impl Gateway {
    /// A new one: gas flows.
    #[must_use]
    pub fn new() -> Self {
        Self {
            flow: Flow::Open,
            epoch: (0, 0),
            lease: None,
            moving: None,
            on_its_way: None,
            done: Vec::new(),
            alarms: 0,
            quiet: true,
        }
    }

    /// A lease has come. Its valve moves at once, or after a while.
    pub fn hear(&mut self, core: Core, heard: Heard, clock: i64, slow: i64) -> Option<Moved> {
        let known = self.epoch;
        if heard.epoch < known && !core.has(Plant::ActsOnLowerEpoch) {
            return None;
        }
        let same = |held: &(Heard, i64)| (held.0.epoch, held.0.made) == (heard.epoch, heard.made);
        if self.lease.as_ref().is_some_and(same) {
            return None;
        }
        self.epoch = heard.epoch.max(known);
        self.quiet = true;
        self.lease = Some((heard.clone(), clock));
        // Only the newest lease commands.
        self.moving = Some((heard, clock, clock + slow));
        self.tick(core, clock)
    }

    /// Its clock has gone on.
    pub fn tick(&mut self, core: Core, clock: i64) -> Option<Moved> {
        let mut moved = None;
        if let Some((heard, came, due)) = self.moving.clone().filter(|(_, _, due)| *due <= clock) {
            self.moving = None;
            // The valve has moved when it was due, not when somebody looked.
            let age = due - came;
            if age <= heard.not_after || core.has(Plant::ActsAfterExpiry) {
                moved = self.carry_out(heard, age, came);
            }
        }
        if let Some((lease, came)) = &self.lease {
            let age = clock - came;
            if age > lease.soft && self.quiet {
                self.quiet = false;
                self.alarms += 1;
            }
            if age > lease.hard && core.has(Plant::ExpiryCloses) {
                let (from, known) = (self.flow, self.epoch);
                self.flow = Flow::Closed;
                return Some(Moved { from, to: Flow::Closed, by: None, age, late: 0, known });
            }
        }
        moved
    }

    fn carry_out(&mut self, heard: Heard, age: i64, came: i64) -> Option<Moved> {
        let from = self.flow;
        let id = (heard.order.clone(), heard.says.clone());
        let commands = matches!(heard.says, Says::Stop | Says::Limit(_));
        if commands && self.done.contains(&id) {
            return None;
        }
        let to = match (&heard.says, from) {
            (Says::Stop, _) => Flow::Closed,
            // What is closed is only armed; a person opens it.
            (Says::Keep, _) | (Says::Allow | Says::Limit(_), Flow::Closed) => from,
            (Says::Limit(most), Flow::Open | Flow::Limited(_)) => Flow::Limited(*most),
            (Says::Allow, Flow::Open | Flow::Limited(_)) => Flow::Open,
        };
        self.flow = to;
        if commands {
            self.done.push(id);
        }
        let (known, late) = (self.epoch, came - heard.made);
        (from != to).then_some(Moved { from, to, by: Some(heard), age, late, known })
    }

    /// Somebody on site has opened the valve.
    pub fn opened_by_hand(&mut self) {
        self.flow = Flow::Open;
        self.moving = None;
    }
}
