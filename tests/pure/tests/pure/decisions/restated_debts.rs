//! A6: what a document owes after it was restated, and what its late fee is then.

use citygate_domain::Event;
use citygate_domain::books::{LateFeeCharged, debts_as_of};
use citygate_domain::quantities::Money;
use citygate_tests_pure::book_words::{fee_charged, fee_waived, postpaid};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    civil, closed, delivered, delivered_daily, m3, paid, restated, yuan,
};
use citygate_tests_pure::world::World;

use super::books::{books, newest};

/// January at 775.00 yuan, due on 10 February; nothing of it is paid.
fn owing(more: impl IntoIterator<Item = Told>) -> Given {
    let mut facts = vec![postpaid("LG-1").signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    given(facts).and(more)
}

/// January restated at noon of a day, because 10 January took this instead: 1 m³ is 2.50 yuan.
fn changed(given: Given, on: &str, volume: &str) -> Given {
    let corrected = delivered("2026-01-10", m3(volume)).correcting(&format!("measured on {on}"));
    noon(given, on).and([corrected, restated("2026-01")])
}

fn noon(given: Given, day: &str) -> Given {
    given.at(&format!("{day}T12:00:00+08:00"))
}

/// January's tranches: due, principal, open.
fn tranches(world: &World, as_of: &str) -> Vec<String> {
    let debts = debts_as_of(world.contract("LG-1"), civil(as_of));
    let row = |debt: &citygate_domain::books::OpenDebt| {
        format!("{} {} {}", debt.due, debt.principal, debt.open().principal)
    };
    debts.iter().map(row).collect()
}

/// What charging January through a day comes to; none where nothing is charged.
fn charge(given: &Given, through: &str) -> Option<LateFeeCharged> {
    let answer = given.clone().when(fee_charged("2026-01", through)).into_answer();
    match answer.expect("charging is never refused here").first() {
        None => None,
        Some(Event::LateFeeCharged(fee)) => Some(fee.as_ref().clone()),
        Some(event) => panic!("{event:?}"),
    }
}

fn cells(fee: Option<LateFeeCharged>) -> Vec<String> {
    fee.map_or(vec!["-".to_owned(); 3], |fee| {
        [fee.fee, fee.net, fee.tax].map(|amount| amount.to_string()).to_vec()
    })
}

/// What the books hold of late fees and their tax; the buyer owes the sum.
fn in_books(world: &World) -> [String; 2] {
    let books = books(world);
    let of_fees = books.journal(None, None).filter(|commit| commit.fact.starts_with("late_fee"));
    let postings: Vec<_> = of_fees.flat_map(|commit| &commit.postings).collect();
    ["late_fee", "tax"].map(|account| {
        let of = postings.iter().filter(|posting| posting.account.word() == account);
        of.map(|posting| yuan(&posting.amount.text())).sum::<Money>().to_string()
    })
}

#[test]
fn what_a_later_revision_adds_is_due_after_its_own_posting() {
    let story = noon(changed(owing([]), "2026-03-05", "30"), "2026-06-01");
    let world = story.clone().when(restated("2026-01")).then_known();
    assert_eq!(tranches(&world, "2026-03-04"), ["2026-02-10 775.00 775.00"]);
    assert_eq!(
        tranches(&world, "2026-03-05"),
        ["2026-02-10 775.00 775.00", "2026-03-15 50.00 50.00"]
    );
    check(
        "
        through    | fee   parts
        2026-02-11 | 0.39  775.00×1          # 0.3875
        2026-03-15 | 12.79 775.00×33         # 12.7875; the 50.00 are due
        2026-03-16 | 13.21 775.00×34+50.00×1 # 13.175 and 0.025
    ",
        |row| {
            let fee = charge(&story, row.text("through")).expect("something is late");
            let part = |part: &citygate_domain::books::LatePart| {
                format!("{}×{}", part.principal, part.days)
            };
            let parts: Vec<_> = fee.parts.iter().map(part).collect();
            vec![fee.fee.to_string(), parts.join("+")]
        },
    );
    let fee = charge(&story, "2026-03-16").expect("something is late");
    let due: Vec<_> = fee.parts.iter().map(|part| part.due).collect();
    assert_eq!((fee.due, due), (civil("2026-02-10"), vec![None, Some(civil("2026-03-15"))]));
}

#[test]
fn what_two_revisions_of_one_day_add_is_one_tranche() {
    let twice = changed(owing([]), "2026-03-05", "30");
    let again = delivered("2026-01-11", m3("20")).correcting("another meter");
    let world = twice.and([again, restated("2026-01")]).when(restated("2026-01")).then_known();
    assert_eq!(
        tranches(&world, "2026-03-05"),
        ["2026-02-10 775.00 775.00", "2026-03-15 75.00 75.00"]
    );
}

#[test]
fn a_lower_revision_takes_from_the_newest_tranche_first() {
    check(
        "
        volume | first  second
        10.004 | 775.00 0.01   # lowered by 49.99
        10     | 775.00 0.00   # by 50.00
        9.996  | 774.99 0.00   # by 50.01
        0      | 750.00 0.00
    ",
        |row| {
            let story = changed(owing([]), "2026-03-05", "30");
            let story = changed(story, "2026-03-20", row.text("volume"));
            let world = story.when(restated("2026-01")).then_known();
            let debts = debts_as_of(world.contract("LG-1"), civil("2026-03-20"));
            debts.iter().map(|debt| debt.principal.to_string()).collect()
        },
    );
}

#[test]
fn what_a_lower_revision_takes_off_was_not_paid_by_the_newest_payments() {
    check(
        "
        volume | parts
        10     | 400.00×5+375.00×10
        0      | 400.00×5+350.00×10  # lowered by 25.00
    ",
        |row| {
            let halves = [paid("B-1", "2026-02-16", "400.00"), paid("B-2", "2026-02-21", "375.00")];
            let story = changed(owing(halves), "2026-03-05", "20");
            let story = noon(changed(story, "2026-03-06", row.text("volume")), "2026-06-01");
            let fee = charge(&story, "2026-05-31").expect("both came late");
            let part = |part: &citygate_domain::books::LatePart| {
                format!("{}×{}", part.principal, part.days)
            };
            vec![fee.parts.iter().map(part).collect::<Vec<_>>().join("+")]
        },
    );
}

#[test]
fn a_payment_that_a_lower_revision_needs_no_more_pays_what_is_due_next() {
    let mut facts = delivered_daily("2026-02-01", "2026-02-28", "10");
    facts.extend([closed("2026-02"), paid("B-1", "2026-02-21", "775.00")]);
    let story = changed(owing(facts), "2026-03-05", "0");
    let world = story.when(restated("2026-01")).then_known();
    assert_eq!(
        tranches(&world, "2026-03-04"),
        ["2026-02-10 775.00 0.00", "2026-03-10 700.00 700.00"]
    );
    assert_eq!(
        tranches(&world, "2026-03-05"),
        ["2026-02-10 750.00 0.00", "2026-03-10 700.00 675.00"]
    );
}

/// 10.85 yuan through 10 March; then, on 20 March, January comes to 750.00.
fn charged_too_much() -> Given {
    let story = noon(owing([]), "2026-03-11").and([fee_charged("2026-01", "2026-03-10")]);
    changed(story, "2026-03-20", "0")
}

#[test]
fn a_fee_that_falls_is_credited_as_of_the_day_of_the_fall() {
    let story = || noon(charged_too_much(), "2026-04-01");
    check(
        "
        through    | fee   net   tax
        2026-03-10 | -     -     -
        2026-03-19 | 3.49  3.20  0.29   # 775.00 × 37 days = 14.34
        2026-03-20 | 3.40  3.12  0.28   # 750.00 × 38 days = 14.25
    ",
        |row| cells(charge(&story(), row.text("through"))),
    );
    // Charged up to the day before, what is too much comes back as the newest charge bore it.
    let more = story().and([fee_charged("2026-01", "2026-03-19")]);
    let credit = charge(&more, "2026-03-20").expect("it fell");
    assert_eq!((credit.charged_before, credit.principal), (yuan("14.34"), yuan("750.00")));
    assert_eq!(cells(Some(credit)), ["-0.09", "-0.08", "-0.01"]);
    let credited = more.when(fee_charged("2026-01", "2026-03-20"));
    let world = credited.then_recorded(&["late_fee_charged"]);
    assert_eq!(newest(&world), "prepaid -0.09, late_fee 0.08, tax 0.01");
    let debts = debts_as_of(world.contract("LG-1"), civil("2026-04-01"));
    assert_eq!(debts.iter().map(|debt| debt.interest).collect::<Vec<_>>(), [yuan("14.25")]);
}

#[test]
fn charged_in_two_steps_or_at_once_a_fee_is_the_same() {
    let at_once = charge(&noon(charged_too_much(), "2026-04-01"), "2026-03-31");
    let steps = noon(charged_too_much(), "2026-04-01").and([fee_charged("2026-01", "2026-03-19")]);
    let steps = steps.and([fee_charged("2026-01", "2026-03-20")]);
    let last = charge(&steps, "2026-03-31").expect("eleven more days");
    assert_eq!(last.charged_before, yuan("14.25"));
    assert_eq!(at_once.map(|fee| fee.fee + fee.charged_before), Some(last.fee + yuan("14.25")));
}

#[test]
fn a_credit_is_at_most_what_is_charged_and_not_waived() {
    // The payment of the due day is known in April only: no day was overdue.
    let in_time = || paid("B-1", "2026-02-10", "775.00");
    let story = || noon(owing([]), "2026-03-11").and([fee_charged("2026-01", "2026-03-10")]);
    let all = noon(story(), "2026-04-01").and([in_time()]);
    assert_eq!(cells(charge(&all, "2026-03-10")), ["-10.85", "-9.95", "-0.90"]);
    let waived = story().and([fee_waived("2026-01", "2026-03-10")]);
    let none = noon(waived.clone(), "2026-04-01").and([in_time()]);
    assert_eq!(charge(&none, "2026-03-31"), None);
    let again = noon(waived, "2026-04-01").and([fee_charged("2026-01", "2026-03-31"), in_time()]);
    let credit = charge(&again, "2026-03-31").expect("the second charge is not waived");
    assert_eq!((credit.charged_before, credit.fee), (yuan("18.99"), yuan("-8.14")));
}

#[test]
fn a_waiver_waives_what_credits_have_left() {
    let story = charged_too_much().and([]);
    let story = noon(story, "2026-04-01").and([fee_charged("2026-01", "2026-03-19")]);
    let credited = || story.clone().and([fee_charged("2026-01", "2026-03-20")]);
    let waive = |through| fee_waived("2026-01", through);
    let world = credited().when(waive("2026-03-19")).then_recorded(&["late_fee_waived"]);
    assert_eq!(newest(&world), "prepaid -3.40, late_fee 3.12, tax 0.28");
    credited().and([waive("2026-03-19")]).when(waive("2026-03-19")).then_known();
    let all = credited().and([waive("2026-03-19"), waive("2026-03-10")]);
    let world = all.when(waive("2026-03-10")).then_known();
    assert_eq!(in_books(&world), ["0.00", "0.00"]);
    credited().when(waive("2026-03-20")).then_refused("late_fee_credited");
    credited().when(waive("2026-03-18")).then_refused("no_late_fee");
}

#[test]
fn fewer_days_than_were_charged_say_nothing_new() {
    let story = noon(owing([]), "2026-03-11").and([fee_charged("2026-01", "2026-03-10")]);
    let story = story.and([paid("B-1", "2026-02-10", "775.00")]);
    assert_eq!(charge(&story, "2026-03-09"), None);
    assert_eq!(cells(charge(&story, "2026-03-10")), ["-10.85", "-9.95", "-0.90"]);
}
