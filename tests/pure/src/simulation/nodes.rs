//! Nodes that start again, and nodes that were paused.

use citygate_domain::state::Ledger;
use citygate_domain::supply::Procedure;

use super::again::is_same;
use super::agreed::{contract_name, point_name};
use super::invariants::{Holds, hold};
use super::play::Player;
use crate::words::read;

impl Player<'_> {
    /// Everything is read from the log again.
    pub(super) fn restart(&mut self) -> Holds {
        self.remark(|| "the node starts again".to_owned());
        let replayed = self.office.folded(u64::MAX);
        self.same(&replayed, "what_is_replayed_is_what_was_live")?;
        self.office.ledger = replayed;
        Ok(())
    }

    fn same(&self, other: &Ledger, invariant: &'static str) -> Holds {
        let live = &self.office.ledger;
        for (contract, devices) in self.devices.iter().enumerate() {
            let name = read(&contract_name(contract));
            let of = |ledger: &Ledger| {
                let supply = &ledger.contract(&name)?.supply;
                Some((supply.procedure().clone(), supply.revision(), supply.changed_at()))
            };
            let (one, two): (Option<(Procedure, _, _)>, _) = (of(live), of(other));
            hold(one == two, invariant, || format!("{name}: {one:?} and {two:?}"))?;
            for point in 0..devices.len() {
                let point = read(&point_name(contract, point));
                let now = self.office.now;
                let one = self.core.answer(live, &point, now);
                let two = self.core.answer(other, &point, now);
                hold(is_same(&one, &two), invariant, || format!("{one:?} and {two:?}"))?;
            }
        }
        Ok(())
    }

    /// The second node goes on: it reads what it has missed and knows what the first one knows.
    pub(super) fn resume(&mut self) -> Holds {
        self.paused_knew = None;
        let Some(stale) = self.paused.take() else { return Ok(()) };
        self.remark(|| "the second node goes on".to_owned());
        let caught_up = self.caught_up(stale);
        self.same(&caught_up, "a_resumed_node_changes_nothing")
    }

    fn caught_up(&self, mut stale: Ledger) -> Ledger {
        let from = stale.position();
        for recorded in self.office.log.iter().filter(|one| one.position > from) {
            stale.evolve(recorded);
        }
        stale
    }
}
