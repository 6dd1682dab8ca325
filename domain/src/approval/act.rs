use serde::{Deserialize, Serialize};

use super::{GrantRole, Role, Subject};
use crate::Command;
use crate::books::{BooksCommand, GrantCredit, WaiveLateFee};
use crate::contract::life::{
    AmendContract, CloseAccount, HandOver, LifeCommand, MovePoint, Settling, TerminateContract,
};
use crate::contract::{ContractState, ReadingKey, TransferQuantity};
use crate::delivery::{RecordDelivery, Source};
use crate::deviation::{ClaimOutcome, DecideClaim, WaiveDeviation};
use crate::keys::GrantKey;
use crate::market::PublishIndex;
use crate::payment::{MoneyKind, RecordMoney};
use crate::quantities::{ContractId, GasDay, PointId};
use crate::state::Ledger;

/// An act of table F. To add one: the variant, its command in [`Act::command`], and its arm in
/// [`Act::wrapping`]; the compiler names the other places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Terms of an open month are amended.
    AmendTerms(AmendContract),
    /// An account is closed and its balance goes.
    CloseAccount(CloseAccount),
    /// The reading of a gas day whose month is issued is corrected.
    CorrectDelivery(RecordDelivery),
    /// A published index value is corrected.
    CorrectIndex(PublishIndex),
    /// Emergency credit is granted.
    GrantCredit(GrantCredit),
    /// Relief is granted on a claim.
    GrantRelief(DecideClaim),
    /// A key is granted.
    GrantKey(GrantKey),
    /// A person gets a role.
    GrantRole(GrantRole),
    /// The points of a contract go to a successor's.
    HandOver(HandOver),
    /// A point goes to another contract.
    MovePoint(MovePoint),
    /// Money is paid back.
    Refund(RecordMoney),
    /// A payment is reversed.
    ReversePayment(RecordMoney),
    /// A term, and the quantities of its open months, end early.
    TerminateContract(TerminateContract),
    /// Quantity of a month that is issued is transferred.
    TransferQuantity(TransferQuantity),
    /// The charge of a deviation case is waived.
    WaiveDeviation(WaiveDeviation),
    /// A late fee is waived.
    WaiveLateFee(WaiveLateFee),
}

impl Act {
    /// The act that a command is, where it needs a second person; none for every other command.
    #[must_use]
    pub fn of(ledger: &Ledger, command: &Command) -> Option<Self> {
        Self::wrapping(command).filter(|act| act.needs_two(ledger))
    }

    /// The act that a command can be; [`Act::of`] says whether it is one of weight.
    #[must_use]
    pub fn wrapping(command: &Command) -> Option<Self> {
        match command {
            Command::PublishIndex(publish) => Some(Self::CorrectIndex(publish.clone())),
            Command::RecordDelivery(reading) => (reading.source == Source::Correction)
                .then(|| Self::CorrectDelivery(reading.clone())),
            Command::TransferQuantity(transfer) => Some(Self::TransferQuantity(transfer.clone())),
            Command::RecordMoney(money) => match money.kind {
                MoneyKind::Payment => None,
                MoneyKind::Reversal { .. } => Some(Self::ReversePayment(money.clone())),
                MoneyKind::Refund => Some(Self::Refund(money.clone())),
            },
            Command::DecideClaim(decide) => {
                (decide.outcome == ClaimOutcome::Granted).then(|| Self::GrantRelief(decide.clone()))
            }
            Command::WaiveDeviation(waive) => Some(Self::WaiveDeviation(waive.clone())),
            Command::GrantKey(grant) => Some(Self::GrantKey(grant.clone())),
            Command::GrantRole(grant) => Some(Self::GrantRole(grant.clone())),
            Command::Life(life) => match life.as_ref() {
                LifeCommand::Amend(amend) => Some(Self::AmendTerms(amend.clone())),
                LifeCommand::Terminate(end) => Some(Self::TerminateContract(end.clone())),
                LifeCommand::HandOver(hand_over) => Some(Self::HandOver(hand_over.clone())),
                LifeCommand::Close(close) => Some(Self::CloseAccount(close.clone())),
                LifeCommand::MovePoint(moved) => Some(Self::MovePoint(moved.clone())),
            },
            Command::Books(BooksCommand::GrantCredit(grant)) => {
                Some(Self::GrantCredit(grant.clone()))
            }
            Command::Books(BooksCommand::WaiveLateFee(waive)) => {
                Some(Self::WaiveLateFee(waive.clone()))
            }
            Command::Books(
                BooksCommand::Assign(_)
                | BooksCommand::Split(_)
                | BooksCommand::TakeBack(_)
                | BooksCommand::ChargeLateFee(_)
                | BooksCommand::RecordInvoice(_)
                | BooksCommand::Close(_),
            ) => None,
            Command::OpenLedger(_)
            | Command::ElectScheduler(_)
            | Command::SignContract(_)
            | Command::RecordLot(_)
            | Command::RecordClaim(_)
            | Command::GiveGuarantee(_)
            | Command::IssueSettlement(_)
            | Command::RestateSettlement(_)
            | Command::RestateYear(_)
            | Command::AssessDeviation(_)
            | Command::SettleYear(_)
            | Command::Supply(_)
            | Command::ReassessDeviation(_)
            | Command::VerifyClaim(_)
            | Command::AdvanceCase(_)
            | Command::RevokeRole(_)
            | Command::RevokeKey(_)
            | Command::RecordPassage(_)
            | Command::Propose(_)
            | Command::Approve(_)
            | Command::Withdraw(_) => None,
        }
    }

