//! S4: whatever is corrected after its year was settled, the restated months and years are those
//! that the twin counts from all facts together, as if each had come in time.

use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::market::{IndexNumber, PublishIndex};
use citygate_domain::quantities::{Money, Volume};
use citygate_domain::settlement::RestateSettlement;
use citygate_domain::take_or_pay::{RestateYear, TakeOrPaySettled};
use citygate_domain::{Command, Event};
use citygate_projections::ReadModels;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::history::facts_of;
use citygate_tests_pure::twin::years as twin;
use citygate_tests_pure::world::World;

use super::years::{of_core, settled};

/// Histories of years that are corrected afterwards.
const HISTORIES: u64 = 24;

/// Late corrections of what was told: readings, and here and there a price.
fn corrections(dice: &mut Dice, taken: &[Command]) -> Vec<Command> {
    let mut corrections = Vec::new();
    for command in taken {
        if let Command::RecordDelivery(reading) = command
            && dice.one_in(120)
        {
            corrections.push(Command::RecordDelivery(RecordDelivery {
                volume: Volume::new(dice.decimal(90, 3)),
                source: Source::Correction,
                reason: Some("the meter was tested".to_owned()),
                ..reading.clone()
            }));
        }
        if let Command::PublishIndex(index) = command
            && dice.one_in(8)
        {
            corrections.push(Command::PublishIndex(PublishIndex {
                value: IndexNumber(dice.decimal(3, 4)),
                reason: Some("published anew".to_owned()),
                ..index.clone()
            }));
        }
    }
    corrections
}

/// Every month, and then every year in order, restated where it comes out otherwise.
fn restate(world: &mut World, seed: u64) {
    let contract = world.contract("LG-1");
    let id = contract.id().clone();
    let (first, last) = (contract.first_month(), contract.last_month());
    let (from, to) = (contract.year_of(first), contract.year_of(last));
    let months = first
        .through(last)
        .map(|month| Command::RestateSettlement(RestateSettlement { contract: id.clone(), month }));
    let years =
        (from..=to).map(|year| Command::RestateYear(RestateYear { contract: id.clone(), year }));
    for command in months.chain(years) {
        let answer = world.tell(&command);
        answer.unwrap_or_else(|rejection| panic!("seed {seed} {command:?}: {rejection}"));
        let again = world.tell(&command);
        assert_eq!(again, Ok(Vec::new()), "seed {seed} {command:?}: restated once");
    }
}

/// The newest document of every year.
fn newest(world: &World) -> Vec<&TakeOrPaySettled> {
    let years = world.contract("LG-1").years.values();
    years.filter_map(|all| all.last()).map(|one| one.document.as_ref()).collect()
}

#[test]
fn restated_years_are_those_of_the_twin_with_every_fact_in_time() {
    let (mut restated, mut untouched) = (0, 0);
    for seed in 0..HISTORIES {
        let (mut world, mut taken) = settled(seed);
        let mut dice = Dice::new(seed ^ 0x0054);
        for correction in corrections(&mut dice, &taken) {
            let answer = world.tell(&correction);
            let events = answer.unwrap_or_else(|rejection| panic!("seed {seed}: {rejection}"));
            if !events.is_empty() {
                taken.push(correction);
            }
        }
        restate(&mut world, seed);
        let facts = facts_of(&taken);
        let expected = twin::years(&facts, &facts.contracts[0]).expect("every price is known");
        let documents = newest(&world);
        restated += documents.iter().filter(|year| year.revision > 1).count();
        untouched += documents.iter().filter(|year| year.revision == 1).count();
        let found: Vec<twin::Year> = documents.into_iter().map(of_core).collect();
        for (expected, found) in expected.iter().zip(&found) {
            let pairs = expected.numbers.iter().zip(&found.numbers);
            let differs = pairs.into_iter().find(|(expected, found)| expected != found);
            assert_eq!(differs, None, "seed {seed} {}: twin and core", expected.year);
        }
        assert_eq!(expected, found, "seed {seed}");
        postings_come_to_the_newest(&world, seed);
    }
    assert!(restated > 20, "{restated} years are restated, {untouched} are not");
}

/// M4: differences upon differences come to what the newest documents say.
fn postings_come_to_the_newest(world: &World, seed: u64) {
    let mut models = ReadModels::default();
    world.log.iter().for_each(|recorded| models.apply(recorded));
    let contract = world.contract("LG-1");
    let months = contract.settlements.values().filter_map(|all| all.last());
    let months: Money = months.map(|one| one.document.gross).sum();
    let years: Money = newest(world).into_iter().map(|year| year.gross).sum();
    let statement = models.statements.of(Some(contract.id()), None);
    let stated = statement.last().map_or(Money::ZERO, |(_, balance)| *balance);
    assert_eq!(stated, Money::ZERO - months - years, "seed {seed}: nothing was paid");
    assert!(models.books.trial_balance(None, None).balances(), "seed {seed}");
    let causes = world.log.iter().filter_map(|recorded| {
        if let Event::SettlementIssued(document) = &recorded.event {
            Some((document.revision, document.causes.len()))
        } else {
            None
        }
    });
    for (revision, causes) in causes {
        assert_eq!(revision > 1, causes > 0, "seed {seed}: a revision names its causes");
    }
}
