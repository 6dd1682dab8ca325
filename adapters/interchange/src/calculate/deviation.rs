use citygate_domain::contract::{
    DeviationTerms, MeasuredFrom, Netting, Tier, Tiering, check_deviation,
};
use citygate_domain::quantities::{Exact, Percent, Price, Quantity, Unit};
use citygate_domain::rules::deviation::{DeviationInput, Side, deviation};
use citygate_domain::trace::{Trace, Traced, Value};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::form::{not_negative, price_decimals, read};
use super::{CalculateError, Calculated};
use crate::Table;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    unit: Unit,
    price_decimals: u32,
    base: Quantity,
    #[serde(default)]
    planned: Option<Quantity>,
    taken: Quantity,
    reference_price: Price,
    terms: FormTerms,
}

/// The terms of D2–D5; one assessment needs no netting (D7).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormTerms {
    lower_tolerance: Percent,
    upper_tolerance: Percent,
    measured_from: MeasuredFrom,
    tiering: Tiering,
    under: Vec<Tier>,
    over: Vec<Tier>,
}

impl From<FormTerms> for DeviationTerms {
    fn from(terms: FormTerms) -> Self {
        Self {
            lower_tolerance: terms.lower_tolerance,
            upper_tolerance: terms.upper_tolerance,
            measured_from: terms.measured_from,
            tiering: terms.tiering,
            netting: Netting::Month,
            under: terms.under,
            over: terms.over,
            claim_deadline_days: None,
            deemed_confirmed_days: None,
        }
    }
}

/// D2–D6.
pub(super) fn run(json: &str) -> Result<Calculated, CalculateError> {
    let form: Form = read(json)?;
    let unit = form.unit;
    let planned = form.planned.unwrap_or(form.base);
    price_decimals("price_decimals", form.price_decimals)?;
    for (place, value) in [
        ("base", form.base.value()),
        ("planned", planned.value()),
        ("taken", form.taken.value()),
        ("reference_price", form.reference_price.value()),
    ] {
        not_negative(place, value)?;
    }
    if form.base > planned {
        let problem = format!("{} is above planned, {planned}; relief only lowers it", form.base);
        return Err(CalculateError::value("base", problem));
    }
    let terms = DeviationTerms::from(form.terms);
    check_deviation("terms", &terms).map_err(|rejection| CalculateError::refused("", rejection))?;
    let price = Value::Price(form.reference_price, unit);
    let input = DeviationInput {
        unit,
        price_decimals: form.price_decimals,
        planned: given("planned", planned, unit),
        base: given("base", form.base, unit),
        taken: form.taken,
        reference_price: Traced {
            value: form.reference_price,
            trace: Trace::new("D5", "reference_price", price),
        },
        terms: &terms,
    };
    let outcome = deviation(&input)?;
    let mut table = Table::new(&["side", "quantity", "rate", "amount"]);
    let side = outcome.side.map_or("", Side::word);
    for tier in &outcome.tiers {
        let (quantity, rate) = (tier.quantity.to_string(), tier.rate.to_string());
        table.push([side.to_owned(), quantity, rate, tier.amount.to_string()]);
    }
    let quantity = outcome.quantity.shown_in(unit).to_string();
    table.push(["total".to_owned(), quantity, String::new(), outcome.charge.to_string()]);
    Ok(Calculated { table, traces: vec![outcome.trace] })
}

fn given(name: &'static str, quantity: Quantity, unit: Unit) -> Traced<Exact> {
    let trace = Trace::new("D1", name, Value::Quantity(quantity, unit));
    Traced { value: quantity.exact(), trace }
}
