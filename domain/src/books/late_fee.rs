use super::{
    ChargeLateFee, DocumentName, LateFeeCharged, LateFeeWaived, LatePart, OpenDebt, Rejection,
    WaiveLateFee, check_open, debts_as_of, posted_documents,
};
use crate::context::Context;
use crate::contract::{ChargeKind, ContractState};
use crate::quantities::{CivilDay, GasDay, Money, Overflow, Percent};
use crate::rules::RuleError;
use crate::rules::late_fee::{LateFee, late_fee};
use crate::rules::tax;
use crate::settlement::{RULES, inputs};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::trace::{Trace, Traced, Value};
use crate::{Decision, Event};

/// A6: charges for a debt what the days up to `through` come to and was not charged before.
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
        let (document, revision) = (*document, 1);
        return Err(Rejection::UnknownDocument { document, revision }.into());
    }
    let Some(charged) = charged(contract, document, *through)? else {
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

/// A6 for one debt as of a day, without what a document freezes beside its numbers (`four_eyes`,
/// `inputs`, and as day of its posting the last one counted); none where nothing is to be charged.
pub fn charged(
    contract: &ContractState,
    document: &DocumentName,
    through: CivilDay,
) -> Result<Option<Traced<LateFeeCharged>>, crate::Rejection> {
    let debts = debts_as_of(contract, through);
    let debt = debts.iter().find(|debt| debt.document == *document);
    let Some((debt, rate)) = debt.and_then(|debt| Some((debt, debt.late_fee?))) else {
        return Ok(None);
    };
    let (parts, steps) = late_parts(debt, rate, through)?;
    let before = contract.late_fees.iter().filter(|fee| fee.charged.document == *document);
    let charged_before: Money = before.clone().map(|fee| fee.charged.fee).sum();
    let fee = parts.iter().map(|part| part.fee).sum::<Money>() - charged_before;
    if fee <= Money::ZERO {
        return Ok(None);
    }
    let day = GasDay::new(through.date());
    let terms = contract.terms_on(day).unwrap_or(contract.newest_terms());
    let tax_percent = terms.tax_on(ChargeKind::LateFee, day).ok_or(RuleError::NoTaxRate(day))?;
    let taxed = tax::split(fee, tax_percent)?;
    let positions = before.map(|fee| fee.position).collect();
    let trace = Trace::new("A6", "late_fee", Value::Money(fee))
        .with("debt", Value::Text(document.to_string()))
        .with("due", Value::CivilDay(debt.due))
        .with("through", Value::CivilDay(through))
        .with_events("charged_before", Value::Money(charged_before), positions)
        .with_steps(steps)
        .with_step(taxed.trace);
    let value = LateFeeCharged {
        charged_before,
        contract: contract.id().clone(),
        days: parts.iter().map(|part| part.days).max().unwrap_or(0),
        document: *document,
        due: debt.due,
        fee,
        four_eyes: None,
        inputs: Vec::new(),
        net: taxed.value.net,
        percent_per_day: rate,
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

/// A6 for each part of a debt that was late: paid, or open and counted through the day.
fn late_parts(
    debt: &OpenDebt,
    rate: Percent,
    through: CivilDay,
) -> Result<(Vec<LatePart>, Vec<Trace>), Overflow> {
    let paid = debt.paid.iter().map(|paid| (Some(paid.on), paid.principal));
    let open = (None, debt.open().principal);
    let (mut parts, mut steps) = (Vec::new(), Vec::new());
    for (paid_on, principal) in paid.chain([open]) {
        let until = paid_on.unwrap_or(through.plus(1));
        let found = late_fee(principal, rate, debt.due, until)?;
        let LateFee { days, fee } = found.value;
        if principal > Money::ZERO && days > 0 {
            parts.push(LatePart { days, fee, paid_on, principal });
            steps.push(found.trace);
        }
    }
    Ok((parts, steps))
}

/// F, M4: waives a late fee: the mirror of its charge.
pub(super) fn waive(
    ledger: &Ledger,
    command: &WaiveLateFee,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let WaiveLateFee { contract: id, document, through } = command;
    let unknown = || Rejection::UnknownContract { contract: id.clone() };
    let contract = ledger.contract(id).ok_or_else(unknown)?;
    let named = contract
        .late_fees
        .iter()
        .find(|fee| fee.charged.document == *document && fee.charged.through == *through);
    let fee = named.ok_or_else(|| Rejection::NoLateFee {
        contract: id.clone(),
        document: *document,
        through: *through,
    })?;
    if fee.waived.is_some() {
        return Ok(Decision::nothing());
    }
    let posted_on = ledger.clock().civil_day(context.now);
    check_open(ledger, posted_on)?;
    let waived = LateFeeWaived {
        contract: id.clone(),
        document: *document,
        fee: fee.charged.fee,
        net: fee.charged.net,
        posted_on,
        tax: fee.charged.tax,
        through: *through,
    };
    Ok(Decision::of([Event::LateFeeWaived(waived)]).guarded_by(Stream::Books))
}
