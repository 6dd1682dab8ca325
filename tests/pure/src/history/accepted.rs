//! From commands that were taken to the facts that the twins read.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use citygate_domain::Command;
use citygate_domain::books::BooksCommand;
use citygate_domain::contract::life::LifeCommand;
use citygate_domain::contract::{SignContract, Terms};
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::payment::{MoneyKind, RecordMoney};
use citygate_domain::quantities::{ContractId, SettlementMonth};
use citygate_domain::rules::relief::ReliefKind;
use serde_json::Value;

use crate::twin::facts::{ClaimFact, ContractFacts, Facts, IndexFact, LotFact, ReadingFact};
use crate::twin::journal::Held;

/// The facts of commands, in the order in which they were taken.
#[must_use]
pub fn facts_of(taken: &[Command]) -> Facts {
    let mut facts = Facts::default();
    for command in taken {
        match command {
            Command::Books(wanted) => books(&mut facts, wanted),
            Command::Life(wanted) => life(&mut facts, wanted),
            Command::OpenLedger(_)
            | Command::ElectScheduler(_)
            | Command::IssueSettlement(_)
            | Command::AssessDeviation(_)
            | Command::ReassessDeviation(_)
            | Command::VerifyClaim(_)
            | Command::DecideClaim(_)
            | Command::AdvanceCase(_)
            | Command::WaiveDeviation(_)
            | Command::GrantRole(_)
            | Command::RevokeRole(_)
            | Command::GrantKey(_)
            | Command::RevokeKey(_)
            | Command::RecordPassage(_)
            | Command::Propose(_)
            | Command::Approve(_)
            | Command::Withdraw(_)
            | Command::RestateSettlement(_)
            | Command::RestateYear(_)
            | Command::Supply(_)
            | Command::SettleYear(_) => {}
            Command::PublishIndex(index) => facts.indices.push(IndexFact {
                code: index.code.to_string(),
                day: index.effective_day.date(),
                value: index.value.0,
                valid_through: index.valid_through.map(|last| last.date()),
            }),
            Command::SignContract(contract) => sign(&mut facts, contract),
            Command::TransferQuantity(transfer) => {
                let (month, quantity) = (label(transfer.month), transfer.quantity.value());
                for (side, quantity) in [(&transfer.from, -quantity), (&transfer.to, quantity)] {
                    if let Some(contract) = side {
                        of(&mut facts, contract).transfers.push((month, quantity));
                    }
                }
            }
            Command::RecordLot(lot) => of(&mut facts, &lot.contract).lots.push(LotFact {
                reference: lot.trade_reference.to_string(),
                month: label(lot.month),
                quantity: lot.quantity.value(),
                price: lot.unit_price.value(),
                firm: lot.firm,
                traded_at: lot.traded_at.to_utc(),
            }),
            Command::RecordDelivery(row) => {
                let reading = ReadingFact {
                    point: row.point.to_string(),
                    day: row.gas_day.date(),
                    volume: row.volume.value(),
                    gcv: row.calorific_value.map(|value| value.value()),
                };
                read(&mut facts, reading);
            }
            Command::RecordClaim(claim) => decide(of(&mut facts, &claim.contract), claim),
            Command::RecordMoney(money) => move_money(&mut facts, money),
            Command::GiveGuarantee(given) => {
                let guarantee =
                    (given.valid_from.date(), given.valid_to.date(), given.amount.value());
                of(&mut facts, &given.contract).guarantees.push(guarantee);
            }
        }
    }
    facts
}

fn label(month: SettlementMonth) -> (i32, u32) {
    (month.year(), month.month())
}

fn of<'a>(facts: &'a mut Facts, id: &ContractId) -> &'a mut ContractFacts {
    let found = facts.contracts.iter_mut().find(|contract| contract.id == id.as_str());
    found.expect("a taken fact is of a signed contract")
}

fn sign(facts: &mut Facts, signed: &SignContract) {
    let id = signed.contract.to_string();
    let points = signed.delivery_points.iter().map(|point| point.id.to_string()).collect();
    if !facts.contracts.iter().any(|contract| contract.id == id) {
        let first = ContractFacts::of(id);
        facts.contracts.push(first);
    }
    of(facts, &signed.contract).sign(signed.terms.clone(), points);
}

/// What becomes of a contract after it was signed.
fn life(facts: &mut Facts, wanted: &LifeCommand) {
    match wanted {
        LifeCommand::Amend(amend) => {
            let contract = of(facts, &amend.contract);
            let terms = merged(&contract.on(amend.from.date()).0, &amend.patch);
            contract.amend(amend.from.date(), &terms);
        }
        LifeCommand::Terminate(end) => of(facts, &end.contract).end(end.last_gas_day.date()),
        LifeCommand::MovePoint(moved) => {
            let (point, on) = (moved.point.as_str(), moved.on.date());
            of(facts, &moved.from).move_point(point, on, false);
            of(facts, &moved.to).move_point(point, on, true);
        }
        LifeCommand::HandOver(_) | LifeCommand::Close(_) => panic!("no history throws {wanted:?}"),
    }
}

