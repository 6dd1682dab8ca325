//! A gateway and its valve: the reference of `docs/how-to/gateways.md`, with an actuator that may be slow,
//! answers that overtake each other, and the bugs that can be planted around it.

use chrono::TimeDelta;
use citygate_domain::log::Position;
use citygate_domain::quantities::OrderId;
use citygate_domain::supply::lease::{Epoch, Lease, LeaseDecision};

use super::core::Core;
use super::plant::Plant;
use super::signing::public_keys;
use super::terms::Life;
use crate::gateway::{Alarm, Gateway, Taken, Valve};

/// How new a lease is: its epoch, its slot, and how much of the log it knows.
pub type Said = (Epoch, i64, Position);

/// A lease on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The signed text: all that a gateway gets.
    pub text: String,
    /// What it says.
    pub lease: Lease,
    /// Beside the lease: the order that it is about.
    pub order: Option<OrderId>,
    /// Beside the lease, for the invariants: what the order lacked when the lease was made.
    pub lacked: Vec<&'static str>,
    /// Beside the lease: when it was asked for and made, on the clock of the world.
    pub made: i64,
    /// Beside the lease: how far the clock of its node was off.
    pub off: TimeDelta,
    /// Beside the lease: the contract that held the point.
    pub holder: Option<usize>,
    /// Beside the lease: the terms and points of that.
    pub life: Life,
    /// Beside the lease: the newest event of the log.
    pub knew: Position,
}

impl Heard {
    /// How new it is.
    #[must_use]
    pub fn said(&self) -> Said {
        (self.lease.epoch, self.lease.issued.timestamp(), self.lease.position)
    }

    /// Seconds after its receipt within which its command is carried out; none where it has none.
    #[must_use]
    pub fn not_after(&self) -> Option<i64> {
        let seconds = match &self.lease.decision {
            LeaseDecision::Allow { .. } | LeaseDecision::Keep { .. } => return None,
            LeaseDecision::Limit { command, .. } => command.command.not_after_seconds(),
            LeaseDecision::Stop { command } => command.command.not_after_seconds(),
        };
        Some(seconds.cast_signed())
    }
}

/// A gateway with its valve.
#[derive(Debug, Clone)]
pub struct Device {
    point: String,
    gateway: Gateway,
    /// The newest word that it has heard.
    pub known: Option<Said>,
    /// Its newest lease.
    pub lease: Option<Heard>,
    /// A command that the valve has not carried out yet: when it came, and when the valve will.
    moving: Option<(Heard, i64, i64)>,
    /// An answer that is still on its way.
    pub on_its_way: Option<Heard>,
    /// Its clock never goes back.
    clock: i64,
}

/// What moved a valve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Before.
    pub from: Valve,
    /// After.
    pub to: Valve,
    /// The lease whose command it was; none: nobody's.
    pub by: Option<Heard>,
    /// When, on the clock of the world.
    pub at: i64,
    /// Seconds since the gateway got it.
    pub age: i64,
    /// Seconds that it was on its way.
    pub late: i64,
    /// The newest word that the gateway had heard.
    pub known: Option<Said>,
}

impl Device {
    /// A new one: gas flows.
    #[must_use]
    pub fn new(point: &str) -> Self {
        let (point, gateway) = (point.to_owned(), unheard(point, Valve::Open));
        let (known, lease, moving, on_its_way) = (None, None, None, None);
        Self { point, gateway, known, lease, moving, on_its_way, clock: 0 }
    }

    fn now(&mut self, clock: i64) -> u64 {
        self.clock = self.clock.max(clock);
        self.clock.unsigned_abs()
    }

    /// An answer has come. Its valve moves at once, or after a while.
    pub fn hear(&mut self, core: Core, heard: Heard, clock: i64, slow: i64) -> Option<Moved> {
        let asked = heard.made.unsigned_abs();
        let now = self.now(clock).max(asked);
        let before = self.gateway.clone();
        let mut taken = self.gateway.take(&heard.text, asked, now);
        if taken == Taken::Known && core.has(Plant::ActsOnOlderWord) {
            // As if it had heard nothing before.
            self.gateway = unheard(&self.point, self.gateway.valve);
            taken = self.gateway.take(&heard.text, asked, now);
        }
        let slot = |said: &Said| (said.0, said.1);
        let same_slot = self.known.is_some_and(|known| slot(&known) == slot(&heard.said()));
        if same_slot && core.has(Plant::OneWordASlot) {
            self.gateway = before;
            self.known = self.known.max(Some(heard.said()));
            return None;
        }
        match taken {
            Taken::Late | Taken::Refused => return None,
            Taken::Known => self.known = self.known.max(Some(heard.said())),
            Taken::Newest => {
                self.known = self.known.max(Some(heard.said()));
                self.moving = Some((heard.clone(), clock, clock + slow));
                self.lease = Some(heard);
            }
        }
        self.tick(core, clock)
    }

    /// Its clock has gone on.
    pub fn tick(&mut self, core: Core, clock: i64) -> Option<Moved> {
        let now = self.now(clock);
        let mut moved = None;
        if let Some((heard, came, due)) = self.moving.take_if(|(_, _, due)| *due <= clock) {
            // The valve has moved when it was due, not when somebody looked.
            let carried = if core.has(Plant::ActsAfterExpiry) { came } else { due };
            let from = self.gateway.valve;
            self.gateway.actuate(carried.unsigned_abs());
            let (to, known) = (self.gateway.valve, self.known);
            let (at, age, late) = (due, due - came, came - heard.made);
            let by = Some(heard);
            moved = (from != to).then_some(Moved { from, to, by, at, age, late, known });
        }
        let expired = self.lease.is_some() && self.gateway.alarm(now) == Alarm::Hard;
        if expired && core.has(Plant::ExpiryCloses) {
            let (from, to, known) = (self.gateway.valve, Valve::Closed, self.known);
            self.gateway.valve = to;
            return Some(Moved { from, to, by: None, at: clock, age: 0, late: 0, known });
        }
        moved
    }

    /// Somebody on site has opened the valve.
    pub fn opened_by_hand(&mut self) {
        self.gateway.opened_on_site();
    }
}

fn unheard(point: &str, valve: Valve) -> Gateway {
    let (lease_key, order_key) = public_keys();
    let mut gateway = Gateway::new(point, lease_key, order_key);
    gateway.valve = valve;
    gateway
}
