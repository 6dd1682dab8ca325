use super::assess::{current_relief, is_current};
use super::case::{Case, Sheet, Stage};
use super::steps::{
    AdvanceCase, Basis, DeviationPosted, DeviationWaived, DisputeResolved, PostingApproved,
    Resolution, SheetConfirmed, SheetDeemedConfirmed, SheetDelivered, SheetDisputed, SheetIssued,
    Step, WaiveDeviation,
};
use super::{ClaimState, DeviationAssessed, Rejection};
use crate::approval::{self, Hands, Role, Subject};
use crate::books;
use crate::context::Context;
use crate::contract::ContractState;
use crate::quantities::{AttachmentDigest, CivilDay, ContractId, PersonId, SettlementMonth};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// A case that somebody works on.
struct Work<'a> {
    ledger: &'a Ledger,
    contract: &'a ContractState,
    case: &'a Case,
    document: &'a DeviationAssessed,
    by: &'a PersonId,
    today: CivilDay,
}

impl<'a> Work<'a> {
    fn of(
        ledger: &'a Ledger,
        id: &ContractId,
        month: SettlementMonth,
        by: &'a PersonId,
        context: &Context<'_>,
    ) -> Result<Self, Rejection> {
        let unknown = || Rejection::UnknownContract { contract: id.clone() };
        let contract = ledger.contract(id).ok_or_else(unknown)?;
        let none = || Rejection::NotAssessed { contract: id.clone(), month };
        let case = contract.cases.get(&month).ok_or_else(none)?;
        let document = contract.deviation(month).ok_or_else(none)?.document.as_ref();
        let today = ledger.clock().civil_day(context.now);
        Ok(Self { ledger, contract, case, document, by, today })
    }

    fn id(&self) -> (ContractId, SettlementMonth) {
        (self.document.contract.clone(), self.document.month)
    }

    /// D9: a case that is closed, posted or waived goes no further.
    fn check_open(&self) -> Result<(), Rejection> {
        let (contract, month) = self.id();
        match &self.case.stage {
            Stage::NoCharge => Err(Rejection::NoCharge { contract, month }),
            stage @ (Stage::Posted(..) | Stage::Waived) => {
                Err(Rejection::CaseEnded { contract, month, stage: stage.word() })
            }
            Stage::Assessed
            | Stage::SheetIssued(_)
            | Stage::Disputed(_)
            | Stage::Agreed(..)
            | Stage::PostingApproved(..) => Ok(()),
        }
    }

    /// D9: what is told to the buyer, or posted, rests on decided claims and on their relief.
    fn check_settled_claims(&self) -> Result<(), crate::Rejection> {
        let first = self.contract.days_of(self.document.period_first).first;
        let pending = |claim: &&ClaimState| {
            claim.decided.is_none()
                && claim.filed.first_gas_day <= self.document.last_gas_day
                && first <= claim.filed.last_gas_day
        };
        let claims: Box<[_]> = (self.contract.claims.values().filter(pending))
            .map(|c| c.filed.claim.clone())
            .collect();
        if !claims.is_empty() {
            return Err(Rejection::ClaimPending { claims }.into());
        }
        let now = current_relief(self.contract, self.document)?;
        if now != self.document.relief {
            let (revision, known) = (self.document.revision, self.document.relief);
            return Err(Rejection::ReliefChanged { revision, known, now }.into());
        }
        Ok(())
    }

    /// The sheet that waits for an answer.
    fn waiting(&self) -> Result<&'a Sheet, Rejection> {
        let (contract, month) = self.id();
        match &self.case.stage {
            Stage::SheetIssued(sheet) => Ok(sheet),
            Stage::Disputed(sheet) => Err(Rejection::DisputeOpen { sheet: sheet.number }),
            Stage::Agreed(sheet, basis) | Stage::PostingApproved(sheet, basis, _) => {
                Err(Rejection::AlreadyAgreed { sheet: sheet.number, basis: basis.word() })
            }
            Stage::Assessed | Stage::NoCharge | Stage::Posted(..) | Stage::Waived => {
                Err(Rejection::SheetNotIssued { contract, month })
            }
        }
    }

    /// T5: a day that is told about a sheet lies not ahead, and not before the sheet.
    fn check_day(&self, sheet: &Sheet, on: CivilDay) -> Result<(), Rejection> {
        if on > self.today {
            return Err(Rejection::DayNotReached { on, today: self.today });
        }
        let (number, issued_on) = (sheet.number, sheet.issued_on);
        if on < issued_on {
            return Err(Rejection::BeforeSheet { sheet: number, on, issued_on });
        }
        Ok(())
    }

    /// D9: nobody answers a sheet before it is there; where its delivery is proven, not before
    /// that.
    fn check_answered(&self, sheet: &Sheet, on: CivilDay) -> Result<(), Rejection> {
        self.check_day(sheet, on)?;
        match sheet.delivered_on {
            Some(delivered_on) if on < delivered_on => {
                Err(Rejection::BeforeDelivery { sheet: sheet.number, on, delivered_on })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// F: a case moves on by persons who may, while nothing else about it waits for a second one.
    fn check_hands(&self, step: &Step) -> Result<(), crate::Rejection> {
        let approvals = self.ledger.approvals();
        if *step != Step::ApprovePosting {
            approvals.check_role(self.by, Role::Clerk)?;
        }
        let (contract, month) = self.id();
        let subject = Subject::deviation(&contract, month);
        if let Some(pending) = approvals.pending(&subject) {
            let (number, by) = (pending.proposed.number, pending.proposed.by.clone());
            return Err(approval::Rejection::ApprovalPending { subject, number, by }.into());
        }
        Ok(())
    }

    /// S4: what is told to the buyer, or posted, is what the facts come to now.
    fn check_current(&self) -> Result<(), crate::Rejection> {
        self.check_settled_claims()?;
        if is_current(self.contract, self.document, self.ledger.indices())? {
            return Ok(());
        }
        let (contract, month) = self.id();
        Err(Rejection::DocumentOutdated { contract, month, revision: self.case.revision }.into())
    }
}

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
