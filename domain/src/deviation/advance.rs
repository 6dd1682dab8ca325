use super::Rejection;
use super::case::{Case, Stage};
use super::steps::{
    AdvanceCase, Basis, DeviationPosted, DeviationWaived, DisputeResolved, PostingApproved,
    Resolution, SheetConfirmed, SheetDeemedConfirmed, SheetDelivered, SheetDisputed, SheetIssued,
    Step, WaiveDeviation,
};
use super::work::Work;
use crate::approval::{self, Hands, Role, Subject};
use crate::books;
use crate::context::Context;
use crate::quantities::{AttachmentDigest, CivilDay, PersonId};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// The same step once more is known: an answer that was taken changes nothing.
fn is_repeated(case: &Case, step: &Step) -> bool {
    match (step, &case.stage) {
        (Step::DeliverSheet { on, .. }, Stage::SheetIssued(sheet)) => {
            sheet.delivered_on == Some(*on)
        }
        (Step::Post, Stage::Posted(..)) => true,
        (Step::Deem, Stage::Agreed(_, Basis::DeemedConfirmed)) => true,
        (
            Step::IssueSheet
            | Step::DeliverSheet { .. }
            | Step::Confirm { .. }
            | Step::Deem
            | Step::Dispute { .. }
            | Step::Resolve { .. }
            | Step::ApprovePosting
            | Step::Post,
            _,
        ) => false,
    }
}

/// D9: takes a case one step further.
pub fn advance(
    ledger: &Ledger,
    command: &AdvanceCase,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    let work = Work::of(ledger, &command.contract, command.month, by, context)?;
    work.case.check_shown(work.document, command.revision)?;
    if is_repeated(work.case, &command.step) {
        return Ok(Decision::nothing());
    }
    work.check_open()?;
    work.check_hands(&command.step)?;
    let event = match &command.step {
        Step::IssueSheet => issue(&work)?,
        Step::DeliverSheet { on, proof } => deliver(&work, *on, proof)?,
        Step::Confirm { on, receipt } => confirm(&work, *on, receipt)?,
        Step::Deem => deem(&work)?,
        Step::Dispute { on, reason } => dispute(&work, *on, reason)?,
        Step::Resolve { resolution, reason } => resolve(&work, *resolution, reason)?,
        Step::ApprovePosting => approve(&work, context)?,
        Step::Post => post(&work, context)?,
    };
    let decision = Decision::of([event]).guarded_by(Stream::Person(by.clone()));
    Ok(match &command.step {
        Step::Post => decision.guarded_by(Stream::Books),
        Step::IssueSheet
        | Step::DeliverSheet { .. }
        | Step::Confirm { .. }
        | Step::Deem
        | Step::Dispute { .. }
        | Step::Resolve { .. }
        | Step::ApprovePosting => decision,
    })
}

/// Fills in who, which case, when and which revision.
macro_rules! stepped {
    ($work:expr, $variant:ident, $on:expr, { $($field:ident: $value:expr),* $(,)? }) => {{
        let (contract, month) = $work.id();
        Event::$variant($variant {
            by: $work.by.clone(),
            contract,
            month,
            on: $on,
            revision: $work.case.revision,
            $($field: $value,)*
        })
    }};
}

fn issue(work: &Work<'_>) -> Result<Event, crate::Rejection> {
    if let Some(sheet) = work.case.stage.sheet() {
        return Err(Rejection::SheetAlreadyIssued { sheet: sheet.number }.into());
    }
    work.check_current()?;
    let issued: u32 = work.contract.cases.values().map(|case| case.sheets).sum();
    let sheet = issued + 1;
    Ok(stepped!(work, SheetIssued, work.today, { sheet: sheet }))
}

fn deliver(work: &Work<'_>, on: CivilDay, proof: &str) -> Result<Event, Rejection> {
    let sheet = work.waiting()?;
    if let Some(known) = sheet.delivered_on {
        return Err(Rejection::AlreadyDelivered { sheet: sheet.number, on: known });
    }
    work.check_day(sheet, on)?;
    let proof = said(proof)?;
    Ok(stepped!(work, SheetDelivered, on, { proof: proof, sheet: sheet.number }))
}

fn confirm(work: &Work<'_>, on: CivilDay, receipt: &AttachmentDigest) -> Result<Event, Rejection> {
    let sheet = work.waiting()?;
    work.check_answered(sheet, on)?;
    let receipt = receipt.clone();
    Ok(stepped!(work, SheetConfirmed, on, { receipt: receipt, sheet: sheet.number }))
}

/// D9: deemed confirmed on the day that lies the agreed days after the proven delivery. An older
/// fact may say that a sheet was delivered before it was issued; the days never begin earlier.
fn deem(work: &Work<'_>) -> Result<Event, Rejection> {
    let sheet = work.waiting()?;
    let (contract, month) = work.id();
    let delivered = sheet.delivered_on;
    let delivered = delivered.ok_or(Rejection::SheetNotDelivered { sheet: sheet.number })?;
    let terms = work.contract.terms_of(month).and_then(|terms| terms.deviation.as_ref());
    let days = terms.and_then(|terms| terms.deemed_confirmed_days);
    let days = days.ok_or(Rejection::NoDeemedConfirmation { contract, month })?;
    let from = delivered.max(sheet.issued_on).plus(u64::from(days));
    if work.today < from {
        return Err(Rejection::NotDeemedYet { sheet: sheet.number, from, today: work.today });
    }
    Ok(stepped!(work, SheetDeemedConfirmed, from, { sheet: sheet.number }))
}

