//! The terms of a contract, each with the rule that reads it.
//!
//! The form here is the form of the contract JSON and of the stored event. Whether a set of terms
//! is consistent is decided when it is signed ([`super::check`]); here only its form is known.

mod changed;
mod deviation;
mod one_or_many;
mod payment;
mod price;
mod take_or_pay;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::quantities::{
    CivilDay, GasDay, GasDays, MonthEnd, Percent, Quantity, SettlementMonth, Unit,
};

pub use changed::changed_terms;
pub use deviation::*;
pub use payment::*;
pub use price::*;
pub use take_or_pay::*;

/// Everything that a contract fixes for a run of gas days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// First gas day of the term.
    pub first_gas_day: GasDay,
    /// Last gas day of the term, inclusive.
    pub last_gas_day: GasDay,
    /// T2: settlement months end on this day; absent, they are calendar months.
    #[serde(default)]
    pub month_ends_on: MonthEnd,
    /// Q3: the billing unit of every quantity of the contract.
    pub unit: Unit,
    /// M1: places of a computed price, 0 to 6.
    pub price_decimals: u32,
    /// M3: the rate included in the gas price, dated.
    pub tax_percent: DatedPercent,
    /// M3: other rates by kind of charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge_tax_percent: Option<ChargeTax>,
    /// C2: per contract year, the sum of its monthly quantities.
    pub annual_quantity: AnnualQuantity,
    /// C2, P4: a value for every settlement month of the term.
    pub monthly_quantities: BTreeMap<SettlementMonth, Quantity>,
    /// P1: the seasons' plans.
    pub price_plans: Vec<PricePlan>,
    /// P6: the price of excess gas; absent, the composite of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess_price: Option<PriceRule>,
    /// D2–D7: absent, the contract knows no deviation settlement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<DeviationTerms>,
    /// Y: absent, the contract knows no take-or-pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_or_pay: Option<TakeOrPayTerms>,
    /// A, G, E: how the gas is paid and what happens when it is not.
    pub payment: PaymentTerms,
}

impl Terms {
    /// The gas days of the term.
    #[must_use]
    pub fn days(&self) -> GasDays {
        GasDays { first: self.first_gas_day, last: self.last_gas_day }
    }

    /// The gas days of a settlement month inside the term.
    #[must_use]
    pub fn days_of(&self, month: SettlementMonth) -> GasDays {
        self.month_ends_on.days_of(month).intersect(self.days())
    }

    /// The settlement month in which the term begins.
    #[must_use]
    pub fn first_month(&self) -> SettlementMonth {
        self.month_ends_on.month_of(self.first_gas_day)
    }

    /// The settlement month in which the term ends.
    #[must_use]
    pub fn last_month(&self) -> SettlementMonth {
        self.month_ends_on.month_of(self.last_gas_day)
    }

    /// P1: the plan that holds on a gas day, by the calendar month of the day.
    #[must_use]
    pub fn plan_on(&self, day: GasDay) -> Option<&PricePlan> {
        let month = SettlementMonth::containing(day.date()).month();
        self.price_plans.iter().find(|plan| plan.months.contains(&month))
    }

    /// M3: the rate for a kind of charge on a gas day; none when the dated list begins later.
    #[must_use]
    pub fn tax_on(&self, charge: ChargeKind, day: GasDay) -> Option<Percent> {
        let special = self.charge_tax_percent.as_ref().and_then(|tax| match charge {
            ChargeKind::Gas => None,
            ChargeKind::Deviation => tax.deviation.as_ref(),
            ChargeKind::TakeOrPay => tax.take_or_pay.as_ref(),
            ChargeKind::LateFee => tax.late_fee.as_ref(),
        });
        special.unwrap_or(&self.tax_percent).on(day)
    }
}

/// The kinds of charge that may be taxed differently (M3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeKind {
    /// Gas delivered.
    Gas,
    /// A deviation charge.
    Deviation,
    /// A take-or-pay payment.
    TakeOrPay,
    /// A late fee.
    LateFee,
}

/// One rate for ever, or a dated list of which the newest entry not after the day holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DatedPercent {
    /// The same rate on every day.
    Always(Percent),
    /// Rates by the day from which they hold.
    From(Vec<PercentFrom>),
}

/// One entry of a dated list of rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentFrom {
    /// First day on which the rate holds.
    pub from: CivilDay,
    /// The rate.
    pub percent: Percent,
}

impl DatedPercent {
    /// The rate that holds on a gas day.
    #[must_use]
    pub fn on(&self, day: GasDay) -> Option<Percent> {
        match self {
            Self::Always(percent) => Some(*percent),
            Self::From(list) => list
                .iter()
                .filter(|entry| day.includes(entry.from))
                .max_by_key(|entry| entry.from)
                .map(|entry| entry.percent),
        }
    }

    /// Every rate that the term names.
    pub fn rates(&self) -> impl Iterator<Item = Percent> {
        let (always, list) = match self {
            Self::Always(percent) => (Some(*percent), [].as_slice()),
            Self::From(list) => (None, list.as_slice()),
        };
        always.into_iter().chain(list.iter().map(|entry| entry.percent))
    }
}

/// M3: rates of charges other than gas.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeTax {
    /// Deviation charges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<DatedPercent>,
    /// Take-or-pay payments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_or_pay: Option<DatedPercent>,
    /// Late fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_fee: Option<DatedPercent>,
}

/// C2: one number for a contract of one contract year, else one per year by its first month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AnnualQuantity {
    /// The contract has one contract year.
    One(Quantity),
    /// By the first settlement month of each contract year.
    ByYear(BTreeMap<SettlementMonth, Quantity>),
}
