//! What can end a procedure (E5).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::quantities::{DaysOfGas, DemandId, Money, OrderId, PersonId};

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
