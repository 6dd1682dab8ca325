use chrono::{DateTime, Utc};
use citygate_domain::contract::{PriceRule, check_price};
use citygate_domain::log::{Position, Recorded};
use citygate_domain::market::{IndexNumber, PublishIndex, publish};
use citygate_domain::quantities::{CivilDay, GasDay, IndexCode, Unit};
use citygate_domain::rules::price::price_on;
use citygate_domain::state::Ledger;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::cell::bare;
use super::form::{price_decimals, read};
use super::{CalculateError, Calculated};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    decimals: u32,
    gas_day: GasDay,
    price: PriceRule,
    #[serde(default)]
    indices: Vec<FormIndex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormIndex {
    code: IndexCode,
    effective_day: CivilDay,
    value: IndexNumber,
    #[serde(default)]
    valid_through: Option<CivilDay>,
    #[serde(default)]
    reason: Option<String>,
}

/// P2, P3: a price rule on a gas day.
pub(super) fn run(json: &str) -> Result<Calculated, CalculateError> {
    let form: Form = read(json)?;
    price_decimals("decimals", form.decimals)?;
    check_price("price", &form.price).map_err(|error| CalculateError::refused("", error))?;
    let ledger = published(form.indices)?;
    // The form names no unit; its price is one of any.
    let unit = Unit::CubicMetre;
    let price = price_on(&form.price, form.gas_day, ledger.indices(), form.decimals, unit)?;
    Ok(Calculated::row(["price"], [price.value.to_string()], bare(price.trace)))
}

/// P3: takes the values in, one after the other; a second one for the same day is a correction and
/// needs a reason.
fn published(indices: Vec<FormIndex>) -> Result<Ledger, CalculateError> {
    let mut ledger = Ledger::default();
    for (place, index) in indices.into_iter().enumerate() {
        let command = PublishIndex {
            code: index.code,
            effective_day: index.effective_day,
            value: index.value,
            valid_through: index.valid_through,
            reason: index.reason,
        };
        let decision = publish(&ledger, &command)
            .map_err(|error| CalculateError::refused(&format!("indices[{place}]"), error))?;
        for event in decision.events {
            let recorded_at = DateTime::<Utc>::UNIX_EPOCH;
            ledger.evolve(&Recorded { position: Position::START, recorded_at, event });
        }
    }
    Ok(ledger)
}
