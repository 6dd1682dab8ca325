//! The life of a contract (C1, C4): amended, ended early, its points moved, its account closed.
//!
//! `stage` says where a contract stands. Each other file decides one thing: `amend` and `terminate`
//! change terms, `move_point` and `hand_over` change who holds a point, `checklist` says what an
//! account still waits for, and `close` closes it.

mod account_rejection;
mod amend;
mod checklist;
mod close;
mod hand_over;
mod money;
mod move_point;
mod rejection;
mod stage;
mod terminate;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DeliveryPoint, Direction, Terms};
use crate::Decision;
use crate::context::Context;
use crate::quantities::{
    Bank, BankReference, CivilDay, ContractId, GasDay, Money, PointId, Quantity,
};
use crate::state::Ledger;

pub use account_rejection::AccountRejection;
pub use amend::amended;
pub use checklist::{Item, Open, checklist};
pub(crate) use close::check_not_closed;
pub use money::settled_balance;
pub use rejection::Rejection;
pub use stage::LifeStage;
pub use terminate::shortened;

/// What can be asked of a contract that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LifeCommand {
    /// Change terms from a gas day on (C1).
    Amend(AmendContract),
    /// End the term early (C1).
    Terminate(TerminateContract),
    /// Move a point to another contract (Q4).
    MovePoint(MovePoint),
    /// Give all points to a successor's contract (C4).
    HandOver(HandOver),
    /// Close the account (C4).
    Close(CloseAccount),
}

/// Decides what is asked of a contract's life.
pub fn decide(
    ledger: &Ledger,
    command: &LifeCommand,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    match command {
        LifeCommand::Amend(command) => amend::amend(ledger, command),
        LifeCommand::Terminate(command) => terminate::terminate(ledger, command),
        LifeCommand::MovePoint(command) => move_point::move_point(ledger, command),
        LifeCommand::HandOver(command) => hand_over::hand_over(ledger, command),
        LifeCommand::Close(command) => close::close(ledger, command, context),
    }
}

/// Amends a contract's terms from a gas day on (C1, 变更).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendContract {
    /// Which contract.
    pub contract: ContractId,
    /// From this gas day.
    pub from: GasDay,
    /// The terms that change, as an object of the terms; the rest stays as it is on that day.
    pub patch: Value,
    /// Why.
    pub reason: String,
    /// When it was signed.
    pub signed_on: CivilDay,
}

/// Terms were amended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractAmended {
    /// Which contract.
    pub contract: ContractId,
    /// From this gas day.
    pub from: GasDay,
    /// The terms that changed, as they were told.
    pub patch: Value,
    /// Why.
    pub reason: String,
    /// When it was signed.
    pub signed_on: CivilDay,
    /// The whole terms that count from then on.
    pub terms: Terms,
}

/// Ends a contract's term before its last gas day (C1, 终止).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminateContract {
    /// Which contract.
    pub contract: ContractId,
    /// Its last gas day.
    pub last_gas_day: GasDay,
    /// The quantity of its last month; none: as agreed for the whole month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_month_quantity: Option<Quantity>,
    /// Why.
    pub reason: String,
    /// When it was signed.
    pub signed_on: CivilDay,
}

/// A contract's term ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractTerminated {
    /// Which contract.
    pub contract: ContractId,
    /// Why.
    pub reason: String,
    /// When it was signed.
    pub signed_on: CivilDay,
    /// The whole terms of its last gas day: they end with it, and so do the monthly quantities.
    pub terms: Terms,
}

/// Moves a point from one contract to another (Q4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovePoint {
    /// Which point.
    pub point: PointId,
    /// From which contract.
    pub from: ContractId,
    /// To which contract.
    pub to: ContractId,
    /// The first gas day on which the other one holds it.
    pub on: GasDay,
    /// Why.
    pub reason: String,
}

/// A point came from another contract, or went to one: one side of a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointMoved {
    /// The contract whose points change.
    pub contract: ContractId,
    /// The other contract.
    pub counterparty: ContractId,
    /// The point, with the capacity that it takes along.
    pub delivery_point: DeliveryPoint,
    /// Which way.
    pub direction: Direction,
    /// The first gas day on which it is so.
    pub first_gas_day: GasDay,
    /// The last gas day on which it is so.
    pub last_gas_day: GasDay,
    /// Why.
    pub reason: String,
}

/// A point does not belong to a contract any more (Q4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointReleased {
    /// The contract.
    pub contract: ContractId,
    /// From this gas day on.
    pub from: GasDay,
    /// The point.
    pub point: PointId,
}

/// Gives all points of a contract to a successor's contract from a gas day on (C4, 过户). A term
/// that runs beyond the day before ends with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Which contract.
    pub contract: ContractId,
    /// To which contract.
    pub to: ContractId,
    /// The first gas day on which the successor holds the points.
    pub on: GasDay,
    /// The quantity of its last month; none: as agreed for the whole month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_month_quantity: Option<Quantity>,
    /// Why.
    pub reason: String,
    /// When it was signed.
    pub signed_on: CivilDay,
}

/// Closes the account of a contract whose term is over (C4, 销户).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseAccount {
    /// Which contract.
    pub contract: ContractId,
    /// The civil day on which its balance goes.
    pub on: CivilDay,
    /// Where its balance goes.
    pub balance: Settling,
    /// Why.
    pub reason: String,
}

/// Where the balance of a closed account goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum Settling {
    /// It is zero.
    Nowhere {},
    /// Back to the buyer.
    Bank {
        /// The bank.
        bank: Bank,
        /// Its reference.
        bank_reference: BankReference,
    },
    /// To another contract.
    Contract {
        /// Which one.
        contract: ContractId,
        /// Whether a debt goes there too.
        with_debt: bool,
    },
}

/// One side of a balance that went from one contract to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalanceMoved {
    /// Yuan; below zero, a debt.
    pub amount: Money,
    /// Whose account changes.
    pub contract: ContractId,
    /// The other contract.
    pub counterparty: ContractId,
    /// Which way.
    pub direction: Direction,
    /// The civil day on which it counts.
    pub value_date: CivilDay,
}

impl BalanceMoved {
    /// What it adds to the account.
    #[must_use]
    pub fn signed_amount(&self) -> Money {
        match self.direction {
            Direction::In => self.amount,
            Direction::Out => -self.amount,
        }
    }
}

/// An account was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountClosed {
    /// What it held before it was closed.
    pub balance: Money,
    /// Where that went.
    pub balance_to: Settling,
    /// Whose account.
    pub contract: ContractId,
    /// When.
    pub on: CivilDay,
    /// Why.
    pub reason: String,
}
