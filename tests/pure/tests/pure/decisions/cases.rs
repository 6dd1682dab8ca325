//! D9: the life of a deviation case, from its assessment to its posting.

use citygate_domain::Command;
use citygate_domain::Event;
use citygate_domain::approval;
use citygate_domain::books::{
    BooksClosed, BooksCommand, DocumentName, InvoiceColour, RecordInvoice, debts_as_of,
};
use citygate_domain::deviation::{
    ClaimRejection, DeviationPosted, Rejection, Resolution, SheetDelivered, Stage, Step,
};
use citygate_domain::ledger::{FourEyes, OpenLedger, Settings};
use citygate_tests_pure::story::{Given, Then, given};
use citygate_tests_pure::table::check;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, assessed, claimed, closed, contract, decided, delivered, delivered_daily,
    delivery_of_sheet, m3, month, objection, paid, proposed, read, reassessed, receipt, resolution,
    signed, step, units, verified, waived, withdrawn, yuan,
};
use citygate_tests_pure::world::{TODAY, World};

use super::books::newest;

const JANUARY: &str = "2026-01";
const CASE: &str = "deviation/LG-1/2026-01";

/// January taken at a volume a day, closed and assessed: 930 of 1 000 m³ at 30 a day.
fn taken(first: Told, volume: &str) -> Given {
    given([first])
        .and(delivered_daily("2026-01-01", "2026-01-31", volume))
        .and([closed(JANUARY), assessed(JANUARY)])
}

/// 20 m³ below the edge at 0.75: a charge of 15.00.
fn short() -> Given {
    taken(signed("LG-1"), "30")
}

fn li(wanted: Step) -> Told {
    step(JANUARY, 1, wanted).by("li.wei")
}

fn zhang(wanted: Step) -> Told {
    step(JANUARY, 1, wanted).by("zhang.min")
}

fn issued() -> Given {
    short().and([li(Step::IssueSheet)])
}

fn confirmed() -> Given {
    issued().and([li(receipt(TODAY))])
}

fn posted() -> Given {
    confirmed().and([zhang(Step::ApprovePosting), li(Step::Post)])
}

fn stage(world: &World) -> &'static str {
    world.contract("LG-1").cases[&month(JANUARY)].stage.word()
}

fn posting(then: Then) -> DeviationPosted {
    let answer = then.into_answer().unwrap();
    let Some(Event::DeviationPosted(posted)) = answer.last() else { panic!("{answer:?}") };
    posted.clone()
}

#[test]
fn a_case_goes_from_its_sheet_over_the_receipt_and_the_approval_to_its_posting() {
    let world = short().when(li(Step::IssueSheet)).then_recorded(&["sheet_issued"]);
    assert_eq!(stage(&world), "sheet_issued");
    issued().when(li(delivery_of_sheet(TODAY))).then_recorded(&["sheet_delivered"]);
    issued().when(li(receipt(TODAY))).then_recorded(&["sheet_confirmed"]);
    confirmed().when(zhang(Step::ApprovePosting)).then_recorded(&["posting_approved"]);
    let ready = confirmed().and([zhang(Step::ApprovePosting)]);
    let posted = posting(ready.when(li(Step::Post)));
    assert_eq!(
        (posted.gross, posted.net, posted.tax),
        (yuan("15.00"), yuan("13.76"), yuan("1.24"))
    );
    assert_eq!(posted.approved_by, Some(read("zhang.min")));
    assert_eq!(posted.last_gas_day.to_string(), "2026-01-31");
    assert_eq!(posted.posted_on.to_string(), "2028-06-01");
}

#[test]
fn what_is_posted_counts_in_the_balance_from_the_last_gas_day_of_the_period() {
    let before = short().and([paid("B-1", "2026-01-05", "5000.00")]);
    let after = posted().and([paid("B-1", "2026-01-05", "5000.00")]);
    let of = |ledger: Given, day: &str| {
        let world = ledger.when(closed(JANUARY)).then_known();
        world.account("LG-1", day).balance
    };
    assert_eq!(of(before.clone(), "2026-01-30"), of(after.clone(), "2026-01-30"));
    assert_eq!(of(before, "2026-01-31") - yuan("15.00"), of(after, "2026-01-31"));
}

