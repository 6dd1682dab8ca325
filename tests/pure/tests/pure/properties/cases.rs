//! D9, F: whatever is tried, by whom and in which order, nothing is posted without a confirmation
//! and the approval of another person; and what is posted is the newest posted document.

use citygate_domain::Event;
use citygate_domain::deviation::{Resolution, Step};
use citygate_domain::quantities::Money;
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, assessed, claimed, closed, contract, decided, delivered_daily, delivery_of_sheet,
    month, objection, proposed, reassessed, receipt, resolution, step, verified, waived, withdrawn,
};
use citygate_tests_pure::world::{TODAY, World};

const JANUARY: &str = "2026-01";
const PERSONS: [&str; 3] = ["li.wei", "zhang.min", "wang.fang"];

fn begun() -> World {
    let agreed = contract("LG-1").term("deviation.deemed_confirmed_days", "0").signed();
    let mut facts = vec![agreed];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "30"));
    facts.extend([closed(JANUARY), assessed(JANUARY)]);
    World::of(facts)
}

/// Anything that somebody might try, by any of three persons.
fn attempt(dice: &mut Dice, newest: u32, claims: &mut u32) -> Told {
    let revision = if dice.one_in(5) { newest + 1 } else { newest };
    let person = PERSONS[usize::try_from(dice.between(0, 2)).unwrap()];
    let taken = |wanted: Step| step(JANUARY, revision, wanted);
    let told = match dice.between(0, 63) {
        0..=9 => taken(Step::IssueSheet),
        10..=13 => taken(delivery_of_sheet(TODAY)),
        14..=21 => taken(receipt(TODAY)),
        22..=25 => taken(Step::Deem),
        26 => taken(objection(TODAY)),
        27..=29 => taken(resolution(Resolution::Upheld)),
        30 => taken(resolution(Resolution::Withdrawn)),
        31..=40 => taken(Step::ApprovePosting),
        41..=52 => taken(Step::Post),
        53..=56 => reassessed(JANUARY),
        57 => proposed(waived(JANUARY, revision), "goodwill"),
        58 => approved("deviation/LG-1/2026-01", 1, revision),
        59 => withdrawn("deviation/LG-1/2026-01", "no"),
        _ => {
            // A claim that is decided outside, or filed here and rejected.
            *claims += 1;
            let id = format!("CL-{claims}");
            let quantity = (*claims * 5).to_string();
            let claim = claimed(&id, "2026-01-10", "2026-01-12", &quantity);
            let granted = dice.between(0, 1) == 0;
            return if granted { claim.granted(&quantity) } else { claim.rejected() };
        }
    };
    told.by(person)
}

/// Persons and answers of one revision, as the log tells them.
#[derive(Default)]
struct Seen {
    revision: u32,
    maker: Option<String>,
    agreed: bool,
    approver: Option<String>,
}

fn check(world: &World, seed: u64) {
    let mut seen = Seen::default();
    let mut posted = Money::ZERO;
    let mut charge = Money::ZERO;
    for recorded in &world.log {
        let event = &recorded.event;
        if let Event::DeviationAssessed(document) = event {
            seen = Seen { revision: document.revision, ..Seen::default() };
            charge = document.charge;
        } else if let Event::SheetIssued(sheet) = event {
            seen.maker = Some(sheet.by.to_string());
        } else if matches!(event, Event::SheetConfirmed(_) | Event::SheetDeemedConfirmed(_)) {
            seen.agreed = true;
        } else if let Event::DisputeResolved(resolved) = event {
            seen.agreed = resolved.resolution == Resolution::Upheld;
        } else if let Event::PostingApproved(approval) = event {
            seen.approver = Some(approval.by.to_string());
        } else if let Event::DeviationPosted(posting) = event {
            assert_eq!(posting.revision, seen.revision, "seed {seed}");
            assert!(seen.agreed, "seed {seed}: posted without a confirmation");
            assert!(seen.approver.is_some(), "seed {seed}: posted without an approval");
            assert_ne!(seen.approver, seen.maker, "seed {seed}: approved by its maker");
            let by = Some(posting.by.to_string());
            assert_ne!(seen.approver, by, "seed {seed}: posted by its approver");
            posted = posted + posting.gross;
            assert_eq!(posted, charge, "seed {seed}: another sum than the document's");
        }
    }
    let case = &world.contract("LG-1").cases[&month(JANUARY)];
    assert_eq!(case.posted_so_far().gross, posted, "seed {seed}");
    let replayed = world.replayed();
    let again = replayed.contract(world.contract("LG-1").id()).unwrap();
    assert_eq!(&again.cases[&month(JANUARY)], case, "seed {seed}: a replay leads elsewhere");
}

#[test]
fn no_order_of_commands_posts_without_a_confirmation_and_another_persons_approval() {
    let begun = begun();
    let (mut postings, mut restated) = (0, 0);
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let (mut world, mut claims) = (begun.clone(), 0);
        for _ in 0..120 {
            let newest = world.contract("LG-1").cases[&month(JANUARY)].revision;
            let _ = world.hear(attempt(&mut dice, newest, &mut claims));
        }
        check(&world, seed);
        let posted = world.contract("LG-1").cases[&month(JANUARY)].posted.len();
        postings += usize::from(posted > 0);
        restated += usize::from(posted > 1);
    }
    assert!(postings > 50, "{postings} of 400 histories post something");
    assert!(restated > 0, "no history restates a posted case");
}

#[test]
fn a_withdrawn_waiver_leaves_the_case_as_it_was() {
    let mut world = begun();
    let before = world.contract("LG-1").cases.clone();
    world.take(proposed(waived(JANUARY, 1), "goodwill").by("li.wei"));
    world.take(withdrawn("deviation/LG-1/2026-01", "no").by("li.wei"));
    assert_eq!(world.contract("LG-1").cases, before);
    let claim = claimed("CL-1", "2026-01-10", "2026-01-12", "5").by("li.wei");
    world.take(claim);
    world.take(verified("CL-1").by("li.wei"));
    world.take(decided("CL-1", None).by("li.wei"));
    assert_eq!(world.contract("LG-1").cases, before);
}
