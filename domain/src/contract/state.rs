//! What a contract's facts come to.

mod month;
mod patched;
mod take_in;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Readings;
use super::{ContractSigned, DeliveryPoint, QuantityTransferred, Terms};
use crate::books::{CreditGranted, LateFees};
use crate::deviation::{Case, ClaimState, DeviationAssessed};
use crate::log::Position;
use crate::payment::{GuaranteeGiven, MoneyFact};
use crate::quantities::{
    ClaimId, ContractId, CustomerId, GasDay, GasDays, PointId, Quantity, SettlementMonth, Unit,
};
use crate::rules::fill::LotFacts;
use crate::rules::period::{Period, netting_period};
use crate::rules::relief::GrantedClaim;
use crate::rules::transfer::TransferFacts;
use crate::settlement::SettlementIssued;
use crate::supply::Supply;
use crate::take_or_pay::TakeOrPaySettled;

/// What a contract's facts come to: enough to decide on it and to settle its running months.
#[derive(Debug, Clone)]
pub struct ContractState {
    id: ContractId,
    customer: CustomerId,
    versions: Vec<TermsVersion>,
    points: Vec<PointId>,
    /// Readings by gas day and point.
    pub readings: Readings,
    lots: BTreeMap<SettlementMonth, Vec<RecordedLot>>,
    transfers: BTreeMap<SettlementMonth, Vec<(TransferFacts, QuantityTransferred)>>,
    /// Claims with their decisions.
    pub claims: BTreeMap<ClaimId, ClaimState>,
    /// Payments, reversals and refunds in log order.
    pub money: Vec<MoneyFact>,
    /// Emergency credit with the events that granted it.
    pub credits: Vec<(CreditGranted, Position)>,
    /// Late fees in log order.
    pub late_fees: LateFees,
    /// Guarantees with the events that gave them.
    pub guarantees: Vec<(GuaranteeGiven, Position)>,
    /// Issued settlements by month, every revision.
    pub settlements: BTreeMap<SettlementMonth, Vec<Issued<SettlementIssued>>>,
    /// Assessed deviations by the last month of their period, every revision.
    pub deviations: BTreeMap<SettlementMonth, Vec<Issued<DeviationAssessed>>>,
    /// Settled contract years by name, every revision.
    pub years: BTreeMap<i64, Vec<Issued<TakeOrPaySettled>>>,
    /// D9: the cases of its deviations, by the last month of their period.
    pub cases: BTreeMap<SettlementMonth, Case>,
    /// E: its supply and what is done about it.
    pub supply: Supply,
}

/// Terms as signed for a run of gas days.
#[derive(Debug, Clone)]
pub struct TermsVersion {
    /// What was agreed.
    pub terms: Terms,
    /// The signed event as it was recorded.
    pub signed: Arc<ContractSigned>,
    /// The event.
    pub position: Position,
}

/// A document with its place in the log.
#[derive(Debug, Clone)]
pub struct Issued<T> {
    /// The document as issued.
    pub document: Arc<T>,
    /// The event that issued it.
    pub position: Position,
}

#[derive(Debug, Clone)]
struct RecordedLot {
    order: (chrono::DateTime<chrono::FixedOffset>, String),
    facts: LotFacts,
}

impl ContractState {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &ContractId {
        &self.id
    }

    /// Who buys.
    #[must_use]
    pub fn customer(&self) -> &CustomerId {
        &self.customer
    }

    /// The terms as signed and renewed, oldest first; never empty.
    #[must_use]
    pub fn versions(&self) -> &[TermsVersion] {
        &self.versions
    }

    fn first_version(&self) -> &TermsVersion {
        self.versions.first().unwrap_or_else(|| unreachable!("a contract begins with its signing"))
    }

    fn last_version(&self) -> &TermsVersion {
        self.versions.last().unwrap_or_else(|| unreachable!("a contract begins with its signing"))
    }

    /// The newest terms.
    #[must_use]
    pub fn newest_terms(&self) -> &Terms {
        &self.last_version().terms
    }

