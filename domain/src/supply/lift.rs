//! E5: what lifts a procedure, and that it is recorded together with the fact that lifts it.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::{SupplyEvent, SupplyLifted};
use super::state::{Demand, Procedure};
use crate::context::Context;
use crate::contract::{ContractState, Direction};
use crate::log::Recorded;
use crate::market::IndexBook;
use crate::payment::{MoneyFact, Way, account_as_of};
use crate::quantities::{
    Bank, BankReference, CivilDay, ContractId, DaysOfGas, DemandId, GasDay, GasDayClock, Money,
    OrderId, PersonId,
};
use crate::rules::days::DaysRemaining;
use crate::settlement::index_codes;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// What lifted a procedure (E5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LiftCause {
    /// The demanded amount has been received.
    DemandPaid {
        /// Demanded.
        amount: Money,
        /// Which demand.
        demand: DemandId,
        /// Received.
        received: Money,
    },
    /// The days of gas are not below `restore_above`.
    DaysRestored {
        /// G3; absent, unlimited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<DaysOfGas>,
        /// The term.
        restore_above: DaysOfGas,
    },
    /// The demand was taken back.
    DemandWithdrawn {
        /// By whom.
        by: PersonId,
        /// Which demand.
        demand: DemandId,
        /// Why.
        reason: String,
    },
    /// The buyer's dispute of the demand was upheld.
    DisputeUpheld {},
    /// The order in force was taken back.
    OrderWithdrawn {
        /// Which.
        order: OrderId,
    },
}

impl LiftCause {
    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::DemandPaid { .. } => "demand_paid",
            Self::DaysRestored { .. } => "days_restored",
            Self::DemandWithdrawn { .. } => "demand_withdrawn",
            Self::DisputeUpheld {} => "dispute_upheld",
            Self::OrderWithdrawn { .. } => "order_withdrawn",
        }
    }
}

impl fmt::Display for LiftCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DemandPaid { amount, demand, received } => {
                write!(formatter, "{received} of the demanded {amount} of {demand} was received")
            }
            Self::DaysRestored { days: Some(days), restore_above } => {
                write!(formatter, "{days} days of gas reach restore_above {restore_above}")
            }
            Self::DaysRestored { days: None, restore_above } => {
                write!(formatter, "unlimited days of gas reach restore_above {restore_above}")
            }
            Self::DemandWithdrawn { by, demand, reason } => {
                write!(formatter, "demand {demand} was withdrawn by {by}: {reason}")
            }
            Self::DisputeUpheld {} => formatter.write_str("the dispute was upheld"),
            Self::OrderWithdrawn { order } => write!(formatter, "order {order} was withdrawn"),
        }
    }
}

/// T5: the gas day as of which supply is decided at a moment. Money of a civil day counts from its
/// first minute, also before the gas day of the same date begins.
#[must_use]
pub fn deciding_day(clock: GasDayClock, now: DateTime<Utc>) -> GasDay {
    clock.gas_day(now).max(GasDay::new(clock.civil_day(now).date()))
}

/// E4, E5: what of a demand has been received: payments, assigned money and balances moved in,
/// recorded after the demand or dated after the day on which it was served, less the reversals of
/// just these. A debt that is moved in takes nothing from it. T5: what is dated after today has not
/// been received.
#[must_use]
pub fn received(contract: &ContractState, demand: &Demand, today: CivilDay) -> Money {
    let mut received: Vec<(&Bank, &BankReference, Money)> = Vec::new();
    let counts = |fact: &MoneyFact| {
        fact.position > demand.position || fact.moved.value_date > demand.served.on
    };
    for fact in contract.money.iter().filter(|fact| fact.moved.value_date <= today) {
        let taken_back = match fact.way {
            Way::Payment { .. } | Way::Assigned => {
                if counts(fact) {
                    received.push((
                        &fact.moved.bank,
                        &fact.moved.bank_reference,
                        fact.moved.amount,
                    ));
                }
                continue;
            }
            Way::Reversal => fact.moved.reverses.as_ref(),
            Way::AssignmentReversed => Some(&fact.moved.bank_reference),
            // Paying back is the seller's act; it does not make a paid demand unpaid.
            Way::Refund => None,
        };
        let Some(reference) = taken_back else { continue };
        let same = |one: &(&Bank, &BankReference, Money)| {
            one.0 == &fact.moved.bank && one.1 == reference && one.2 == fact.moved.amount
        };
        if let Some(place) = received.iter().rposition(same) {
            received.remove(place);
        }
    }
    let moved_in = contract.balances_moved.iter().filter(|(moved, position)| {
        let later = *position > demand.position || moved.value_date > demand.served.on;
        let due = moved.value_date <= today;
        later && due && moved.direction == Direction::In && moved.amount > Money::ZERO
    });
    let moved_in = moved_in.map(|(moved, _)| moved.amount);
    received.into_iter().map(|(_, _, amount)| amount).chain(moved_in).sum()
}

