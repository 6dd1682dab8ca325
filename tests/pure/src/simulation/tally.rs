//! What a run counts, and the digest of its trace.

use std::fmt;

use citygate_domain::Event;
use citygate_domain::contract::Direction;
use citygate_domain::quantities::CivilDay;
use citygate_domain::supply::lease::LeaseDecision;
use citygate_domain::supply::{MeasureKind, SupplyEvent};

use super::device::Moved;
use super::faults::Faults;
use crate::gateway::Valve;

/// A running digest (FNV-1a over words of eight bytes, mixed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Digest {
    /// A number more.
    pub fn add(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x0000_0100_0000_01B3);
        self.0 = mixed ^ (mixed >> 29);
    }

    /// A word more.
    pub fn add_text(&mut self, text: &str) {
        for bytes in text.as_bytes().chunks(8) {
            let word = bytes.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
            self.add(word);
        }
        self.add(text.len() as u64);
    }

    /// Another trace behind this one.
    pub fn follow(&mut self, other: Self) {
        self.add(other.0);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// What happened how often.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Histories.
    pub histories: u64,
    /// Steps.
    pub steps: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Decisions on an old state that the log refused.
    pub conflicts: u64,
    /// Leases by what they say: allow, keep, limit, stop.
    pub answers: [u64; 4],
    /// Issued orders: reductions, suspensions.
    pub issued: [u64; 2],
    /// Procedures that were lifted.
    pub lifted: u64,
    /// Supplies that were restored on site.
    pub restored: u64,
    /// Valves that went down: to a limit, to closed.
    pub lowered: [u64; 2],
    /// Contracts by what became of them: amended, renewed, ended early, a point moved.
    pub lives: [u64; 4],
    /// Guarantees and credits that count from a later day on.
    pub ahead: u64,
    /// How often time was looked at.
    pub ticks: u64,
    /// What was recorded because time had gone by.
    pub ticked: u64,
    /// Faults that were woven in.
    pub faults: Faults,
}

impl Tally {
    /// A lease more.
    pub fn answered(&mut self, decision: &LeaseDecision) {
        let [allow, keep, limit, stop] = &mut self.answers;
        *match decision {
            LeaseDecision::Allow { .. } => allow,
            LeaseDecision::Keep { .. } => keep,
            LeaseDecision::Limit { .. } => limit,
            LeaseDecision::Stop { .. } => stop,
        } += 1;
    }

    /// A valve has moved.
    pub fn moved(&mut self, moved: &Moved) {
        if moved.to >= moved.from {
            return;
        }
        let [limited, closed] = &mut self.lowered;
        *match moved.to {
            Valve::Closed => closed,
            Valve::Limited(_) | Valve::Open => limited,
        } += 1;
    }

    /// A fact of supply.
    pub fn supplied(&mut self, event: &SupplyEvent) {
        match event {
            SupplyEvent::OrderIssued(event) => {
                let [reductions, suspensions] = &mut self.issued;
                *match event.measure.kind() {
                    MeasureKind::Reduce => reductions,
                    MeasureKind::Suspend => suspensions,
                } += 1;
            }
            SupplyEvent::SupplyLifted(_) => self.lifted += 1,
            SupplyEvent::SupplyRestored(_) => self.restored += 1,
            SupplyEvent::DemandServed(_)
            | SupplyEvent::DemandDisputed(_)
            | SupplyEvent::DemandDisputeResolved(_)
            | SupplyEvent::NoticeServed(_)
            | SupplyEvent::SiteConfirmed(_)
            | SupplyEvent::OrderProposed(_)
            | SupplyEvent::OrderApproved(_)
            | SupplyEvent::OrderWithdrawn(_)
            | SupplyEvent::ValveReported(_) => {}
        }
    }

    /// A fact of a contract's life, or of what is lent to it, on a civil day.
    pub fn lived(&mut self, event: &Event, today: CivilDay) {
        // What was signed at the beginning is not told.
        let lives = [
            matches!(event, Event::ContractAmended(_)),
            matches!(event, Event::ContractSigned(_)),
            matches!(event, Event::ContractTerminated(_)),
            matches!(event, Event::PointMoved(event) if event.direction == Direction::In),
        ];
        self.lives.iter_mut().zip(lives).for_each(|(count, is_so)| *count += u64::from(is_so));
        let guaranteed = matches!(event, Event::GuaranteeGiven(event) if event.valid_from > today);
        let credited = matches!(event, Event::CreditGranted(event) if event.from > today);
        self.ahead += u64::from(guaranteed || credited);
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.histories += other.histories;
        self.steps += other.steps;
        self.refused += other.refused;
        self.conflicts += other.conflicts;
        self.lifted += other.lifted;
        self.restored += other.restored;
        self.ahead += other.ahead;
        self.ticks += other.ticks;
        self.ticked += other.ticked;
        let pairs = (self.answers.iter_mut().zip(other.answers))
            .chain(self.issued.iter_mut().zip(other.issued))
            .chain(self.lowered.iter_mut().zip(other.lowered))
            .chain(self.lives.iter_mut().zip(other.lives));
        pairs.for_each(|(sum, count)| *sum += count);
        self.faults.add(&other.faults);
    }
}
