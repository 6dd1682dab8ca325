//! Expectations on streams that are written and on streams that are only read.

use std::sync::Arc;

use super::support::{commit, conflict, event, keyed, ledger, one, request, same, stream};
use super::{Checked, Factory};
use crate::Expectation::{Any, Exact, Exists, NoStream};
use crate::Outcome;

type Factories = Arc<dyn Factory>;

pub(super) async fn any_takes_every_version(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    for version in 1..=3 {
        commit(&store, request(&[("a", Any)], vec![event("a", version)])).await?;
        same("version", &store.stream_version(&stream("a")).await?, &version)?;
    }
    Ok(())
}

pub(super) async fn no_stream_takes_only_the_first_event(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, request(&[("a", NoStream)], vec![event("a", 1)])).await?;
    let told = conflict(&store, request(&[("a", NoStream)], vec![event("a", 2)])).await?;
    same("conflict", &told, &vec![("a".to_owned(), 1)])
}

pub(super) async fn exists_takes_only_a_stream_with_events(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let told = conflict(&store, request(&[("a", Exists)], vec![event("a", 1)])).await?;
    same("conflict", &told, &vec![("a".to_owned(), 0)])?;
    commit(&store, request(&[], vec![event("a", 1)])).await?;
    commit(&store, request(&[("a", Exists)], vec![event("a", 2)])).await.map(drop)
}

pub(super) async fn exact_takes_only_that_version(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, request(&[("a", Exact(0))], vec![event("a", 1), event("a", 2)])).await?;
    for wrong in [0, 1, 3] {
        let told = conflict(&store, request(&[("a", Exact(wrong))], vec![event("a", 9)])).await?;
        same("conflict", &told, &vec![("a".to_owned(), 2)])?;
    }
    let committed = commit(&store, request(&[("a", Exact(2))], vec![event("a", 3)])).await?;
    same("position", &committed.first_position, &Some(3))
}

pub(super) async fn a_guard_checks_a_stream_it_does_not_write(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, request(&[], vec![event("read", 1)])).await?;
    for (number, guard) in [Any, Exists, Exact(1)].into_iter().enumerate() {
        let events = vec![event("written", number as u64)];
        commit(&store, request(&[("read", guard)], events)).await?;
    }
    commit(&store, request(&[("absent", NoStream)], vec![event("written", 4)])).await?;
    same("the guarded stream", &store.stream_version(&stream("read")).await?, &1)?;
    same("a stream named by a guard", &store.stream_version(&stream("absent")).await?, &0)?;
    let heads = store.stream_heads(None, 10).await?;
    let names: Vec<&str> = heads.iter().map(|head| head.stream.as_str()).collect();
    same("streams", &names, &vec!["read", "written"])
}

pub(super) async fn a_failed_guard_records_nothing(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, request(&[], vec![event("read", 1)])).await?;
    let wrong = [("read", NoStream), ("read", Exact(0)), ("read", Exact(2)), ("absent", Exists)];
    for guard in wrong {
        conflict(&store, request(&[guard], vec![event("written", 2)])).await?;
    }
    same("the written stream", &store.stream_version(&stream("written")).await?, &0)?;
    same("position", &store.head().await?.position, &1)
}

pub(super) async fn a_request_over_several_streams_is_recorded_whole_or_not_at_all(
    factory: Factories,
) -> Checked {
    let store = ledger(&factory).await?;
    let events = || vec![event("a", 1), event("b", 2), event("a", 3), event("c", 4)];
    let expected = [("a", NoStream), ("b", NoStream), ("c", NoStream)];
    let committed = commit(&store, request(&expected, events())).await?;
    let range = (committed.first_position, committed.last_position);
    same("positions", &range, &(Some(1), Some(4)))?;
    let one_wrong = [("a", Exact(2)), ("b", Exact(1)), ("c", Exact(7))];
    conflict(&store, request(&one_wrong, events())).await?;
    for (name, version) in [("a", 2), ("b", 1), ("c", 1)] {
        same(name, &store.stream_version(&stream(name)).await?, &version)?;
    }
    same("position", &store.head().await?.position, &4)
}

pub(super) async fn all_violations_are_reported_together(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, request(&[], vec![event("a", 1), event("b", 2), event("b", 3)])).await?;
    let wrong = [("a", NoStream), ("c", Exists), ("a", Exists), ("b", Exact(1)), ("d", Any)];
    let told = conflict(&store, request(&wrong, vec![event("a", 4)])).await?;
    let expected = [("a", 1), ("c", 0), ("b", 2)].map(|(name, at)| (name.to_owned(), at));
    same("violations", &told, &expected.to_vec())
}

pub(super) async fn requests_of_a_batch_see_one_another_in_order(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let batch = vec![
        request(&[("a", NoStream)], vec![event("a", 1)]),
        request(&[("a", Exact(1))], vec![event("a", 2), event("b", 3)]),
        request(&[("a", Exact(1))], vec![event("a", 4)]),
        request(&[("a", Exact(2)), ("b", Exact(1))], vec![event("b", 5)]),
    ];
    let outcomes = store.append(batch).await?;
    let committed: Vec<bool> =
        outcomes.iter().map(|outcome| matches!(outcome, Outcome::Committed(_))).collect();
    same("committed", &committed, &vec![true, true, false, true])?;
    let next = one(&store, request(&[("b", Exact(2))], vec![event("b", 6)])).await?;
    same("committed next", &matches!(next, Outcome::Committed(_)), &true)
}

pub(super) async fn what_rests_on_a_conflict_conflicts_also_where_its_version_fits(
    factory: Factories,
) -> Checked {
    let store = ledger(&factory).await?;
    let run = crate::Run::default();
    let of_run = |version, number| {
        let request = request(&[("a", Exact(version))], vec![event("a", number)]);
        crate::AppendRequest { run: run.clone(), ..request }
    };
    // Another writer is faster with the first event; the second finds the version it expects.
    commit(&store, request(&[("a", Exact(0))], vec![event("a", 1)])).await?;
    conflict(&store, of_run(0, 2)).await?;
    conflict(&store, of_run(1, 3)).await?;
    same("version", &store.stream_version(&stream("a")).await?, &1)?;
    commit(&store, request(&[("a", Exact(1))], vec![event("a", 4)])).await.map(drop)
}

pub(super) async fn what_rests_on_a_refused_request_conflicts_also_where_its_version_fits(
    factory: Factories,
) -> Checked {
    let store = ledger(&factory).await?;
    commit(&store, keyed(request(&[], vec![event("b", 1)]), "k", 1)).await?;
    for (version, refused) in [(0, "not an object"), (2, "{}")] {
        let run = crate::Run::default();
        let of_run = |version, number| {
            let request = request(&[("a", Exact(version))], vec![event("a", number)]);
            crate::AppendRequest { run: run.clone(), ..request }
        };
        // Its payload is no JSON, or its key is in use.
        let mut first = keyed(of_run(version, 2), "k", 2);
        first.events[0].payload = refused.to_owned();
        let outcome = one(&store, first).await?;
        let unrecorded = matches!(outcome, Outcome::Refused(_) | Outcome::KeyReused);
        same("unrecorded", &unrecorded, &true)?;
        commit(&store, request(&[("a", Exact(version))], vec![event("a", 1)])).await?;
        conflict(&store, of_run(version + 1, 3)).await?;
        commit(&store, request(&[("a", Exact(version + 1))], vec![event("a", 4)])).await?;
    }
    same("version", &store.stream_version(&stream("a")).await?, &4)
}