/// E5: what lifts the running procedure of a contract as of a gas day; nothing, where nothing does. A
/// number that cannot be computed lifts nothing.
#[must_use]
pub fn lift_causes(contract: &ContractState, indices: &IndexBook, as_of: GasDay) -> Vec<LiftCause> {
    let Some(demand) = contract.supply.procedure().demand() else { return Vec::new() };
    let mut causes = Vec::new();
    let (amount, received) = (demand.served.amount, received(contract, demand, as_of.civil()));
    if received >= amount {
        let demand = demand.served.demand.clone();
        causes.push(LiftCause::DemandPaid { amount, demand, received });
    }
    let account = (as_of >= contract.first_gas_day())
        .then(|| account_as_of(contract, indices, as_of))
        .and_then(Result::ok);
    let terms = contract.terms_on(as_of).unwrap_or(contract.newest_terms());
    let restore_above = terms.payment.restore_above;
    if let Some(days) = account.and_then(|account| account.days) {
        causes.extend(restored(days, restore_above));
    }
    causes
}

fn restored(days: DaysRemaining, restore_above: DaysOfGas) -> Option<LiftCause> {
    match days {
        DaysRemaining::Unlimited => Some(LiftCause::DaysRestored { days: None, restore_above }),
        DaysRemaining::Days(days) => (days >= restore_above.value()).then(|| {
            let days = Some(DaysOfGas::new(days));
            LiftCause::DaysRestored { days, restore_above }
        }),
    }
}

/// E5: what is recorded when a procedure is lifted; none where nothing is running, and none for a
/// suspension that is lifted already.
pub(super) fn lifted(
    contract: &ContractState,
    causes: Vec<LiftCause>,
    clock: GasDayClock,
    now: DateTime<Utc>,
) -> Option<Event> {
    let procedure = contract.supply.procedure();
    let demand = procedure.demand()?.served.demand.clone();
    let waiting = procedure.proposal().map(|proposal| proposal.proposed.order.clone());
    let in_force = match procedure {
        Procedure::Reduced(_, order) | Procedure::Suspended(_, order) => {
            Some(order.issued.order.clone())
        }
        Procedure::Nothing
        | Procedure::Demanded(_)
        | Procedure::Noticed(_)
        | Procedure::Restoring(_) => None,
    };
    let orders = in_force.into_iter().chain(waiting).collect();
    let (contract, on) = (contract.id().clone(), clock.civil_day(now));
    let lifted = SupplyLifted { at: now, causes, contract, demand, on, orders };
    Some(Event::Supply(Box::new(SupplyEvent::SupplyLifted(lifted))))
}

/// E5: a decision together with what its facts lift. Most decisions touch no contract whose supply is
/// in question, and are handed on as they are.
pub(crate) fn with_lifted(
    ledger: &Ledger,
    mut decision: Decision,
    context: &Context<'_>,
) -> Decision {
    // A demand begins what it may already be too late for.
    let begins = decision.events.iter().any(is_demand);
    if decision.events.is_empty() || (ledger.curtailed().is_empty() && !begins) {
        return decision;
    }
    let publishes = decision.events.iter().any(|event| matches!(event, Event::IndexPublished(_)));
    let as_of = deciding_day(ledger.clock(), context.now);
    for id in touched(ledger, &decision) {
        let Some(mut after) = ledger.alone(&id, publishes) else { continue };
        let mut position = ledger.position();
        for event in &decision.events {
            position = position.next();
            let event = event.clone();
            after.evolve(&Recorded { position, recorded_at: context.now, event });
        }
        let Some(contract) = after.contract(&id) else { continue };
        let indices = if publishes { after.indices() } else { ledger.indices() };
        let causes = lift_causes(contract, indices, as_of);
        if !causes.is_empty() {
            decision.events.extend(lifted(contract, causes, ledger.clock(), context.now));
        }
    }
    decision
}

fn is_demand(event: &Event) -> bool {
    matches!(event, Event::Supply(event) if matches!(**event, SupplyEvent::DemandServed(_)))
}

/// The contracts whose supply is in question and that the events may lift.
fn touched(ledger: &Ledger, decision: &Decision) -> BTreeSet<ContractId> {
    let curtailed = ledger.curtailed();
    let mut touched = BTreeSet::new();
    for event in &decision.events {
        match event.stream() {
            Stream::Contract(id) | Stream::Delivery(id, _) => {
                if is_demand(event) || curtailed.contains(&id) {
                    touched.insert(id);
                }
            }
            Stream::Index(code) => {
                let uses = |id: &&ContractId| {
                    let contract = ledger.contract(id);
                    contract.is_some_and(|contract| index_codes(contract).contains(&code))
                };
                touched.extend(curtailed.iter().filter(uses).cloned());
            }
            Stream::Ledger
            | Stream::Scheduler
            | Stream::Customer(_)
            | Stream::Point(_)
            | Stream::Bank(..)
            | Stream::Trade(_)
            | Stream::Transfer(_)
            | Stream::Claim(_)
            | Stream::Guarantee(_)
            | Stream::Invoice(_)
            | Stream::Unallocated
            | Stream::Approval(_)
            | Stream::Person(_)
            | Stream::Key(_)
            | Stream::Passage(_)
            | Stream::Books => {}
        }
    }
    touched
}
