use chrono::{DateTime, Datelike, Utc};
use citygate_domain::delivery::{Rejection, check_values};
use citygate_domain::ledger;
use citygate_domain::quantities::gas_day::ClockError;
use citygate_domain::quantities::{CalorificValue, GasDayClock, Unit, Volume};
use citygate_domain::rules::energy as rule;
use citygate_domain::trace::{Trace, Value};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::form::read;
use super::{CalculateError, Calculated};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnergyForm {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    volume_m3: Volume,
    #[serde(default)]
    gcv_mj_per_m3: Option<CalorificValue>,
    unit: Unit,
}

/// Q2, Q3: cubic metres in a billing unit.
pub(super) fn energy(json: &str) -> Result<Calculated, CalculateError> {
    let EnergyForm { volume_m3: volume, gcv_mj_per_m3: gross, unit, .. } = read(json)?;
    let refused = |place| move |rejection: Rejection| CalculateError::refused(place, rejection);
    check_values(volume, None).map_err(refused("volume_m3"))?;
    check_values(volume, gross).map_err(refused("gcv_mj_per_m3"))?;
    let missing = Rejection::CalorificValueMissing { unit };
    let quantity = rule::billed(volume, gross, unit)?
        .ok_or_else(|| refused("gcv_mj_per_m3")(missing))?
        .shown_in(unit);
    let mut trace = Trace::new("Q3", "quantity", Value::Quantity(quantity, unit))
        .with("volume_m3", Value::Number(volume.value()));
    if let Some(gross) = gross.filter(|_| unit.needs_calorific_value()) {
        let energy = rule::energy(volume, gross)?;
        trace = trace.with("gcv_mj_per_m3", Value::Number(gross.value())).with_step(
            Trace::new("Q2", "energy_mj", Value::Number(energy.value()))
                .with("volume_m3", Value::Number(volume.value()))
                .with("gcv_mj_per_m3", Value::Number(gross.value())),
        );
    }
    Ok(Calculated::row(["quantity", "unit"], [quantity.to_string(), unit.to_string()], trace))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GasDayForm {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    instant: String,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    start_hour: Option<u32>,
}

/// T1: the gas day of an instant, and its hours.
pub(super) fn gas_day(json: &str) -> Result<Calculated, CalculateError> {
    let form: GasDayForm = read(json)?;
    let usual = GasDayClock::default();
    let zone = form.zone.as_deref().unwrap_or(usual.zone_name());
    let hour = form.start_hour.unwrap_or(usual.start_hour());
    let clock = GasDayClock::try_new(zone, hour).map_err(|reason| {
        let place = match reason {
            ClockError::UnknownZone(_) => "zone",
            ClockError::NoSuchHour(_) => "start_hour",
        };
        CalculateError::refused(place, ledger::Rejection::SettingsInvalid { reason })
    })?;
    let instant = DateTime::parse_from_rfc3339(&form.instant)
        .ok()
        .filter(|instant| (1900..=9998).contains(&instant.year()))
        .ok_or_else(|| {
            let text = &form.instant;
            CalculateError::not_a_date(format!("instant: {text:?} is not an instant"))
        })?;
    let day = clock.gas_day(instant.with_timezone(&Utc));
    let hours = clock.hours(day);
    let trace = Trace::new("T1", "gas_day", Value::GasDay(day))
        .with("instant", Value::Text(form.instant.clone()))
        .with("zone", Value::Text(zone.to_owned()))
        .with("start_hour", Value::Count(hour.into()))
        .with("hours", Value::Count(hours.unsigned_abs()));
    Ok(Calculated::row(["gas_day", "hours"], [day.to_string(), hours.to_string()], trace))
}
