//! Checks on a request's data that need nothing but the request.

use sha2::{Digest as _, Sha256};

use crate::{AppendRequest, Attachment, BadData, NewEvent, check_canonical_object};

const MAX_TYPE: usize = 100;
const MAX_KEY: usize = 400;
const MAX_EFFECTIVE: usize = 40;
/// Anything longer cannot be part of an envelope or is not meant for the log.
const MAX_TEXT: usize = 65_535;
const MAX_ATTACHMENT: usize = 64 << 20;

/// Checks everything about a request that does not depend on the log.
///
/// Texts without control characters are what lets rows travel packed, see `replay`.
pub(crate) fn check(request: &AppendRequest) -> Result<(), BadData> {
    for event in &request.events {
        check_event(event)?;
    }
    canonical("actor_not_canonical", "actor", &request.metadata.actor)?;
    if let Some(reason) = &request.metadata.reason {
        text("reason_invalid", "reason", reason, MAX_TEXT)?;
    }
    if let Some(key) = &request.key {
        name("key_invalid", "key", &key.key, MAX_KEY)?;
    }
    if let Some(answer) = &request.answer {
        text("answer_invalid", "answer", answer, MAX_ATTACHMENT)?;
    }
    for field in &request.personal {
        name("personal_invalid", "personal id", &field.id, MAX_KEY)?;
        name("personal_invalid", "personal field", &field.field, MAX_KEY)?;
        text("personal_invalid", "personal value", &field.value, MAX_TEXT)?;
        if field.salt.len() > 64 {
            return Err(BadData::new("personal_invalid", "a salt is longer than 64 bytes"));
        }
    }
    request.attachments.iter().try_for_each(check_attachment)
}

fn check_event(event: &NewEvent) -> Result<(), BadData> {
    name("event_type_invalid", "event type", &event.event_type, MAX_TYPE)?;
    if let Some(effective) = &event.effective {
        name("effective_invalid", "effective", effective, MAX_EFFECTIVE)?;
    }
    canonical("payload_not_canonical", &event.event_type, &event.payload)
}

fn check_attachment(attachment: &Attachment) -> Result<(), BadData> {
    if attachment.bytes.len() > MAX_ATTACHMENT {
        return Err(BadData::new("attachment_too_large", "an attachment is longer than 64 MiB"));
    }
    if attachment.sha256[..] == Sha256::digest(&attachment.bytes)[..] {
        return Ok(());
    }
    Err(BadData::new("attachment_hash_wrong", "an attachment does not have the digest it is given"))
}

fn canonical(code: &'static str, what: &str, json: &str) -> Result<(), BadData> {
    check_canonical_object(json).map_err(|bad| BadData::new(code, format!("{what}: {bad}")))
}

fn name(code: &'static str, what: &str, value: &str, longest: usize) -> Result<(), BadData> {
    if value.is_empty() || value.len() > longest || value.chars().any(char::is_control) {
        let sentence = format!("{what} must be 1 to {longest} bytes without control characters");
        return Err(BadData::new(code, sentence));
    }
    Ok(())
}

fn text(code: &'static str, what: &str, value: &str, longest: usize) -> Result<(), BadData> {
    if value.len() > longest || value.contains('\0') {
        let sentence = format!("{what} must be at most {longest} bytes without a zero character");
        return Err(BadData::new(code, sentence));
    }
    Ok(())
}
