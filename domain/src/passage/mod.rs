//! The passage of time (T6): deadlines, expiries and crossed thresholds are recorded as events, once.
//!
//! Who reads the log hears of them; no rule does. Every number depends on dates, and would be the same
//! had nobody recorded that they went by: these events have a stream of their own, `passage/ID`, so that
//! not even the inputs of a document change. What a crossing leads to is another command.

mod clocks;
mod due;
mod rejection;
mod state;
mod tick;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::quantities::{CivilDay, ContractId, GasDay, Money};
use crate::rules::stage::Stage;
use crate::state::Ledger;
use crate::{Decision, Event, contract};

pub use clocks::{Clocks, Elapsed, TOLERANCE_SECONDS};
pub use due::{Crossing, crossings};
pub use rejection::Rejection;
pub use state::Passages;
pub use tick::{STEPS, Wanted, is_not_yet};

/// Records what has gone by for a contract since it was last asked: nothing, where nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPassage {
    /// Whose deadlines.
    pub contract: ContractId,
}

/// What went by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// The days of a demand have run (E4).
    DemandPeriodRan,
    /// The hours of a suspension notice have run (E4).
    NoticePeriodRan,
    /// No order may rest on a suspension notice any more (E4).
    NoticeLapsed,
    /// A guarantee does not count any more (A1).
    GuaranteeEnded,
    /// Emergency credit does not count any more (A1).
    EmergencyCreditEnded,
    /// The last gas day of the term is over (C1).
    TermEnded,
}

impl PassageKind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DemandPeriodRan => "demand_period_ran",
            Self::NoticePeriodRan => "notice_period_ran",
            Self::NoticeLapsed => "notice_lapsed",
            Self::GuaranteeEnded => "guarantee_ended",
            Self::EmergencyCreditEnded => "emergency_credit_ended",
            Self::TermEnded => "term_ended",
        }
    }
}

/// Time went by a moment that matters to a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePassed {
    /// The moment.
    pub at: DateTime<Utc>,
    /// Whose.
    pub contract: ContractId,
    /// What went by.
    pub kind: PassageKind,
    /// Its civil day (T5).
    pub on: CivilDay,
    /// Of what: a demand, a notice, a guarantee, the days of a credit, a last gas day.
    pub subject: String,
}

/// The stage that the facts recommend (E2) is another one than when it was last told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageCrossed {
    /// The gas day as of which it was asked.
    pub as_of: GasDay,
    /// A3.
    pub available: Money,
    /// Whose.
    pub contract: ContractId,
    /// G3; absent where gas lasts without limit, or a price is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Decimal>,
    /// The stage that was told before.
    pub from: Stage,
    /// The civil day on which it was found (T5).
    pub on: CivilDay,
    /// Codes, the deciding one first.
    pub reasons: Vec<String>,
    /// The stage now.
    pub to: Stage,
}

/// T6: records what has gone by for a contract, each once.
pub fn record(
    ledger: &Ledger,
    command: &RecordPassage,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let contract = ledger.contract(&command.contract).ok_or_else(|| {
        contract::Rejection::UnknownContract { contract: command.contract.clone() }
    })?;
    let id = contract.id();
    let mut events = Vec::new();
    for crossing in crossings(ledger, contract, context.now) {
        let known = ledger.passages().knows(id, crossing.kind, &crossing.subject);
        if crossing.at <= context.now && !known {
            events.push(Event::TimePassed(TimePassed {
                at: crossing.at,
                contract: id.clone(),
                kind: crossing.kind,
                on: ledger.clock().civil_day(crossing.at),
                subject: crossing.subject,
            }));
        }
    }
    events.extend(due::stage_crossed(ledger, contract, context.now)?.map(Event::StageCrossed));
    Ok(Decision::of(events))
}
