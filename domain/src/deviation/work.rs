//! A case of a deviation that somebody works on, and what is asked before any step of it (D9, F).

use super::assess::{current_relief, is_current};
use super::case::{Case, Sheet, Stage};
use super::steps::Step;
use super::{ClaimState, DeviationAssessed, Rejection};
use crate::approval::{self, Role, Subject};
use crate::context::Context;
use crate::contract::ContractState;
use crate::quantities::{CivilDay, ContractId, PersonId, SettlementMonth};
use crate::state::Ledger;

/// A case that somebody works on.
pub(super) struct Work<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) contract: &'a ContractState,
    pub(super) case: &'a Case,
    pub(super) document: &'a DeviationAssessed,
    pub(super) by: &'a PersonId,
    pub(super) today: CivilDay,
}

impl<'a> Work<'a> {
    pub(super) fn of(
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

    pub(super) fn id(&self) -> (ContractId, SettlementMonth) {
        (self.document.contract.clone(), self.document.month)
    }

    /// D9: a case that is closed, posted or waived goes no further.
    pub(super) fn check_open(&self) -> Result<(), Rejection> {
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
    pub(super) fn check_settled_claims(&self) -> Result<(), crate::Rejection> {
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
    pub(super) fn waiting(&self) -> Result<&'a Sheet, Rejection> {
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
    pub(super) fn check_day(&self, sheet: &Sheet, on: CivilDay) -> Result<(), Rejection> {
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
    pub(super) fn check_answered(&self, sheet: &Sheet, on: CivilDay) -> Result<(), Rejection> {
        self.check_day(sheet, on)?;
        match sheet.delivered_on {
            Some(delivered_on) if on < delivered_on => {
                Err(Rejection::BeforeDelivery { sheet: sheet.number, on, delivered_on })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// F: a case moves on by persons who may, while nothing else about it waits for a second one.
    pub(super) fn check_hands(&self, step: &Step) -> Result<(), crate::Rejection> {
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
    pub(super) fn check_current(&self) -> Result<(), crate::Rejection> {
        self.check_settled_claims()?;
        if is_current(self.contract, self.document, self.ledger.indices())? {
            return Ok(());
        }
        let (contract, month) = self.id();
        Err(Rejection::DocumentOutdated { contract, month, revision: self.case.revision }.into())
    }
}
