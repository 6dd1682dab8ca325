use citygate_domain::quantities::{CivilDay, Money, Percent, Price, Quantity, Unit};
use citygate_domain::rules::allocation::{Debt, DebtParts, allocate};
use citygate_domain::rules::days::days_remaining;
use citygate_domain::rules::{late_fee as fees, tax as taxes};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::cell::bare;
use super::form::{not_negative, not_owed, read};
use super::{CalculateError, Calculated};
use crate::Table;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysForm {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    available: Money,
    reference_quantity: Quantity,
    price: Price,
}

/// G3: days of gas remaining.
pub(super) fn days(json: &str) -> Result<Calculated, CalculateError> {
    let form: DaysForm = read(json)?;
    not_negative("reference_quantity", form.reference_quantity.value())?;
    not_negative("price", form.price.value())?;
    // The form names no unit; quantity and price are in the same one.
    let (quantity, unit) = (form.reference_quantity.exact(), Unit::CubicMetre);
    let days = days_remaining(form.available, &quantity, form.price, unit)?;
    Ok(Calculated::row(["days_remaining"], [days.value.to_string()], bare(days.trace)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxForm {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    gross: Money,
    tax_percent: Percent,
}

/// M3: the net and the tax in a gross total.
pub(super) fn tax(json: &str) -> Result<Calculated, CalculateError> {
    let form: TaxForm = read(json)?;
    not_negative("tax_percent", form.tax_percent.value())?;
    let taxed = taxes::split(form.gross, form.tax_percent)?;
    let cells = [taxed.value.net.to_string(), taxed.value.tax.to_string()];
    Ok(Calculated::row(["net", "tax"], cells, taxed.trace))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LateFeeForm {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    principal: Money,
    percent_per_day: Percent,
    due: CivilDay,
    paid: CivilDay,
}

/// A6: a late fee.
pub(super) fn late_fee(json: &str) -> Result<Calculated, CalculateError> {
    let form: LateFeeForm = read(json)?;
    not_owed("principal", form.principal)?;
    not_negative("percent_per_day", form.percent_per_day.value())?;
    let fee = fees::late_fee(form.principal, form.percent_per_day, form.due, form.paid)?;
    let cells = [fee.value.days.to_string(), fee.value.fee.to_string()];
    Ok(Calculated::row(["days", "fee"], cells, fee.trace))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllocationForm {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    amount: Money,
    debts: Vec<FormDebt>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormDebt {
    id: String,
    due: CivilDay,
    costs: Money,
    interest: Money,
    principal: Money,
}

/// A5: what a payment pays.
pub(super) fn allocation(json: &str) -> Result<Calculated, CalculateError> {
    let form: AllocationForm = read(json)?;
    not_owed("amount", form.amount)?;
    let mut debts = Vec::new();
    for (place, debt) in form.debts.into_iter().enumerate() {
        let FormDebt { id, due, costs, interest, principal } = debt;
        for (field, amount) in [("costs", costs), ("interest", interest), ("principal", principal)]
        {
            not_owed(format_args!("debts[{place}].{field}"), amount)?;
        }
        debts.push(Debt { id, due, parts: DebtParts { costs, interest, principal } });
    }
    let allocated = allocate(form.amount, &debts);
    let mut table = Table::new(&["id", "costs", "interest", "principal"]);
    for (debt, paid) in &allocated.value.paid {
        let DebtParts { costs, interest, principal } = *paid;
        let amounts = [costs, interest, principal].map(|amount| amount.to_string());
        table.push([debt.id.clone()].into_iter().chain(amounts));
    }
    let left_over = allocated.value.left_over.to_string();
    table.push(["total".to_owned(), String::new(), String::new(), left_over]);
    Ok(Calculated { table, traces: vec![allocated.trace] })
}
