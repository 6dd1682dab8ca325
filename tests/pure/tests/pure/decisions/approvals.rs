//! F: four eyes. Acts of weight are proposed by one person and approved by another.

use citygate_domain::Event;
use citygate_domain::approval::{Alone, Role};
use citygate_domain::ledger::{FourEyes, OpenLedger, Settings};
use citygate_domain::{Command, approval::Rejection};
use citygate_tests_pure::story::{Given, given, given_nothing};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, approved_at, closed, delivered, delivered_daily, granting_role, m3, paid, proposed,
    published, read, refunded, reversed, revoked_role, signed, transferred, withdrawn,
};

const ACCOUNT: &str = "account/LG-1";

fn refund() -> Told {
    refunded("B-2", "2026-01-10", "100.00")
}

fn paid_up() -> Given {
    given([signed("LG-1"), paid("B-1", "2026-01-05", "1000.00")])
}

fn pending() -> Given {
    paid_up().and([proposed(refund(), "moves out").by("li.wei")])
}

#[test]
fn a_refund_is_proposed_by_one_and_done_when_another_approves() {
    let world = paid_up()
        .when(proposed(refund(), "moves out").by("li.wei"))
        .then_recorded(&["act_proposed"]);
    assert_eq!(world.account("LG-1", "2026-01-10").balance.to_string(), "1000.00");
    let world = pending().when(approved(ACCOUNT, 1, 1).by("zhang.min")).then_recorded(&[
        "act_approved",
        "reference_taken",
        "refund_paid",
    ]);
    assert_eq!(world.account("LG-1", "2026-01-10").balance.to_string(), "900.00");
    assert_eq!(world.ledger.approvals().all_pending().count(), 0);
}

#[test]
fn an_act_of_weight_is_never_done_directly() {
    let reading = || delivered("2026-01-15", m3("41")).correcting("meter");
    let mut facts = vec![signed("LG-1"), published("GATE", "2026-01-01", "1.84")];
    facts.push(paid("B-1", "2026-01-05", "1000.00"));
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.push(closed("2026-01"));
    let ledger = || given(facts.clone());
    for act in [
        refund(),
        reversed("B-3", "B-1", "2026-01-06", "1000.00"),
        reading(),
        published("GATE", "2026-01-01", "1.85").correcting("misprint"),
        transferred("X-1", "LG-1", "-", "2026-01", "1"),
    ] {
        ledger().when(act.clone().by("li.wei")).then_refused("approval_needed");
        ledger().when(proposed(act, "as told").by("li.wei")).then_recorded(&["act_proposed"]);
    }
}

#[test]
fn what_is_new_or_of_an_open_month_needs_nobody_else() {
    let ledger = || given([signed("LG-1"), delivered("2026-01-15", m3("40"))]);
    let reading = || delivered("2026-01-15", m3("41")).correcting("meter");
    let index = || published("GATE", "2026-01-01", "1.84");
    let transfer = || transferred("X-1", "LG-1", "-", "2026-01", "1");
    ledger().when(reading().by("li.wei")).then_recorded(&["delivery_recorded"]);
    ledger().when(index().by("li.wei")).then_recorded(&["index_published"]);
    for act in [reading(), index(), transfer()] {
        let answer = ledger().when(proposed(act, "as told").by("li.wei")).into_answer().unwrap();
        assert!(answer.iter().all(|event| !matches!(event, Event::ActProposed(_))));
    }
}

#[test]
fn what_arrives_in_files_was_decided_outside() {
    paid_up().when(refund()).then_recorded(&["reference_taken", "refund_paid"]);
}

#[test]
fn one_person_alone_acts_at_once_where_the_ledger_says_so() {
    let settings = Settings { four_eyes: FourEyes::Off, ..Settings::default() };
    let mut facts = vec![Told::Command(Command::OpenLedger(OpenLedger { settings }))];
    facts.push(signed("LG-1"));
    facts.push(paid("B-1", "2026-01-05", "1000.00"));
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    let ledger = || given(facts.clone());
    ledger().when(refund().by("li.wei")).then_recorded(&["reference_taken", "refund_paid"]);
    ledger()
        .when(proposed(refund(), "moves out").by("li.wei"))
        .then_recorded(&["reference_taken", "refund_paid"]);
    ledger().when(closed("2026-01").by("li.wei")).then(|event| {
        let Event::SettlementIssued(document) = event else { panic!("{}", event.type_name()) };
        assert_eq!(document.four_eyes, Some(FourEyes::Off));
    });
}

#[test]
fn a_document_of_a_ledger_with_four_eyes_says_nothing_of_them() {
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    given(facts).when(closed("2026-01")).then(|event| {
        let Event::SettlementIssued(document) = event else { panic!("{}", event.type_name()) };
        assert_eq!(document.four_eyes, None);
    });
}

