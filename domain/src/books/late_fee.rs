use super::{
    ChargeLateFee, DocumentName, LateFeeCharged, LateFeeWaived, LatePart, OpenDebt, Rejection,
    WaiveLateFee, check_open, debts_as_of, posted_documents,
};
use crate::context::Context;
use crate::contract::{ChargeKind, ContractState};
use crate::quantities::{CivilDay, GasDay, Money, Overflow, Percent};
use crate::rules::RuleError;
use crate::rules::late_fee::{LateFee, late_fee};
use crate::rules::tax::{self, Taxed};
use crate::settlement::{RULES, inputs};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::trace::{Trace, Traced, Value};
use crate::{Decision, Event};

/// A6: charges for a debt what the days up to `through` come to and was not charged before, or
/// credits what was charged too much.
pub(super) fn charge(
    ledger: &Ledger,
    command: &ChargeLateFee,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let ChargeLateFee { contract: id, document, through } = command;
    let unknown = || Rejection::UnknownContract { contract: id.clone() };
    let contract = ledger.contract(id).ok_or_else(unknown)?;
    let posted_on = ledger.clock().civil_day(context.now);
    if *through >= posted_on {
        return Err(Rejection::DayNotOver { day: *through, today: posted_on }.into());
    }
    let posted = posted_documents(contract);
    if !posted.iter().any(|one| one.document == *document) {
        return Err(Rejection::UnknownDocument { document: *document, revision: 1 }.into());
    }
    // Fewer days than were counted already say nothing of what was charged for all of them.
    if contract.late_fees.of(*document).any(|fee| fee.charged.through > *through) {
        return Ok(Decision::nothing());
    }
    let Some(charged) = charged(contract, *document, *through)? else {
        return Ok(Decision::nothing());
    };
    check_open(ledger, posted_on)?;
    let streams = [Stream::Contract(id.clone())];
    let document = LateFeeCharged {
        four_eyes: ledger.run_by_one(),
        inputs: inputs(&streams, context.heads),
        posted_on,
        ..charged.value
    };
    let decision = Decision::of([Event::LateFeeCharged(Box::new(document))]);
    Ok(decision.guarded_by(Stream::Books))
}

/// A6: the debts for which the days up to `through` may come to a late fee, in the order of
/// [`debts_as_of`].
#[must_use]
pub fn overdue(contract: &ContractState, through: CivilDay) -> Vec<DocumentName> {
    let debts = debts_as_of(contract, through);
    let late = debts.iter().filter(|debt| debt.late_fee_through(through).is_some());
    let mut documents: Vec<_> = late.map(|debt| debt.document).collect();
    documents.dedup();
    documents
}

/// A6 for one debt as of a day, without what a document freezes beside its numbers (`four_eyes`,
/// `inputs`, and as day of its posting the last one counted); none where nothing is to be charged
/// or credited.
pub fn charged(
    contract: &ContractState,
    document: DocumentName,
    through: CivilDay,
) -> Result<Option<Traced<LateFeeCharged>>, crate::Rejection> {
    let mut tranches = debts_as_of(contract, through);
    tranches.retain(|debt| debt.document == document);
    let first = tranches.first().and_then(|debt| Some((debt.due, debt.late_fee?)));
    let Some((due, percent_per_day)) = first else { return Ok(None) };
    let (parts, steps) = late_parts(&tranches, through)?;
    let before = contract.late_fees.of(document);
    let charged_before: Money = before.map(|fee| fee.charged.fee).sum();
    let left: Money = contract.late_fees.of(document).map(|fee| fee.left.gross).sum();
    let added = parts.iter().map(|part| part.fee).sum::<Money>() - charged_before;
    let fee = added.max(-left);
    if fee == Money::ZERO {
        return Ok(None);
    }
    let (tax_percent, taxed) = taxed(contract, document, through, fee)?;
    let positions = contract.late_fees.of(document).map(|fee| fee.position).collect();
    let trace = Trace::new("A6", "late_fee", Value::Money(fee))
        .with("debt", Value::Text(document.to_string()))
        .with("due", Value::CivilDay(due))
        .with("through", Value::CivilDay(through))
        .with_events("charged_before", Value::Money(charged_before), positions)
        .with("not_waived", Value::Money(left))
        .with_steps(steps)
        .with_step(taxed.trace);
    let value = LateFeeCharged {
        charged_before,
        contract: contract.id().clone(),
        days: parts.iter().map(|part| part.days).max().unwrap_or(0),
        document,
        due,
        fee,
        four_eyes: None,
        inputs: Vec::new(),
        net: taxed.value.net,
        percent_per_day,
        posted_on: through,
        principal: parts.iter().map(|part| part.principal).sum(),
        parts,
        rules: RULES,
        tax: taxed.value.tax,
        tax_percent,
        through,
    };
    Ok(Some(Traced { value, trace }))
}