    /// The billing unit of all its quantities.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.newest_terms().unit
    }

    /// First gas day of the contract.
    #[must_use]
    pub fn first_gas_day(&self) -> GasDay {
        self.first_version().terms.first_gas_day
    }

    /// Last gas day of the contract.
    #[must_use]
    pub fn last_gas_day(&self) -> GasDay {
        self.last_version().terms.last_gas_day
    }

    /// Its first settlement month; contract years and netting periods are counted from it.
    #[must_use]
    pub fn first_month(&self) -> SettlementMonth {
        self.first_version().terms.first_month()
    }

    /// Its last settlement month.
    #[must_use]
    pub fn last_month(&self) -> SettlementMonth {
        self.newest_terms().last_month()
    }

    /// T2: the settlement month of a gas day.
    #[must_use]
    pub fn month_of(&self, day: GasDay) -> SettlementMonth {
        self.newest_terms().month_ends_on.month_of(day)
    }

    /// The gas days of a settlement month inside the contract's term.
    #[must_use]
    pub fn days_of(&self, month: SettlementMonth) -> GasDays {
        let all = GasDays { first: self.first_gas_day(), last: self.last_gas_day() };
        self.newest_terms().month_ends_on.days_of(month).intersect(all)
    }

    fn version_of(&self, month: SettlementMonth) -> Option<&TermsVersion> {
        let days = self.days_of(month);
        if days.is_empty() { None } else { self.version_on(days.last) }
    }

    fn version_on(&self, day: GasDay) -> Option<&TermsVersion> {
        self.versions.iter().rev().find(|version| version.terms.days().contains(day))
    }

    /// The terms that govern a month's quantities and tolerances: those of its last gas day (P4).
    #[must_use]
    pub fn terms_of(&self, month: SettlementMonth) -> Option<&Terms> {
        self.version_of(month).map(|version| &version.terms)
    }

    /// The terms of a gas day.
    #[must_use]
    pub fn terms_on(&self, day: GasDay) -> Option<&Terms> {
        self.version_on(day).map(|version| &version.terms)
    }

    /// The delivery points of a gas day.
    #[must_use]
    pub fn points_on(&self, day: GasDay) -> &[DeliveryPoint] {
        self.version_on(day).map_or(&[], |version| version.signed.delivery_points.as_slice())
    }

    /// The place of a point in the contract.
    #[must_use]
    pub fn place_of(&self, point: &PointId) -> Option<u16> {
        self.points.iter().position(|known| known == point).map(|place| place as u16)
    }

    /// The point at a place.
    #[must_use]
    pub fn point_at(&self, place: u16) -> Option<&PointId> {
        self.points.get(usize::from(place))
    }

    /// The monthly quantity as agreed.
    #[must_use]
    pub fn monthly_quantity(&self, month: SettlementMonth) -> Option<Quantity> {
        self.terms_of(month)?.monthly_quantities.get(&month).copied()
    }

    /// D1: claims with a granted quantity.
    #[must_use]
    pub fn granted_claims(&self) -> Vec<GrantedClaim> {
        self.claims.values().filter_map(ClaimState::granted).collect()
    }

    /// D7: the netting period of a month; none without deviation terms. Where terms change the
    /// netting, the period before ends and another begins. An assessed period stays what it was:
    /// when a term is renewed later, its months belong to no further period.
    #[must_use]
    pub fn netting_period(&self, month: SettlementMonth) -> Option<Period> {
        if let Some(assessed) = self.assessed_period(month) {
            return Some(assessed);
        }
        let netting =
            |month: SettlementMonth| Some(self.terms_of(month)?.deviation.as_ref()?.netting);
        let own = netting(month)?;
        let whole = netting_period(own, month, self.first_month(), self.last_month());
        let belongs = |other: &SettlementMonth| {
            netting(*other) == Some(own) && self.assessed_period(*other).is_none()
        };
        let first = whole.first.through(month).rev().take_while(belongs).last()?;
        let last = month.through(whole.last).take_while(belongs).last()?;
        Some(Period { first, last })
    }

    /// The assessed period in which a month lies.
    fn assessed_period(&self, month: SettlementMonth) -> Option<Period> {
        let (last, revisions) = self.deviations.range(month..).next()?;
        let first = revisions.last()?.document.period_first;
        (first <= month).then_some(Period { first, last: *last })
    }

    /// The newest revision of a month's settlement.
    #[must_use]
    pub fn settlement(&self, month: SettlementMonth) -> Option<&Issued<SettlementIssued>> {
        self.settlements.get(&month)?.last()
    }

    /// The newest settlements of a period's months, or the months that have none.
    pub fn issued_months(
        &self,
        period: Period,
    ) -> Result<Vec<&Issued<SettlementIssued>>, Box<[SettlementMonth]>> {
        let months = || period.months().map(|month| (month, self.settlement(month)));
        let open = months().filter(|(_, issued)| issued.is_none()).map(|(month, _)| month);
        let open: Box<[SettlementMonth]> = open.collect();
        if !open.is_empty() {
            return Err(open);
        }
        Ok(months().filter_map(|(_, issued)| issued).collect())
    }

    /// The newest revision of the deviation assessed in a month.
    #[must_use]
    pub fn deviation(&self, month: SettlementMonth) -> Option<&Issued<DeviationAssessed>> {
        self.deviations.get(&month)?.last()
    }

    /// Its settlement months.
    pub fn months(&self) -> impl DoubleEndedIterator<Item = SettlementMonth> {
        self.first_month().through(self.last_month())
    }
}
