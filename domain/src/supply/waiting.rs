//! E4: what is waiting and could be in the buyer's favour.

use std::fmt;

use crate::approval::{Act, Subject};
use crate::contract::{ContractState, Issued};
use crate::deviation::{Stage, assessed};
use crate::quantities::{ClaimId, GasDay, Money, PointId, SettlementMonth};
use crate::settlement::{index_codes, settled};
use crate::state::Ledger;
use crate::take_or_pay::{self, Frozen, TakeOrPaySettled};

/// Something that is not decided or not posted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// A proposal (F).
    Proposal(Subject),
    /// A claim without its decision (D9).
    Claim(ClaimId),
    /// An issued month that comes out lower now (S4).
    Settlement(SettlementMonth),
    /// A posted deviation that comes out lower now (S4).
    Deviation(SettlementMonth),
    /// A settled contract year that comes out lower now (S4).
    TakeOrPay(i64),
}

impl fmt::Display for Waiting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proposal(subject) => write!(formatter, "the proposal {subject}"),
            Self::Claim(claim) => write!(formatter, "the claim {claim}"),
            Self::Settlement(month) => write!(formatter, "a lower settlement of {month}"),
            Self::Deviation(month) => write!(formatter, "a lower deviation of {month}"),
            Self::TakeOrPay(year) => write!(formatter, "a lower take-or-pay document of {year}"),
        }
    }
}

/// E4: the first thing that waits about a contract and could be in the buyer's favour: a proposal, a
/// claim, then a document that the facts of today make lower than it was posted. What a proposal comes
/// to is not computed: while it waits, nobody is cut off.
#[must_use]
pub fn waiting(ledger: &Ledger, contract: &ContractState) -> Option<Waiting> {
    let mut pending = ledger.approvals().all_pending().map(|pending| &pending.proposed);
    if let Some(found) = pending.find(|it| may_help(ledger, contract, &it.act)) {
        return Some(Waiting::Proposal(found.subject.clone()));
    }
    let open = contract.claims.values().find(|claim| claim.decided.is_none());
    if let Some(claim) = open {
        return Some(Waiting::Claim(claim.filed.claim.clone()));
    }
    lower_document(ledger, contract)
}

/// Whether an act that waits is about the contract and could make it owe less.
fn may_help(ledger: &Ledger, contract: &ContractState, act: &Act) -> bool {
    let id = contract.id();
    match act {
        Act::AmendTerms(_)
        | Act::CloseAccount(_)
        | Act::HandOver(_)
        | Act::MovePoint(_)
        | Act::TerminateContract(_) => act.concerns(ledger).contains(id),
        Act::CorrectDelivery(reading) => holds(ledger, contract, &reading.point, reading.gas_day),
        Act::CorrectIndex(publish) => index_codes(contract).contains(&publish.code),
        Act::GrantCredit(grant) => grant.contract == *id,
        Act::GrantRelief(decide) => contract.claims.contains_key(&decide.claim),
        Act::TransferQuantity(transfer) => {
            [&transfer.from, &transfer.to].into_iter().flatten().any(|side| side == id)
        }
        Act::WaiveDeviation(waive) => waive.contract == *id,
        Act::WaiveLateFee(waive) => waive.contract == *id,
        // These take from the account, or are about persons.
        Act::Refund(_) | Act::ReversePayment(_) | Act::GrantKey(_) | Act::GrantRole(_) => false,
    }
}

/// Whether the contract holds the point on the gas day.
fn holds(ledger: &Ledger, contract: &ContractState, point: &PointId, day: GasDay) -> bool {
    ledger.held_on(point, day).is_some_and(|held| held.contract == *contract.id())
}

/// S4: the first posted document that comes out lower now. One that cannot be computed now is not
/// lower by what is known.
fn lower_document(ledger: &Ledger, contract: &ContractState) -> Option<Waiting> {
    let indices = ledger.indices();
    let lower = |now: Option<Money>, posted: Money| now.is_some_and(|now| now < posted);
    for (month, issued) in newest(&contract.settlements) {
        let now = settled(contract, *month, indices).ok().map(|again| again.total.gross);
        if lower(now, issued.document.gross) {
            return Some(Waiting::Settlement(*month));
        }
    }
    for (month, case) in &contract.cases {
        // What was waived is over, also where it would have been lower.
        if case.posted.is_empty() || case.stage == Stage::Waived {
            continue;
        }
        let posted = case.posted_so_far().gross;
        let document = contract.deviation(*month).map(|issued| issued.document.charge);
        let again = assessed(contract, *month, indices).ok().map(|again| again.total.gross);
        if lower(document, posted) || lower(again, posted) {
            return Some(Waiting::Deviation(*month));
        }
    }
    for (year, issued) in newest(&contract.years) {
        let frozen = frozen(&issued.document);
        let again = take_or_pay::settled(contract, *year, indices, frozen);
        if lower(again.ok().map(|again| again.value.gross), issued.document.gross) {
            return Some(Waiting::TakeOrPay(*year));
        }
    }
    None
}

/// What the known document froze: only its amounts are asked for.
fn frozen(known: &TakeOrPaySettled) -> Frozen {
    Frozen {
        four_eyes: known.four_eyes,
        inputs: Vec::new(),
        posted_on: known.posted_on,
        revision: known.revision,
        rules: known.rules,
    }
}

fn newest<K, T>(
    documents: &std::collections::BTreeMap<K, Vec<Issued<T>>>,
) -> impl Iterator<Item = (&K, &Issued<T>)> {
    documents.iter().filter_map(|(key, revisions)| Some((key, revisions.last()?)))
}
