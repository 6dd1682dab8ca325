//! Refusals of the passage of time.

use chrono::TimeDelta;
use citygate_domain::Rejection;
use citygate_domain::passage::{Clocks, Elapsed};

use super::{Case, question};
use crate::world::World;

fn refused(world: &World, change: impl FnOnce(&mut Clocks)) -> Option<Rejection> {
    let now = world.now;
    let mut clocks = Clocks { now, newest: Some(now), database: Some(now), elapsed: None };
    change(&mut clocks);
    clocks.check().err().map(Into::into)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        question(
            "T6",
            "Time is recorded after what was recorded.",
            "a tick of a machine whose clock is an hour behind the log",
            [],
            |world| refused(world, |clocks| clocks.now -= TimeDelta::hours(1)),
        ),
        question(
            "T6",
            "Time is recorded only while the clock goes on as time does.",
            "a tick after somebody set the clock an hour ahead",
            [],
            |world| {
                refused(world, |clocks| {
                    let then = clocks.now - TimeDelta::hours(1);
                    clocks.elapsed = Some(Elapsed { then, counted: TimeDelta::seconds(60) });
                })
            },
        ),
        question(
            "T6",
            "Time is recorded only while the node's clock agrees with the database's.",
            "a tick of a node whose clock is six seconds behind the database",
            [],
            |world| {
                refused(world, |clocks| {
                    clocks.database = Some(clocks.now + TimeDelta::seconds(6));
                })
            },
        ),
    ]
}