    /// F: whether it corrects something known, changes what is issued, or is of weight by itself.
    fn needs_two(&self, ledger: &Ledger) -> bool {
        match self {
            Self::CorrectDelivery(reading) => {
                let contract = holder(ledger, &reading.point, reading.gas_day);
                contract.is_some_and(|contract| {
                    contract.settlement(contract.month_of(reading.gas_day)).is_some()
                })
            }
            Self::CorrectIndex(publish) => {
                ledger.indices().values_of(&publish.code, publish.effective_day).is_some()
            }
            Self::GrantRole(grant) => !ledger.approvals().is_first_administrator(grant),
            // Nothing is paid back where nothing is left.
            Self::CloseAccount(close) => close.balance != Settling::Nowhere {},
            Self::AmendTerms(_)
            | Self::GrantCredit(_)
            | Self::GrantKey(_)
            | Self::GrantRelief(_)
            | Self::HandOver(_)
            | Self::MovePoint(_)
            | Self::TerminateContract(_)
            | Self::Refund(_)
            | Self::ReversePayment(_)
            | Self::WaiveDeviation(_)
            | Self::WaiveLateFee(_) => true,
            Self::TransferQuantity(transfer) => {
                let sides = [&transfer.from, &transfer.to].into_iter().flatten();
                let mut sides = sides.filter_map(|side| ledger.contract(side));
                sides.any(|side| side.settlement(transfer.month).is_some())
            }
        }
    }

