//! Leases: one holder, and an epoch that tells the terms apart.

use std::sync::Arc;
use std::time::Duration;

use super::support::{holds, ledger, same};
use super::{Checked, Factory};

type Factories = Arc<dyn Factory>;

/// Long enough for every check, on every machine.
const LONG: Duration = Duration::from_secs(3_600);

pub(super) async fn a_lease_has_one_holder_until_it_ends(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    let first = store.take_lease("l", "a", LONG, 0).await?;
    same("the first", &(first.holder.as_str(), first.epoch), &("a", 1))?;
    holds("it lasts", first.left > Duration::from_secs(3_000))?;
    let refused = store.take_lease("l", "b", LONG, 0).await?;
    same("another meanwhile", &(refused.holder.as_str(), refused.epoch), &("a", 1))?;
    let renewed = store.take_lease("l", "a", Duration::ZERO, 0).await?;
    same("renewed", &(renewed.holder.as_str(), renewed.epoch), &("a", 1))?;
    let next = store.take_lease("l", "b", LONG, 0).await?;
    same("after its end", &(next.holder.as_str(), next.epoch), &("b", 2))?;
    let other = store.take_lease("m", "a", LONG, 0).await?;
    same("another lease", &(other.holder.as_str(), other.epoch), &("a", 1))
}

pub(super) async fn each_term_of_a_lease_has_a_higher_epoch(factory: Factories) -> Checked {
    let store = ledger(&factory).await?;
    store.take_lease("l", "a", Duration::ZERO, 0).await?;
    let again = store.take_lease("l", "a", LONG, 0).await?;
    same("the same node after the end", &again.epoch, &2)?;
    store.release_lease("l", "b").await?;
    let held = store.take_lease("l", "b", LONG, 0).await?;
    same("only the holder gives it back", &(held.holder.as_str(), held.epoch), &("a", 2))?;
    store.release_lease("l", "a").await?;
    let above = store.take_lease("l", "b", LONG, 40).await?;
    same("above what is known elsewhere", &(above.holder.as_str(), above.epoch), &("b", 41))?;
    store.release_lease("none", "b").await?;
    let new = store.take_lease("n", "b", LONG, 7).await?;
    same("also at the first", &new.epoch, &8)
}
