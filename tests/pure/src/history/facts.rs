//! Indices, lots, transfers, claims.

use chrono::{Days, NaiveDate};
use citygate_domain::Command;
use citygate_domain::contract::{SignContract, TransferQuantity};
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::market::{IndexNumber, PublishIndex, RecordLot, TradeMode};
use citygate_domain::quantities::{CivilDay, GasDay, Price, Quantity, SettlementMonth};
use citygate_domain::rules::relief::ReliefKind;
use rust_decimal::Decimal;

use super::contracts::CODES;
use super::dice::Dice;
use crate::words::read;

/// A settlement month of a contract.
fn some_month(dice: &mut Dice, contract: &SignContract) -> SettlementMonth {
    let months: Vec<_> = contract.terms.monthly_quantities.keys().copied().collect();
    *dice.of(&months)
}

/// A gas day of a contract.
pub(super) fn some_day(dice: &mut Dice, contract: &SignContract) -> NaiveDate {
    let days = contract.terms.days();
    days.first.date() + Days::new(dice.below(days.count().unsigned_abs()))
}

/// A quantity that fits into the contract's unit.
fn some_quantity(dice: &mut Dice, contract: &SignContract, month: SettlementMonth) -> Quantity {
    let monthly = contract.terms.monthly_quantities.get(&month).copied().unwrap_or(Quantity::ZERO);
    let places = contract.terms.unit.decimals();
    let part = monthly.value() * Decimal::from(dice.between(1, 60)) / Decimal::ONE_HUNDRED;
    let part = part.trunc_with_scale(places);
    if part.is_zero() { Quantity::new(dice.decimal(5, places)) } else { Quantity::new(part) }
}

/// Index values from long before the contracts on: some lapse, some are corrected.
pub(super) fn indices(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let first = contracts.iter().map(|contract| contract.terms.first_gas_day).min();
    let last = contracts.iter().map(|contract| contract.terms.last_gas_day).max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let mut commands = Vec::new();
    for code in CODES {
        if code == "RARE" && !dice.one_in(3) {
            continue;
        }
        let mut day = first.date() - Days::new(dice.between(200, 330));
        while day <= last.date() {
            let value = dice.decimal(5, 4);
            let lapses = dice.one_in(40).then(|| CivilDay::new(day + Days::new(dice.below(25))));
            let published = PublishIndex {
                code: read(code),
                effective_day: CivilDay::new(day),
                value: IndexNumber(value),
                valid_through: lapses,
                reason: None,
            };
            commands.push(Command::PublishIndex(published.clone()));
            if dice.one_in(15) {
                let reason = dice.one_in(2).then(|| "misprint".to_owned());
                let value = IndexNumber(value + Decimal::new(1, 2));
                commands.push(Command::PublishIndex(PublishIndex { value, reason, ..published }));
            }
            day = day + Days::new(dice.between(1, 25));
        }
    }
    commands
}

/// Lots, some traded at the same instant.
pub(super) fn lots(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 0..dice.below(5) {
        let contract = dice.of(contracts);
        let month = some_month(dice, contract);
        let lot = RecordLot {
            trade_reference: read(&format!("T-{}", 9 - number)),
            contract: contract.contract.clone(),
            month,
            venue: read("SHPGX"),
            mode: *dice.of(&[TradeMode::Listing, TradeMode::Agreement, TradeMode::Auction]),
            quantity: some_quantity(dice, contract, month),
            unit_price: Price::agreed(dice.decimal(5, 6)),
            firm: dice.one_in(2),
            traded_at: chrono::DateTime::parse_from_rfc3339(dice.word(&[
                "2025-10-02T10:00:00+08:00",
                "2025-10-02T02:00:00Z",
                "2025-10-01T10:00:00+08:00",
            ]))
            .expect("an instant"),
        };
        commands.push(Command::RecordLot(lot));
    }
    commands
}

/// Transfers between the contracts and with outside parties.
pub(super) fn transfers(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 0..dice.below(6) {
        let contract = dice.of(contracts);
        let month = some_month(dice, contract);
        let other = dice.one_in(2).then(|| dice.of(contracts).contract.clone());
        let inside = other.is_some() && !dice.one_in(5);
        let steps = Quantity::new(Decimal::from(10_000 * dice.between(1, 2)));
        let quantity = if inside { steps } else { some_quantity(dice, contract, month) };
        let mut sides = [Some(contract.contract.clone()), other];
        dice.shuffle(&mut sides);
        let [from, to] = sides;
        commands.push(Command::TransferQuantity(TransferQuantity {
            reference: read(&format!("X-{number}")),
            from,
            to,
            month,
            quantity,
            agreed_on: read("2025-10-01"),
        }));
    }
    commands
}

/// Claims that overlap, pending, granted in part, rejected, decided later.
pub(super) fn claims(dice: &mut Dice, contracts: &[SignContract]) -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 0..dice.below(7) {
        let contract = dice.of(contracts);
        let first = some_day(dice, contract);
        let longest = if dice.one_in(4) { 90 } else { 20 };
        let last = first + Days::new(dice.below(longest));
        let month = some_month(dice, contract);
        let quantity = some_quantity(dice, contract, month);
        let part = quantity.value() * Decimal::from(dice.below(5)) / Decimal::from(4);
        let granted = part.trunc_with_scale(contract.terms.unit.decimals());
        let pending = RecordClaim {
            claim: read(&format!("CL-{number}")),
            contract: contract.contract.clone(),
            kind: *dice.of(&[ReliefKind::ForceMajeure, ReliefKind::SellerShortfall]),
            first_gas_day: GasDay::new(first),
            last_gas_day: GasDay::new(last),
            quantity,
            received_on: CivilDay::new(last + Days::new(dice.below(40))),
            decision: ClaimDecision::Pending,
            granted_quantity: Quantity::ZERO,
            decided_on: None,
        };
        let decided = RecordClaim {
            decision: ClaimDecision::Granted,
            granted_quantity: Quantity::new(granted),
            decided_on: Some(read("2026-06-01")),
            ..pending.clone()
        };
        let rejected = RecordClaim { decision: ClaimDecision::Rejected, ..pending.clone() };
        match dice.below(5) {
            0 => commands.push(Command::RecordClaim(pending)),
            1 => commands.push(Command::RecordClaim(rejected)),
            2 => commands.extend([pending, decided].map(Command::RecordClaim)),
            _ => commands.push(Command::RecordClaim(decided)),
        }
    }
    commands
}
