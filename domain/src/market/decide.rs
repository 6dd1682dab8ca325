use super::{IndexPublished, LotRecorded, PublishIndex, RecordLot, Rejection};
use crate::payment::{Reference, ReferenceUse};
use crate::state::Ledger;
use crate::{Decision, Event};

/// P3: a first value is published, a second needs a reason, and a value seen before is known.
pub fn publish(ledger: &Ledger, command: &PublishIndex) -> Result<Decision, crate::Rejection> {
    if let Some((current, mut all)) =
        ledger.indices().values_of(&command.code, command.effective_day)
    {
        if all.any(|seen| seen.value == command.value.0 && seen.reason == command.reason) {
            return Ok(Decision::nothing());
        }
        if command.reason.is_none() {
            return Err(Rejection::IndexConflict {
                code: command.code.clone(),
                effective_day: command.effective_day,
                known: super::IndexNumber(current.value),
                sent: command.value,
            }
            .into());
        }
    }
    Ok(Decision::of([Event::IndexPublished(IndexPublished {
        code: command.code.clone(),
        effective_day: command.effective_day,
        reason: command.reason.clone(),
        valid_through: command.valid_through,
        value: command.value,
    })]))
}

/// P4, D1: records a lot of a settlement month.
pub fn record_lot(ledger: &Ledger, command: &RecordLot) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let days = contract.days_of(command.month);
    let first_gas_day = (!days.is_empty()).then_some(days.first);
    let recorded = LotRecorded {
        contract: command.contract.clone(),
        firm: command.firm,
        first_gas_day: first_gas_day.unwrap_or(contract.first_gas_day()),
        mode: command.mode,
        month: command.month,
        quantity: command.quantity,
        trade_reference: command.trade_reference.clone(),
        traded_at: command.traded_at,
        unit_price: command.unit_price,
        venue: command.venue.clone(),
    };
    match ledger.lot(&command.trade_reference) {
        Some(known) if *known == recorded => return Ok(Decision::nothing()),
        Some(_) => {
            let reference = command.trade_reference.clone();
            return Err(Rejection::DuplicateReference { reference }.into());
        }
        None => {}
    }
    if first_gas_day.is_none() {
        let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
        return Err(Rejection::OutsideTerm { month: command.month, first, last }.into());
    }
    let (quantity, unit_price) = (command.quantity, command.unit_price);
    if !quantity.exact().is_positive() || unit_price.value().is_sign_negative() {
        return Err(Rejection::NegativeQuantity { quantity, unit_price }.into());
    }
    let unit = contract.unit();
    if !quantity.fits(unit) || !unit_price.is_agreeable() {
        return Err(Rejection::TooManyDecimals { quantity, unit, unit_price }.into());
    }
    let reference = Reference::Trade { reference: command.trade_reference.clone() };
    Ok(Decision::of([
        Event::ReferenceTaken(ReferenceUse::new(Some(&command.contract), reference)),
        Event::LotRecorded(recorded),
    ]))
}