#[test]
fn what_cannot_be_done_cannot_be_proposed_either() {
    let too_much = refunded("B-2", "2026-01-10", "1000.01");
    paid_up()
        .when(proposed(too_much, "moves out").by("li.wei"))
        .then_refused("refund_above_balance");
    let done = paid_up().and([refund()]);
    done.when(proposed(refund(), "moves out").by("li.wei")).then_known();
}

#[test]
fn an_approved_act_is_decided_again_as_things_stand() {
    let returned = reversed("B-3", "B-1", "2026-01-06", "1000.00");
    let reading = || delivered("2026-01-15", m3("41")).correcting("meter");
    let mut facts = vec![signed("LG-1")];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.extend([closed("2026-01"), proposed(reading(), "meter").by("li.wei")]);
    // Nothing changed: the correction counts from its approval on.
    let subject = "delivery/LG-1-1/2026-01-15";
    given(facts)
        .when(approved(subject, 1, 1).by("zhang.min"))
        .then_recorded(&["act_approved", "delivery_recorded"]);
    // The money went back in between: the account is not what was shown.
    let now = 2;
    pending()
        .and([returned])
        .when(approved(ACCOUNT, 1, 1).by("zhang.min"))
        .then_rejected(Rejection::ChangedSinceShown { subject: read(ACCOUNT), shown: 1, now });
}

#[test]
fn repeating_an_answer_changes_nothing() {
    pending().when(proposed(refund(), "moves out").by("li.wei")).then_known();
    let approval = || approved(ACCOUNT, 1, 1).by("zhang.min");
    pending().and([approval()]).when(approval()).then_known();
    let back = || withdrawn(ACCOUNT, "wrong").by("li.wei");
    pending().and([back()]).when(back()).then_known();
    pending().and([approval()]).when(back()).then_refused("no_approval_pending");
}

#[test]
fn a_proposal_is_taken_back_by_its_maker_or_rejected_by_another() {
    for person in ["li.wei", "zhang.min"] {
        pending()
            .when(withdrawn(ACCOUNT, "wrong amount").by(person))
            .then_recorded(&["act_withdrawn"]);
    }
    pending().when(withdrawn(ACCOUNT, "").by("li.wei")).then_refused("reason_missing");
    pending().when(withdrawn(ACCOUNT, "from a file")).then_refused("not_a_person");
    let again = pending()
        .and([withdrawn(ACCOUNT, "wrong").by("li.wei"), proposed(refund(), "right").by("li.wei")]);
    again.when(approved(ACCOUNT, 2, 1).by("zhang.min")).then_recorded(&[
        "act_approved",
        "reference_taken",
        "refund_paid",
    ]);
}

fn administrator() -> Told {
    granting_role("chen.jing", Role::Administrator).by("chen.jing")
}

fn granted(person: &str, role: Role, by: &str, approver: &str) -> [Told; 2] {
    let subject = format!("person/{person}");
    [
        proposed(granting_role(person, role), "new here").by(by),
        approved(&subject, 1, 0).by(approver),
    ]
}

#[test]
fn the_first_administrator_is_granted_at_once_and_says_so() {
    let world = given_nothing().when(administrator()).then(|event| {
        let Event::RoleGranted(granted) = event else { panic!("{}", event.type_name()) };
        assert_eq!(granted.alone, Some(Alone::FirstAdministrator));
    });
    assert!(world.ledger.approvals().has(&read("chen.jing"), Role::Administrator));
    given([administrator()]).when(administrator()).then_known();
    given([administrator()])
        .when(granting_role("li.wei", Role::Administrator).by("li.wei"))
        .then_refused("role_missing");
    given_nothing()
        .when(granting_role("li.wei", Role::Clerk).by("li.wei"))
        .then_refused("role_missing");
}

#[test]
fn a_role_takes_an_administrator_and_one_other() {
    let [proposal, approval] = granted("zhang.min", Role::Approver, "chen.jing", "li.wei");
    let ledger = || given([administrator(), proposal.clone()]);
    ledger().when(approval.clone().by("chen.jing")).then_refused("maker_is_approver");
    let world = ledger().when(approval.clone()).then(|event| {
        let Event::RoleGranted(granted) = event else { panic!("{}", event.type_name()) };
        assert_eq!(granted.alone, None);
        assert_eq!(granted.by, read("chen.jing"));
        assert_eq!(granted.approved_by, Some(read("li.wei")));
    });
    assert!(world.ledger.approvals().has(&read("zhang.min"), Role::Approver));
    // From now on the other is an approver, or a second administrator.
    let [proposal, approval] = granted("li.wei", Role::Clerk, "chen.jing", "li.wei");
    let staffed = || {
        given([administrator()])
            .and(granted("zhang.min", Role::Approver, "chen.jing", "li.wei"))
            .and([proposal.clone()])
    };
    staffed().when(approval.clone()).then_refused("role_missing");
    staffed().when(approval.by("zhang.min")).then_recorded(&["act_approved", "role_granted"]);
    let by_a_clerk = proposed(granting_role("li.wei", Role::Clerk), "new").by("zhang.min");
    given([administrator()])
        .and(granted("zhang.min", Role::Approver, "chen.jing", "li.wei"))
        .when(by_a_clerk)
        .then_refused("role_missing");
}