#[test]
fn the_steps_are_taken_in_their_order() {
    for wrong in [delivery_of_sheet(TODAY), receipt(TODAY), objection(TODAY)] {
        short().when(li(wrong)).then_refused("sheet_not_issued");
    }
    short().when(li(Step::Post)).then_refused("not_confirmed");
    short().when(zhang(Step::ApprovePosting)).then_refused("not_confirmed");
    issued().when(li(Step::Post)).then_refused("not_confirmed");
    issued().when(zhang(Step::ApprovePosting)).then_refused("not_confirmed");
    issued().when(li(resolution(Resolution::Upheld))).then_refused("not_disputed");
    confirmed().when(li(Step::IssueSheet)).then_refused("sheet_already_issued");
    confirmed().when(li(Step::Deem)).then_refused("already_agreed");
    confirmed().when(li(Step::Post)).then_refused("posting_not_approved");
    posted().when(li(Step::IssueSheet)).then_refused("case_ended");
    posted().when(proposed(waived(JANUARY, 1), "no").by("li.wei")).then_refused("case_ended");
}

#[test]
fn a_step_that_was_taken_is_known() {
    let delivered = || issued().and([li(delivery_of_sheet(TODAY))]);
    delivered().when(li(delivery_of_sheet(TODAY))).then_known();
    posted().when(li(Step::Post)).then_known();
}

#[test]
fn who_issued_the_sheet_does_not_approve_its_posting() {
    let (subject, person) = (read(CASE), read("li.wei"));
    confirmed()
        .when(li(Step::ApprovePosting))
        .then_rejected(approval::Rejection::MakerIsApprover { subject, person });
    confirmed().when(step(JANUARY, 1, Step::ApprovePosting)).then_refused("not_a_person");
}

#[test]
fn a_step_is_bound_to_the_revision_that_was_shown() {
    let contract = read("LG-1");
    short().when(step(JANUARY, 2, Step::IssueSheet).by("li.wei")).then_rejected(
        Rejection::ChangedSinceShown { contract, month: month(JANUARY), shown: 2, now: 1 },
    );
}

#[test]
fn a_case_without_a_charge_is_closed_as_it_is_assessed() {
    let inside = || taken(signed("LG-1"), "31");
    let world = inside().when(assessed(JANUARY)).then_known();
    assert_eq!(world.contract("LG-1").cases[&month(JANUARY)].stage, Stage::NoCharge);
    inside().when(li(Step::IssueSheet)).then_refused("no_charge");
    inside().when(proposed(waived(JANUARY, 1), "no").by("li.wei")).then_refused("no_charge");
}

#[test]
fn silence_confirms_from_the_agreed_day_on() {
    let agreed = contract("LG-1").term("deviation.deemed_confirmed_days", "10").signed();
    let delivered = || {
        let issued = taken(agreed.clone(), "30").at("2026-02-04T10:00:00+08:00");
        let issued = issued.and([li(Step::IssueSheet)]).at("2026-02-05T10:00:00+08:00");
        issued.and([li(delivery_of_sheet("2026-02-05"))])
    };
    delivered().at("2026-02-14T23:59:59+08:00").when(li(Step::Deem)).then_refused("not_deemed_yet");
    let world = delivered()
        .at("2026-02-15T00:00:00+08:00")
        .when(li(Step::Deem))
        .then_recorded(&["sheet_deemed_confirmed"]);
    assert_eq!(stage(&world), "deemed_confirmed");
    let later = || delivered().at("2026-03-01T10:00:00+08:00");
    later().and([li(Step::Deem)]).when(li(Step::Deem)).then_known();
}

