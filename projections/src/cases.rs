//! The deviation cases (D9) as people work on them: a function of the ledger.

use std::sync::Arc;

use citygate_domain::contract::ContractState;
use citygate_domain::deviation::{Case, ClaimState, DeviationAssessed, Stage};
use citygate_domain::quantities::{ClaimId, ContractId, Money, SettlementMonth};
use citygate_domain::state::Ledger;

/// A case with the newest revision of its document.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// Whose case.
    pub contract: ContractId,
    /// The last month of its period.
    pub month: SettlementMonth,
    /// The newest revision.
    pub document: Arc<DeviationAssessed>,
    /// Where it stands.
    pub case: Case,
    /// Claims of the period that nobody has decided yet.
    pub open_claims: Vec<ClaimId>,
}

impl CaseRow {
    /// The word for where it stands: open claims come before a sheet.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        if self.case.stage == Stage::Assessed && !self.open_claims.is_empty() {
            return "claim_open";
        }
        self.case.stage.word()
    }

    /// What is posted so far.
    #[must_use]
    pub fn posted(&self) -> Money {
        self.case.posted_so_far().gross
    }
}

/// Every case, by contract and month.
#[must_use]
pub fn cases(ledger: &Ledger) -> Vec<CaseRow> {
    let rows = ledger.contracts().flat_map(|contract| {
        contract.cases.iter().filter_map(|(month, case)| row(contract, *month, case))
    });
    rows.collect()
}

fn row(contract: &ContractState, month: SettlementMonth, case: &Case) -> Option<CaseRow> {
    let document = Arc::clone(&contract.deviation(month)?.document);
    let open = claims_of(contract, &document).filter(|claim| claim.decided.is_none());
    let open_claims = open.map(|claim| claim.filed.claim.clone()).collect();
    Some(CaseRow {
        contract: contract.id().clone(),
        month,
        document,
        case: case.clone(),
        open_claims,
    })
}

/// The claims that touch the period of a document.
pub fn claims_of<'a>(
    contract: &'a ContractState,
    document: &'a DeviationAssessed,
) -> impl Iterator<Item = &'a ClaimState> {
    let first = contract.days_of(document.period_first).first;
    contract.claims.values().filter(move |claim| {
        claim.filed.first_gas_day <= document.last_gas_day && first <= claim.filed.last_gas_day
    })
}
