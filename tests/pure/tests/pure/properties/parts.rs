//! Parts sum to the whole; totals are sums of lines and results of traces.

use citygate_domain::Event;
use citygate_domain::log::Position;
use citygate_domain::quantities::{Money, Quantity, Unit};
use citygate_domain::rules::fill::{Fill, LotFacts};
use citygate_domain::rules::settlement::{Settlement, settle};
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::trace::{Trace, Value};
use citygate_domain::{Command, deviation};
use citygate_tests_pure::words::{delivered, m3, price, units};
use citygate_tests_pure::world::World;
use proptest::prelude::{Strategy, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseError;
use rust_decimal::Decimal;

use super::{histories, taken};

fn steps<'a>(trace: &'a Trace, rule: &str) -> Vec<&'a Trace> {
    trace.steps.iter().filter(|step| step.rule == rule).collect()
}

fn money(trace: &Trace) -> Money {
    value_in(trace.rule, &trace.result)
}

fn value_in(what: &str, value: &Value) -> Money {
    let Value::Money(money) = value else { panic!("{what} is {value:?}") };
    *money
}

fn assert_sums(settled: &Settlement) {
    let amounts: Money = settled.lines.iter().map(|line| line.amount).sum();
    assert_eq!(amounts, settled.total.gross, "the total is the sum of the lines");
    assert_eq!(settled.total.net + settled.total.tax, settled.total.gross, "net and tax");
    assert_eq!(money(&settled.trace), settled.total.gross, "the trace results in the total");
    let traced: Vec<Money> = steps(&settled.trace, "M2").into_iter().map(money).collect();
    let lines: Vec<Money> = settled.lines.iter().map(|line| line.amount).collect();
    assert_eq!(traced, lines, "each line has its trace");
    let quantities: Quantity = settled.lines.iter().map(|line| line.quantity).sum();
    assert!(quantities <= settled.quantity, "no line bills gas that was not taken");
    if settled.unpriced.is_empty() {
        assert_eq!(quantities, settled.quantity, "the lines bill all gas");
    }
}

#[test]
fn lines_sum_to_the_month_and_traces_to_the_lines() {
    for (_, history) in histories() {
        let (world, _) = taken(&history);
        for contract in world.ledger.contracts() {
            for month in contract.months() {
                let last = contract.last_gas_day();
                let facts = contract.month_facts(month, last, world.ledger.indices()).unwrap();
                let settled = settle(&facts).unwrap();
                assert_sums(&settled);
                let known = world.ledger.position();
                let events = settled.trace.events();
                assert!(events.iter().all(|event| *event <= known && *event > Position::START));
            }
        }
    }
}

#[test]
fn a_document_sums_its_own_lines_when_it_is_read_back() {
    let mut issued = 0;
    for (_, history) in histories() {
        let (mut world, _) = taken(&history);
        let contracts: Vec<_> = world
            .ledger
            .contracts()
            .map(|one| (one.id().clone(), one.months().collect()))
            .collect();
        for (contract, months) in contracts {
            for month in Vec::from_iter::<Vec<_>>(months) {
                let contract = contract.clone();
                let _ = world.tell(&Command::IssueSettlement(IssueSettlement { contract, month }));
            }
        }
        for recorded in &world.log {
            if let Event::SettlementIssued(document) = &recorded.event {
                let sum: Money = document.lines.iter().map(|line| line.amount).sum();
                assert_eq!(sum, document.gross);
                assert_eq!(document.net + document.tax, document.gross);
                let text = serde_json::to_string(document).unwrap();
                let back =
                    serde_json::from_str::<citygate_domain::settlement::SettlementIssued>(&text);
                assert_eq!(&back.unwrap(), document.as_ref());
                issued += 1;
            }
        }
        assert_deviations(&world);
    }
    assert!(issued > 50, "only {issued} documents");
}

fn assert_deviations(world: &World) {
    for contract in world.ledger.contracts() {
        for month in contract.months() {
            let Ok(found) = deviation::assessed(contract, month, world.ledger.indices()) else {
                continue;
            };
            let tiers = || found.deviation.tiers.iter();
            assert_eq!(tiers().map(|tier| tier.amount).sum::<Money>(), found.deviation.charge);
            assert_eq!(
                tiers().map(|tier| tier.quantity).sum::<Quantity>(),
                found.deviation.quantity
            );
            assert_eq!(money(&found.deviation.trace), found.total.gross);
            let traced: Vec<Money> =
                steps(&found.deviation.trace, "D4").into_iter().map(money).collect();
            assert_eq!(traced, tiers().map(|tier| tier.amount).collect::<Vec<_>>());
            assert_eq!(found.total.net + found.total.tax, found.total.gross);
        }
    }
}

