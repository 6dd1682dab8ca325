//! Facts in the words of the trade.
//!
//! Every function gives a [`Told`]: a command with sensible defaults, changed by what is said
//! after it. Unless said otherwise it is about contract `LG-1`, its point `LG-1-1` and bank `ICBC`.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, Utc};
use citygate_domain::Command;
use citygate_domain::approval::{
    Act, ApproveAct, GrantRole, ProposeAct, RevokeRole, Role, WithdrawAct,
};
use citygate_domain::contract::{SignContract, TransferQuantity};
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::deviation::{
    AdvanceCase, AssessDeviation, ClaimDecision, ClaimOutcome, DecideClaim, ReassessDeviation,
    RecordClaim, Resolution, Step, VerifyClaim, WaiveDeviation,
};
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_domain::market::{IndexNumber, PublishIndex, RecordLot, TradeMode};
use citygate_domain::payment::{GiveGuarantee, MoneyKind, RecordMoney};
use citygate_domain::quantities::{
    CivilDay, GasDay, Money, Percent, Price, Quantity, SettlementMonth, Unit, Volume,
};
use citygate_domain::rules::relief::ReliefKind;
use citygate_domain::scheduler::ElectScheduler;
use citygate_domain::settlement::{IssueSettlement, RestateSettlement};
use citygate_domain::take_or_pay::{RestateYear, SettleYear};

use crate::template::Template;
use crate::told::Told;

/// The contract that a fact is about unless it says otherwise.
pub const CONTRACT: &str = "LG-1";
const POINT: &str = "LG-1-1";
const BANK: &str = "ICBC";

/// Reads a text that the test itself has written.
pub fn read<T>(text: &str) -> T
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// A gas day.
#[must_use]
pub fn day(text: &str) -> GasDay {
    read(text)
}

/// A civil day.
#[must_use]
pub fn civil(text: &str) -> CivilDay {
    read(text)
}

/// A settlement month.
#[must_use]
pub fn month(text: &str) -> SettlementMonth {
    read(text)
}

/// Cubic metres at a meter.
#[must_use]
pub fn m3(text: &str) -> Volume {
    read(text)
}

/// Billing units.
#[must_use]
pub fn units(text: &str) -> Quantity {
    read(text)
}

/// Money.
#[must_use]
pub fn yuan(text: &str) -> Money {
    read(text)
}

/// Yuan per billing unit.
#[must_use]
pub fn price(text: &str) -> Price {
    read(text)
}

/// Hundredths.
#[must_use]
pub fn percent(text: &str) -> Percent {
    read(text)
}

/// A billing unit by its symbol.
#[must_use]
pub fn unit(symbol: &str) -> Unit {
    let found = Unit::ALL.into_iter().find(|unit| unit.symbol() == symbol);
    found.unwrap_or_else(|| panic!("{symbol:?} is no unit"))
}

/// An instant.
#[must_use]
pub fn instant(text: &str) -> DateTime<Utc> {
    offset_instant(text).with_timezone(&Utc)
}