#[test]
fn nothing_happens_to_a_sheet_before_it_is_issued_and_no_answer_comes_before_its_delivery() {
    let issued = || short().at("2026-02-04T23:59:00+08:00").and([li(Step::IssueSheet)]);
    let seen = |given: Given, on: &str, wanted: fn(&str) -> Step| {
        let answer = given.at("2026-02-10T10:00:00+08:00").when(li(wanted(on))).into_answer();
        answer.map_or_else(|rejection| rejection.code().to_owned(), |_| "taken".to_owned())
    };
    check(
        "
        on         | delivery        receipt         objection
        2026-02-03 | before_sheet    before_sheet    before_sheet
        2026-02-04 | taken           taken           taken
        2026-02-10 | taken           taken           taken
        2026-02-11 | day_not_reached day_not_reached day_not_reached
    ",
        |row| {
            let on = row.text("on");
            [delivery_of_sheet, receipt, objection].map(|step| seen(issued(), on, step)).to_vec()
        },
    );
    let delivered = || {
        let at_seven = issued().at("2026-02-07T10:00:00+08:00");
        at_seven.and([li(delivery_of_sheet("2026-02-06"))])
    };
    check(
        "
        on         | receipt         objection
        2026-02-03 | before_sheet    before_sheet
        2026-02-05 | before_delivery before_delivery
        2026-02-06 | taken           taken
    ",
        |row| {
            let on = row.text("on");
            [receipt, objection].map(|step| seen(delivered(), on, step)).to_vec()
        },
    );
}

#[test]
fn silence_never_counts_from_a_day_before_the_sheet_whatever_an_older_log_says() {
    let agreed = contract("LG-1").term("deviation.deemed_confirmed_days", "10").signed();
    let early = Event::SheetDelivered(SheetDelivered {
        by: read("li.wei"),
        contract: read("LG-1"),
        month: month(JANUARY),
        on: read("2026-02-05"),
        proof: "SF1402280451".to_owned(),
        revision: 1,
        sheet: 1,
    });
    let issued = taken(agreed, "30").at("2026-03-01T10:00:00+08:00").and([li(Step::IssueSheet)]);
    let waiting = issued.and([Told::Event(early)]);
    waiting
        .clone()
        .at("2026-03-10T23:59:59+08:00")
        .when(li(Step::Deem))
        .then_refused("not_deemed_yet");
    let from = waiting.at("2026-03-11T00:00:00+08:00").when(li(Step::Deem));
    from.then_recorded(&["sheet_deemed_confirmed"]);
}

#[test]
fn who_approved_a_posting_does_not_post_it() {
    let approved = issued().and([li(receipt(TODAY)), zhang(Step::ApprovePosting)]);
    approved.clone().when(zhang(Step::Post)).then_refused("maker_is_approver");
    approved.when(li(Step::Post)).then_recorded(&["deviation_posted"]);
}

#[test]
fn a_case_whose_waiver_waits_for_a_second_person_waits_with_it() {
    let waiting = issued().and([proposed(waived(JANUARY, 1), "goodwill").by("li.wei")]);
    waiting.clone().when(li(receipt(TODAY))).then_refused("approval_pending");
    let withdrawn = withdrawn("deviation/LG-1/2026-01", "no").by("li.wei");
    waiting.and([withdrawn]).when(li(receipt(TODAY))).then_recorded(&["sheet_confirmed"]);
}

#[test]
fn what_is_outdated_is_neither_sent_nor_posted() {
    let correction = delivered("2026-01-10", m3("40")).correcting("meter exchanged");
    let agreed = issued().and([li(receipt(TODAY)), zhang(Step::ApprovePosting)]);
    agreed.and([correction]).when(li(Step::Post)).then_refused("document_outdated");
}

#[test]
fn a_dispute_ends_upheld_withdrawn_or_reassessed() {
    let disputed = || issued().and([li(objection(TODAY))]);
    disputed().when(li(receipt(TODAY))).then_refused("dispute_open");
    let upheld = disputed().when(li(resolution(Resolution::Upheld)));
    assert_eq!(stage(&upheld.then_recorded(&["dispute_resolved"])), "upheld");
    let back = disputed().when(li(resolution(Resolution::Withdrawn)));
    assert_eq!(stage(&back.then_recorded(&["dispute_resolved"])), "sheet_issued");
    disputed().when(reassessed(JANUARY).by("li.wei")).then_known();
    let granted = disputed().and([claim(), verified("CL-1").by("li.wei"), claim().granted("15")]);
    granted.clone().when(li(resolution(Resolution::Upheld))).then_refused("relief_changed");
    let world =
        granted.when(reassessed(JANUARY).by("li.wei")).then_recorded(&["deviation_assessed"]);
    assert_eq!(stage(&world), "assessed");
    assert_eq!(world.contract("LG-1").deviation(month(JANUARY)).unwrap().document.revision, 2);
}

