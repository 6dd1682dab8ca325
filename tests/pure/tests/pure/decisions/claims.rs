//! D1, D9: claims and the decisions on them, as files carry them.

use citygate_domain::deviation::ClaimRejection;
use citygate_tests_pure::story::given;
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{civil, claimed, contract, day, paid, signed, units};
use citygate_tests_pure::world::World;

use super::answer;

fn claim() -> Told {
    claimed("CL-1", "2026-01-10", "2026-01-12", "60")
}

/// `p` pending, `g40` granted, `r` rejected; `o` before it: of other days.
fn row(text: &str) -> Told {
    let (claim, decision) = match text.strip_prefix('o') {
        Some(rest) => (claimed("CL-1", "2026-01-10", "2026-01-13", "60"), rest),
        None => (claim(), text),
    };
    match decision.split_at(1) {
        ("g", granted) => claim.granted(granted),
        ("r", _) => claim.rejected(),
        _ => claim,
    }
}

#[test]
fn a_claim_is_filed_once_and_decided_once() {
    check(
        "
        known   sent | answer
        -       p    | recorded
        -       g40  | recorded
        -       r    | recorded
        p       p    | known
        g40     g40  | known
        r       r    | known
        p       g40  | recorded             # a pending claim may be decided
        p       g0   | recorded             # granted in no part
        p       r    | recorded
        p+g40   p    | known                # the row from before the decision
        p+r     p    | known
        p+g40   g40  | known
        p+g40   g41  | duplicate_reference  # once
        p+g40   r    | duplicate_reference
        p+r     g40  | duplicate_reference
        g40     p    | duplicate_reference  # a decision is not taken back
        r       p    | duplicate_reference
        p       op   | duplicate_reference  # another claim under the same id
        p       og40 | duplicate_reference
        g40     og40 | duplicate_reference
    ",
        |line| {
            let known = line.list::<String>("known");
            let facts = std::iter::once(signed("LG-1")).chain(known.iter().map(|text| row(text)));
            vec![answer(World::of(facts), row(line.text("sent")))]
        },
    );
}

#[test]
fn a_pending_row_is_known_also_when_much_was_recorded_before_its_decision() {
    given([signed("LG-1"), claim(), paid("B-1", "2026-01-20", "1.00"), claim().granted("40")])
        .when(claim())
        .then_known();
}

#[test]
fn a_row_that_is_decided_files_the_claim_and_the_decision() {
    given([signed("LG-1")]).when(claim()).then_recorded(&["reference_taken", "claim_filed"]);
    given([signed("LG-1")]).when(claim().granted("40")).then_recorded(&[
        "reference_taken",
        "claim_filed",
        "claim_decided",
    ]);
    given([signed("LG-1"), claim()]).when(claim().granted("40")).then_recorded(&["claim_decided"]);
}

#[test]
fn a_decision_grants_between_nothing_and_everything() {
    let ledger = || given([signed("LG-1")]);
    ledger().when(claim().granted("60")).then_recorded(&[
        "reference_taken",
        "claim_filed",
        "claim_decided",
    ]);
    let (granted, claimed) = (units("60.001"), units("60"));
    ledger()
        .when(claim().granted("60.001"))
        .then_rejected(ClaimRejection::GrantedAboveClaimed { granted, claimed });
    ledger().when(claim().granted("-1")).then_refused("negative_quantity");
    let granted = units("1");
    ledger()
        .when(claim().rejected().yet_granting("1"))
        .then_rejected(ClaimRejection::DecisionInconsistent { granted });
    ledger()
        .when(claim().yet_granting("1"))
        .then_rejected(ClaimRejection::DecisionInconsistent { granted });
}

#[test]
fn a_claim_lies_inside_the_term() {
    let (first, last) = (day("2026-01-01"), day("2026-12-31"));
    let outside = |day| ClaimRejection::OutsideTerm { day, first, last };
    let ledger = || given([signed("LG-1")]);
    ledger()
        .when(claimed("CL-1", "2025-12-31", "2026-01-02", "1"))
        .then_rejected(outside(day("2025-12-31")));
    ledger()
        .when(claimed("CL-1", "2026-12-30", "2027-01-01", "1"))
        .then_rejected(outside(day("2027-01-01")));
    ledger()
        .when(claimed("CL-1", "2026-01-01", "2026-12-31", "1"))
        .then_recorded(&["reference_taken", "claim_filed"]);
}

#[test]
fn a_claim_is_received_until_the_deadline() {
    let ledger = || given([contract("LG-1").term("deviation.claim_deadline_days", "15").signed()]);
    let received = |date| claim().received_on(date);
    ledger().when(received("2026-02-15")).then_recorded(&["reference_taken", "claim_filed"]);
    let (received_on, deadline) = (civil("2026-02-16"), civil("2026-02-15"));
    ledger()
        .when(received("2026-02-16"))
        .then_rejected(ClaimRejection::ClaimTooLate { received_on, deadline });
    given([signed("LG-1")])
        .when(received("2027-12-31"))
        .then_recorded(&["reference_taken", "claim_filed"]);
}

#[test]
fn the_deadline_counts_from_the_settlement_month() {
    let months = contract("LG-1")
        .term("deviation.claim_deadline_days", "10")
        .term("month_ends_on", "20")
        .term_of("2025-12-21", "2026-12-20");
    let ledger = || given([months.clone().signed()]);
    let of_20_january = |date| claimed("CL-1", "2026-01-18", "2026-01-20", "1").received_on(date);
    ledger().when(of_20_january("2026-01-30")).then_recorded(&["reference_taken", "claim_filed"]);
    ledger().when(of_20_january("2026-01-31")).then_refused("claim_too_late");
    let over = |date| claimed("CL-1", "2026-01-18", "2026-01-21", "1").received_on(date);
    ledger().when(over("2026-03-02")).then_recorded(&["reference_taken", "claim_filed"]);
    ledger().when(over("2026-03-03")).then_refused("claim_too_late");
}
