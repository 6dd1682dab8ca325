//! Whatever somebody types: an answer or a refusal, never a panic.

use citygate_domain::contract::SignContract;
use citygate_domain::delivery::Source;
use citygate_domain::market::IndexNumber;
use citygate_domain::quantities::exact::parse_plain;
use citygate_domain::quantities::{
    CalorificValue, CivilDay, ContractId, GasDay, Money, Percent, Price, Quantity, SettlementMonth,
    Volume,
};
use citygate_tests_pure::words::{contract, delivered, m3, signing};
use citygate_tests_pure::world::World;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::Value;

/// Text that is almost a number or a date, and text that is nothing at all.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+0-9.eE, ]{0,40}",
        "[0-9]{1,5}-[0-9]{1,3}(-[0-9]{1,3})?",
        ".{0,80}",
        any::<String>()
    ]
}

fn reads<T: std::str::FromStr + std::fmt::Display>(text: &str) -> Option<String> {
    text.parse::<T>().ok().map(|value| value.to_string())
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in text()) {
        let _ = reads::<Money>(&text);
        let _ = reads::<Quantity>(&text);
        let _ = reads::<Volume>(&text);
        let _ = reads::<CalorificValue>(&text);
        let _ = reads::<Price>(&text);
        let _ = reads::<Percent>(&text);
        let _ = reads::<IndexNumber>(&text);
        let _ = reads::<GasDay>(&text);
        let _ = reads::<CivilDay>(&text);
        let _ = reads::<SettlementMonth>(&text);
        let _ = reads::<ContractId>(&text);
        let _ = reads::<Source>(&text);
        let _ = serde_json::from_str::<SignContract>(&text);
    }

    #[test]
    fn what_is_read_prints_as_what_is_read(text in text()) {
        if let Some(printed) = reads::<Quantity>(&text) {
            prop_assert_eq!(reads::<Quantity>(&printed), Some(printed.clone()));
            prop_assert!(parse_plain(&printed).is_ok());
        }
        if let Some(day) = reads::<GasDay>(&text) {
            prop_assert_eq!(day, text.clone(), "a date has one spelling");
        }
        if let Some(month) = reads::<SettlementMonth>(&text) {
            prop_assert_eq!(month, text.clone());
        }
        if let Some(id) = reads::<ContractId>(&text) {
            prop_assert_eq!(id, text);
        }
    }

    #[test]
    fn a_contract_with_anything_anywhere_is_signed_or_refused(places in places(), thing in thing()) {
        let mut json = contract("LG-1").term("take_or_pay", TAKE_OR_PAY).json();
        put(&mut json, &places, thing);
        if let Ok(command) = serde_json::from_value::<SignContract>(json) {
            let mut world = World::default();
            let command = signing(command).command();
            if world.tell(&command).is_ok() {
                prop_assert_eq!(world.tell(&command), Ok(Vec::new()), "and is known when told again");
                let reading = delivered("2026-01-15", m3("40")).with_gcv("38.5").command();
                let _ = world.tell(&reading);
                for contract in world.ledger.contracts() {
                    let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
                    if (last.date() - first.date()).num_days() < 1_000 {
                        let indices = world.ledger.indices();
                        let _ = citygate_domain::payment::account_as_of(contract, indices, last);
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_of_any_size_are_taken_or_refused(
        volumes in proptest::collection::vec("[0-9]{1,15}(\\.[0-9]{1,3})?", 1..6),
        gcv in "[0-9]{1,15}(\\.[0-9]{1,4})?",
        price in "[0-9]{1,15}(\\.[0-9]{1,6})?",
        unit in prop_oneof!["m3", "MJ", "GJ", "kWh", "MMBtu"],
    ) {
        let fixed = serde_json::json!({"constant": price});
        let contract = contract("LG-1").points(&[("LG-1-1", "-")]).priced(&[("t", "100", fixed)]);
        let mut world = World::of([contract.term("unit", &unit).signed()]);
        for (volume, date) in volumes.iter().zip(1..) {
            let day = format!("2026-01-{date:02}");
            let _ = world.tell(&delivered(&day, m3(volume)).with_gcv(&gcv).command());
        }
        let found = world.contract("LG-1");
        let last = found.last_gas_day();
        let account = citygate_domain::payment::account_as_of(found, world.ledger.indices(), last);
        if let Ok(account) = account {
            let shown = account.balance.to_string();
            prop_assert!(shown.ends_with(".00") || shown.split_once('.').is_some_and(|(_, fen)| fen.len() == 2));
        }
    }
}

const TAKE_OR_PAY: &str = r#"{"percent": "80", "credit_deviation": true,
    "price": {"kind": "fixed", "price": "3"},
    "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
    "end_of_term": {"kind": "forfeit"}}"#;

fn places() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0_usize..40, 1..7)
}

/// Any JSON that somebody could put where something else belongs.
fn thing() -> impl Strategy<Value = Value> {
    let word = prop_oneof!["[-0-9.]{0,30}", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[a-z_]{0,12}"];
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        word.prop_map(Value::from),
        proptest::strategy::Just(Value::Null),
        proptest::strategy::Just(serde_json::json!([])),
        proptest::strategy::Just(serde_json::json!({})),
    ]
}

/// Walks into the JSON and puts the thing where the walk ends.
fn put(json: &mut Value, places: &[usize], thing: Value) {
    let Some((place, further)) = places.split_first() else {
        *json = thing;
        return;
    };
    let inside = match json {
        Value::Object(map) if !map.is_empty() => {
            let place = place % map.len();
            map.values_mut().nth(place)
        }
        Value::Array(list) if !list.is_empty() => {
            let place = place % list.len();
            list.get_mut(place)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Object(_)
        | Value::Array(_) => None,
    };
    match inside {
        Some(inside) => put(inside, further, thing),
        None => *json = thing,
    }
}