fn claim() -> Told {
    claimed("CL-1", "2026-01-10", "2026-01-12", "15")
}

#[test]
fn a_claim_is_filed_verified_granted_by_two_and_its_period_assessed_again() {
    let filed = || short().and([claim().by("li.wei")]);
    filed().when(li(Step::IssueSheet)).then_refused("claim_pending");
    let grant = || proposed(decided("CL-1", Some("15")), "as the notice says").by("li.wei");
    filed().when(grant()).then_refused("claim_not_verified");
    let seen = || filed().and([verified("CL-1").by("li.wei")]);
    seen().when(verified("CL-1").by("li.wei")).then_known();
    seen().when(decided("CL-1", Some("15")).by("li.wei")).then_refused("approval_needed");
    seen().when(decided("CL-1", None).by("li.wei")).then_recorded(&["claim_decided"]);
    let waiting = || seen().and([grant()]);
    waiting().when(approved("claim/CL-1", 1, 2).by("li.wei")).then_refused("maker_is_approver");
    let granted = || waiting().and([approved("claim/CL-1", 1, 2).by("zhang.min")]);
    granted().when(decided("CL-1", Some("15")).by("li.wei")).then_known();
    granted().when(decided("CL-1", Some("14")).by("li.wei")).then_refused("claim_already_decided");
    granted().when(li(Step::IssueSheet)).then_refused("relief_changed");
    // Lower edge (1 000 − 15) × 95 % = 935.75: 5.75 m³ below it at 0.75.
    let again = granted().when(reassessed(JANUARY).by("li.wei"));
    let world = again.then_recorded(&["deviation_assessed"]);
    let document = &world.contract("LG-1").deviation(month(JANUARY)).unwrap().document;
    assert_eq!((document.revision, document.charge), (2, yuan("4.31")));
    granted().and([reassessed(JANUARY)]).when(reassessed(JANUARY).by("li.wei")).then_known();
}

#[test]
fn a_row_that_bears_its_decision_was_decided_outside_and_only_files_bring_it() {
    short().when(claim().granted("15").by("li.wei")).then_refused("approval_needed");
    short().when(claim().granted("15")).then(|event| {
        let Event::ClaimDecided(decided) = event else { panic!("{}", event.type_name()) };
        assert_eq!((decided.outside, &decided.by), (true, &None));
    });
}

#[test]
fn by_hand_a_month_gets_no_more_relief_than_its_contract_quantity() {
    let of = |id: &str, quantity: &str| claimed(id, "2026-01-10", "2026-01-12", quantity);
    let seen = |quantity: &str| short().and([of("CL-1", quantity), verified("CL-1").by("li.wei")]);
    let grant = |quantity: &str| proposed(decided("CL-1", Some(quantity)), "all").by("li.wei");
    seen("1000").when(grant("1000")).then_recorded(&["act_proposed"]);
    let (month, quantity) = (month(JANUARY), units("1000"));
    let relief = read::<rust_decimal::Decimal>("1000.002").into();
    seen("1000.002").when(grant("1000.002")).then_rejected(ClaimRejection::ReliefAboveQuantity {
        month,
        relief,
        quantity,
    });
    // What files bring is cut at the contract quantity instead (D1).
    short().when(of("CL-1", "1000.002").granted("1000.002")).then_recorded(&[
        "reference_taken",
        "claim_filed",
        "claim_decided",
    ]);
}

#[test]
fn a_posted_case_is_restated_by_its_difference_and_confirmed_anew() {
    let granted = || posted().and([claim().granted("15"), reassessed(JANUARY)]);
    let second = |wanted: Step| step(JANUARY, 2, wanted);
    granted().when(second(Step::Post).by("li.wei")).then_refused("not_confirmed");
    granted().when(li(Step::Post)).then_refused("changed_since_shown");
    let ready = || {
        granted().and([
            second(Step::IssueSheet).by("li.wei"),
            second(receipt(TODAY)).by("li.wei"),
            second(Step::ApprovePosting).by("zhang.min"),
        ])
    };
    // From 15.00, 13.76 and 1.24 to 4.31, 3.95 and 0.36: column by column.
    let difference = posting(ready().when(second(Step::Post).by("li.wei")));
    let columns = (difference.gross, difference.net, difference.tax);
    assert_eq!(columns, (yuan("-10.69"), yuan("-9.81"), yuan("-0.88")));
    assert_eq!((difference.revision, difference.sheet), (2, 2));
}

