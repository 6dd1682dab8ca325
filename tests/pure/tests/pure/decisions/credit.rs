//! A1, A3: emergency credit counts as available from its grant until its last day.

use citygate_tests_pure::book_words::credited;
use citygate_tests_pure::story::given;
use citygate_tests_pure::table::check;
use citygate_tests_pure::words::{paid, signed};

const NOW: &str = "2026-01-10T12:00:00+08:00";

#[test]
fn credit_is_available_and_not_a_balance() {
    let known = || given([signed("LG-1"), paid("B-1", "2026-01-02", "1000.00")]).at(NOW);
    let world =
        known().when(credited("500.00", "2026-01-20")).then_recorded(&["emergency_credit_granted"]);
    check(
        "
        as_of      | credit balance available
        2026-01-09 |   0.00 1000.00   1000.00  # not granted yet
        2026-01-10 | 500.00 1000.00   1500.00
        2026-01-20 | 500.00 1000.00   1500.00  # its last day
        2026-01-21 |   0.00 1000.00   1000.00
    ",
        |row| {
            let account = world.account("LG-1", row.text("as_of"));
            [account.emergency_credit, account.balance, account.available]
                .map(|amount| amount.to_string())
                .to_vec()
        },
    );
    known()
        .and([credited("500.00", "2026-01-20")])
        .when(credited("500.00", "2026-01-20"))
        .then_known();
    known().when(credited("0.00", "2026-01-20")).then_refused("negative_quantity");
    known().when(credited("500.00", "2026-01-09")).then_refused("credit_over");
    known().when(credited("500.00", "2026-01-10")).then_recorded(&["emergency_credit_granted"]);
}
