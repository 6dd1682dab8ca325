//! What a contract's facts come to.

mod month;
mod patched;
mod points;
mod take_in;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Readings;
use super::life::{
    AccountClosed, BalanceMoved, ContractAmended, ContractTerminated, LifeStage, PointMoved,
};
use super::{ContractSigned, DeliveryPoint, QuantityTransferred, Terms};
use crate::books::{CreditGranted, LateFees};
use crate::deviation::{Case, ClaimState, DeviationAssessed};
use crate::log::Position;
use crate::payment::{GuaranteeGiven, MoneyFact};
use crate::quantities::{
    CivilDay, ClaimId, ContractId, CustomerId, GasDay, GasDays, PointId, Quantity, SettlementMonth,
    Unit,
};
use crate::rules::fill::LotFacts;
use crate::rules::period::{Period, netting_period};
use crate::rules::relief::GrantedClaim;
use crate::rules::transfer::TransferFacts;
use crate::settlement::SettlementIssued;
use crate::supply::Supply;
use crate::take_or_pay::TakeOrPaySettled;

pub(crate) use patched::WithPatch;
use points::PointRuns;

/// What a contract's facts come to: enough to decide on it and to settle its running months.
#[derive(Debug, Clone)]
pub struct ContractState {
    id: ContractId,
    customer: CustomerId,
    /// By the gas day from which each counts.
    versions: Vec<TermsVersion>,
    /// As signed and renewed, in log order; what ended or changed later is still what was signed.
    signings: Vec<Arc<ContractSigned>>,
    /// C1: every amendment, in log order, also one that an early end has cut off.
    pub amendments: Vec<Arc<ContractAmended>>,
    points: Vec<PointId>,
    held: PointRuns,
    /// Q4: points that came from another contract or went to one, in log order.
    pub moved_points: Vec<(PointMoved, Position)>,
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
    /// C4: balances that came from another contract or went to one, in log order.
    pub balances_moved: Vec<(BalanceMoved, Position)>,
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
    /// C1: how its term ended early.
    pub terminated: Option<(Arc<ContractTerminated>, Position)>,
    /// C4: how its account was closed.
    pub closed: Option<(Arc<AccountClosed>, Position)>,
}

/// Terms that count from a gas day on.
#[derive(Debug, Clone)]
pub struct TermsVersion {
    /// What was agreed, whole.
    pub terms: Terms,
    /// From this gas day, to the last one of the terms or until another version begins.
    pub from: GasDay,
    /// How they were agreed.
    pub agreed: Agreed,
    /// The event.
    pub position: Position,
}

/// C1: how terms were agreed.
#[derive(Debug, Clone)]
pub enum Agreed {
    /// Signed, or renewed for a further term.
    Signed(Arc<ContractSigned>),
    /// Amended inside a term.
    Amended(Arc<ContractAmended>),
    /// Ended early.
    Terminated(Arc<ContractTerminated>),
}

impl Agreed {
    /// When it was agreed.
    #[must_use]
    pub fn signed_on(&self) -> CivilDay {
        match self {
            Self::Signed(event) => event.signed_on,
            Self::Amended(event) => event.signed_on,
            Self::Terminated(event) => event.signed_on,
        }
    }

    /// The word that reports use.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Signed(_) => "signed",
            Self::Amended(_) => "amended",
            Self::Terminated(_) => "terminated",
        }
    }

    /// The stored name of the event.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Signed(_) => "contract_signed",
            Self::Amended(_) => "contract_amended",
            Self::Terminated(_) => "contract_terminated",
        }
    }
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

    /// The terms as signed, renewed, amended and ended, by the day from which they count; never
    /// empty. What an early end has cut off is not among them.
    #[must_use]
    pub fn versions(&self) -> &[TermsVersion] {
        &self.versions
    }

    /// As signed and renewed, in log order.
    #[must_use]
    pub fn signings(&self) -> &[Arc<ContractSigned>] {
        &self.signings
    }

    /// C1: where the contract stands in its life as of a gas day.
    #[must_use]
    pub fn stage_on(&self, day: GasDay) -> LifeStage {
        LifeStage::of(self, day)
    }

    /// C1: where the contract stands in its life at a moment of this gas day and this civil day.
    #[must_use]
    pub fn stage_now(&self, day: GasDay, today: CivilDay) -> LifeStage {
        LifeStage::now(self, day, today)
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
        let counts = |version: &&TermsVersion| {
            version.from <= day && day <= version.terms.last_gas_day.min(self.last_gas_day())
        };
        self.versions.iter().rev().find(counts)
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

    /// The terms of a gas day; outside of the term, the newest.
    #[must_use]
    pub fn terms_at(&self, day: GasDay) -> &Terms {
        self.terms_on(day).unwrap_or(self.newest_terms())
    }

    /// The delivery points of a gas day.
    #[must_use]
    pub fn points_on(&self, day: GasDay) -> &[DeliveryPoint] {
        self.held.on(day)
    }

    /// Q4: the points held on some of these gas days, each with a run of days; one that went and
    /// came back has a run for each time. In the order in which they came.
    #[must_use]
    pub fn points_during(&self, days: GasDays) -> Vec<(PointId, GasDays)> {
        let mut runs: Vec<(PointId, GasDays)> = Vec::new();
        for day in days.iter() {
            for held in self.points_on(day) {
                let known = runs
                    .iter_mut()
                    .find(|(point, run)| *point == held.id && run.last.plus(1) == day);
                match known {
                    Some((_, run)) => run.last = day,
                    None => runs.push((held.id.clone(), GasDays { first: day, last: day })),
                }
            }
        }
        runs
    }

    /// Q4: every point that it has held, in the order in which they came.
    pub fn known_points(&self) -> impl Iterator<Item = &PointId> {
        self.points.iter()
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
