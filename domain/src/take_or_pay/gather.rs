use super::{Rejection, Span};
use crate::contract::{ContractState, EndOfTerm, Issued, TakeOrPayPrice, TakeOrPayTerms, Terms};
use crate::deviation::{DeviationAssessed, Stage, period_relief};
use crate::log::Position;
use crate::market::IndexBook;
use crate::quantities::{Exact, GasDay, GasDays, Money, Price, Quantity, SettlementMonth};
use crate::rules::deviation::Side;
use crate::rules::lines::{Line, LineKind};
use crate::rules::period::Period;
use crate::rules::pricer::Pricer;
use crate::rules::relief::ReliefKind;
use crate::rules::take_or_pay::{
    Bank, Banks, Billed, BilledMonth, Rounding, YearFacts, YearTerms, taken, weighted_average,
};
use crate::settlement::SettlementIssued;
use crate::trace::{Trace, Traced, Value};

/// Y13: nothing is agreed after the stated last day.
static FORFEIT: EndOfTerm = EndOfTerm::Forfeit {};

/// What a contract year is settled with: terms, the year's newest documents and claims.
pub(super) struct Gathered<'a> {
    /// The terms of the year's last gas day.
    pub terms: &'a Terms,
    /// Its take-or-pay terms.
    pub rules: YearTerms<'a>,
    /// First settlement month.
    pub first_month: SettlementMonth,
    /// The day on which the document is effective, and whose tax rates hold.
    pub last_gas_day: GasDay,
    /// Y1–Y12.
    pub facts: YearFacts<'a>,
    /// The gross totals of the year's settlements.
    pub billed: Money,
}

/// Y5: which under-takes reduce a deficiency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnderTakes {
    /// Those that are posted; each one must be posted or waived.
    Posted,
    /// Those that are assessed with a charge and not waived, as if they were posted.
    AsIfPosted,
}

/// Calls `use_facts` with what a year is settled with, or says why it cannot be settled yet.
pub(super) fn gathered<T>(
    under_takes: UnderTakes,
    contract: &ContractState,
    year: i64,
    indices: &IndexBook,
    use_facts: impl FnOnce(&Gathered<'_>) -> Result<T, crate::Rejection>,
) -> Result<T, crate::Rejection> {
    let (first, last) = (contract.first_month(), contract.last_month());
    let (first, last) = (contract.year_of(first), contract.year_of(last));
    let id = || contract.id().clone();
    let outside = || Rejection::OutsideTerm { contract: id(), year, first, last };
    match contract.span_of(year).ok_or_else(outside)? {
        Span::Year(period) => {
            let none = || Rejection::NoTakeOrPayTerms { contract: id(), year };
            let agreed = contract.take_or_pay(period).ok_or_else(none)?;
            let missing = |months| Rejection::MonthsNotIssued { months };
            let issued = contract.issued_months(period).map_err(missing)?;
            let months: Vec<BilledMonth<'_>> = issued.iter().rev().map(billed_month).collect();
            let given = Given { contract, period, year, agreed, issued: &issued };
            let credited = given.credited(under_takes)?;
            year_before(contract, year)?;
            use_facts(&given.gathered(indices, credited, &months)?)
        }
        Span::Extension(last_gas_day) => {
            year_before(contract, year)?;
            if contract.make_up_before(year).is_empty() && contract.settled_year(year).is_none() {
                return Err(outside().into());
            }
            use_facts(&extension(contract, year, last_gas_day))
        }
    }
}

/// Y3, Y6: the banks that a year begins with.
pub(super) fn banks_before(contract: &ContractState, year: i64) -> Banks {
    let mut banks = Banks { make_up: Bank::default(), carry_forward: Bank::default() };
    if let Some(before) = contract.settled_before(year) {
        let (make_up, carry) = (&before.document.make_up, &before.document.carry_forward);
        make_up.left.iter().for_each(|entry| banks.make_up.open(entry.entry()));
        carry.left.iter().for_each(|entry| banks.carry_forward.open(entry.entry()));
    }
    banks
}

fn year_before(contract: &ContractState, year: i64) -> Result<(), Rejection> {
    match contract.open_year_before(year) {
        Some(before) => Err(Rejection::YearBeforeOpen { year, before }),
        None => Ok(()),
    }
}

fn billed_month<'a>(issued: &&'a Issued<SettlementIssued>) -> BilledMonth<'a> {
    let document = &issued.document;
    BilledMonth { month: document.month, lines: &document.lines, position: issued.position }
}