/// An instant with its offset as written.
///
/// # Panics
/// When it is no instant.
#[must_use]
pub fn offset_instant(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// A ledger opened in a zone, its gas days starting at an hour.
#[must_use]
pub fn opened(zone: &str, start_hour: u32) -> Told {
    let settings =
        Settings { zone: zone.to_owned(), gas_day_start_hour: start_hour, ..Settings::default() };
    Told::Command(Command::OpenLedger(OpenLedger { settings }))
}

/// A node elected to be the scheduler of an epoch.
#[must_use]
pub fn electing(node: &str, epoch: u64) -> Told {
    Told::Command(Command::ElectScheduler(ElectScheduler { epoch, node: read(node) }))
}

/// A contract as the template has it.
#[must_use]
pub fn signed(id: &str) -> Told {
    contract(id).signed()
}

/// A contract whose terms are told next.
#[must_use]
pub fn contract(id: &str) -> Template {
    Template::new(id)
}

/// A contract from its command.
#[must_use]
pub fn signing(command: SignContract) -> Told {
    Told::Command(Command::SignContract(Box::new(command)))
}

/// An index value.
#[must_use]
pub fn published(code: &str, effective_day: &str, value: &str) -> Told {
    Told::Command(Command::PublishIndex(PublishIndex {
        code: read(code),
        effective_day: civil(effective_day),
        value: read::<IndexNumber>(value),
        valid_through: None,
        reason: None,
    }))
}

/// A transfer of monthly quantity; `-` is an outside party.
#[must_use]
pub fn transferred(reference: &str, from: &str, to: &str, in_month: &str, quantity: &str) -> Told {
    let side = |text: &str| (text != "-").then(|| read(text));
    Told::Command(Command::TransferQuantity(TransferQuantity {
        reference: read(reference),
        from: side(from),
        to: side(to),
        month: month(in_month),
        quantity: units(quantity),
        agreed_on: civil("2025-12-20"),
    }))
}

/// A firm lot.
#[must_use]
pub fn traded(reference: &str, for_month: &str, quantity: &str, unit_price: &str) -> Told {
    Told::Command(Command::RecordLot(RecordLot {
        trade_reference: read(reference),
        contract: read(CONTRACT),
        month: month(for_month),
        venue: read("SHPGX"),
        mode: TradeMode::Listing,
        quantity: units(quantity),
        unit_price: price(unit_price),
        firm: true,
        traded_at: offset_instant("2025-12-28T10:00:00+08:00"),
    }))
}

/// A reading by telemetry.
#[must_use]
pub fn delivered(gas_day: &str, volume: Volume) -> Told {
    Told::Command(Command::RecordDelivery(RecordDelivery {
        point: read(POINT),
        gas_day: day(gas_day),
        volume,
        calorific_value: None,
        source: Source::Telemetry,
        reason: None,
    }))
}

/// A pending claim of force majeure.
#[must_use]
pub fn claimed(id: &str, first: &str, last: &str, quantity: &str) -> Told {
    Told::Command(Command::RecordClaim(RecordClaim {
        claim: read(id),
        contract: read(CONTRACT),
        kind: ReliefKind::ForceMajeure,
        first_gas_day: day(first),
        last_gas_day: day(last),
        quantity: units(quantity),
        received_on: civil(last),
        decision: ClaimDecision::Pending,
        granted_quantity: Quantity::ZERO,
        decided_on: None,
    }))
}

fn money(reference: &str, value_date: &str, amount: &str, kind: MoneyKind) -> Told {
    Told::Command(Command::RecordMoney(RecordMoney {
        contract: Some(read(CONTRACT)),
        value_date: civil(value_date),
        amount: yuan(amount),
        bank: read(BANK),
        bank_reference: read(reference),
        kind,
    }))
}

/// Money received.
#[must_use]
pub fn paid(reference: &str, value_date: &str, amount: &str) -> Told {
    money(reference, value_date, amount, MoneyKind::Payment)
}

/// A payment returned by the bank.
#[must_use]
pub fn reversed(reference: &str, reverses: &str, value_date: &str, amount: &str) -> Told {
    money(reference, value_date, amount, MoneyKind::Reversal { reverses: read(reverses) })
}

/// Money paid back to the buyer.
#[must_use]
pub fn refunded(reference: &str, value_date: &str, amount: &str) -> Told {
    money(reference, value_date, amount, MoneyKind::Refund)
}

/// A guarantee, valid on both days and between them.
#[must_use]
pub fn guaranteed(reference: &str, amount: &str, from: &str, to: &str) -> Told {
    Told::Command(Command::GiveGuarantee(GiveGuarantee {
        contract: read(CONTRACT),
        reference: read(reference),
        bank: read(BANK),
        amount: yuan(amount),
        valid_from: civil(from),
        valid_to: civil(to),
    }))
}

/// A month closed.
#[must_use]
pub fn closed(in_month: &str) -> Told {
    let issue = IssueSettlement { contract: read(CONTRACT), month: month(in_month) };
    Told::Command(Command::IssueSettlement(issue))
}

/// A closed month computed again (S4).
#[must_use]
pub fn restated(in_month: &str) -> Told {
    let restate = RestateSettlement { contract: read(CONTRACT), month: month(in_month) };
    Told::Command(Command::RestateSettlement(restate))
}

/// A settled contract year computed again (S4).
#[must_use]
pub fn year_restated(year: i64) -> Told {
    Told::Command(Command::RestateYear(RestateYear { contract: read(CONTRACT), year }))
}

/// A netting period assessed in its last month.
#[must_use]
pub fn assessed(in_month: &str) -> Told {
    let assess = AssessDeviation { contract: read(CONTRACT), month: month(in_month) };
    Told::Command(Command::AssessDeviation(assess))
}

/// An act proposed, by what would do it at once.
///
/// # Panics
/// When it is no act of table F.
#[must_use]
pub fn proposed(told: Told, reason: &str) -> Told {
    let command = told.command();
    let act = Act::wrapping(&command).unwrap_or_else(|| panic!("{command:?} is no act"));
    let reason = reason.to_owned();
    Told::Command(Command::Propose(Box::new(ProposeAct { act, revision: None, reason })))
}

/// The proposal of this number approved, its subject shown at a revision.
#[must_use]
pub fn approved(subject: &str, number: u32, revision: u32) -> Told {
    let number = Some(number);
    Told::Command(Command::Approve(ApproveAct { subject: read(subject), number, revision }))
}

/// What is pending approved, its subject shown at a revision.
#[must_use]
pub fn approved_at(subject: &str, revision: u32) -> Told {
    Told::Command(Command::Approve(ApproveAct { subject: read(subject), number: None, revision }))
}

/// What is proposed about a subject taken back or rejected.
#[must_use]
pub fn withdrawn(subject: &str, reason: &str) -> Told {
    let (subject, reason) = (read(subject), reason.to_owned());
    Told::Command(Command::Withdraw(WithdrawAct { subject, reason }))
}

/// A role granted.
#[must_use]
pub fn granting_role(person: &str, role: Role) -> Told {
    Told::Command(Command::GrantRole(GrantRole { person: read(person), role }))
}

/// A role taken away.
#[must_use]
pub fn revoked_role(person: &str, role: Role) -> Told {
    let reason = "left the company".to_owned();
    Told::Command(Command::RevokeRole(RevokeRole { person: read(person), role, reason }))
}

/// Every month of a run closed.
#[must_use]
pub fn closed_through(first: &str, last: &str) -> Vec<Told> {
    month(first).through(month(last)).map(|month| closed(&month.to_string())).collect()
}

/// A contract year of take-or-pay settled, by the calendar year in which it begins.
#[must_use]
pub fn year_settled(year: i64) -> Told {
    Told::Command(Command::SettleYear(SettleYear { contract: read(CONTRACT), year }))
}

/// A period assessed again.
#[must_use]
pub fn reassessed(in_month: &str) -> Told {
    let reassess = ReassessDeviation { contract: read(CONTRACT), month: month(in_month) };
    Told::Command(Command::ReassessDeviation(reassess))
}

/// A claim whose evidence somebody has looked at.
#[must_use]
pub fn verified(claim: &str) -> Told {
    let reason = "the notice was seen".to_owned();
    Told::Command(Command::VerifyClaim(VerifyClaim { claim: read(claim), evidence: None, reason }))
}

/// A claim decided by hand: granted this quantity, or rejected.
#[must_use]
pub fn decided(claim: &str, granted: Option<&str>) -> Told {
    let outcome = if granted.is_some() { ClaimOutcome::Granted } else { ClaimOutcome::Rejected };
    Told::Command(Command::DecideClaim(DecideClaim {
        claim: read(claim),
        granted_quantity: granted.map_or(Quantity::ZERO, units),
        outcome,
        reason: "as agreed".to_owned(),
    }))
}

/// A case of a revision taken a step further.
#[must_use]
pub fn step(in_month: &str, revision: u32, step: Step) -> Told {
    let (contract, month) = (read(CONTRACT), month(in_month));
    Told::Command(Command::AdvanceCase(AdvanceCase { contract, month, revision, step }))
}

/// A case waived, its document shown at a revision.
#[must_use]
pub fn waived(in_month: &str, revision: u32) -> Told {
    let (contract, month) = (read(CONTRACT), month(in_month));
    let reason = "goodwill".to_owned();
    Told::Command(Command::WaiveDeviation(WaiveDeviation { contract, month, reason, revision }))
}

/// The sheet has reached the buyer.
#[must_use]
pub fn delivery_of_sheet(on: &str) -> Step {
    Step::DeliverSheet { on: civil(on), proof: "SF1402280451".to_owned() }
}

/// The sealed sheet came back.
#[must_use]
pub fn receipt(on: &str) -> Step {
    Step::Confirm { on: civil(on), receipt: read(&"5e".repeat(32)) }
}

/// The buyer objects.
#[must_use]
pub fn objection(on: &str) -> Step {
    Step::Dispute { on: civil(on), reason: "the meter ran slow".to_owned() }
}

/// The dispute ends.
#[must_use]
pub fn resolution(resolution: Resolution) -> Step {
    Step::Resolve { resolution, reason: "the meter was tested".to_owned() }
}

/// Every gas day of a run, as text.
#[must_use]
pub fn days(first: &str, last: &str) -> Vec<String> {
    let run = citygate_domain::quantities::GasDays { first: day(first), last: day(last) };
    run.iter().map(|day| day.to_string()).collect()
}

/// The same volume read on every gas day of a run.
#[must_use]
pub fn delivered_daily(first: &str, last: &str, volume: &str) -> Vec<Told> {
    days(first, last).iter().map(|day| delivered(day, m3(volume))).collect()
}
