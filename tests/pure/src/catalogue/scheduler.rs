//! Refusals of a scheduler that is not the elected one.

use citygate_domain::scheduler::{SchedulerElected, check};

use super::{Case, case, question};
use crate::words::electing;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "T6",
            "Epochs of schedulers only rise.",
            "node b was elected in epoch 2; node a comes with a lease of epoch 1",
            [electing("b", 2)],
            electing("a", 1),
        ),
        question(
            "T6",
            "What a scheduler does rests on its election.",
            "node a was paused; when it wakes up, node b has been elected",
            [electing("a", 1), electing("b", 2)],
            |world| {
                let node = "a".parse().unwrap_or_else(|_| unreachable!("a is a name"));
                let election = SchedulerElected { epoch: 1, node };
                check(&world.ledger, &election).err().map(Into::into)
            },
        ),
    ]
}
