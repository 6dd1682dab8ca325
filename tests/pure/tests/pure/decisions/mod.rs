//! The decisions, given, when, then: taken, known, refused in order.

mod amending;
mod approvals;
mod closing_accounts;
mod ending;
mod keys;
mod ledger;
mod moving;
mod patches;
mod scheduler;
mod signing;
mod terms;

mod lots;
mod transfers;

mod parking;
mod passage;
mod readings;
mod readings_order;

mod assigning;
mod books;
mod claims;
mod credit;
mod guarantees;
mod invoices;
mod late_fees;
mod payments;

mod supply_conditions;
mod supply_hands;
mod supply_lifting;
mod supply_nothing;
mod supply_procedure;
mod supply_safety;
mod supply_time;

mod cases;
mod closing;
mod closing_books;
mod differences;
mod netting;
mod restated_debts;
mod restating;
mod what_if;
mod years;

use citygate_tests_pure::told::Told;
use citygate_tests_pure::world::World;

/// What the ledger says to the last of these: `recorded`, `known`, or a code.
fn answer(mut world: World, told: Told) -> String {
    match world.hear(told) {
        Ok(events) if events.is_empty() => "known".to_owned(),
        Ok(_) => "recorded".to_owned(),
        Err(rejection) => rejection.code().to_owned(),
    }
}
