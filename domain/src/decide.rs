//! The one decision: a command against the state.

use crate::approval::{self, Hands};
use crate::context::Context;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Command, Event, Rejection};
use crate::{
    books, contract, delivery, deviation, keys, ledger, market, passage, payment, scheduler,
    settlement, supply, take_or_pay,
};

/// What a command leads to: nothing (the fact is known), or events that are recorded together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// In the order in which they happened.
    pub events: Vec<Event>,
    /// Streams that were read and must not have moved when the events are appended.
    pub guards: Vec<Stream>,
    /// Texts about persons, kept beside the log.
    pub personal: Vec<PersonalText>,
    /// What is asked is refused all the same; the events only keep it from being lost (C2).
    pub refusal: Option<Rejection>,
}

/// A text that must not be in a payload: the event holds only its salted digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalText {
    /// Whom it is about.
    pub id: String,
    /// Which field.
    pub field: &'static str,
    /// Hashed before the value.
    pub salt: [u8; 16],
    /// The text.
    pub value: String,
}

impl Decision {
    /// The fact is already known.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// These events.
    #[must_use]
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        Self { events: events.into_iter().collect(), ..Self::default() }
    }

    /// The events may only be appended while `stream` has not moved.
    #[must_use]
    pub fn guarded_by(mut self, stream: Stream) -> Self {
        self.guards.push(stream);
        self
    }

    /// Both decisions as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.events.extend(other.events);
        self.guards.extend(other.guards);
        self.personal.extend(other.personal);
        self.refusal = self.refusal.or(other.refusal);
        self
    }
}

/// Decides a command. Pure: the same state, command and context give the same answer, and a refusal
/// changes nothing. An act that needs a second person is refused unless it was proposed (F).
pub fn decide(
    ledger: &Ledger,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let hands = Hands { maker: &context.actor.person, approver: None };
    let decision = perform(ledger, command, context, hands)?;
    approval::check_direct(ledger, command, &decision, context)?;
    Ok(supply::with_lifted(ledger, decision, context))
}

/// Decides a command without asking whether it needs a second person: the persons behind it are
/// in `hands`.
pub(crate) fn perform(
    ledger: &Ledger,
    command: &Command,
    context: &Context<'_>,
    hands: Hands<'_>,
) -> Result<Decision, Rejection> {
    let decision = asked(ledger, command, context, hands)?;
    contract::life::check_not_closed(ledger, &decision)?;
    Ok(decision)
}

fn asked(
    ledger: &Ledger,
    command: &Command,
    context: &Context<'_>,
    hands: Hands<'_>,
) -> Result<Decision, Rejection> {
    match command {
        Command::OpenLedger(open) => ledger::open(ledger, open, context),
        Command::ElectScheduler(elect) => Ok(scheduler::elect(ledger, elect)?),
        Command::PublishIndex(publish) => market::publish(ledger, publish),
        Command::SignContract(sign) => contract::sign(ledger, sign, context),
        Command::Life(wanted) => contract::life::decide(ledger, wanted, context),
        Command::TransferQuantity(transfer) => contract::transfer(ledger, transfer),
        Command::RecordLot(lot) => market::record_lot(ledger, lot),
        Command::RecordDelivery(delivery) => delivery::record(ledger, delivery, context),
        Command::RecordClaim(claim) => deviation::record_claim(ledger, claim),
        Command::RecordMoney(money) => payment::record(ledger, money),
        Command::GiveGuarantee(guarantee) => payment::give_guarantee(ledger, guarantee),
        Command::Books(wanted) => books::decide(ledger, wanted, context),
        Command::IssueSettlement(issue) => settlement::issue(ledger, issue, context),
        Command::RestateSettlement(restate) => settlement::restate(ledger, restate, context),
        Command::AssessDeviation(assess) => deviation::assess(ledger, assess, context),
        Command::ReassessDeviation(reassess) => deviation::reassess(ledger, reassess, context),
        Command::VerifyClaim(verify) => Ok(deviation::verify_claim(ledger, verify, context)?),
        Command::DecideClaim(decide) => deviation::decide_claim(ledger, decide, context, hands),
        Command::AdvanceCase(advance) => deviation::advance(ledger, advance, context),
        Command::WaiveDeviation(waive) => deviation::waive(ledger, waive, context, hands),
        Command::GrantRole(grant) => Ok(approval::grant(ledger, grant, hands)?),
        Command::RevokeRole(revoke) => Ok(approval::revoke(ledger, revoke, hands.maker)?),
        Command::GrantKey(grant) => keys::grant(ledger, grant, context, hands),
        Command::RevokeKey(revoke) => keys::revoke(ledger, revoke, context),
        Command::RecordPassage(record) => passage::record(ledger, record, context),
        Command::Propose(propose) => approval::propose(ledger, propose, context),
        Command::Approve(approve) => approval::approve(ledger, approve, context),
        Command::Withdraw(withdraw) => approval::withdraw(ledger, withdraw, context),
        Command::RestateYear(restate) => take_or_pay::restate(ledger, restate, context),
        Command::SettleYear(settle) => take_or_pay::settle(ledger, settle, context),
        Command::Supply(wanted) => supply::decide(ledger, wanted, context),
    }
}