/// A contract year whose months are all issued.
struct Given<'a> {
    contract: &'a ContractState,
    period: Period,
    year: i64,
    agreed: &'a TakeOrPayTerms,
    issued: &'a [&'a Issued<SettlementIssued>],
}

impl<'a> Given<'a> {
    fn gathered(
        &self,
        indices: &IndexBook,
        deviation_credited: Traced<Exact>,
        months: &'a [BilledMonth<'a>],
    ) -> Result<Gathered<'a>, crate::Rejection> {
        let contract = self.contract;
        let terms = contract.terms_of_year(self.period);
        let quantity: Quantity = self.issued.iter().map(|month| month.document.quantity).sum();
        let lots = self.lines(LineKind::Lot).map(|line| line.quantity).sum();
        let billed: Money = self.issued.iter().map(|month| month.document.gross).sum();
        let facts = YearFacts {
            year: self.year,
            is_last: self.period.last == contract.last_month(),
            annual_quantity: self.annual_quantity(),
            relief: period_relief(contract, self.issued),
            taken: taken(quantity, lots, self.agreed.lots_count, terms.unit),
            deviation_credited,
            take_or_pay_price: self.price(terms, indices)?,
            billed: Billed::Documents { gross: billed, months },
            seller_shortfall: self.seller_shortfall(),
            seller_shortfall_rate: self.agreed.seller_shortfall_rate,
        };
        Ok(Gathered {
            terms,
            rules: self.agreed.into(),
            first_month: self.period.first,
            last_gas_day: self.days().last,
            facts,
            billed,
        })
    }

    fn lines(&self, kind: LineKind) -> impl Iterator<Item = &'a Line> {
        let all = self.issued.iter().flat_map(|month| &month.document.lines);
        all.filter(move |line| line.kind == kind)
    }

    fn days(&self) -> GasDays {
        let of = |month| self.contract.days_of(month);
        GasDays { first: of(self.period.first).first, last: of(self.period.last).last }
    }

    /// Y1: ACQ = Σ C of its months.
    fn annual_quantity(&self) -> Traced<Exact> {
        let unit = self.contract.unit();
        let of = |month: &&Issued<SettlementIssued>| month.document.contract_quantity;
        let value: Quantity = self.issued.iter().map(of).sum();
        let trace = Trace::new("Y1", "annual_quantity", Value::Quantity(value, unit));
        let trace = self.issued.iter().fold(trace, |trace, month| {
            let quantity = Value::Quantity(of(month), unit);
            trace.with("month", Value::Month(month.document.month)).with_events(
                "contract_quantity",
                quantity,
                vec![month.position],
            )
        });
        Traced { value: value.exact(), trace }
    }

    /// Y5: the under-takes of the year's netting periods that are posted as deviation. They count
    /// only when posted, so each one must be posted or waived before.
    fn credited(&self, under_takes: UnderTakes) -> Result<Traced<Exact>, Rejection> {
        let unit = self.contract.unit();
        let none = Rounding::Unit(unit).given("Y5", "deviation_credited", Exact::zero());
        if !self.agreed.credit_deviation {
            return Ok(none);
        }
        let ends = |month: &SettlementMonth| {
            self.contract.netting_period(*month).is_some_and(|period| period.last == *month)
        };
        let ended: Vec<SettlementMonth> = self.period.months().filter(ends).collect();
        let months: Box<[SettlementMonth]> =
            ended.iter().filter(|month| self.is_open(**month, under_takes)).copied().collect();
        if !months.is_empty() {
            return Err(Rejection::DeviationsOpen { months });
        }
        let mut value = Quantity::ZERO;
        let mut posted = Vec::new();
        for month in &ended {
            let Some(issued) = self.contract.deviation(*month) else { continue };
            if issued.document.side != Some(Side::Under) {
                continue;
            }
            if let Some(position) = self.posted(issued, under_takes) {
                value = value + issued.document.quantity;
                posted.push((*month, issued.document.quantity, position));
            }
        }
        let credited = Rounding::Unit(unit).given("Y5", "deviation_credited", value.exact());
        let trace =
            posted.into_iter().fold(credited.trace, |trace, (month, quantity, position)| {
                let quantity = Value::Quantity(quantity, unit);
                trace.with("month", Value::Month(month)).with_events(
                    "under",
                    quantity,
                    vec![position],
                )
            });
        Ok(Traced { value: credited.value, trace })
    }

    /// Whether a period's under-take is neither posted nor certain never to be.
    fn is_open(&self, month: SettlementMonth, under_takes: UnderTakes) -> bool {
        let Some(issued) = self.contract.deviation(month) else { return true };
        let under = issued.document.side == Some(Side::Under);
        let stage = self.contract.cases.get(&month).map(|case| &case.stage);
        let ended = matches!(stage, Some(Stage::Posted(..) | Stage::Waived | Stage::NoCharge));
        under && !ended && under_takes == UnderTakes::Posted
    }

    /// The event that posted a deviation, or in its place the one that assessed it.
    fn posted(
        &self,
        issued: &Issued<DeviationAssessed>,
        under_takes: UnderTakes,
    ) -> Option<Position> {
        let case = self.contract.cases.get(&issued.document.month);
        match under_takes {
            UnderTakes::Posted => {
                let case = case?;
                let posted = matches!(case.stage, Stage::Posted(..));
                case.posted.last().filter(|_| posted).map(|newest| newest.position)
            }
            UnderTakes::AsIfPosted => {
                let waived = case.is_some_and(|case| case.stage == Stage::Waived);
                let charged = issued.document.charge != Money::ZERO;
                (charged && !waived).then_some(issued.position)
            }
        }
    }

    /// Y7: the take-or-pay price.
    fn price(&self, terms: &Terms, indices: &IndexBook) -> Result<Traced<Price>, crate::Rejection> {
        if let TakeOrPayPrice::Fixed { price } = &self.agreed.price {
            return Ok(Rounding::Unit(terms.unit).given_price("take_or_pay_price", *price));
        }
        let amounts = self.lines(LineKind::Base).map(|line| line.amount).sum();
        let quantity = self.lines(LineKind::Base).map(|line| line.quantity).sum();
        if let Some(price) = weighted_average(amounts, quantity, terms.price_decimals, terms.unit)?
        {
            return Ok(price);
        }
        let (_, prices) = Pricer::new(indices).prices(terms, self.days().last)?;
        Ok(prices.composite.clone())
    }

    /// Y12: granted `seller_shortfall` quantities; of a claim that reaches beyond the year the
    /// share of its gas days inside, as D1 spreads it.
    fn seller_shortfall(&self) -> Traced<Exact> {
        let unit = self.contract.unit();
        let mut value = Exact::zero();
        let mut trace =
            Trace::new("Y12", "seller_shortfall", Value::ExactQuantity(value.clone(), unit));
        let claims = self.contract.claims.values();
        for claim in claims.filter(|claim| claim.filed.kind == ReliefKind::SellerShortfall) {
            let Some(granted) = claim.granted() else { continue };
            let inside = granted.days.intersect(self.days());
            if inside.is_empty() {
                continue;
            }
            let share = Exact::from(inside.count()) / Exact::from(granted.days.count());
            value = value + granted.granted.exact() * share;
            let name = Value::Text(granted.claim.to_string());
            trace = trace
                .with_events("claim", name, vec![granted.position])
                .with("granted_quantity", Value::Quantity(granted.granted, unit))
                .with("gas_days", Value::GasDays(inside));
        }
        trace.result = Value::ExactQuantity(value.clone(), unit);
        Traced { value, trace }
    }
}

