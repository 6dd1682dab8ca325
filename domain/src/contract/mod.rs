//! Contracts: their terms, their term, and quantity moved between them (C1–C3).

mod check;
mod decide;
pub mod life;
pub mod patch;
mod readings;
mod rejection;
mod state;
mod terms;
mod transfer;
mod warning;

use serde::{Deserialize, Serialize};

use crate::customer::Customer;
use crate::quantities::{
    CivilDay, ContractId, CustomerId, GasDay, PointId, Quantity, SettlementMonth,
    TransferReference, Volume,
};

use check::check_superseded;
pub use check::{check_agreed, check_deviation, check_price};
pub use decide::sign;
pub use readings::{ReadingKey, Readings};
pub use rejection::Rejection;
pub(crate) use state::WithPatch;
pub use state::{Agreed, ContractState, Issued, TermsVersion};
pub use terms::*;
pub use transfer::transfer;
pub use warning::{Warning, warnings};

/// Signs a contract, or renews it when the id is known and the term follows (C1, C2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignContract {
    /// Its id.
    pub contract: ContractId,
    /// Who buys.
    pub customer: Customer,
    /// Where the gas is delivered (Q4).
    pub delivery_points: Vec<DeliveryPoint>,
    /// When it was signed.
    pub signed_on: CivilDay,
    /// What was agreed.
    pub terms: Terms,
}

/// A delivery point of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPoint {
    /// Q6, E7: m³ per gas day; required for a point with a gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_capacity: Option<Volume>,
    /// Its id.
    pub id: PointId,
}

/// A contract was signed, or renewed for a further term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractSigned {
    /// Its id.
    pub contract: ContractId,
    /// Who buys.
    pub customer: CustomerId,
    /// Where the gas is delivered.
    pub delivery_points: Vec<DeliveryPoint>,
    /// When it was signed.
    pub signed_on: CivilDay,
    /// What was agreed.
    pub terms: Terms,
}

/// A point belongs to a contract from day to day (Q4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointAssigned {
    /// The contract.
    pub contract: ContractId,
    /// From this gas day.
    pub first_gas_day: GasDay,
    /// To this gas day, inclusive.
    pub last_gas_day: GasDay,
    /// The point.
    pub point: PointId,
}

/// Moves monthly quantity between contracts, or to or from an outside party (C3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferQuantity {
    /// The transfer's reference, unique in the ledger.
    pub reference: TransferReference,
    /// Who gives; none for an outside party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ContractId>,
    /// Who receives; none for an outside party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ContractId>,
    /// In which settlement month.
    pub month: SettlementMonth,
    /// Billing units.
    pub quantity: Quantity,
    /// When it was agreed.
    pub agreed_on: CivilDay,
}

/// One side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityTransferred {
    /// When it was agreed.
    pub agreed_on: CivilDay,
    /// The contract whose quantity changes.
    pub contract: ContractId,
    /// The other contract; none for an outside party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterparty: Option<ContractId>,
    /// Which way.
    pub direction: Direction,
    /// The month's first gas day inside the term.
    pub first_gas_day: GasDay,
    /// In which settlement month.
    pub month: SettlementMonth,
    /// Billing units.
    pub quantity: Quantity,
    /// The transfer's reference.
    pub reference: TransferReference,
}

/// Which way a transfer moves quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The contract receives.
    In,
    /// The contract gives.
    Out,
}
