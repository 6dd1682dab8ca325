use std::sync::Arc;

use super::case::Stage;
use super::{AssessDeviation, DeviationAssessed, ReassessDeviation, Rejection};
use crate::context::Context;
use crate::contract::{ChargeKind, ContractState, Issued};
use crate::market::IndexBook;
use crate::quantities::{Exact, Money, Price, Quantity, SettlementMonth};
use crate::rules::RuleError;
use crate::rules::deviation::{Deviation, DeviationInput, deviation, reference_price};
use crate::rules::lines::LineKind;
use crate::rules::period::Period;
use crate::rules::pricer::Pricer;
use crate::rules::relief::relief;
use crate::rules::tax::{self, Taxed};
use crate::settlement::{
    Frame, Framed, RULES, SettlementIssued, causes_since, input_streams, inputs, says_the_same,
    settled,
};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::trace::{Trace, Traced, Value};
use crate::{Decision, Event};

/// A period's deviation, computed and not yet a document.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The months of the period.
    pub period: Period,
    /// L.
    pub planned: Quantity,
    /// The relief of the period, exact.
    pub relief: Exact,
    /// B, exact.
    pub base: Exact,
    /// All gas of the period.
    pub taken: Quantity,
    /// D5.
    pub reference_price: Price,
    /// D2–D6, D10.
    pub deviation: Deviation,
    /// M3 of the charge.
    pub total: Taxed,
    /// The rate of the last gas day.
    pub tax_percent: crate::quantities::Percent,
}

/// D7: assesses a netting period when every month of it is issued; once.
pub fn assess(
    ledger: &Ledger,
    command: &AssessDeviation,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    if contract.deviation(command.month).is_some() {
        return Ok(Decision::nothing());
    }
    let (document, streams) =
        document(contract, command.month, None, ledger.indices(), Frame::of(ledger, context))?;
    Ok(issued(document, streams))
}

/// D9: assesses a period again, as the next revision, when its relief or anything else that it
/// rests on leads to another document; a document that comes out the same is known.
pub fn reassess(
    ledger: &Ledger,
    command: &ReassessDeviation,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let (id, month) = (command.contract.clone(), command.month);
    let none = Rejection::NotAssessed { contract: id.clone(), month };
    let known = contract.deviation(month).ok_or(none)?;
    let waived = contract.cases.get(&month).is_some_and(|case| case.stage == Stage::Waived);
    if waived {
        return Err(Rejection::CaseEnded { contract: id, month, stage: "waived" }.into());
    }
    let (document, streams) =
        document(contract, month, Some(known), ledger.indices(), Frame::of(ledger, context))?;
    if says_the_same(&document, known.document.as_ref()) {
        return Ok(Decision::nothing());
    }
    Ok(issued(document, streams))
}

impl Framed for DeviationAssessed {
    fn framed_as(self, other: &Self) -> Self {
        let Self { causes, four_eyes, inputs, revision, .. } = other.clone();
        Self { causes, four_eyes, inputs, revision, ..self }
    }
}

/// S4: whether the months of a period, and its deviation, would come out as they are issued.
pub(super) fn is_current(
    contract: &ContractState,
    known: &DeviationAssessed,
    indices: &IndexBook,
) -> Result<bool, crate::Rejection> {
    for month in (Period { first: known.period_first, last: known.month }).months() {
        let Some(issued) = contract.settlement(month) else { return Ok(false) };
        let again = settled(contract, month, indices)?;
        if again.lines != issued.document.lines
            || again.contract_quantity != issued.document.contract_quantity
        {
            return Ok(false);
        }
    }
    let found = assessed(contract, known.month, indices)?;
    let same = found.deviation.tiers == known.tiers
        && found.deviation.side == known.side
        && found.total.gross == known.charge
        && found.taken == known.taken
        && found.planned == known.planned;
    Ok(same)
}

/// D1: the relief of an assessed period as its claims are decided now, half-up.
pub(super) fn current_relief(
    contract: &ContractState,
    document: &DeviationAssessed,
) -> Result<Quantity, crate::Rejection> {
    let period = Period { first: document.period_first, last: document.month };
    let issued = issued_months(contract, period)?;
    Ok(Quantity::round(&period_relief(contract, &issued).value, contract.unit())?)
}

fn issued(document: DeviationAssessed, streams: Vec<Stream>) -> Decision {
    let mut decision = Decision::of([Event::DeviationAssessed(Arc::new(document))]);
    decision.guards = streams;
    decision
}

/// The document of a period as it is computed now, and the streams that it rests on.
pub(crate) fn document(
    contract: &ContractState,
    month: SettlementMonth,
    known: Option<&Issued<DeviationAssessed>>,
    indices: &IndexBook,
    frame: Frame<'_>,
) -> Result<(DeviationAssessed, Vec<Stream>), crate::Rejection> {
    let found = assessed(contract, month, indices)?;
    let unit = contract.unit();
    let streams = input_streams(contract, found.period.months());
    let document = DeviationAssessed {
        base: Quantity::round(&found.base, unit)?,
        causes: known.map_or_else(Vec::new, |known| {
            causes_since(contract, &found.deviation.trace, known.position)
        }),
        charge: found.total.gross,
        contract: contract.id().clone(),
        flagged: found.deviation.flagged,
        four_eyes: frame.four_eyes,
        inputs: inputs(&streams, frame.heads),
        last_gas_day: contract.days_of(month).last,
        month,
        net: found.total.net,
        period_first: found.period.first,
        planned: found.planned.shown_in(unit),
        quantity: found.deviation.quantity.shown_in(unit),
        reference_price: found.reference_price,
        relief: Quantity::round(&found.relief, unit)?,
        revision: known.map_or(1, |known| known.document.revision + 1),
        rules: known.map_or(RULES, |known| known.document.rules),
        side: found.deviation.side,
        taken: found.taken.shown_in(unit),
        tax: found.total.tax,
        tax_percent: found.tax_percent,
        tiers: found.deviation.tiers,
        unit,
    };
    Ok((document, streams))
}

