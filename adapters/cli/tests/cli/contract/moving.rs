//! Q4: a point that goes to another contract.

use super::{approve, by, two};
use crate::support::facts::Facts;

#[test]
fn a_point_goes_to_another_contract_once_and_its_readings_with_it() {
    let ledger = two();
    let moved = |on: &str| {
        let from = ["move-point", "LG-1-1", "--from", "LG-1", "--to", "LG-2", "--on", on];
        by(&ledger, "li", &[&from, &["--reason", "pipe laid anew"][..]].concat())
    };
    moved("2025-01-31")
        .exits(1)
        .says("citygate: readings_behind: contract LG-1 has 1 readings from 2025-01-31 on");
    moved("2025-02-01").exits(0);
    approve(&ledger, "li", "contract/LG-1", "1").exits(1).says("maker_is_approver");
    approve(&ledger, "zhang", "contract/LG-1", "1").exits(0);
    moved("2025-02-01").exits(0).says("already known");
    moved("2025-02-05").exits(1).says("citygate: point_not_held: ").says("LG-2 does");
    let row = ["LG-1-1,2025-02-01,3000,,telemetry,"];
    ledger.import(&Facts::rows("deliveries.csv", &row)).exits(0);
    let told = String::from_utf8(ledger.report(&["deliveries", "--contract", "LG-2"])).unwrap();
    assert!(told.contains("LG-2,LG-1-1,2025-02-01,3000"), "{told}");
    ledger.run(&["verify"]).exits(0);
}
