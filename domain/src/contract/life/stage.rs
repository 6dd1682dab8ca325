use std::fmt;

use crate::contract::ContractState;
use crate::quantities::{CivilDay, GasDay};

/// C1: where a contract stands in its life, with what is true there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeStage {
    /// Its term has not begun.
    Signed {
        /// When it will.
        first_gas_day: GasDay,
    },
    /// Its term runs.
    InForce {
        /// The last gas day of it.
        last_gas_day: GasDay,
    },
    /// Its term came to its agreed end.
    Expired {
        /// The last gas day of it.
        last_gas_day: GasDay,
    },
    /// Its term was ended early.
    Terminated {
        /// The last gas day of it.
        last_gas_day: GasDay,
    },
    /// Its account is closed.
    AccountClosed {
        /// When.
        on: CivilDay,
    },
}

impl LifeStage {
    /// The stage as of a gas day.
    #[must_use]
    pub fn of(contract: &ContractState, day: GasDay) -> Self {
        let (first_gas_day, last_gas_day) = (contract.first_gas_day(), contract.last_gas_day());
        match &contract.closed {
            Some((closed, _)) if day.includes(closed.on) => Self::AccountClosed { on: closed.on },
            Some(_) | None if day < first_gas_day => Self::Signed { first_gas_day },
            Some(_) | None if day <= last_gas_day => Self::InForce { last_gas_day },
            Some(_) | None if contract.terminated.is_some() => Self::Terminated { last_gas_day },
            Some(_) | None => Self::Expired { last_gas_day },
        }
    }

    /// The stage at a moment, by its gas day and civil day: an account is closed from the beginning
    /// of a civil day on (T5), which is not that of the gas day.
    #[must_use]
    pub fn now(contract: &ContractState, day: GasDay, today: CivilDay) -> Self {
        match &contract.closed {
            Some((closed, _)) if closed.on <= today => Self::AccountClosed { on: closed.on },
            Some(_) | None => Self::of(contract, day),
        }
    }

    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Signed { .. } => "signed",
            Self::InForce { .. } => "in_force",
            Self::Expired { .. } => "expired",
            Self::Terminated { .. } => "terminated",
            Self::AccountClosed { .. } => "account_closed",
        }
    }
}

impl fmt::Display for LifeStage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}
