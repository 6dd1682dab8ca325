//! The terms of a contract, each with the rule that reads it.
//!
//! The form here is the form of the contract JSON and of the stored event. Whether a set of terms
//! is consistent is decided when it is signed ([`super::check`]); here only its form is known.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::quantities::{
    CivilDay, Coefficient, DaysOfGas, GasDay, GasDays, IndexCode, MonthEnd, Percent, Price,
    Quantity, SettlementMonth, Tag, Unit, Volume,
};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a percentage as text, or a list of {\"from\", \"percent\"}")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a quantity as text, or a map from a year's first month to one")]
pub enum AnnualQuantity {
    /// The contract has one contract year.
    One(Quantity),
    /// By the first settlement month of each contract year.
    ByYear(BTreeMap<SettlementMonth, Quantity>),
}

/// P1: a season's tranches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricePlan {
    /// Calendar months of the gas day, 1 to 12.
    pub months: Vec<u32>,
    /// The tranches (标签); their shares sum to exactly 100.
    pub tranches: Vec<Tranche>,
}

/// P1: a tranche.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tranche {
    /// Its name on documents.
    pub tag: Tag,
    /// Its share of the base gas.
    pub share: Percent,
    /// Its price.
    pub price: PriceRule,
}

/// P2: round(clamp(constant + Σ coefficient × index, floor, cap)).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    /// A fixed part; absent, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<Price>,
    /// The index parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indices: Vec<IndexPart>,
    /// The price is never below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Price>,
    /// The price is never above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Price>,
}

/// P2, P3: an index in a price rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexPart {
    /// Which index.
    pub code: IndexCode,
    /// What it is multiplied with.
    pub coefficient: Coefficient,
    /// P3: the mean of so many months instead of the value of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_of_months: Option<u32>,
    /// P3: the months end so many months before the gas day's calendar month; absent, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_months: Option<u32>,
}

/// D2–D7, D9: how a deviation is measured and charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviationTerms {
    /// D2: below B.
    pub lower_tolerance: Percent,
    /// D2, P4: above L.
    pub upper_tolerance: Percent,
    /// D3.
    pub measured_from: MeasuredFrom,
    /// D4.
    pub tiering: Tiering,
    /// D7.
    pub netting: Netting,
    /// D4, D5: tiers of an under-take, the last open.
    pub under: Vec<Tier>,
    /// D4, D5: tiers of an over-take, the last open.
    pub over: Vec<Tier>,
    /// D9: claims are filed at most so many days after the month's last gas day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_deadline_days: Option<u32>,
    /// D9: a delivered sheet counts as confirmed after so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deemed_confirmed_days: Option<u32>,
}

/// D3: where a deviation is measured from, once outside the tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredFrom {
    /// From the tolerance edge.
    Edge,
    /// From the base itself.
    Base,
}

/// D4: how tiers apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tiering {
    /// Each slab at its own rate.
    Marginal,
    /// The whole quantity at the rate of the band that it falls in.
    Cliff,
}

/// D7: over which months deviations offset one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Netting {
    /// Each month by itself.
    Month,
    /// Three settlement months counted from the contract's first.
    Quarter,
    /// The contract year.
    ContractYear,
}

/// D4: one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Upper limit in percent of B (under) or L (over); absent only in the last tier.
    pub up_to: Option<Percent>,
    /// What a unit costs.
    pub rate: Rate,
}

/// D5: a rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Yuan per unit, as agreed.
    PerUnit(Price),
    /// A percentage of the reference price.
    PercentOfPrice(Percent),
}

/// Y: annual take-or-pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeOrPayTerms {
    /// Y2.
    pub percent: Percent,
    /// Y5: under-takes posted as deviation reduce the deficiency.
    pub credit_deviation: bool,
    /// Y3: whether lot gas counts as taken; absent, it does.
    #[serde(default = "yes")]
    pub lots_count: bool,
    /// Y7.
    pub price: TakeOrPayPrice,
    /// Y3, Y8, Y11.
    pub make_up: MakeUpTerms,
    /// Y6, Y9; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carry_forward: Option<CarryForwardTerms>,
    /// Y13.
    pub end_of_term: EndOfTerm,
    /// Y12: yuan per unit that the seller did not deliver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_shortfall_rate: Option<Price>,
}

fn yes() -> bool {
    true
}

/// Y7: what a deficient unit costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TakeOrPayPrice {
    /// The year's base-line amounts ÷ quantity.
    WeightedAverage {},
    /// A fixed price.
    Fixed {
        /// Yuan per unit.
        price: Price,
    },
}