/// D1–D7 for the period that ends with `month`: what a document would say, and how it came to be.
pub fn assessed(
    contract: &ContractState,
    month: SettlementMonth,
    indices: &IndexBook,
) -> Result<Assessed, crate::Rejection> {
    let missing = || Rejection::NoDeviationTerms { contract: contract.id().clone(), month };
    let terms = contract.terms_of(month).ok_or_else(missing)?;
    let rules = terms.deviation.as_ref().ok_or_else(missing)?;
    let period = contract.netting_period(month).ok_or_else(missing)?;
    if period.last != month {
        return Err(Rejection::NotLastOfPeriod { month, last: period.last }.into());
    }
    let issued = issued_months(contract, period)?;
    let planned = planned(&issued);
    let relief = period_relief(contract, &issued);
    let base = Traced {
        value: &planned.value - &relief.value,
        trace: Trace::new(
            "D1",
            "base",
            Value::ExactQuantity(&planned.value - &relief.value, terms.unit),
        )
        .with_step(relief.trace.clone()),
    };
    let taken: Quantity = issued.iter().map(|month| month.document.quantity).sum();
    let reference = period_price(contract, &issued, indices)?;
    let input = DeviationInput {
        unit: terms.unit,
        price_decimals: terms.price_decimals,
        planned: planned.clone(),
        base: base.clone(),
        taken,
        reference_price: reference.clone(),
        terms: rules,
    };
    let mut deviation = deviation(&input)?;
    let day = contract.days_of(month).last;
    let rate = terms.tax_on(ChargeKind::Deviation, day).ok_or(RuleError::NoTaxRate(day))?;
    let total = tax::split(deviation.charge, rate)?;
    deviation.trace = deviation.trace.with_step(total.trace);
    let planned = issued.iter().map(|month| planned_of(&month.document)).sum();
    Ok(Assessed {
        period,
        planned,
        relief: relief.value,
        base: base.value,
        taken,
        reference_price: reference.value,
        deviation,
        total: total.value,
        tax_percent: rate,
    })
}

/// D7: the settlements of a period, which is assessed when all are issued.
fn issued_months(
    contract: &ContractState,
    period: Period,
) -> Result<Vec<&Issued<SettlementIssued>>, Rejection> {
    contract.issued_months(period).map_err(|months| Rejection::MonthsNotIssued { months })
}

fn planned_of(document: &SettlementIssued) -> Quantity {
    document.contract_quantity + document.firm_lots
}

/// D1: L = C + firm lots, over the period.
fn planned(issued: &[&Issued<SettlementIssued>]) -> Traced<Exact> {
    let value: Quantity = issued.iter().map(|month| planned_of(&month.document)).sum();
    let unit = issued.first().map_or(crate::quantities::Unit::CubicMetre, |m| m.document.unit);
    let mut trace = Trace::new("D1", "planned", Value::Quantity(value, unit));
    for Issued { document, position } in issued {
        trace = trace
            .with("month", Value::Month(document.month))
            .with_events(
                "contract_quantity",
                Value::Quantity(document.contract_quantity, unit),
                vec![*position],
            )
            .with("firm_lots", Value::Quantity(document.firm_lots, unit))
            .with("taken", Value::Quantity(document.quantity, unit));
    }
    Traced { value: value.exact(), trace }
}

/// D1, D7: each month's relief, capped by its own C, summed over the period.
pub(crate) fn period_relief(
    contract: &ContractState,
    issued: &[&Issued<SettlementIssued>],
) -> Traced<Exact> {
    let claims = contract.granted_claims();
    let unit = contract.unit();
    let months: Vec<Traced<Exact>> = issued
        .iter()
        .map(|month| {
            let days = contract.days_of(month.document.month);
            relief(&claims, days, month.document.contract_quantity, unit)
        })
        .collect();
    let value: Exact = months.iter().map(|month| month.value.clone()).sum();
    let trace = Trace::new("D1", "relief", Value::ExactQuantity(value.clone(), unit))
        .with_steps(months.into_iter().map(|month| month.trace));
    Traced { value, trace }
}

/// D5, D7: the reference price of the period's last month.
fn period_price(
    contract: &ContractState,
    issued: &[&Issued<SettlementIssued>],
    indices: &IndexBook,
) -> Result<Traced<Price>, crate::Rejection> {
    let Some(last) = issued.last() else {
        unreachable!("a netting period has at least one month");
    };
    let (month, day) = (last.document.month, contract.days_of(last.document.month).last);
    let terms = contract.terms_of(month).unwrap_or(contract.newest_terms());
    let base = || last.document.lines.iter().filter(|line| line.kind == LineKind::Base);
    let amounts: Money = base().map(|line| line.amount).sum();
    let quantity: Quantity = base().map(|line| line.quantity).sum();
    if let Some(price) = reference_price(amounts, quantity, terms.price_decimals, terms.unit)? {
        return Ok(price);
    }
    let (_, prices) = Pricer::new(indices).prices(terms, day)?;
    Ok(prices.composite.clone())
}