    /// The command that does it.
    #[must_use]
    pub fn command(&self) -> Command {
        match self {
            Self::AmendTerms(amend) => life(LifeCommand::Amend(amend.clone())),
            Self::CloseAccount(close) => life(LifeCommand::Close(close.clone())),
            Self::HandOver(hand_over) => life(LifeCommand::HandOver(hand_over.clone())),
            Self::MovePoint(moved) => life(LifeCommand::MovePoint(moved.clone())),
            Self::TerminateContract(end) => life(LifeCommand::Terminate(end.clone())),
            Self::CorrectDelivery(reading) => Command::RecordDelivery(reading.clone()),
            Self::CorrectIndex(publish) => Command::PublishIndex(publish.clone()),
            Self::GrantRelief(decide) => Command::DecideClaim(decide.clone()),
            Self::GrantKey(grant) => Command::GrantKey(grant.clone()),
            Self::GrantRole(grant) => Command::GrantRole(grant.clone()),
            Self::GrantCredit(grant) => Command::Books(BooksCommand::GrantCredit(grant.clone())),
            Self::WaiveLateFee(waive) => Command::Books(BooksCommand::WaiveLateFee(waive.clone())),
            Self::Refund(money) | Self::ReversePayment(money) => {
                Command::RecordMoney(money.clone())
            }
            Self::TransferQuantity(transfer) => Command::TransferQuantity(transfer.clone()),
            Self::WaiveDeviation(waive) => Command::WaiveDeviation(waive.clone()),
        }
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::AmendTerms(amend) => Subject::contract(&amend.contract),
            Self::CloseAccount(close) => Subject::account(Some(&close.contract)),
            Self::HandOver(hand_over) => Subject::contract(&hand_over.contract),
            Self::MovePoint(moved) => Subject::contract(&moved.from),
            Self::TerminateContract(end) => Subject::contract(&end.contract),
            Self::CorrectDelivery(reading) => Subject::delivery(&reading.point, reading.gas_day),
            Self::CorrectIndex(publish) => Subject::index(&publish.code, publish.effective_day),
            Self::GrantRelief(decide) => Subject::claim(&decide.claim),
            Self::GrantKey(grant) => Subject::key(&grant.public_key.id()),
            Self::GrantRole(grant) => Subject::person(&grant.person),
            Self::GrantCredit(grant) => Subject::account(Some(&grant.contract)),
            Self::WaiveLateFee(waive) => Subject::account(Some(&waive.contract)),
            Self::Refund(money) => Subject::account(money.contract.as_ref()),
            Self::ReversePayment(money) => match &money.kind {
                MoneyKind::Reversal { reverses } => Subject::money(&money.bank, reverses),
                MoneyKind::Payment | MoneyKind::Refund => {
                    Subject::money(&money.bank, &money.bank_reference)
                }
            },
            Self::TransferQuantity(transfer) => Subject::transfer(&transfer.reference),
            Self::WaiveDeviation(waive) => Subject::deviation(&waive.contract, waive.month),
        }
    }

    /// The revision of its subject: how often it has changed so far. What somebody was shown is
    /// still so while it has not moved.
    #[must_use]
    pub fn revision(&self, ledger: &Ledger) -> u32 {
        let count = match self {
            Self::AmendTerms(amend) => changes(ledger, &amend.contract),
            Self::HandOver(hand_over) => changes(ledger, &hand_over.contract),
            Self::MovePoint(moved) => changes(ledger, &moved.from),
            Self::TerminateContract(end) => changes(ledger, &end.contract),
            Self::CloseAccount(close) => {
                ledger.contract(&close.contract).map_or(0, |contract| contract.money.len())
            }
            Self::CorrectDelivery(reading) => readings(ledger, &reading.point, reading.gas_day),
            Self::CorrectIndex(publish) => {
                let known = ledger.indices().values_of(&publish.code, publish.effective_day);
                known.map_or(0, |(_, all)| all.count())
            }
            Self::GrantRelief(decide) => ledger.claim(&decide.claim).map_or(0, |claim| {
                1 + usize::from(claim.verified.is_some()) + usize::from(claim.decided.is_some())
            }),
            Self::GrantKey(grant) => {
                usize::from(ledger.keys().get(&grant.public_key.id()).is_some())
            }
            Self::GrantRole(grant) => ledger.approvals().role_changes(&grant.person),
            Self::GrantCredit(grant) => {
                ledger.contract(&grant.contract).map_or(0, |contract| contract.credits.len())
            }
            Self::WaiveLateFee(waive) => {
                ledger.contract(&waive.contract).map_or(0, |contract| contract.late_fees.len())
            }
            Self::Refund(money) => match &money.contract {
                Some(id) => ledger.contract(id).map_or(0, |contract| contract.money.len()),
                None => ledger.unallocated().len(),
            },
            Self::ReversePayment(money) => match &money.kind {
                MoneyKind::Reversal { reverses } => ledger.money(&money.bank, reverses).len(),
                MoneyKind::Payment | MoneyKind::Refund => 0,
            },
            Self::TransferQuantity(transfer) => {
                usize::from(ledger.transfer(&transfer.reference).is_some())
            }
            Self::WaiveDeviation(waive) => {
                let contract = ledger.contract(&waive.contract);
                let newest = contract.and_then(|contract| contract.deviation(waive.month));
                newest.map_or(0, |issued| issued.document.revision as usize)
            }
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The word for it, as stored and printed.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::AmendTerms(_) => "amend_terms",
            Self::CloseAccount(_) => "close_account",
            Self::HandOver(_) => "hand_over",
            Self::MovePoint(_) => "move_point",
            Self::TerminateContract(_) => "terminate_contract",
            Self::CorrectDelivery(_) => "correct_delivery",
            Self::CorrectIndex(_) => "correct_index",
            Self::GrantCredit(_) => "grant_credit",
            Self::GrantRelief(_) => "grant_relief",
            Self::GrantKey(_) => "grant_key",
            Self::GrantRole(_) => "grant_role",
            Self::Refund(_) => "refund",
            Self::ReversePayment(_) => "reverse_payment",
            Self::TransferQuantity(_) => "transfer_quantity",
            Self::WaiveDeviation(_) => "waive_deviation",
            Self::WaiveLateFee(_) => "waive_late_fee",
        }
    }

    /// F: the role that its maker needs once the ledger knows roles.
    #[must_use]
    pub fn maker_role(&self) -> Role {
        match self {
            Self::GrantKey(_) | Self::GrantRole(_) => Role::Administrator,
            Self::AmendTerms(_)
            | Self::CloseAccount(_)
            | Self::CorrectDelivery(_)
            | Self::CorrectIndex(_)
            | Self::HandOver(_)
            | Self::MovePoint(_)
            | Self::TerminateContract(_)
            | Self::GrantCredit(_)
            | Self::Refund(_)
            | Self::ReversePayment(_)
            | Self::GrantRelief(_)
            | Self::TransferQuantity(_)
            | Self::WaiveDeviation(_)
            | Self::WaiveLateFee(_) => Role::Clerk,
        }
    }
}

fn life(command: LifeCommand) -> Command {
    Command::Life(Box::new(command))
}

/// How often the terms and points of a contract have changed.
fn changes(ledger: &Ledger, id: &ContractId) -> usize {
    ledger.contract(id).map_or(0, |contract| {
        contract.signings().len()
            + contract.amendments.len()
            + contract.moved_points.len()
            + usize::from(contract.terminated.is_some())
    })
}

/// The contract that held the point on the gas day.
pub(super) fn holder<'a>(
    ledger: &'a Ledger,
    point: &PointId,
    gas_day: GasDay,
) -> Option<&'a ContractState> {
    ledger.contract(&ledger.held_on(point, gas_day)?.contract)
}

/// How many values the gas day of a point has had.
fn readings(ledger: &Ledger, point: &PointId, gas_day: GasDay) -> usize {
    let day = holder(ledger, point, gas_day).and_then(|contract| {
        let point = contract.place_of(point)?;
        contract.readings.get(ReadingKey { gas_day, point })
    });
    day.map_or(0, |day| day.superseded.len() + 1)
}
