//! Keys: a request is done once.

use std::sync::Arc;

use super::support::{
    SteppingClock, commit, conflict, event, holds, keyed, ledger, one, request, same,
};
use super::{Checked, Factory};
use crate::Expectation::{Exact, NoStream};
use crate::{Outcome, Repeated};

type Factories = Arc<dyn Factory>;

fn repeated(body: u8, first: Option<u64>, last: Option<u64>) -> Outcome {
    Outcome::Repeated(Repeated {
        answer: Some(format!("answer {body}")),
        first_position: first,
        last_position: last,
    })
}

pub(super) async fn a_repeated_key_returns_the_first_answer(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let request = keyed(request(&[], vec![event("a", 1), event("a", 2)]), "k", 1);
    commit(&store, request.clone()).await?;
    for _ in 0..2 {
        let outcome = one(&store, request.clone()).await?;
        same("outcome", &outcome, &repeated(1, Some(1), Some(2)))?;
    }
    same("position", &store.head().await?.position, &2)
}

pub(super) async fn a_repeat_is_answered_before_expectations_are_checked(
    factory: Factories,
) -> Checked {
    let store = ledger(&factory).await?;
    let request = keyed(request(&[("a", NoStream)], vec![event("a", 1)]), "k", 1);
    commit(&store, request.clone()).await?;
    same("outcome", &one(&store, request).await?, &repeated(1, Some(1), Some(1)))
}

pub(super) async fn a_key_with_another_body_is_refused(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, keyed(request(&[], vec![event("a", 1)]), "k", 1)).await?;
    let outcome = one(&store, keyed(request(&[], vec![event("a", 2)]), "k", 2)).await?;
    same("outcome", &outcome, &Outcome::KeyReused)?;
    same("position", &store.head().await?.position, &1)
}

pub(super) async fn a_success_without_events_is_kept_under_its_key(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let request = keyed(request(&[], vec![]), "k", 1);
    let committed = commit(&store, request.clone()).await?;
    same("position", &committed.first_position, &None)?;
    same("outcome", &one(&store, request).await?, &repeated(1, None, None))
}

pub(super) async fn a_rejected_request_leaves_its_key_free(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    conflict(&store, keyed(request(&[("a", Exact(3))], vec![event("a", 1)]), "k", 1)).await?;
    let mut bad = keyed(request(&[], vec![event("a", 1)]), "k", 1);
    bad.events[0].payload = "{".to_owned();
    holds("refused", matches!(one(&store, bad).await?, Outcome::Refused(_)))?;
    holds("the key is free", store.lookup_key("k").await?.is_none())?;
    commit(&store, keyed(request(&[], vec![event("a", 1)]), "k", 2)).await.map(drop)
}

pub(super) async fn a_key_twice_in_a_batch_is_done_once(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let conflicting = keyed(request(&[("a", Exact(9))], vec![event("a", 1)]), "k", 1);
    let good = keyed(request(&[], vec![event("a", 1)]), "k", 1);
    let other = keyed(request(&[], vec![event("a", 1)]), "k", 2);
    let mut outcomes = store.append(vec![conflicting, good.clone(), good, other]).await?;
    let last = outcomes.split_off(2);
    holds("first conflicts", matches!(outcomes[0], Outcome::Conflict(_)))?;
    holds("second is committed", matches!(outcomes[1], Outcome::Committed(_)))?;
    same("the rest", &last, &vec![repeated(1, Some(1), Some(1)), Outcome::KeyReused])
}

pub(super) async fn keys_survive_a_restart(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let with_events = keyed(request(&[], vec![event("a", 1)]), "k1", 1);
    let without = keyed(request(&[], vec![]), "k2", 2);
    commit(&store, with_events.clone()).await?;
    commit(&store, without.clone()).await?;
    let store = factory.reopen(store, SteppingClock::new().as_clock()).await?;
    same("with events", &one(&store, with_events).await?, &repeated(1, Some(1), Some(1)))?;
    same("without", &one(&store, without).await?, &repeated(2, None, None))?;
    let other = one(&store, keyed(request(&[], vec![]), "k2", 3)).await?;
    same("other body", &other, &Outcome::KeyReused)
}

pub(super) async fn keys_are_looked_up_together_in_order(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    for (number, key) in ["k1", "k2"].into_iter().enumerate() {
        commit(&store, keyed(request(&[], vec![event("a", number as u64)]), key, 7)).await?;
    }
    let keys = ["k2", "absent", "k1", "k2"].map(str::to_owned);
    let found = store.lookup_keys(&keys).await?;
    let positions: Vec<Option<u64>> =
        found.iter().map(|record| record.as_ref().and_then(|one| one.first_position)).collect();
    same("positions", &positions, &vec![Some(2), None, Some(1), Some(2)])
}
