use citygate_domain::Command;
use citygate_domain::contract::SignContract;

use crate::form::{FormError, FormErrorKind, json_error};

/// Longest contract, in bytes of its line: what fits into an event with every default filled in.
const LONGEST_LINE: usize = 40_000;

/// Reads one contract.
pub(super) fn read(line: &[u8]) -> Result<Command, FormError> {
    read_contract(line).map(|signed| Command::SignContract(Box::new(signed)))
}

/// Reads one contract, in the form of a line of `contracts.jsonl` or over many lines; refuses what
/// an import refuses as a form.
pub fn read_contract(line: &[u8]) -> Result<SignContract, FormError> {
    let malformed = |message| Err(FormError::new(FormErrorKind::Malformed, message));
    if line.len() > LONGEST_LINE {
        let length = line.len();
        return malformed(format!("the line has {length} bytes; at most {LONGEST_LINE} are read"));
    }
    let text = std::str::from_utf8(line)
        .map_err(|error| FormError::new(FormErrorKind::Malformed, error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let signed: SignContract = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| json_error(&error.path().to_string(), error.inner()))?;
    reader.end().map_err(|error| json_error("", &error))?;
    if signed.customer.name.contains(char::is_control) {
        return malformed("customer.name: contains control characters".to_owned());
    }
    Ok(signed)
}
