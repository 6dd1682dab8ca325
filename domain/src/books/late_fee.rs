use super::{
    ChargeLateFees, LateFeeCharged, LateFeeWaived, LatePart, OpenDebt, Rejection, WaiveLateFee,
    check_open, debts_as_of,
};
use crate::context::Context;
use crate::contract::{ChargeKind, ContractState};
use crate::quantities::{CivilDay, GasDay, Money, Overflow, Percent};
use crate::rules::RuleError;
use crate::rules::late_fee::late_fee;
use crate::rules::tax;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// A6: charges what the days up to `through` come to and was not charged before, a document a debt.
pub(super) fn charge(
    ledger: &Ledger,
    command: &ChargeLateFees,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let posted_on = ledger.clock().civil_day(context.now);
    let through = command.through;
    if through >= posted_on {
        return Err(Rejection::DayNotOver { day: through, today: posted_on }.into());
    }
    let mut events = Vec::new();
    for debt in debts_as_of(contract, through) {
        let Some(rate) = debt.late_fee else { continue };
        if let Some(charged) = charged(contract, &debt, rate, through, posted_on)? {
            events.push(Event::LateFeeCharged(Box::new(charged)));
        }
    }
    if !events.is_empty() {
        check_open(ledger, posted_on)?;
    }
    Ok(Decision::of(events).guarded_by(Stream::Books))
}

fn charged(
    contract: &ContractState,
    debt: &OpenDebt,
    rate: Percent,
    through: CivilDay,
    posted_on: CivilDay,
) -> Result<Option<LateFeeCharged>, crate::Rejection> {
    let parts = late_parts(debt, rate, through)?;
    let before = contract.late_fees.iter().filter(|fee| fee.charged.document == debt.document);
    let charged_before: Money = before.map(|fee| fee.charged.fee).sum();
    let fee = parts.iter().map(|part| part.fee).sum::<Money>() - charged_before;
    if fee <= Money::ZERO {
        return Ok(None);
    }
    let day = GasDay::new(through.date());
    let terms = contract.terms_on(day).unwrap_or(contract.newest_terms());
    let tax_percent = terms.tax_on(ChargeKind::LateFee, day).ok_or(RuleError::NoTaxRate(day))?;
    let taxed = tax::split(fee, tax_percent)?.value;
    Ok(Some(LateFeeCharged {
        charged_before,
        contract: contract.id().clone(),
        days: parts.iter().map(|part| part.days).max().unwrap_or(0),
        document: debt.document.clone(),
        due: debt.due,
        fee,
        net: taxed.net,
        percent_per_day: rate,
        posted_on,
        principal: parts.iter().map(|part| part.principal).sum(),
        parts,
        tax: taxed.tax,
        tax_percent,
        through,
    }))
}

/// A6 for each part of a debt that was late: paid, or open and counted through the day.
fn late_parts(
    debt: &OpenDebt,
    rate: Percent,
    through: CivilDay,
) -> Result<Vec<LatePart>, Overflow> {
    let paid = debt.paid.iter().map(|paid| (Some(paid.on), paid.principal));
    let open = (None, debt.open().principal);
    let mut parts = Vec::new();
    for (paid_on, principal) in paid.chain([open]) {
        let until = paid_on.unwrap_or(through.plus(1));
        let found = late_fee(principal, rate, debt.due, until)?.value;
        if principal > Money::ZERO && found.days > 0 {
            let (days, fee) = (found.days, found.fee);
            parts.push(LatePart { days, fee, paid_on, principal });
        }
    }
    Ok(parts)
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
        document: document.clone(),
        through: *through,
    })?;
    if fee.waived.is_some() {
        return Ok(Decision::nothing());
    }
    let posted_on = ledger.clock().civil_day(context.now);
    check_open(ledger, posted_on)?;
    let waived = LateFeeWaived {
        contract: id.clone(),
        document: document.clone(),
        fee: fee.charged.fee,
        net: fee.charged.net,
        posted_on,
        tax: fee.charged.tax,
        through: *through,
    };
    Ok(Decision::of([Event::LateFeeWaived(waived)]).guarded_by(Stream::Books))
}