fn dispute(work: &Work<'_>, on: CivilDay, reason: &str) -> Result<Event, Rejection> {
    let sheet = work.waiting()?;
    work.check_answered(sheet, on)?;
    let reason = said(reason)?;
    Ok(stepped!(work, SheetDisputed, on, { reason: reason, sheet: sheet.number }))
}

fn resolve(
    work: &Work<'_>,
    resolution: Resolution,
    reason: &str,
) -> Result<Event, crate::Rejection> {
    let Stage::Disputed(sheet) = &work.case.stage else {
        let (contract, month) = work.id();
        return Err(Rejection::NotDisputed { contract, month }.into());
    };
    let reason = said(reason)?;
    if resolution == Resolution::Upheld {
        work.check_settled_claims()?;
    }
    let (on, sheet) = (work.today, sheet.number);
    let event = stepped!(work, DisputeResolved, on, {
        reason: reason, resolution: resolution, sheet: sheet,
    });
    Ok(event)
}

/// F: the posting is approved by a person other than the one who issued the sheet.
fn approve(work: &Work<'_>, context: &Context<'_>) -> Result<Event, crate::Rejection> {
    let sheet = match &work.case.stage {
        Stage::Agreed(sheet, _) => sheet,
        Stage::PostingApproved(_, _, by) => {
            return Err(Rejection::PostingAlreadyApproved { by: by.clone() }.into());
        }
        Stage::Assessed
        | Stage::NoCharge
        | Stage::SheetIssued(_)
        | Stage::Disputed(_)
        | Stage::Posted(..)
        | Stage::Waived => return Err(not_agreed(work).into()),
    };
    work.check_current()?;
    let (contract, month) = work.id();
    let subject = Subject::deviation(&contract, month);
    approval::check_second(work.ledger, &sheet.by, &subject, Role::Approver, context)?;
    Ok(stepped!(work, PostingApproved, work.today, { sheet: sheet.number }))
}

fn not_agreed(work: &Work<'_>) -> Rejection {
    let (contract, month) = work.id();
    Rejection::NotConfirmed { contract, month, stage: work.case.stage.word() }
}

/// D9, M4: posts the difference to what was posted before. One person alone posts only where the
/// ledger says so.
fn post(work: &Work<'_>, context: &Context<'_>) -> Result<Event, crate::Rejection> {
    let (sheet, basis, approved_by) = match &work.case.stage {
        Stage::PostingApproved(sheet, basis, by) => (sheet, *basis, Some(by.clone())),
        Stage::Agreed(sheet, basis) => {
            if approval::waits(work.ledger, context) {
                let (contract, month) = work.id();
                return Err(Rejection::PostingNotApproved { contract, month }.into());
            }
            (sheet, *basis, None)
        }
        Stage::Assessed
        | Stage::NoCharge
        | Stage::SheetIssued(_)
        | Stage::Disputed(_)
        | Stage::Posted(..)
        | Stage::Waived => return Err(not_agreed(work).into()),
    };
    work.check_current()?;
    check_poster(work, approved_by.as_ref())?;
    books::check_open(work.ledger, work.today)?;
    let document = work.document;
    let posted = document.total() - work.case.posted_so_far();
    Ok(Event::DeviationPosted(DeviationPosted {
        approved_by,
        basis,
        by: work.by.clone(),
        contract: document.contract.clone(),
        four_eyes: work.ledger.run_by_one(),
        gross: posted.gross,
        last_gas_day: document.last_gas_day,
        month: document.month,
        net: posted.net,
        posted_on: work.today,
        revision: document.revision,
        sheet: sheet.number,
        tax: posted.tax,
    }))
}

/// F: who posts is another person than who approved it.
fn check_poster(work: &Work<'_>, approved_by: Option<&PersonId>) -> Result<(), crate::Rejection> {
    if approved_by != Some(work.by) {
        return Ok(());
    }
    let (contract, month) = work.id();
    let (subject, person) = (Subject::deviation(&contract, month), work.by.clone());
    Err(approval::Rejection::MakerIsApprover { subject, person }.into())
}

/// D9, F: waives the charge; a case that was posted is restated, never waived.
pub fn waive(
    ledger: &Ledger,
    command: &WaiveDeviation,
    context: &Context<'_>,
    hands: Hands<'_>,
) -> Result<Decision, crate::Rejection> {
    let work = Work::of(ledger, &command.contract, command.month, hands.maker, context)?;
    work.case.check_shown(work.document, command.revision)?;
    if work.case.stage == Stage::Waived {
        return Ok(Decision::nothing());
    }
    work.check_open()?;
    if !work.case.posted.is_empty() {
        let (contract, month) = work.id();
        return Err(Rejection::CaseEnded { contract, month, stage: "posted" }.into());
    }
    let reason = said(&command.reason)?;
    let event = stepped!(work, DeviationWaived, work.today, {
        approved_by: hands.approver.cloned(), reason: reason,
    });
    Ok(Decision::of([event]))
}

/// A text that says something.
pub(super) fn said(text: &str) -> Result<String, Rejection> {
    if text.trim().is_empty() {
        return Err(Rejection::ReasonMissing {});
    }
    Ok(text.to_owned())
}
