//! One request that fails does not hurt the others of its batch.

use std::sync::Arc;

use super::support::{commit, committed, event, holds, ledger, one, request, same, stream};
use super::{Checked, Factory, Failure};
use crate::Expectation::Exact;
use crate::{AppendRequest, Attachment, Outcome, PersonalField};

type Factories = Arc<dyn Factory>;

pub(super) async fn one_conflict_does_not_fail_its_neighbours(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let mut batch: Vec<AppendRequest> =
        (0..20).map(|number| request(&[], vec![event("a", number)])).collect();
    batch[7] = request(&[("a", Exact(3))], vec![event("a", 7)]);
    let outcomes = store.append(batch).await?;
    let conflicts = outcomes.iter().filter(|one| matches!(one, Outcome::Conflict(_))).count();
    same("conflicts", &conflicts, &1)?;
    holds("the eighth", matches!(outcomes[7], Outcome::Conflict(_)))?;
    same("version", &store.stream_version(&stream("a")).await?, &19)
}

pub(super) async fn one_bad_request_does_not_fail_its_neighbours(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    for bad_at in [0, 5, 9] {
        let mut batch: Vec<AppendRequest> =
            (0..10).map(|number| request(&[], vec![event("a", number)])).collect();
        batch[bad_at].events[0].payload = "{\"a\": 1}".to_owned();
        for (index, outcome) in store.append(batch).await?.into_iter().enumerate() {
            if index == bad_at {
                holds("the bad one is refused", matches!(outcome, Outcome::Refused(_)))?;
            } else {
                committed(outcome)?;
            }
        }
    }
    same("version", &store.stream_version(&stream("a")).await?, &27)
}

/// A request that is good but for one value.
fn spoilt(spoil: impl FnOnce(&mut AppendRequest)) -> AppendRequest {
    let mut request = super::support::keyed(request(&[], vec![event("a", 1)]), "k", 1);
    spoil(&mut request);
    request
}

fn personal(value: &str) -> PersonalField {
    let (id, field) = ("c1".to_owned(), "name".to_owned());
    PersonalField { id, field, salt: vec![1], value: value.to_owned() }
}

pub(super) async fn every_kind_of_bad_data_is_refused_with_its_code(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let cases = [
        ("payload_not_canonical", spoilt(|one| one.events[0].payload = "[]".to_owned())),
        ("payload_not_canonical", spoilt(|one| one.events[0].payload = "{\"a\":1.5}".to_owned())),
        ("event_type_invalid", spoilt(|one| one.events[0].event_type = "".into())),
        ("event_type_invalid", spoilt(|one| one.events[0].event_type = "a\u{1f}b".into())),
        ("effective_invalid", spoilt(|one| one.events[0].effective = Some(String::new()))),
        ("actor_not_canonical", spoilt(|one| one.metadata.actor = "p1".to_owned())),
        ("reason_invalid", spoilt(|one| one.metadata.reason = Some("a\0b".to_owned()))),
        ("key_invalid", spoilt(|one| one.key.iter_mut().for_each(|key| key.key = "x".repeat(401)))),
        ("answer_invalid", spoilt(|one| one.answer = Some("\0".to_owned()))),
        ("personal_invalid", spoilt(|one| one.personal.push(personal("a\0b")))),
        (
            "attachment_hash_wrong",
            spoilt(|one| one.attachments.push(Attachment { sha256: [0; 32], bytes: vec![1] })),
        ),
    ];
    for (code, bad) in cases {
        match one(&store, bad).await? {
            Outcome::Refused(told) => same("code", &told.code, &code)?,
            other @ (Outcome::Committed(_)
            | Outcome::Repeated(_)
            | Outcome::Conflict(_)
            | Outcome::KeyReused) => {
                return Err(Failure(format!("expected {code}, got {other:?}")));
            }
        }
    }
    same("position", &store.head().await?.position, &0)
}

pub(super) async fn an_envelope_is_taken_up_to_65535_bytes(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let filled = |length: usize| {
        let mut event = event("a", 1);
        event.payload = format!("{{\"text\":\"{}\"}}", "x".repeat(length));
        request(&[], vec![event])
    };
    commit(&store, filled(1)).await?;
    let Some(probe) = store.read_all(0, 1).await?.pop() else {
        return Err(Failure("the event is missing".to_owned()));
    };
    // Positions and versions keep one digit in this test, so the rest of the envelope is constant.
    let largest = 65_535 - (probe.envelope().len() - 1);
    let refused = one(&store, filled(largest + 1)).await?;
    let Outcome::Refused(bad) = refused else {
        return Err(Failure(format!("expected a refusal, got {refused:?}")));
    };
    same("code", &bad.code, &"envelope_too_large")?;
    commit(&store, filled(largest)).await?;
    let events = store.read_all(1, 1).await?;
    same("length", &events.first().map(|event| event.envelope().len()), &Some(65_535))
}

pub(super) async fn an_empty_batch_and_an_empty_request_change_nothing(
    factory: Factories,
) -> Checked {
    let store = ledger(&factory).await?;
    holds("no outcomes", store.append(vec![]).await?.is_empty())?;
    let committed = commit(&store, request(&[], vec![])).await?;
    same("position", &committed.last_position, &None)?;
    same("head", &store.head().await?.position, &0)
}
