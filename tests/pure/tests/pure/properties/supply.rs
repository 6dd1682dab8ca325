//! Supply in random histories: no fact is lost in a replay, no number depends on it, and nothing
//! lowers flow but an order that stands.

use chrono::TimeDelta;
use citygate_domain::Event;
use citygate_domain::contract::ContractState;
use citygate_domain::quantities::{ContractId, PointId};
use citygate_domain::state::Ledger;
use citygate_domain::supply::{DisputeOutcome, Seen, SupplyDecision, ValveState, answer};
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::supply_words::{
    demand_disputed, demand_served, dispute_ended, notice_served, order_approved, order_issued,
    order_withdrawn, reduction_proposed, supply_reviewed, suspension_proposed, valve_reported,
};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::world::World;

use super::{Shown, answers, assert_same, histories};

/// A contract with a reading, and the moment an hour after the end of its newest gas day.
fn some_contract(dice: &mut Dice, world: &mut World) -> Option<(ContractId, PointId)> {
    let read = |contract: &&ContractState| !contract.readings.all().is_empty();
    let contracts: Vec<&ContractState> = world.ledger.contracts().filter(read).collect();
    if contracts.is_empty() {
        return None;
    }
    let contract = *dice.of(&contracts);
    let (key, _) = contract.readings.all().last()?;
    let point = contract.point_at(key.point)?.clone();
    let (id, end) = (contract.id().clone(), world.ledger.clock().end(key.gas_day));
    world.now = end + TimeDelta::hours(1);
    Some((id, point))
}

/// Some steps of a procedure, in their order or not; what is refused is refused.
fn steps(dice: &mut Dice, world: &mut World, number: usize) {
    let Some((id, point)) = some_contract(dice, world) else { return };
    let ago = |hours: i64| (world.now - TimeDelta::hours(hours)).to_rfc3339();
    let (demand, notice, order) =
        (format!("D-{number}"), format!("N-{number}"), format!("O-{number}"));
    let proposal = if dice.one_in(2) { reduction_proposed() } else { suspension_proposed() };
    let amount = if dice.one_in(2) { "0.01" } else { "99999999" };
    let state = if dice.one_in(3) { ValveState::Closed } else { ValveState::Open };
    let reported = valve_reported(point.as_str(), state, Seen::OnSite, &world.now.to_rfc3339());
    let reported = reported.by("ann");
    let mut told = vec![
        demand_served(amount, &ago(900)).demand(&demand).by("ann"),
        notice_served(&ago(800)).demand(&demand).notice(&notice).by("ann"),
        proposal.order(&order).by("ann"),
    ];
    if dice.one_in(4) {
        told.insert(1, demand_disputed("paid in cash").demand(&demand).by("ann"));
        told.push(dispute_ended(DisputeOutcome::Upheld).demand(&demand).by("bob"));
    }
    told.into_iter().for_each(|told| try_to(world, told, &id));
    let revision = world.ledger.contract(&id).map_or(0, |contract| contract.supply.revision());
    for person in ["bob", "cai"] {
        try_to(world, order_approved(revision).order(&order).by(person), &id);
    }
    try_to(world, order_issued().order(&order).by("dan"), &id);
    if dice.one_in(5) {
        try_to(world, order_withdrawn("goodwill").order(&order).by("eva"), &id);
    }
    world.now += TimeDelta::hours(2);
    try_to(world, reported, &id);
    try_to(world, supply_reviewed(), &id);
}

fn try_to(world: &mut World, told: Told, contract: &ContractId) {
    let _answer = world.hear(told.of(contract.as_str()));
}

/// What lowers flow rests on an order that stands, and never stops a protected customer.
fn check_answers(seed: u64, world: &World) {
    for contract in world.ledger.contracts() {
        let day = world.ledger.clock().gas_day(world.now);
        for point in contract.points_on(day) {
            let answer = answer(&world.ledger, &point.id, world.now);
            let lowers = match &answer.decision {
                SupplyDecision::Allow | SupplyDecision::Keep => false,
                SupplyDecision::Limit { .. } => true,
                SupplyDecision::Stop { class } => {
                    assert_eq!(answer.class, Some(class.class()), "seed {seed}");
                    assert!(!class.class().is_protected(), "seed {seed}");
                    true
                }
            };
            assert_eq!(lowers, answer.evidence.is_some(), "seed {seed} {answer:?}");
            assert!(answer.valid_seconds.value >= 600, "seed {seed}");
        }
    }
}

#[test]
fn supply_replays_changes_no_number_and_lowers_flow_by_orders_only() {
    let (mut issued, mut lifted, mut restored) = (0, 0, 0);
    for (seed, history) in histories().take(12) {
        let mut dice = Dice::new(seed);
        let mut world = World::at(history.now);
        for (number, command) in history.commands.iter().enumerate() {
            world.now = history.now;
            let _answer = world.tell(command);
            if dice.one_in(12) {
                steps(&mut dice, &mut world, number);
                check_answers(seed, &world);
            }
        }
        assert_eq!(format!("{:?}", world.replayed()), format!("{:?}", world.ledger), "seed {seed}");
        let mut without = Ledger::default();
        let others = world.log.iter().filter(|it| !matches!(it.event, Event::Supply(_)));
        others.for_each(|recorded| without.evolve(recorded));
        let numbers = |ledger| answers(ledger, Shown::Numbers);
        assert_same(seed, &numbers(&world.ledger), &numbers(&without));
        let running = world.ledger.contracts().filter(|contract| contract.supply.is_running());
        let running: Vec<&ContractId> = running.map(ContractState::id).collect();
        assert_eq!(world.ledger.curtailed().iter().collect::<Vec<_>>(), running, "seed {seed}");
        let count = |name| world.log.iter().filter(|it| it.event.type_name() == name).count();
        issued += count("order_issued");
        lifted += count("supply_lifted");
        restored += count("supply_restored");
    }
    assert!(issued > 0 && lifted > 0 && restored > 0, "{issued} {lifted} {restored}");
}
