//! Facts of different contracts commute, and so do different facts of a day.

use std::collections::BTreeMap;

use citygate_domain::Command;
use citygate_domain::delivery::Source;
use citygate_domain::deviation::ClaimDecision;
use citygate_domain::payment::MoneyKind;
use citygate_domain::quantities::ContractId;
use citygate_tests_pure::history::History;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::world::World;

use super::{Shown, answers, assert_same, histories, taken};

/// The contract that a command is about; none for what all share, or what belongs to two.
fn contract_of(world: &World, command: &Command) -> Option<ContractId> {
    match command {
        Command::OpenLedger(_)
        | Command::ElectScheduler(_)
        | Command::PublishIndex(_)
        | Command::SignContract(_)
        | Command::Life(_)
        | Command::Books(_)
        | Command::ReassessDeviation(_)
        | Command::VerifyClaim(_)
        | Command::DecideClaim(_)
        | Command::AdvanceCase(_)
        | Command::WaiveDeviation(_)
        | Command::GrantRole(_)
        | Command::RevokeRole(_)
        | Command::GrantKey(_)
        | Command::RevokeKey(_)
        | Command::RecordPassage(_)
        | Command::Propose(_)
        | Command::Approve(_)
        | Command::Withdraw(_) => None,
        Command::TransferQuantity(transfer) => match (&transfer.from, &transfer.to) {
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (Some(_), Some(_)) | (None, None) => None,
        },
        Command::RecordLot(lot) => Some(lot.contract.clone()),
        Command::RecordDelivery(reading) => {
            let held = world.ledger.assignments(&reading.point);
            let on_day = held.iter().find(|held| {
                held.first_gas_day <= reading.gas_day && reading.gas_day <= held.last_gas_day
            });
            on_day.or(held.first()).map(|held| held.contract.clone())
        }
        Command::RecordClaim(claim) => Some(claim.contract.clone()),
        Command::RecordMoney(money) => money.contract.clone(),
        Command::GiveGuarantee(guarantee) => Some(guarantee.contract.clone()),
        Command::IssueSettlement(issue) => Some(issue.contract.clone()),
        Command::AssessDeviation(assess) => Some(assess.contract.clone()),
        Command::SettleYear(settle) => Some(settle.contract.clone()),
        Command::RestateSettlement(restate) => Some(restate.contract.clone()),
        Command::RestateYear(restate) => Some(restate.contract.clone()),
        Command::Supply(supply) => Some(supply.contract().clone()),
    }
}

fn is_shared(command: &Command) -> bool {
    matches!(
        command,
        Command::OpenLedger(_)
            | Command::PublishIndex(_)
            | Command::SignContract(_)
            | Command::Life(_)
    )
}

/// A world in which these were told, each of them taken.
fn told(seed: u64, history: &History, commands: &[Command]) -> World {
    let mut world = World::at(history.now);
    for command in commands {
        let answer = world.tell(command);
        assert!(answer.is_ok_and(|events| !events.is_empty()), "seed {seed}: {command:?}");
    }
    world
}

#[test]
fn facts_of_different_contracts_commute() {
    for (seed, history) in histories() {
        let (world, taken) = taken(&history);
        let (mut order, facts): (Vec<_>, Vec<_>) = taken.into_iter().partition(is_shared);
        let mut by_contract: BTreeMap<ContractId, Vec<Command>> = BTreeMap::new();
        for command in facts {
            if let Some(contract) = contract_of(&world, &command) {
                by_contract.entry(contract).or_default().push(command);
            }
        }
        let one_by_one: Vec<Command> =
            order.iter().chain(by_contract.values().flatten()).cloned().collect();
        order.extend(Dice::new(seed).merge(by_contract.into_values().collect()));
        let left = answers(&told(seed, &history, &one_by_one).ledger, Shown::Numbers);
        let right = answers(&told(seed, &history, &order).ledger, Shown::Numbers);
        assert_same(seed, &left, &right);
    }
}

