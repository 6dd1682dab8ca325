use super::{
    Act, ActApproved, ActProposed, ActWithdrawn, ApproveAct, Pending, ProposeAct, Rejection, Role,
    Subject, WithdrawAct,
};
use crate::context::Context;
use crate::decide::perform;
use crate::deviation::ClaimDecision;
use crate::ledger::FourEyes;
use crate::quantities::PersonId;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Command, Decision, Event};

/// The channel of files: what arrives there was decided outside of the ledger.
pub const IMPORT: &str = "import";

/// The channel of the engine's own scheduler.
pub const SCHEDULER: &str = "scheduler";

/// Channels that are no person's (F).
pub(crate) const NOT_PERSONS: [&str; 3] = [IMPORT, "key", SCHEDULER];

/// The persons behind an act.
#[derive(Debug, Clone, Copy)]
pub struct Hands<'a> {
    /// Who wants it.
    pub maker: &'a PersonId,
    /// Who approved it; none where it needs nobody, or nobody yet.
    pub approver: Option<&'a PersonId>,
}

/// F: whether acts wait for a second person: not in a ledger that one person runs, and not what
/// was decided outside.
pub(crate) fn waits(ledger: &Ledger, context: &Context<'_>) -> bool {
    context.actor.channel != IMPORT && ledger.four_eyes() == FourEyes::On
}

/// F: an act that waits for a second person is proposed, never done directly. `decision` is what
/// the command leads to; a fact that is known already needs nobody.
pub(crate) fn check_direct(
    ledger: &Ledger,
    command: &Command,
    decision: &Decision,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if decision.events.is_empty() {
        return Ok(());
    }
    let Some((act, subject)) = of_weight(ledger, command) else { return Ok(()) };
    if waits(ledger, context) {
        return Err(Rejection::ApprovalNeeded { act, subject });
    }
    // What waits inside the ledger is not decided outside of it meanwhile.
    match ledger.approvals().pending(&subject) {
        None => Ok(()),
        Some(pending) => {
            let (number, by) = (pending.proposed.number, pending.proposed.by.clone());
            Err(Rejection::ApprovalPending { subject, number, by })
        }
    }
}

/// F: the word and the subject of a command that needs a second person.
fn of_weight(ledger: &Ledger, command: &Command) -> Option<(&'static str, Subject)> {
    if let Command::RecordClaim(claim) = command
        && claim.decision == ClaimDecision::Granted
    {
        // A row that bears a decision was decided outside; here a claim is filed and then decided.
        return Some(("grant_relief", Subject::claim(&claim.claim)));
    }
    Act::of(ledger, command).map(|act| (act.word(), act.subject()))
}

/// F: proposes an act. What stands against it now is refused now. It happens at once where it
/// needs no second person.
pub fn propose(
    ledger: &Ledger,
    command: &ProposeAct,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    let (act, subject) = (&command.act, command.act.subject());
    let pending = ledger.approvals().pending(&subject).map(|pending| &pending.proposed);
    if pending.is_some_and(|one| one.by == *by && one.act == *act && one.reason == command.reason) {
        return Ok(Decision::nothing());
    }
    let wanted = act.command();
    let hands = Hands { maker: by, approver: None };
    let decision = perform(ledger, &wanted, context, hands)?;
    if decision.events.is_empty() {
        return Ok(decision);
    }
    let revision = act.revision(ledger);
    if let Some(shown) = command.revision.filter(|shown| *shown != revision) {
        return Err(Rejection::ChangedSinceShown { subject, shown, now: revision }.into());
    }
    if !waits(ledger, context) || Act::of(ledger, &wanted).is_none() {
        return Ok(decision);
    }
    if command.reason.trim().is_empty() {
        return Err(Rejection::ReasonMissing {}.into());
    }
    ledger.approvals().check_role(by, act.maker_role())?;
    if let Some(pending) = pending {
        let (number, by) = (pending.number, pending.by.clone());
        return Err(Rejection::ApprovalPending { subject, number, by }.into());
    }
    let proposed = ActProposed {
        act: act.clone(),
        by: by.clone(),
        number: ledger.approvals().number(&subject) + 1,
        reason: command.reason.clone(),
        revision,
        subject,
    };
    let proposed = Decision::of([Event::ActProposed(Box::new(proposed))]);
    Ok(proposed.guarded_by(Stream::Person(by.clone())))
}

