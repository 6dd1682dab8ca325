//! The life of a contract in the words of the trade: amended, ended, handed over, closed.

use citygate_domain::Command;
use citygate_domain::contract::life::{
    AmendContract, CloseAccount, HandOver, LifeCommand, MovePoint, Settling, TerminateContract,
};
use citygate_domain::quantities::ContractId;
use serde_json::Value;

use crate::told::Told;
use crate::words::{CONTRACT, civil, day, read};

/// When stories sign what changes a contract.
pub(crate) const SIGNED_ON: &str = "2026-01-05";

fn told(command: LifeCommand) -> Told {
    Told::Command(Command::Life(Box::new(command)))
}

/// The same about another contract.
pub(crate) fn about(command: &mut LifeCommand, id: ContractId) {
    match command {
        LifeCommand::Amend(amend) => amend.contract = id,
        LifeCommand::Terminate(end) => end.contract = id,
        LifeCommand::HandOver(hand_over) => hand_over.contract = id,
        LifeCommand::Close(close) => close.contract = id,
        LifeCommand::MovePoint(_) => panic!("a move is about two contracts"),
    }
}

/// Terms amended from a gas day on.
#[must_use]
pub fn amended(from: &str, patch: Value) -> Told {
    amended_for(from, patch, "as agreed anew")
}

/// Terms amended from a gas day on, and why.
#[must_use]
pub fn amended_for(from: &str, patch: Value, reason: &str) -> Told {
    told(LifeCommand::Amend(AmendContract {
        contract: read(CONTRACT),
        from: day(from),
        patch,
        reason: reason.to_owned(),
        signed_on: civil(SIGNED_ON),
    }))
}

/// A term ended early.
#[must_use]
pub fn terminated(last_gas_day: &str) -> Told {
    terminated_with(last_gas_day, None)
}

/// A term ended early, its last month with another quantity.
#[must_use]
pub fn terminated_with(last_gas_day: &str, last_month_quantity: Option<&str>) -> Told {
    told(LifeCommand::Terminate(TerminateContract {
        contract: read(CONTRACT),
        last_gas_day: day(last_gas_day),
        last_month_quantity: last_month_quantity.map(read),
        reason: "the works are closed".to_owned(),
        signed_on: civil(SIGNED_ON),
    }))
}

/// A point moved to another contract.
#[must_use]
pub fn point_moved(point: &str, from: &str, to: &str, on: &str) -> Told {
    told(LifeCommand::MovePoint(MovePoint {
        point: read(point),
        from: read(from),
        to: read(to),
        on: day(on),
        reason: "the pipe was laid anew".to_owned(),
    }))
}

/// All points given to a successor's contract.
#[must_use]
pub fn handed_over(to: &str, on: &str) -> Told {
    handed_over_with(to, on, None)
}

/// All points given to a successor's contract, the last month with another quantity.
#[must_use]
pub fn handed_over_with(to: &str, on: &str, last_month_quantity: Option<&str>) -> Told {
    told(LifeCommand::HandOver(HandOver {
        contract: read(CONTRACT),
        to: read(to),
        on: day(on),
        last_month_quantity: last_month_quantity.map(read),
        reason: "the works were sold".to_owned(),
        signed_on: civil(SIGNED_ON),
    }))
}

/// An account closed.
#[must_use]
pub fn account_closed(on: &str, balance: Settling) -> Told {
    told(LifeCommand::Close(CloseAccount {
        contract: read(CONTRACT),
        on: civil(on),
        balance,
        reason: "the works are closed".to_owned(),
    }))
}

/// The balance goes nowhere.
#[must_use]
pub fn nowhere() -> Settling {
    Settling::Nowhere {}
}

/// The balance goes back to the buyer.
#[must_use]
pub fn to_bank(reference: &str) -> Settling {
    Settling::Bank { bank: read("ICBC"), bank_reference: read(reference) }
}

/// The balance goes to another contract.
#[must_use]
pub fn to_contract(contract: &str) -> Settling {
    Settling::Contract { contract: read(contract), with_debt: false }
}

/// The balance goes to another contract, also as a debt.
#[must_use]
pub fn to_contract_with_debt(contract: &str) -> Settling {
    Settling::Contract { contract: read(contract), with_debt: true }
}