#[test]
fn once_roles_count_a_proposal_needs_one_and_an_approval_an_approver() {
    let staffed = || {
        paid_up()
            .and([administrator()])
            .and(granted("zhang.min", Role::Approver, "chen.jing", "li.wei"))
            .and(granted("li.wei", Role::Clerk, "chen.jing", "zhang.min"))
    };
    let refund = || proposed(refund(), "moves out");
    staffed().when(refund().by("wang.fang")).then_refused("role_missing");
    let waiting = || staffed().and([refund().by("li.wei")]);
    waiting().when(approved(ACCOUNT, 1, 1).by("wang.fang")).then_refused("role_missing");
    waiting().when(approved(ACCOUNT, 1, 1).by("chen.jing")).then_refused("role_missing");
    let lost = revoked_role("zhang.min", Role::Approver).by("chen.jing");
    waiting()
        .and([lost])
        .when(approved(ACCOUNT, 1, 1).by("zhang.min"))
        .then_refused("role_missing");
    waiting().when(approved(ACCOUNT, 1, 1).by("zhang.min")).then_recorded(&[
        "act_approved",
        "reference_taken",
        "refund_paid",
    ]);
}

#[test]
fn a_role_is_taken_away_by_an_administrator_and_never_the_last_ones() {
    let staffed =
        || given([administrator()]).and(granted("li.wei", Role::Clerk, "chen.jing", "zhang.min"));
    let lost = || revoked_role("li.wei", Role::Clerk);
    staffed().when(lost().by("li.wei")).then_refused("role_missing");
    staffed().when(lost().by("chen.jing")).then_recorded(&["role_revoked"]);
    staffed().and([lost().by("chen.jing")]).when(lost().by("chen.jing")).then_known();
    let last = revoked_role("chen.jing", Role::Administrator).by("chen.jing");
    let person = read("chen.jing");
    staffed().when(last.clone()).then_rejected(Rejection::LastAdministrator { person });
    staffed()
        .and(granted("wang.fang", Role::Administrator, "chen.jing", "zhang.min"))
        .when(last)
        .then_recorded(&["role_revoked"]);
}

#[test]
fn an_approval_without_a_number_is_of_the_one_that_is_pending() {
    let done = ["act_approved", "reference_taken", "refund_paid"];
    let mut world = pending().when(approved_at(ACCOUNT, 1).by("zhang.min")).then_recorded(&done);
    // The next proposal on the account is the second one, at a revision of its own.
    let second = proposed(refunded("B-3", "2026-01-11", "5.00"), "overpaid").by("li.wei");
    world.take(second);
    assert_eq!(world.hear(approved_at(ACCOUNT, 2).by("zhang.min")).unwrap().len(), done.len());
    assert_eq!(world.account("LG-1", "2026-01-11").balance.to_string(), "895.00");
    assert_eq!(world.hear(approved_at(ACCOUNT, 2).by("zhang.min")), Ok(Vec::new()), "it is known");
}

#[test]
fn a_proposal_that_took_the_place_of_the_one_shown_needs_its_number() {
    let other = proposed(refunded("B-3", "2026-01-10", "900.00"), "all of it").by("li.wei");
    let told = || pending().and([withdrawn(ACCOUNT, "wrong").by("li.wei"), other.clone()]);
    told().when(approved_at(ACCOUNT, 1).by("zhang.min")).then_rejected(Rejection::NumberMissing {
        subject: read(ACCOUNT),
        revision: 1,
        now: 2,
    });
    told().when(approved(ACCOUNT, 2, 1).by("zhang.min")).then_recorded(&[
        "act_approved",
        "reference_taken",
        "refund_paid",
    ]);
}

#[test]
fn nobody_approves_a_role_that_he_gets_himself() {
    let chen = granting_role("chen.jing", Role::Administrator).by("chen.jing");
    let grant = granting_role("zhang.min", Role::Approver);
    let waits = proposed(grant, "head of billing").by("chen.jing");
    let told = || given([chen.clone(), waits.clone()]);
    let subject = "person/zhang.min";
    told().when(approved(subject, 1, 0).by("zhang.min")).then_rejected(
        Rejection::ApprovesOwnGrant { person: read("zhang.min"), role: Role::Approver },
    );
    told()
        .when(approved(subject, 1, 0).by("wang.fang"))
        .then_recorded(&["act_approved", "role_granted"]);
}
