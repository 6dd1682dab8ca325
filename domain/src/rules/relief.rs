//! D1: what granted claims take off the planned quantity.

use serde::{Deserialize, Serialize};

use crate::log::Position;
use crate::quantities::{ClaimId, Exact, GasDay, GasDays, Quantity, Unit};
use crate::trace::{Trace, Traced, Value};

/// The recognised causes of a claim (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefKind {
    /// 不可抗力.
    ForceMajeure,
    /// Maintenance on the seller's side.
    SellerMaintenance,
    /// The seller could not deliver.
    SellerShortfall,
    /// A reduction that the contract permits the buyer.
    PermittedReduction,
    /// An order of the authorities.
    GovernmentOrder,
}

/// A claim with a granted quantity above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedClaim {
    /// Which claim.
    pub claim: ClaimId,
    /// All its gas days, also those outside the month.
    pub days: GasDays,
    /// Billing units over all of them.
    pub granted: Quantity,
    /// The event that granted it.
    pub position: Position,
}

impl GrantedClaim {
    fn daily_share(&self) -> Exact {
        self.granted.exact() / Exact::from(self.days.count())
    }
}

/// D1: the relief of the gas days of a month, exact.
///
/// A granted quantity spreads evenly over all gas days of its claim; where claims overlap, the
/// largest daily share counts and not the sum; the month's relief never exceeds its C.
#[must_use]
pub fn relief(
    claims: &[GrantedClaim],
    month: GasDays,
    contract_quantity: Quantity,
    unit: Unit,
) -> Traced<Exact> {
    let touching: Vec<(&GrantedClaim, Exact)> = (claims.iter())
        .filter(|claim| !claim.days.intersect(month).is_empty())
        .map(|claim| (claim, claim.daily_share()))
        .collect();
    let spread: Exact = match touching.as_slice() {
        [] => Exact::zero(),
        [(claim, share)] => share.clone() * Exact::from(claim.days.intersect(month).count()),
        several => month.iter().map(|day| largest_share(several, day)).sum(),
    };
    let value = spread.clone().min(contract_quantity.exact());
    let mut trace = Trace::new("D1", "relief", Value::ExactQuantity(value.clone(), unit));
    for (claim, share) in &touching {
        let name = Value::Text(claim.claim.to_string());
        trace = trace
            .with_events("claim", name, vec![claim.position])
            .with("claim_days", Value::GasDays(claim.days))
            .with("granted_quantity", Value::Quantity(claim.granted, unit))
            .with("daily_share", Value::ExactQuantity(share.clone(), unit));
    }
    if spread != value {
        trace = trace
            .with("before_cap", Value::ExactQuantity(spread, unit))
            .with("contract_quantity", Value::Quantity(contract_quantity, unit));
    }
    Traced { value, trace }
}

/// D1: the relief of a month before its cap, exact: what is granted for its gas days.
#[must_use]
pub fn relief_before_cap(claims: &[GrantedClaim], month: GasDays) -> Exact {
    let shares: Vec<_> = claims.iter().map(|claim| (claim, claim.daily_share())).collect();
    month.iter().map(|day| largest_share(&shares, day)).sum()
}

fn largest_share(claims: &[(&GrantedClaim, Exact)], day: GasDay) -> Exact {
    let on_day = claims.iter().filter(|(claim, _)| claim.days.contains(day));
    on_day.map(|(_, share)| share).max().cloned().unwrap_or_else(Exact::zero)
}
