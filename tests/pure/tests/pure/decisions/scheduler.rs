//! T6: the scheduler of several nodes. Epochs rise; whoever was replaced does nothing any more.

use citygate_domain::scheduler::{SchedulerElected, check};
use citygate_tests_pure::story::given;
use citygate_tests_pure::words::electing;

fn election(node: &str, epoch: u64) -> SchedulerElected {
    SchedulerElected { epoch, node: node.parse().unwrap() }
}

#[test]
fn each_election_has_a_higher_epoch_and_the_same_one_again_is_known() {
    given([]).when(electing("a", 1)).then_recorded(&["scheduler_elected"]);
    given([electing("a", 1)]).when(electing("a", 1)).then_known();
    given([electing("a", 1)]).when(electing("a", 2)).then_recorded(&["scheduler_elected"]);
    given([electing("a", 1)]).when(electing("b", 7)).then_recorded(&["scheduler_elected"]);
    given([electing("a", 2)]).when(electing("b", 2)).then_refused("scheduler_epoch_passed");
    given([electing("a", 2)]).when(electing("a", 1)).then_refused("scheduler_epoch_passed");
}

#[test]
fn a_scheduler_that_was_replaced_is_told_by_whom() {
    let world = given([electing("a", 1)]).when(electing("b", 2)).then(|_| {});
    assert_eq!(world.ledger.scheduler(), Some(&election("b", 2)));
    assert_eq!(check(&world.ledger, &election("b", 2)), Ok(()));
    let refused = check(&world.ledger, &election("a", 1)).unwrap_err();
    assert_eq!(refused.to_string(), "node a was the scheduler of epoch 1; now it is b, of epoch 2");
}

#[test]
fn a_node_that_is_elected_again_does_not_act_under_its_earlier_election() {
    let world = given([electing("a", 1)]).when(electing("a", 2)).then(|_| {});
    assert!(check(&world.ledger, &election("a", 1)).is_err());
    assert!(check(&world.ledger, &election("a", 2)).is_ok());
}
