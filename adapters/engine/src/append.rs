//! From a decision to the request that the log is asked to record.

use citygate_domain::stream::Stream;
use citygate_domain::{Decision, Event, ledger};
use citygate_store::{
    AppendRequest, Attachment, CommandKey, Expectation, MAX_ENVELOPE, Metadata, NewEvent,
    PersonalField, Run, StreamExpectation, StreamName, too_long,
};

use sha2::{Digest, Sha256};

use crate::codec::encode;
use crate::engine::Request;
use crate::error::EngineError;
use crate::heads::Heads;
use crate::sources::Sources;

/// The request for a decision's events. Every stream that is written or was read is expected at
/// exactly the version that the decision saw.
pub(crate) fn request(
    request: &Request,
    decision: &Decision,
    heads: &Heads,
    sources: &Sources,
    actor: &str,
    run: &Run,
) -> Result<AppendRequest, EngineError> {
    let key = request.key.clone();
    let events = decision.events.iter().map(|event| new_event(event, sources));
    Ok(AppendRequest {
        expectations: expectations(decision, heads)?,
        events: events.collect::<Result<_, _>>()?,
        metadata: Metadata {
            actor: actor.to_owned(),
            reason: request.reason.clone(),
            causation: None,
            correlation: None,
        },
        key: key.map(|(key, request_hash)| CommandKey { key, request_hash }),
        answer: None,
        personal: personal(decision),
        attachments: attachments(request),
        run: run.clone(),
    })
}

// One limit, known to the rules as a number and to the log as its form.
const _: () = assert!(ledger::LONGEST_EVENT == MAX_ENVELOPE);

/// Refuses a decision of which the log could not hold an event. Before the state takes it in, so
/// that nothing is decided on what will not be recorded, and its neighbours are not hurt.
pub(crate) fn check_lengths(
    decision: &Decision,
    append: &AppendRequest,
) -> Result<(), citygate_domain::Rejection> {
    let Some((place, bytes)) = too_long(append) else { return Ok(()) };
    decision.events.get(place).map_or(Ok(()), |event| ledger::check_length(event, bytes))
}

fn attachments(request: &Request) -> Vec<Attachment> {
    let attachment =
        |bytes: &Vec<u8>| Attachment { sha256: Sha256::digest(bytes).into(), bytes: bytes.clone() };
    request.attachments.iter().map(attachment).collect()
}

fn expectations(decision: &Decision, heads: &Heads) -> Result<Vec<StreamExpectation>, EngineError> {
    let streams = decision.events.iter().map(Event::stream);
    let mut expectations: Vec<StreamExpectation> = Vec::new();
    for stream in streams.chain(decision.guards.iter().cloned()) {
        let stream = name(&stream)?;
        if expectations.iter().any(|known| known.stream == stream) {
            continue;
        }
        let expectation = Expectation::Exact(heads.version(stream.as_str()));
        expectations.push(StreamExpectation { stream, expectation });
    }
    Ok(expectations)
}

fn new_event(event: &Event, sources: &Sources) -> Result<NewEvent, EngineError> {
    let encoded = encode(event).map_err(|error| bad("event", &error))?;
    Ok(NewEvent {
        stream: name(&event.stream())?,
        event_type: encoded.event_type.into(),
        type_version: encoded.type_version,
        event_id: (sources.event_id)(),
        effective: event.effective().map(|day| day.to_string()),
        payload: encoded.payload,
    })
}

fn personal(decision: &Decision) -> Vec<PersonalField> {
    let field = |text: &citygate_domain::PersonalText| PersonalField {
        id: text.id.clone(),
        field: text.field.to_owned(),
        salt: text.salt.to_vec(),
        value: text.value.clone(),
    };
    decision.personal.iter().map(field).collect()
}

pub(crate) fn name(stream: &Stream) -> Result<StreamName, EngineError> {
    StreamName::try_new(&stream.to_string()).map_err(|error| bad("stream", &error))
}

/// Data that cannot be stored at all: a defect of this program, never of a row.
pub(crate) fn bad(what: &str, error: &dyn std::fmt::Display) -> EngineError {
    EngineError::BadData {
        code: "cannot_be_stored".to_owned(),
        sentence: format!("{what}: {error}"),
    }
}
