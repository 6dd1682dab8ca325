//! The verbs on a ledger file.

use crate::support::contract::{january, small};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;

mod sample;

mod import;

mod reading;

mod explain;

mod differences;

mod verify;

mod what_if;

mod years;

mod backup;

mod clock;

mod approvals;

/// The small world with January's readings and some money, before anything is closed.
fn facts() -> Facts {
    let energy = january("LG-3-1").iter().map(|row| row.replace(",,", ",38.5,")).collect();
    let readings = [january("LG-1-1"), january("LG-2-1"), energy].concat();
    small()
        .and_rows("deliveries.csv", &readings)
        .and_rows(
            "lots.csv",
            &["T-1,LG-1,2025-01,SHPGX,listing,5000,2.6,true,2025-01-02T10:00:00+08:00"],
        )
        .and_rows(
            "payments.csv",
            &[
                "LG-1,2025-01-02,500000.00,ICBC,P-1,payment,,",
                "LG-2,2025-01-20,90000.00,ICBC,P-2,payment,,",
                ",2025-01-20,77.00,ICBC,P-3,payment,,",
            ],
        )
}

/// A ledger with the small world, January not closed yet.
#[track_caller]
fn open() -> Ledger {
    let ledger = Ledger::simulated();
    ledger.import(&facts()).exits(0);
    ledger
}

/// The same with January closed.
#[track_caller]
pub fn closed() -> Ledger {
    let ledger = open();
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    ledger
}