/// Y3, Y8, Y11: the right to take later what was paid and not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUpTerms {
    /// Y8: usable in so many following contract years; 0: no right.
    pub years: u32,
    /// Y3: when it is drawn.
    pub order: MakeUpOrder,
    /// Y11: what made-up gas costs.
    pub price: MakeUpPrice,
}

/// Y3: the threshold above which gas counts as made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MakeUpOrder {
    /// Above the adjusted quantity.
    AfterAdjusted,
    /// Above the take-or-pay quantity.
    AfterTakeOrPay,
    /// From the first unit.
    First,
}

/// Y11: the price of made-up gas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MakeUpPrice {
    /// Nothing more.
    Free {},
    /// A fixed price.
    Fixed {
        /// Yuan per unit.
        price: Price,
    },
    /// A percentage of the contract price.
    Percent {
        /// Of the contract price.
        percent: Percent,
    },
    /// The price now less the price paid, not below 0.
    Difference {},
}

/// Y6, Y9: over-takes carried forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryForwardTerms {
    /// Usable in so many following contract years.
    pub years: u32,
    /// Y9: above which quantity it is earned.
    pub base: CarryForwardBase,
    /// Y6: at most so much of a deficiency.
    pub cap_percent: Percent,
}

/// Y9: the quantity above which carry-forward is earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryForwardBase {
    /// AACQ.
    Adjusted,
    /// TOPQ.
    TakeOrPay,
}

/// Y13: what becomes of open make-up at the end of the term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EndOfTerm {
    /// It is lost.
    Forfeit {},
    /// Earlier entries are paid back.
    Refund {},
    /// The term goes on for make-up only.
    Extend {
        /// The stated last day.
        last_gas_day: GasDay,
    },
}

/// A, G, E: payment and supply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentTerms {
    /// Before or after the gas flows.
    pub mode: PaymentMode,
    /// Days after issuing within which a postpaid document is due; only with `postpaid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_days: Option<u32>,
    /// A6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_fee_percent_per_day: Option<Percent>,
    /// G1: what the days of gas are counted with.
    pub reference: Reference,
    /// G1: the length of the trailing mean, 1 to 60.
    pub reference_days: u32,
    /// E1, in days of gas.
    pub warn_below: DaysOfGas,
    /// E1, in days of gas.
    pub notice_below: DaysOfGas,
    /// E1, in days of gas.
    pub reduce_below: DaysOfGas,
    /// E1, in days of gas.
    pub suspend_below: DaysOfGas,
    /// E1, in days of gas; not below `notice_below`.
    pub restore_above: DaysOfGas,
    /// E3: hours that a served suspension notice runs.
    pub notice_hours: u32,
    /// E3: days that a served demand runs; absent, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand_days: Option<u32>,
    /// E4: days after which a notice lapses; absent, 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_lapses_days: Option<u32>,
    /// E4: readings older than this many hours are stale; absent, 72.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading_max_age_hours: Option<u32>,
    /// E4: when nobody is cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_cut: Option<NoCut>,
    /// E4: whether an open dispute blocks an order; absent, it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute_blocks_order: Option<bool>,
    /// E4, E6, m³ per gas day; absent, the contract daily quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_daily_quantity: Option<Volume>,
    /// E6, of the contract daily quantity.
    pub reduce_to_percent: Percent,
    /// E7: longest validity of an answer.
    pub lease_hours: u32,
    /// E3: whether the engine may propose and reduce.
    pub automatic: bool,
}

impl PaymentTerms {
    /// The thresholds in their descending order, with their names.
    #[must_use]
    pub fn thresholds(&self) -> [(&'static str, Decimal); 4] {
        [
            ("warn_below", self.warn_below.value()),
            ("notice_below", self.notice_below.value()),
            ("reduce_below", self.reduce_below.value()),
            ("suspend_below", self.suspend_below.value()),
        ]
    }
}

/// A: when gas is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMode {
    /// Before it flows (先款后气).
    Prepaid,
    /// Within `due_days`.
    Postpaid,
}

/// G1: the reference quantity of the days of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The mean of the newest days with readings.
    TrailingMean,
    /// The month's contract quantity per gas day.
    ContractDaily,
    /// The larger of both.
    LargerOfBoth,
}

/// E4: windows in which an order is neither issued nor signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoCut {
    /// Hours of the day, `18:00-09:00`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<String>,
    /// `mon` to `sun`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    /// Civil days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<CivilDay>,
}