#[test]
fn the_trace_of_a_balance_results_in_it() {
    for (_, history) in histories() {
        let (world, _) = taken(&history);
        for contract in world.ledger.contracts() {
            let last = contract.last_gas_day().to_string();
            let account = world.account(contract.id().as_str(), &last);
            let available = account.traces.first().unwrap();
            assert_eq!(money(available), account.available);
            let balance = steps(available, "A2");
            assert_eq!(money(balance.first().unwrap()), account.balance);
            let inputs = balance[0].inputs.iter();
            let parts: Vec<Money> = inputs.map(|part| value_in(part.name, &part.value)).collect();
            let spent: Money = parts.iter().skip(1).copied().sum();
            assert_eq!(parts[0] - spent, account.balance, "payments less all others");
        }
    }
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (0_i64..2_000_000).prop_map(|number| Quantity::new(Decimal::new(number, 3)))
}

fn poured(
    contract: Quantity,
    lots: &[Quantity],
    band: Quantity,
    days: &[Quantity],
) -> Result<(), TestCaseError> {
    let lots: Vec<LotFacts> = lots
        .iter()
        .map(|lot| LotFacts {
            reference: "T".parse().unwrap(),
            quantity: *lot,
            unit_price: price("1"),
            firm: true,
            position: Position::START,
        })
        .collect();
    let mut by_day = Fill::new(contract, &lots, band);
    let mut sums =
        (Quantity::ZERO, vec![Quantity::ZERO; lots.len()], Quantity::ZERO, Quantity::ZERO);
    for day in days {
        let poured = by_day.pour(*day);
        sums.0 = sums.0 + poured.contract;
        for (place, part) in poured.lots {
            sums.1[place] = sums.1[place] + part;
        }
        sums.2 = sums.2 + poured.band;
        sums.3 = sums.3 + poured.excess;
    }
    let total: Quantity = days.iter().copied().sum();
    let mut at_once = Fill::new(contract, &lots, band);
    let all = at_once.pour(total);
    prop_assert_eq!(sums.0, all.contract);
    prop_assert_eq!(sums.2, all.band);
    prop_assert_eq!(sums.3, all.excess);
    let filled: Quantity = sums.1.iter().copied().sum();
    prop_assert_eq!(sums.0 + filled + sums.2 + sums.3, total, "nothing is lost");
    prop_assert_eq!(at_once.next(), by_day.next());
    Ok(())
}

proptest! {
    #[test]
    fn it_is_no_matter_on_which_days_the_gas_is_taken(
        contract in quantity(),
        lots in proptest::collection::vec(quantity(), 0..4),
        band in quantity(),
        days in proptest::collection::vec(quantity(), 0..12),
    ) {
        poured(contract, &lots, band, &days)?;
    }

    #[test]
    fn tranches_sum_to_their_segment(cuts in proptest::collection::vec(0_i64..=100_000, 0..5), volume in 1_i64..5_000) {
        let mut cuts = cuts;
        cuts.extend([0, 100_000]);
        cuts.sort_unstable();
        let fixed = serde_json::json!({"constant": "1"});
        let shares: Vec<String> =
            cuts.windows(2).map(|pair| Decimal::new(pair[1] - pair[0], 3).to_string()).collect();
        let tranches: Vec<_> = shares.iter().map(|share| ("t", share.as_str(), fixed.clone())).collect();
        let month = citygate_tests_pure::words::contract("LG-1").priced(&tranches).signed();
        let volume = Decimal::new(volume, 3).to_string();
        let settled = World::of([month, delivered("2026-01-05", m3(&volume))]).running("LG-1", "2026-01", "2026-01-31");
        let sum: Quantity = settled.lines.iter().map(|line| line.quantity).sum();
        prop_assert_eq!(sum, units(&volume));
        prop_assert_eq!(settled.lines.len(), shares.len());
        let whole = settled.lines.iter().all(|line| line.quantity >= Quantity::ZERO && line.quantity.fits(Unit::CubicMetre));
        prop_assert_eq!(whole, true);
    }
}
