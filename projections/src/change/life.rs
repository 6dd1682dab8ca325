//! What the life of a contract says, as far as it can change an amount.

use citygate_domain::contract::life::{
    BalanceMoved, ContractAmended, ContractTerminated, PointMoved,
};
use citygate_domain::contract::{ContractSigned, ContractState, Direction, changed_terms};
use citygate_domain::state::Ledger;
use citygate_domain::trace::Value;

use super::Word;
use super::fact::{money, text};

pub(super) fn signed(event: &ContractSigned, before: &Ledger) -> Vec<Word> {
    let known = before.contract(&event.contract);
    known.map(|known| changed(&renewed(known, event))).into_iter().collect()
}

/// What a renewal changes: the terms that differ, and the points where these differ.
fn renewed(before: &ContractState, signed: &ContractSigned) -> Vec<String> {
    let mut names = changed_terms(before.newest_terms(), &signed.terms);
    if before.points_on(before.last_gas_day()) != signed.delivery_points {
        names.insert(0, "delivery_points".to_owned());
    }
    names
}

pub(super) fn amended(event: &ContractAmended, before: &Ledger) -> Vec<Word> {
    let known = before.contract(&event.contract);
    let terms = known.and_then(|known| known.terms_on(event.from));
    terms.map(|terms| changed(&changed_terms(terms, &event.terms))).into_iter().collect()
}

pub(super) fn terminated(event: &ContractTerminated) -> Vec<Word> {
    vec![("last_gas_day", Value::GasDay(event.terms.last_gas_day))]
}

pub(super) fn point_moved(event: &PointMoved) -> Vec<Word> {
    vec![
        text("delivery_point", &event.delivery_point.id),
        ("gas_day", Value::GasDay(event.first_gas_day)),
        text(counterparty(event.direction), &event.counterparty),
    ]
}

pub(super) fn balance_moved(event: &BalanceMoved) -> Vec<Word> {
    money(counterparty(event.direction), &event.counterparty, event.amount)
}

/// The names of terms that are other ones now.
pub(super) fn changed(names: &[String]) -> Word {
    ("changed_terms", Value::Text(names.join(", ")))
}

/// Where something comes from, or goes to.
fn counterparty(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "from_contract",
        Direction::Out => "to_contract",
    }
}