/// Y13: an extension has no quantities of its own. Readings lie inside the term, so that nothing
/// can be drawn in it; what is left on its last day is forfeited. Gas that is to be made up after
/// the term is delivered under a renewal, whose years take over the banks.
fn extension(contract: &ContractState, year: i64, last_gas_day: GasDay) -> Gathered<'_> {
    let terms = contract.newest_terms();
    let agreed = terms.take_or_pay.as_ref().unwrap_or_else(|| {
        unreachable!("an extension is a term of take-or-pay, by which it was found")
    });
    let rounding = Rounding::Unit(terms.unit);
    let nothing = |rule, name| rounding.given(rule, name, Exact::zero());
    let price = contract
        .settled_before(year)
        .map_or(Price::agreed(0.into()), |before| before.document.take_or_pay_price);
    Gathered {
        terms,
        rules: YearTerms { end_of_term: &FORFEIT, ..agreed.into() },
        first_month: contract.last_month().plus(1),
        last_gas_day,
        facts: YearFacts {
            year,
            is_last: true,
            annual_quantity: nothing("Y1", "annual_quantity"),
            relief: nothing("D1", "relief"),
            taken: nothing("Y3", "taken"),
            deviation_credited: nothing("Y5", "deviation_credited"),
            take_or_pay_price: rounding.given_price("take_or_pay_price", price),
            billed: Billed::Documents { gross: Money::ZERO, months: &[] },
            seller_shortfall: nothing("Y12", "seller_shortfall"),
            seller_shortfall_rate: None,
        },
        billed: Money::ZERO,
    }
}
