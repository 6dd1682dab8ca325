use citygate_domain::Command;
use citygate_domain::contract::SignContract;

use crate::form::{FormError, FormErrorKind, json_error};

/// Reads one contract.
pub(super) fn read(line: &[u8]) -> Result<Command, FormError> {
    let text = std::str::from_utf8(line)
        .map_err(|error| FormError::new(FormErrorKind::Malformed, error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let signed: SignContract = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| json_error(&error.path().to_string(), error.inner()))?;
    reader.end().map_err(|error| json_error("", &error))?;
    Ok(Command::SignContract(Box::new(signed)))
}