/// The day from which a fact counts, for facts that neither replace nor presuppose another.
fn plain_day(command: &Command) -> Option<String> {
    match command {
        Command::RecordDelivery(reading) => {
            let actual = [Source::Telemetry, Source::Manual].contains(&reading.source);
            actual.then(|| reading.gas_day.to_string())
        }
        Command::RecordLot(lot) => Some(lot.month.to_string()),
        Command::RecordClaim(claim) => {
            let decided = claim.decision != ClaimDecision::Pending;
            decided.then(|| claim.first_gas_day.to_string())
        }
        Command::RecordMoney(money) => {
            (money.kind == MoneyKind::Payment).then(|| money.value_date.to_string())
        }
        Command::GiveGuarantee(guarantee) => Some(guarantee.valid_from.to_string()),
        Command::OpenLedger(_)
        | Command::ElectScheduler(_)
        | Command::PublishIndex(_)
        | Command::SignContract(_)
        | Command::Life(_)
        | Command::TransferQuantity(_)
        | Command::Books(_)
        | Command::IssueSettlement(_)
        | Command::AssessDeviation(_)
        | Command::ReassessDeviation(_)
        | Command::VerifyClaim(_)
        | Command::DecideClaim(_)
        | Command::AdvanceCase(_)
        | Command::WaiveDeviation(_)
        | Command::GrantRole(_)
        | Command::RevokeRole(_)
        | Command::GrantKey(_)
        | Command::RevokeKey(_)
        | Command::RecordPassage(_)
        | Command::Propose(_)
        | Command::Approve(_)
        | Command::Withdraw(_)
        | Command::RestateSettlement(_)
        | Command::RestateYear(_)
        | Command::Supply(_)
        | Command::SettleYear(_) => None,
    }
}

/// A plain fact stands for itself: at most one about the same thing is kept.
fn identity(command: &Command) -> String {
    match command {
        Command::RecordDelivery(reading) => format!("{} {}", reading.point, reading.gas_day),
        Command::RecordClaim(claim) => claim.claim.to_string(),
        Command::RecordMoney(money) => format!("{} {}", money.bank, money.bank_reference),
        Command::OpenLedger(_)
        | Command::ElectScheduler(_)
        | Command::PublishIndex(_)
        | Command::SignContract(_)
        | Command::Life(_)
        | Command::TransferQuantity(_)
        | Command::RecordLot(_)
        | Command::GiveGuarantee(_)
        | Command::IssueSettlement(_)
        | Command::Books(_)
        | Command::AssessDeviation(_)
        | Command::ReassessDeviation(_)
        | Command::VerifyClaim(_)
        | Command::DecideClaim(_)
        | Command::AdvanceCase(_)
        | Command::WaiveDeviation(_)
        | Command::GrantRole(_)
        | Command::RevokeRole(_)
        | Command::GrantKey(_)
        | Command::RevokeKey(_)
        | Command::RecordPassage(_)
        | Command::Propose(_)
        | Command::Approve(_)
        | Command::Withdraw(_)
        | Command::RestateSettlement(_)
        | Command::RestateYear(_)
        | Command::Supply(_)
        | Command::SettleYear(_) => format!("{command:?}"),
    }
}

#[test]
fn the_order_of_the_facts_of_a_day_is_no_matter() {
    for (seed, history) in histories() {
        let (_, taken) = taken(&history);
        let (shared, facts): (Vec<_>, Vec<_>) = taken.into_iter().partition(is_shared);
        let mut seen = std::collections::BTreeSet::new();
        let mut by_day: BTreeMap<String, Vec<Command>> = BTreeMap::new();
        for command in facts.into_iter().filter(|command| plain_day(command).is_some()) {
            if seen.insert(identity(&command)) {
                by_day.entry(plain_day(&command).unwrap()).or_default().push(command);
            }
        }
        let in_order: Vec<Command> =
            shared.iter().chain(by_day.values().flatten()).cloned().collect();
        let mut dice = Dice::new(seed);
        for day in by_day.values_mut() {
            dice.shuffle(day);
        }
        let shuffled: Vec<Command> =
            shared.iter().chain(by_day.values().flatten()).cloned().collect();
        let left = answers(&told(seed, &history, &in_order).ledger, Shown::Numbers);
        let right = answers(&told(seed, &history, &shuffled).ledger, Shown::Numbers);
        assert_same(seed, &left, &right);
    }
}