/// F: another person approves; the act is decided again as things stand now, and recorded together
/// with the approval.
pub fn approve(
    ledger: &Ledger,
    command: &ApproveAct,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    let subject = &command.subject;
    if ledger.approvals().was_approved(subject, by, command.number) {
        return Ok(Decision::nothing());
    }
    let none = || Rejection::NoApprovalPending { subject: subject.clone() };
    let waiting = ledger.approvals().pending(subject).ok_or_else(none)?;
    let pending = &waiting.proposed;
    check_approver(ledger, pending, context)?;
    check_not_granted(pending, by)?;
    check_shown(waiting, command.number)?;
    let now = pending.act.revision(ledger);
    if let Some(shown) =
        [command.revision, pending.revision].into_iter().find(|shown| *shown != now)
    {
        return Err(Rejection::ChangedSinceShown { subject: subject.clone(), shown, now }.into());
    }
    let approved = ActApproved { by: by.clone(), number: pending.number, subject: subject.clone() };
    let hands = Hands { maker: &pending.by, approver: Some(by) };
    let done = perform(ledger, &pending.act.command(), context, hands)?;
    let decision = Decision::of([Event::ActApproved(approved)]).and(done);
    Ok(decision.guarded_by(Stream::Person(by.clone())))
}

/// F: the proposal that is pending is the one that was shown. Without a number the revision says
/// so, unless another one was proposed at the same revision before.
fn check_shown(waiting: &Pending, number: Option<u32>) -> Result<(), Rejection> {
    let ActProposed { subject, number: now, revision, .. } = &waiting.proposed;
    let (subject, now) = (subject.clone(), *now);
    match number {
        Some(shown) if shown != now => Err(Rejection::OtherProposal { subject, shown, now }),
        Some(_) => Ok(()),
        None if waiting.is_not_the_first => {
            Err(Rejection::NumberMissing { subject, revision: *revision, now })
        }
        None => Ok(()),
    }
}

/// F: who gets a role is not the other one who stands beside the administrator.
fn check_not_granted(pending: &ActProposed, by: &PersonId) -> Result<(), Rejection> {
    match &pending.act {
        Act::GrantRole(grant) if grant.person == *by => {
            Err(Rejection::ApprovesOwnGrant { person: by.clone(), role: grant.role })
        }
        Act::AmendTerms(_)
        | Act::CloseAccount(_)
        | Act::CorrectDelivery(_)
        | Act::CorrectIndex(_)
        | Act::GrantCredit(_)
        | Act::GrantKey(_)
        | Act::GrantRelief(_)
        | Act::GrantRole(_)
        | Act::HandOver(_)
        | Act::MovePoint(_)
        | Act::Refund(_)
        | Act::ReversePayment(_)
        | Act::TerminateContract(_)
        | Act::TransferQuantity(_)
        | Act::WaiveDeviation(_)
        | Act::WaiveLateFee(_) => Ok(()),
    }
}

/// F: the acting person may stand beside the maker: a person, another one, with the role.
pub(crate) fn check_second(
    ledger: &Ledger,
    maker: &PersonId,
    subject: &Subject,
    role: Role,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    check_other_person(maker, subject, context)?;
    ledger.approvals().check_role(&context.actor.person, role)
}

fn check_approver(
    ledger: &Ledger,
    pending: &ActProposed,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    check_other_person(&pending.by, &pending.subject, context)?;
    ledger.approvals().check_approver(&context.actor.person, &pending.act)
}

/// F: who acts is a person, and not the maker.
fn check_other_person(
    maker: &PersonId,
    subject: &Subject,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let (by, channel) = (&context.actor.person, &context.actor.channel);
    if NOT_PERSONS.contains(&channel.as_str()) {
        return Err(Rejection::NotAPerson { channel: channel.clone() });
    }
    if by == maker {
        return Err(Rejection::MakerIsApprover { subject: subject.clone(), person: by.clone() });
    }
    Ok(())
}

/// F: the maker takes a proposal back, or somebody who could approve it rejects it.
pub fn withdraw(
    ledger: &Ledger,
    command: &WithdrawAct,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    let subject = &command.subject;
    if ledger.approvals().was_withdrawn(subject, by, &command.reason) {
        return Ok(Decision::nothing());
    }
    let none = || Rejection::NoApprovalPending { subject: subject.clone() };
    let pending = &ledger.approvals().pending(subject).ok_or_else(none)?.proposed;
    if *by != pending.by {
        check_approver(ledger, pending, context)?;
    }
    if command.reason.trim().is_empty() {
        return Err(Rejection::ReasonMissing {}.into());
    }
    let withdrawn = ActWithdrawn {
        by: by.clone(),
        number: pending.number,
        reason: command.reason.clone(),
        subject: subject.clone(),
    };
    Ok(Decision::of([Event::ActWithdrawn(withdrawn)]))
}