#[test]
fn a_posted_case_whose_charge_falls_away_is_posted_back() {
    let all = claimed("CL-1", "2026-01-10", "2026-01-12", "100").granted("100");
    let ledger = posted().and([all, reassessed(JANUARY)]);
    let world = ledger.clone().when(reassessed(JANUARY)).then_known();
    assert_eq!(stage(&world), "assessed");
    let second = |wanted: Step| step(JANUARY, 2, wanted);
    let ready = ledger.and([
        second(Step::IssueSheet).by("li.wei"),
        second(receipt(TODAY)).by("li.wei"),
        second(Step::ApprovePosting).by("zhang.min"),
    ]);
    assert_eq!(posting(ready.when(second(Step::Post).by("li.wei"))).gross, yuan("-15.00"));
}

#[test]
fn a_waiver_takes_two_and_ends_the_case() {
    short().when(waived(JANUARY, 1).by("li.wei")).then_refused("approval_needed");
    let proposal = || proposed(waived(JANUARY, 1), "goodwill").by("li.wei");
    let waiting = || short().and([proposal()]);
    waiting().when(approved(CASE, 1, 1).by("li.wei")).then_refused("maker_is_approver");
    let ended = || waiting().and([approved(CASE, 1, 1).by("zhang.min")]);
    ended().when(li(Step::IssueSheet)).then_refused("case_ended");
    ended().when(reassessed(JANUARY)).then_refused("case_ended");
    waiting()
        .and([withdrawn(CASE, "no").by("li.wei")])
        .when(proposal())
        .then_recorded(&["act_proposed"]);
    // The period was assessed again in between: what was shown is no longer so.
    let again = waiting().and([claim().granted("15"), reassessed(JANUARY)]);
    again.when(approved(CASE, 1, 1).by("zhang.min")).then_refused("changed_since_shown");
}

#[test]
fn one_person_alone_posts_where_the_ledger_says_so_and_the_posting_says_it() {
    let settings = Settings { four_eyes: FourEyes::Off, ..Settings::default() };
    let ledger = given([Told::Command(Command::OpenLedger(OpenLedger { settings }))])
        .and([signed("LG-1")])
        .and(delivered_daily("2026-01-01", "2026-01-31", "30"))
        .and([closed(JANUARY), assessed(JANUARY)])
        .and([li(Step::IssueSheet), li(receipt(TODAY))]);
    let posted = posting(ledger.when(li(Step::Post)));
    assert_eq!((posted.four_eyes, posted.approved_by), (Some(FourEyes::Off), None));
}

#[test]
fn a_posted_case_is_in_the_books_a_debt_and_invoiced_as_a_document() {
    let world = posted().when(li(Step::Post)).then_known();
    assert_eq!(newest(&world), "prepaid 15.00, deviation -13.76, tax -1.24");
    let debts = debts_as_of(world.contract("LG-1"), "2028-06-01".parse().unwrap());
    let last = debts.last().unwrap();
    assert_eq!(last.document, DocumentName::Deviation { month: month(JANUARY) });
    assert_eq!(last.open().principal, yuan("15.00"));
    let invoice = BooksCommand::RecordInvoice(RecordInvoice {
        contract: read("LG-1"),
        document: last.document,
        revision: 1,
        number: read("25420001"),
        date: read("2028-06-02"),
        colour: InvoiceColour::Blue,
    });
    posted().when(Told::Command(Command::Books(invoice))).then(|event| {
        let Event::InvoiceRecorded(invoice) = event else { panic!("{event:?}") };
        assert_eq!(invoice.gross, yuan("15.00"));
    });
}

#[test]
fn a_case_is_not_posted_into_closed_books() {
    let through = "2028-06-01".parse().unwrap();
    let shut = Told::Event(Event::BooksClosed(BooksClosed { through }));
    let ready = || confirmed().and([zhang(Step::ApprovePosting), shut.clone()]);
    ready().when(li(Step::Post)).then_refused("books_closed");
    ready()
        .at("2028-06-02T12:00:00+08:00")
        .when(li(Step::Post))
        .then_recorded(&["deviation_posted"]);
}
