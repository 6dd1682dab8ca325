use std::fmt::Display;

use citygate_domain::quantities::Money;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::CalculateError;
use crate::form::{FormErrorKind, json_error};

/// Reads a form. Every complaint names its place: a field, or a line and column where the text is
/// no JSON.
pub(super) fn read<T: DeserializeOwned>(json: &str) -> Result<T, CalculateError> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let form = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| complaint(&error.path().to_string(), error.inner()))?;
    reader.end().map_err(|error| complaint("", &error))?;
    Ok(form)
}

fn complaint(path: &str, error: &serde_json::Error) -> CalculateError {
    let said = json_error(path, error);
    if error.is_syntax() || error.is_eof() {
        let (line, column) = (error.line(), error.column());
        let said = json_error("", error).message;
        return CalculateError::malformed(format!("line {line}, column {column}: {said}"));
    }
    match said.kind {
        FormErrorKind::Malformed if said.message.ends_with("has more than two decimals") => {
            CalculateError::too_many_decimals(said.message)
        }
        FormErrorKind::Malformed => CalculateError::malformed(said.message),
        FormErrorKind::UnknownField
        | FormErrorKind::NotANumber
        | FormErrorKind::NotADate
        | FormErrorKind::UnknownSource
        | FormErrorKind::TooManyDecimals => said.into(),
    }
}

/// Refuses a value below zero.
pub(super) fn not_negative(place: impl Display, value: Decimal) -> Result<(), CalculateError> {
    if value < Decimal::ZERO {
        return Err(CalculateError::negative(place, value));
    }
    Ok(())
}

/// Refuses an amount below zero.
pub(super) fn not_owed(place: impl Display, amount: Money) -> Result<(), CalculateError> {
    not_negative(place, amount.value())
}

/// The places of a computed price (M1).
pub(super) fn price_decimals(place: &str, decimals: u32) -> Result<(), CalculateError> {
    if decimals > 6 {
        return Err(CalculateError::value(place, format_args!("{decimals} is not 0 to 6")));
    }
    Ok(())
}