/// Terms with what a patch says in place of what they said.
fn merged(terms: &Terms, patch: &Value) -> Terms {
    fn put(into: &mut Value, patch: &Value) {
        match (into.as_object_mut(), patch.as_object()) {
            (Some(into), Some(patch)) => {
                for (name, value) in patch {
                    put(into.entry(name.clone()).or_insert(Value::Null), value);
                }
            }
            _ => *into = patch.clone(),
        }
    }
    let mut json = serde_json::to_value(terms).expect("terms are JSON");
    put(&mut json, patch);
    serde_json::from_value(json).expect("a patch that was taken")
}

/// A reading goes to the contract that holds the point on its gas day.
fn read(facts: &mut Facts, reading: ReadingFact) {
    let holds = |contract: &&mut ContractFacts| {
        contract.terms.iter().any(|(terms, points)| {
            let inside = terms.first_gas_day.date() <= reading.day
                && reading.day <= terms.last_gas_day.date();
            inside && points.contains(&reading.point)
        })
    };
    let contract = facts.contracts.iter_mut().find(holds);
    let contract = contract.expect("a taken reading has a holder");
    contract.readings.entry(reading.day).or_default().push(reading);
}

fn decide(contract: &mut ContractFacts, claim: &RecordClaim) {
    let granted = match claim.decision {
        ClaimDecision::Granted => claim.granted_quantity.value(),
        ClaimDecision::Rejected | ClaimDecision::Pending => rust_decimal::Decimal::ZERO,
    };
    let id = claim.claim.to_string();
    match contract.claims.iter_mut().find(|known| known.id == id) {
        Some(known) => known.granted = granted,
        None => contract.claims.push(ClaimFact {
            id,
            first: claim.first_gas_day.date(),
            last: claim.last_gas_day.date(),
            of_seller: claim.kind == ReliefKind::SellerShortfall,
            granted,
        }),
    }
}

fn move_money(facts: &mut Facts, money: &RecordMoney) {
    let amount = money.amount.value();
    let signed = match money.kind {
        MoneyKind::Payment => amount,
        MoneyKind::Reversal { .. } | MoneyKind::Refund => -amount,
    };
    if let Some(contract) = &money.contract {
        of(facts, contract).money.push((money.value_date.date(), signed));
    }
}

/// What the books add to the account of a contract.
fn books(facts: &mut Facts, wanted: &BooksCommand) {
    match wanted {
        BooksCommand::Split(split) => {
            for share in &split.shares {
                let money = (split.value_date.date(), share.amount.value());
                of(facts, &share.contract).money.push(money);
            }
        }
        BooksCommand::Assign(_)
        | BooksCommand::TakeBack(_)
        | BooksCommand::GrantCredit(_)
        | BooksCommand::ChargeLateFee(_)
        | BooksCommand::WaiveLateFee(_) => panic!("no history throws {wanted:?}"),
        BooksCommand::RecordInvoice(_) | BooksCommand::Close(_) => {}
    }
}

/// The points that contracts hold.
#[must_use]
pub fn held_points(taken: &[Command]) -> Vec<Held> {
    let mut held: Vec<Held> = Vec::new();
    let mut ends: BTreeMap<ContractId, NaiveDate> = BTreeMap::new();
    for command in taken {
        if let Command::SignContract(signed) = command {
            ends.insert(signed.contract.clone(), signed.terms.last_gas_day.date());
            held.extend(signed.delivery_points.iter().map(|point| Held {
                contract: signed.contract.to_string(),
                point: point.clone(),
                first: signed.terms.first_gas_day.date(),
                last: signed.terms.last_gas_day.date(),
                unit: signed.terms.unit,
            }));
        }
        let Command::Life(life) = command else { continue };
        if let LifeCommand::Terminate(end) = life.as_ref() {
            let last = end.last_gas_day.date();
            ends.insert(end.contract.clone(), last);
            cut(&mut held, last, |held| held.contract == end.contract.as_str());
        }
        if let LifeCommand::MovePoint(moved) = life.as_ref() {
            let known = held.iter().find(|held| held.point.id == moved.point).cloned();
            let last = moved.on.previous().date();
            cut(&mut held, last, |held| {
                held.point.id == moved.point && held.contract == moved.from.as_str()
            });
            held.extend(known.map(|known| Held {
                contract: moved.to.to_string(),
                first: moved.on.date(),
                last: ends[&moved.to],
                ..known
            }));
        }
    }
    held
}

/// Some holds end with a day.
fn cut(held: &mut Vec<Held>, last: NaiveDate, which: impl Fn(&Held) -> bool) {
    held.retain(|held| held.first <= last || !which(held));
    for held in held.iter_mut().filter(|held| which(held)) {
        held.last = held.last.min(last);
    }
}
