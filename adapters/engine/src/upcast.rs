//! Old stored forms, lifted to the newest one when they are read. Stored bytes never change.

use citygate_domain::quantities::Volume;
use serde_json::Value;

/// Lifts a payload of an older version to the newest form of its type; `None` for a version that
/// was never written.
#[must_use]
pub fn lift(event_type: &str, type_version: u16, payload: &str) -> Option<Result<String, String>> {
    match (event_type, type_version) {
        ("delivery_recorded", 1) => Some(delivery_recorded_1(payload)),
        _ => None,
    }
}

/// `delivery_recorded` 1 was written while every contract was billed in m³: it has no `quantity`,
/// which is then the volume (Q3).
fn delivery_recorded_1(payload: &str) -> Result<String, String> {
    let mut value: Value = serde_json::from_str(payload).map_err(|error| error.to_string())?;
    let volume = value.get("volume_m3").and_then(Value::as_str).unwrap_or_default().to_owned();
    volume.parse::<Volume>().map_err(|error| error.to_string())?;
    let object = value.as_object_mut().ok_or("not an object")?;
    object.insert("quantity".to_owned(), Value::String(volume));
    Ok(value.to_string())
}
