use std::collections::BTreeSet;
use std::sync::Arc;

use super::{IssueSettlement, RULES, Rejection, SettlementIssued};
use crate::books::check_open;
use crate::context::{Context, StreamHeads};
use crate::contract::{ContractState, PriceRule};
use crate::ledger::FourEyes;
use crate::market::IndexBook;
use crate::quantities::{IndexCode, Quantity, SettlementMonth};
use crate::rules::settlement::{Settlement, settle};
use crate::state::Ledger;
use crate::stream::{DocumentInput, Stream};
use crate::{Decision, Event};

/// S1–S3: issues the settlement of a month that is over and complete; once.
pub fn issue(
    ledger: &Ledger,
    command: &IssueSettlement,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let (month, days) = (command.month, contract.days_of(command.month));
    if contract.settlement(month).is_some() {
        return Ok(Decision::nothing());
    }
    if days.is_empty() {
        let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
        return Err(Rejection::OutsideTerm { month, first, last }.into());
    }
    let ends = ledger.clock().end(days.last);
    if context.now < ends {
        let ends = ledger.clock().local(ends);
        return Err(Rejection::MonthNotOver { month, last: days.last, ends }.into());
    }
    let settled = settled(contract, month, ledger.indices())?;
    check_open(ledger, days.last.civil())?;
    let (document, streams) = document(contract, month, settled, Frame::of(ledger, context));
    let mut decision = Decision::of([Event::SettlementIssued(Arc::new(document))]);
    decision.guards = streams;
    Ok(decision.guarded_by(Stream::Books))
}

/// What a document says beside its numbers.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// F: `off` where one person runs the ledger.
    pub four_eyes: Option<FourEyes>,
    /// How far each stream has come (S3).
    pub heads: &'a dyn StreamHeads,
}

impl<'a> Frame<'a> {
    pub fn of(ledger: &Ledger, context: &Context<'a>) -> Self {
        Self { four_eyes: ledger.run_by_one(), heads: context.heads }
    }
}

/// The first document of a settled month, and the streams that it rests on.
pub(crate) fn document(
    contract: &ContractState,
    month: SettlementMonth,
    settled: Settlement,
    frame: Frame<'_>,
) -> (SettlementIssued, Vec<Stream>) {
    let days = contract.days_of(month);
    let streams = input_streams(contract, [month]);
    let lots = contract.lots_of(month);
    let firm: Quantity = lots.iter().filter(|lot| lot.firm).map(|lot| lot.quantity).sum();
    let document = SettlementIssued {
        causes: Vec::new(),
        contract: contract.id().clone(),
        contract_quantity: settled.contract_quantity,
        difference: None,
        firm_lots: firm.shown_in(settled.unit),
        first_gas_day: days.first,
        four_eyes: frame.four_eyes,
        gross: settled.total.gross,
        inputs: inputs(&streams, frame.heads),
        last_gas_day: days.last,
        lines: settled.lines,
        month,
        net: settled.total.net,
        posted_on: None,
        quantity: settled.quantity,
        revision: 1,
        rules: RULES,
        tax: settled.total.tax,
        tax_percent: settled.tax_percent,
        unit: settled.unit,
    };
    (document, streams)
}

/// S2: the settlement of a complete month, or what is missing for it.
pub fn settled(
    contract: &ContractState,
    month: SettlementMonth,
    indices: &IndexBook,
) -> Result<Settlement, crate::Rejection> {
    let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
    let outside = || Rejection::OutsideTerm { month, first, last };
    let facts = contract.month_facts(month, last, indices).ok_or_else(outside)?;
    let settled = settle(&facts)?;
    if !settled.unmetered.is_empty() {
        return Err(Rejection::ReadingsMissing { missing: settled.unmetered.into() }.into());
    }
    if !settled.unpriced.is_empty() {
        let missing: BTreeSet<_> =
            settled.unpriced.into_iter().map(|unpriced| unpriced.missing).collect();
        let missing = missing.into_iter().collect();
        return Err(Rejection::PriceReferenceMissing { missing }.into());
    }
    Ok(settled)
}

/// S3: the streams that a document of these months is computed from.
#[must_use]
pub fn input_streams(
    contract: &ContractState,
    months: impl IntoIterator<Item = SettlementMonth>,
) -> Vec<Stream> {
    let id = contract.id();
    let mut streams = vec![Stream::Contract(id.clone())];
    streams.extend(months.into_iter().map(|month| Stream::Delivery(id.clone(), month)));
    streams.extend(index_codes(contract).into_iter().map(Stream::Index));
    streams
}

/// The indices that a contract is priced with.
pub(crate) fn index_codes(contract: &ContractState) -> BTreeSet<IndexCode> {
    let codes =
        |rule: &PriceRule| rule.indices.iter().map(|part| part.code.clone()).collect::<Vec<_>>();
    let terms = contract.versions().iter().map(|version| &version.terms);
    terms
        .flat_map(|terms| {
            let tranches = terms.price_plans.iter().flat_map(|plan| &plan.tranches);
            let rules = tranches.map(|tranche| &tranche.price).chain(&terms.excess_price);
            rules.flat_map(codes).collect::<Vec<_>>()
        })
        .collect()
}

/// S3: the streams as they are now.
#[must_use]
pub fn inputs(streams: &[Stream], heads: &dyn StreamHeads) -> Vec<DocumentInput> {
    let input = |stream: &Stream| {
        let head = heads.head(stream);
        DocumentInput { digest: head.digest, from: 1, stream: stream.to_string(), to: head.version }
    };
    let used = streams.iter().map(input).filter(|input| input.to > 0);
    used.collect()
}
