//! The deviation settlement (偏差结算): claims (D1, D9) and the assessment of a period (D7).

mod advance;
mod assess;
mod case;
mod claim;
mod claim_rejection;
mod decide_claim;
mod rejection;
mod steps;
mod work;

use serde::{Deserialize, Serialize};

use crate::contract::ContractState;
use crate::ledger::FourEyes;
use crate::log::Position;
use crate::quantities::{
    CivilDay, ClaimId, ContractId, GasDay, GasDays, Money, Percent, PersonId, Price, Quantity,
    SettlementMonth, Unit,
};
use crate::rules::deviation::{Side, TierLine};
use crate::rules::relief::{GrantedClaim, ReliefKind};
use crate::rules::tax::Taxed;
use crate::stream::DocumentInput;

pub use advance::{advance, waive};
pub use assess::{Assessed, assess, assessed, reassess};
pub(crate) use assess::{document, period_relief};
pub(crate) use case::CaseEvent;
pub use case::{Case, PostedDeviation, Sheet, Stage};
pub use claim::record_claim;
pub use claim_rejection::ClaimRejection;
pub use decide_claim::{decide_claim, verify_claim};
pub use rejection::Rejection;
pub use steps::*;

/// Records a claim together with the decision on it, as files carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordClaim {
    /// The claim's id, unique in the ledger.
    pub claim: ClaimId,
    /// Whose claim.
    pub contract: ContractId,
    /// The cause.
    pub kind: ReliefKind,
    /// First gas day.
    pub first_gas_day: GasDay,
    /// Last gas day, inclusive.
    pub last_gas_day: GasDay,
    /// Billing units claimed over all its days.
    pub quantity: Quantity,
    /// When it was received.
    pub received_on: CivilDay,
    /// What was decided.
    pub decision: ClaimDecision,
    /// Billing units granted; 0 unless granted.
    pub granted_quantity: Quantity,
    /// When it was decided.
    pub decided_on: Option<CivilDay>,
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimDecision {
    /// Granted, wholly or in part.
    Granted,
    /// Rejected.
    Rejected,
    /// Not decided yet.
    Pending,
}

/// A claim was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimFiled {
    /// The claim.
    pub claim: ClaimId,
    /// Whose claim.
    pub contract: ContractId,
    /// First gas day.
    pub first_gas_day: GasDay,
    /// The cause.
    pub kind: ReliefKind,
    /// Last gas day, inclusive.
    pub last_gas_day: GasDay,
    /// Billing units claimed.
    pub quantity: Quantity,
    /// When it was received.
    pub received_on: CivilDay,
    /// Whether the row that filed it bore the decision too; such a claim was never pending.
    pub with_decision: bool,
}

/// A claim was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimDecided {
    /// F: the second person; absent where nobody was needed, or it was decided outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// Who decided it; absent where it was decided outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// The claim.
    pub claim: ClaimId,
    /// Whose claim.
    pub contract: ContractId,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<CivilDay>,
    /// First gas day of the claim.
    pub first_gas_day: GasDay,
    /// Billing units granted; 0 when rejected.
    pub granted_quantity: Quantity,
    /// Granted or rejected.
    pub outcome: ClaimOutcome,
    /// F: decisions that arrive in files were taken outside of the ledger.
    pub outside: bool,
    /// Why; absent where it was decided outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a claim was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimOutcome {
    /// Granted, wholly or in part.
    Granted,
    /// Rejected.
    Rejected,
}

/// A claim as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimState {
    /// As filed.
    pub filed: ClaimFiled,
    /// The event that filed it.
    pub filed_at: Position,
    /// The newest verification, with its event.
    pub verified: Option<(ClaimVerified, Position)>,
    /// The decision, with its event.
    pub decided: Option<(ClaimDecided, Position)>,
}

impl ClaimState {
    /// The word for where it stands (D9).
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (&self.decided, &self.verified) {
            (Some((decided, _)), _) => match decided.outcome {
                ClaimOutcome::Granted => "granted",
                ClaimOutcome::Rejected => "rejected",
            },
            (None, Some(_)) => "verified",
            (None, None) => "filed",
        }
    }

    /// D1: what the claim grants, if it grants anything.
    #[must_use]
    pub fn granted(&self) -> Option<GrantedClaim> {
        let (decided, position) = self.decided.as_ref()?;
        (!decided.granted_quantity.is_zero()).then(|| GrantedClaim {
            claim: self.filed.claim.clone(),
            days: GasDays { first: self.filed.first_gas_day, last: self.filed.last_gas_day },
            granted: decided.granted_quantity,
            position: *position,
        })
    }
}

impl DeviationAssessed {
    /// What it charges, column by column.
    #[must_use]
    pub fn total(&self) -> Taxed {
        Taxed { gross: self.charge, net: self.net, tax: self.tax }
    }

    /// D9: whether the claims of the period were decided otherwise since, so that it is to be
    /// assessed again.
    #[must_use]
    pub fn rests_on_other_relief(&self, contract: &ContractState) -> bool {
        assess::current_relief(contract, self).is_ok_and(|relief| relief != self.relief)
    }
}

/// Assesses the netting period that ends with a settlement month (D7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessDeviation {
    /// Which contract.
    pub contract: ContractId,
    /// The period's last month.
    pub month: SettlementMonth,
}

/// The deviation of a netting period was assessed: a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviationAssessed {
    /// D1: B = L − relief, half-up to the unit's decimals.
    pub base: Quantity,
    /// S4: of a later revision, the facts that came after the revision before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Position>,
    /// D6: Σ tiers; the gross total.
    pub charge: Money,
    /// Which contract.
    pub contract: ContractId,
    /// D10: above 30 % of the deviating quantity × reference price.
    pub flagged: bool,
    /// F: `off` where one person runs the ledger; absent where acts need two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes: Option<FourEyes>,
    /// What it was computed from (S3).
    pub inputs: Vec<DocumentInput>,
    /// The period's last gas day.
    pub last_gas_day: GasDay,
    /// The period's last month, which names the document.
    pub month: SettlementMonth,
    /// M3.
    pub net: Money,
    /// The period's first month.
    pub period_first: SettlementMonth,
    /// D1: L = C + firm lots.
    pub planned: Quantity,
    /// D3; zero inside the tolerance.
    pub quantity: Quantity,
    /// D5.
    pub reference_price: Price,
    /// D1, half-up to the unit's decimals.
    pub relief: Quantity,
    /// 1 for the first document of the period.
    pub revision: u32,
    /// The version of the rules.
    pub rules: u32,
    /// Absent inside the tolerance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// All gas of the period.
    pub taken: Quantity,
    /// M3.
    pub tax: Money,
    /// M3: the rate of the last gas day.
    pub tax_percent: Percent,
    /// D4–D6.
    pub tiers: Vec<TierLine>,
    /// The billing unit.
    pub unit: Unit,
}