/// A6 for each part of a debt that was late: paid, or open and counted through the day; tranche by
/// tranche, each from its own due day.
fn late_parts(
    tranches: &[OpenDebt],
    through: CivilDay,
) -> Result<(Vec<LatePart>, Vec<Trace>), Overflow> {
    let (mut parts, mut steps) = (Vec::new(), Vec::new());
    let due_first = tranches.first().map(|debt| debt.due);
    for debt in tranches {
        let Some(rate) = debt.late_fee_through(through) else { continue };
        let paid = debt.paid_for().into_iter().map(|(on, principal)| (Some(on), principal));
        for (paid_on, principal) in paid.chain([(None, debt.open().principal)]) {
            let until = paid_on.unwrap_or(through.plus(1));
            let found = late_fee(principal, rate, debt.due, until)?;
            let LateFee { days, fee } = found.value;
            if principal > Money::ZERO && days > 0 {
                let due = Some(debt.due).filter(|due| due_first != Some(*due));
                parts.push(LatePart { days, due, fee, paid_on, principal });
                steps.push(found.trace);
            }
        }
    }
    Ok((parts, steps))
}

/// M3 of a charge, at the rate of the last day that it counts; of a credit M4, what the newest
/// charges bear that it takes back, of the last of them a part.
fn taxed(
    contract: &ContractState,
    document: DocumentName,
    through: CivilDay,
    fee: Money,
) -> Result<(Percent, Traced<Taxed>), crate::Rejection> {
    let day = GasDay::new(through.date());
    let terms = contract.terms_at(day);
    let of_day = terms.tax_on(ChargeKind::LateFee, day).ok_or(RuleError::NoTaxRate(day));
    if fee > Money::ZERO {
        let rate = of_day?;
        return Ok((rate, tax::split(fee, rate)?));
    }
    let (mut owed, mut rate) = (-fee, None);
    let (mut total, mut taken) = (Taxed::ZERO, Vec::new());
    for charge in contract.late_fees.of(document).rev() {
        let part = match charge.left.gross.min(owed) {
            part if part == Money::ZERO => continue,
            part if part == charge.left.gross => charge.left,
            part => tax::split(part, charge.charged.tax_percent)?.value,
        };
        rate = rate.or(Some(charge.charged.tax_percent));
        (total, owed) = (total + part, owed - part.gross);
        taken.push(charge.position);
    }
    let value = Taxed::ZERO - total;
    let trace = Trace::new("M4", "net", Value::Money(value.net)).with_events(
        "credited",
        Value::Money(value.gross),
        taken,
    );
    Ok((rate.map_or(of_day, Ok)?, Traced { value, trace }))
}

/// F, M4: waives a late fee: the mirror of what is left of its charge.
pub(super) fn waive(
    ledger: &Ledger,
    command: &WaiveLateFee,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let WaiveLateFee { contract: id, document, through } = command;
    let (document, through) = (*document, *through);
    let unknown = || Rejection::UnknownContract { contract: id.clone() };
    let contract = ledger.contract(id).ok_or_else(unknown)?;
    let named = || contract.late_fees.of(document).filter(|fee| fee.charged.through == through);
    if named().next().is_none() {
        return Err(Rejection::NoLateFee { contract: id.clone(), document, through }.into());
    }
    let left: Vec<Taxed> =
        named().map(|fee| fee.left).filter(|left| *left != Taxed::ZERO).collect();
    if left.is_empty() {
        if named().any(|fee| fee.waived.is_some()) {
            return Ok(Decision::nothing());
        }
        return Err(Rejection::LateFeeCredited { document, through }.into());
    }
    let posted_on = ledger.clock().civil_day(context.now);
    check_open(ledger, posted_on)?;
    let waived = left.into_iter().map(|Taxed { gross: fee, net, tax }| {
        let contract = id.clone();
        Event::LateFeeWaived(LateFeeWaived {
            contract,
            document,
            fee,
            net,
            posted_on,
            tax,
            through,
        })
    });
    Ok(Decision::of(waived).guarded_by(Stream::Books))
}
