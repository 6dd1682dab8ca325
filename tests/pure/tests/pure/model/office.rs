//! The moves on a ledger.

use std::collections::BTreeMap;

use citygate_domain::Event;
use citygate_domain::Rejection;
use citygate_domain::deviation::{Resolution, Step};
use citygate_domain::state::Ledger;
use citygate_projections::ReadModels;
use citygate_tests_pure::book_words::{
    assigned, books_closed, fee_charged, fee_waived, postpaid, taken_back,
};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    approved, assessed, claimed, closed, contract, decided, delivered, delivery_of_sheet, m3,
    objection, paid, proposed, reassessed, receipt, refunded, resolution, restated, reversed, step,
    traded, verified, waived, withdrawn, year_restated, year_settled,
};
use citygate_tests_pure::world::{TODAY, World};

use super::moves::Move;
use super::reference::{DAYS, Expected, Reference, share, term};
use super::{CONTRACTS, MONTHLY, PERSONS, years};

/// What a contract owes beside its gas: 80 % of what is agreed, made up and carried forward.
const TAKE_OR_PAY: &str = r#"{"percent": "80", "credit_deviation": true,
    "price": {"kind": "weighted_average"},
    "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
    "carry_forward": {"years": 2, "base": "adjusted", "cap_percent": "100"},
    "end_of_term": {"kind": "forfeit"}}"#;

type Answer = Result<Vec<Event>, Rejection>;

/// A ledger at work.
pub struct Office {
    /// The ledger and its log.
    pub world: World,
    /// What people read of it, kept up with every event.
    pub models: ReadModels,
    /// The ledger before the first move.
    pub begun: Ledger,
    /// How many events it had.
    pub begun_with: usize,
    /// How many events the read models have heard.
    heard: usize,
}

/// `2024-02` for 1.
pub fn month_name(month: usize) -> String {
    format!("{}-{:02}", 2024 + month / 12, month % 12 + 1)
}

fn date(month: usize, day: usize) -> String {
    format!("{}-{day:02}", month_name(month))
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn payment_name(payment: usize) -> String {
    format!("PAY-{payment}")
}

fn begun(reference: &Reference) -> World {
    let monthly = MONTHLY.to_string();
    let sign = |told: citygate_tests_pure::template::Template| {
        told.every_month(&monthly)
            .term("excess_price", r#"{"constant": "3.00"}"#)
            .term("deviation.deemed_confirmed_days", "0")
    };
    let first = sign(postpaid(CONTRACTS[0])).term_of("2024-01-01", "2025-03-31");
    let second = sign(contract(CONTRACTS[1])).term_of("2025-01-01", "2025-03-31");
    let mut world = World::of([first.term("take_or_pay", TAKE_OR_PAY).signed(), second.signed()]);
    for (who, months) in reference.contracts.iter().enumerate() {
        for month in term(who) {
            for (day, volume) in months[month].readings.iter().enumerate() {
                world.take(reading(who, month, day, *volume));
            }
        }
    }
    world
}

fn reading(who: usize, month: usize, day: usize, volume: u32) -> Told {
    let point = format!("{}-1", CONTRACTS[who]);
    delivered(&date(month, day + 1), m3(&volume.to_string())).at(&point)
}

/// A claim on the first, second or last third of a month.
fn claim(name: &str, who: usize, month: usize, third: usize, quantity: u32) -> Told {
    let first = date(month, third * 10 + 1);
    let last = date(month, if third == 2 { 28 } else { third * 10 + 10 });
    claimed(name, &first, &last, &quantity.to_string()).of(CONTRACTS[who])
}

fn case_step(number: usize) -> Step {
    match number {
        0 => Step::IssueSheet,
        1 => delivery_of_sheet(TODAY),
        2 => receipt(TODAY),
        3 => Step::Deem,
        4 => objection(TODAY),
        5 => resolution(Resolution::Upheld),
        6 => resolution(Resolution::Withdrawn),
        APPROVE => Step::ApprovePosting,
        _ => Step::Post,
    }
}

const APPROVE: usize = 7;
/// Steps between an assessment and a posting: sealed, silent, upheld, withdrawn and sealed.
const WAYS: [&[usize]; 4] =
    [&[0, 2, APPROVE], &[0, 1, 3, APPROVE], &[0, 4, 5, APPROVE], &[0, 4, 6, 2, APPROVE]];

impl Office {
    /// A ledger as the model begins.
    pub fn begun(reference: &Reference) -> Self {
        let world = begun(reference);
        let (begun, begun_with) = (world.ledger.clone(), world.log.len());
        let mut office = Self { world, models: ReadModels::default(), begun, begun_with, heard: 0 };
        office.read();
        office
    }

    /// Makes a move, and compares what comes of it with what the model says.
    pub fn does(&mut self, wanted: &Move, reference: &Reference) {
        let before = self.world.log.len();
        let answer = self.make(wanted, reference);
        match (reference.expected, &answer) {
            (Expected::Recorded, Ok(events)) => assert!(!events.is_empty(), "{wanted:?} is known"),
            (Expected::Known, Ok(events)) => assert_eq!(events, &[], "{wanted:?} is not known"),
            (Expected::Refused(code), Err(rejection)) => {
                assert_eq!(rejection.code(), code, "{wanted:?}: {rejection}");
            }
            (Expected::Recorded | Expected::Known, Err(rejection)) => {
                panic!("{wanted:?} is refused: {} {rejection}", rejection.code());
            }
            (Expected::Refused(code), Ok(_)) => panic!("{wanted:?} is taken instead of {code}"),
            (Expected::Open, _) => {}
        }
        let new = &self.world.log[before..];
        new.iter().for_each(|recorded| years::check(&self.world, recorded, reference));
        self.read();
    }

    /// The read models hear what is new.
    fn read(&mut self) {
        for recorded in &self.world.log[self.heard..] {
            self.models.apply(recorded);
        }
        self.heard = self.world.log.len();
    }

    /// Counts what came of the moves: events by name, and later revisions by themselves.
    pub fn tally(&self, reached: &mut BTreeMap<String, usize>) {
        for recorded in &self.world.log[self.begun_with..] {
            let name = recorded.event.type_name();
            *reached.entry(name.to_owned()).or_default() += 1;
            let revision = if let Event::SettlementIssued(document) = &recorded.event {
                document.revision
            } else if let Event::DeviationPosted(posting) = &recorded.event {
                posting.revision
            } else if let Event::TakeOrPaySettled(document) = &recorded.event {
                document.revision
            } else {
                1
            };
            if revision > 1 {
                *reached.entry(format!("{name} again")).or_default() += 1;
            }
        }
    }

    fn make(&mut self, wanted: &Move, reference: &Reference) -> Answer {
        let number = reference.moved;
        let told = match *wanted {
            Move::Deliver { who, month, daily } => {
                let days = (1..DAYS[month]).map(|day| reading(who, month, day, daily));
                days.for_each(|told| self.world.take(told));
                reading(who, month, 0, daily)
            }
            Move::Correct { who, month, day, volume } => {
                reading(who, month, day, volume).correcting(&format!("test {number}"))
            }
            Move::Lot { who, month, quantity, price } => {
                let (name, quantity) = (format!("LOT-{number:04}"), quantity.to_string());
                let price = yuan(price.into());
                traded(&name, &month_name(month), &quantity, &price).of(CONTRACTS[who])
            }
            Move::Claim { who, month, third, quantity, granted } => {
                let claim = claim(&format!("CL-{number}"), who, month, third, quantity);
                if granted > 0 { claim.granted(&granted.to_string()) } else { claim.rejected() }
            }
            Move::ClaimHere { who, month, third, quantity, persons } => {
                let name = format!("CL-{number}");
                let claim = claim(&name, who, month, third, quantity);
                return self.claims(&name, claim, quantity, persons);
            }
            Move::Assess { who, month, again } => {
                let name = month_name(month);
                if again { reassessed(&name) } else { assessed(&name) }.of(CONTRACTS[who])
            }
            Move::Step { who, month, step: wanted, person, ahead } => {
                self.step(who, month, case_step(wanted), ahead).by(PERSONS[person])
            }
            Move::Walk { who, month, way, persons, again } => {
                if again {
                    let name = month_name(month);
                    let _ = self.world.hear(restated(&name).of(CONTRACTS[who]));
                    let _ = self.world.hear(reassessed(&name).of(CONTRACTS[who]));
                }
                return self.walks(who, month, way, persons);
            }
            Move::Waive { who, month, persons } => {
                let revision = self.revision(who, month);
                let waive = waived(&month_name(month), revision).of(CONTRACTS[who]);
                return self.acts(waive, persons);
            }
            Move::Close { who, month } => return self.closes(who, month),
            Move::Season { who, month, persons } => return self.works(who, month, persons),
            Move::SettleYear { year } => year_settled(year),
            Move::Restate { who, month } => restated(&month_name(month)).of(CONTRACTS[who]),
            Move::RestateYear { year } => year_restated(year),
            Move::CloseBooks { month } => books_closed(&date(month, DAYS[month])),
            Move::Pay { .. }
            | Move::Reverse { .. }
            | Move::Refund { .. }
            | Move::Assign { .. }
            | Move::TakeBack { .. }
            | Move::Fee { .. } => return self.moves_money(wanted, reference),
        };
        self.world.hear(told)
    }

    fn moves_money(&mut self, wanted: &Move, reference: &Reference) -> Answer {
        let number = reference.moved;
        let told = match *wanted {
            Move::Pay { who, month, fen } => {
                let taken = reference.expected == Expected::Recorded;
                let place = reference.payments.len() - usize::from(taken);
                let paid = paid(&payment_name(place), &date(month, 15), &yuan(fen));
                who.map_or(paid.clone().unallocated(), |who| paid.of(CONTRACTS[who]))
            }
            Move::Reverse { payment, month } => {
                let (name, reverses) = (format!("BACK-{number}"), payment_name(payment));
                let payment = &reference.payments[payment];
                let told = reversed(&name, &reverses, &date(month, 16), &yuan(payment.fen));
                payment.who.map_or(told.clone().unallocated(), |who| told.of(CONTRACTS[who]))
            }
            Move::Refund { who, month, fen, persons } => {
                let told = refunded(&format!("REF-{number}"), &date(month, 17), &yuan(fen));
                let told = told.of(CONTRACTS[who]);
                let Some(persons) = persons else { return self.world.hear(told) };
                return self.acts(told, persons);
            }
            Move::Assign { payment, who, all } => {
                let fen = self.share_before(payment, who, all, reference);
                assigned(&payment_name(payment), &[(CONTRACTS[who], &yuan(fen))])
            }
            Move::TakeBack { payment, who } => taken_back(&payment_name(payment), CONTRACTS[who]),
            Move::Fee { month, waived } => {
                let (month, through) = (month_name(month), "2026-01-31");
                let charged = fee_charged(&month, through);
                if !waived {
                    return self.world.hear(charged);
                }
                let _ = self.world.hear(charged);
                fee_waived(&month, through)
            }
            Move::Deliver { .. }
            | Move::Correct { .. }
            | Move::Lot { .. }
            | Move::Claim { .. }
            | Move::ClaimHere { .. }
            | Move::Close { .. }
            | Move::Season { .. }
            | Move::Assess { .. }
            | Move::Step { .. }
            | Move::Walk { .. }
            | Move::Waive { .. }
            | Move::SettleYear { .. }
            | Move::Restate { .. }
            | Move::RestateYear { .. }
            | Move::CloseBooks { .. } => panic!("{wanted:?} moves no money"),
        };
        self.world.hear(told)
    }

    /// What was meant by a share: the model has assigned it already.
    fn share_before(&self, payment: usize, who: usize, all: bool, after: &Reference) -> i64 {
        let payment = &after.payments[payment];
        let mut before = payment.clone();
        if after.expected == Expected::Recorded {
            let last = before.shares.pop();
            assert_eq!(last.map(|(of, _)| of), Some(who), "the last share is this one");
        }
        share(&before, all)
    }

    fn revision(&self, who: usize, month: usize) -> u32 {
        let month = citygate_tests_pure::words::month(&month_name(month));
        self.world.contract(CONTRACTS[who]).cases[&month].revision
    }

    fn step(&self, who: usize, month: usize, wanted: Step, ahead: bool) -> Told {
        let revision = self.revision(who, month) + u32::from(ahead);
        step(&month_name(month), revision, wanted).of(CONTRACTS[who])
    }

    /// From the sheet to the posting, as far as it goes.
    fn walks(&mut self, who: usize, month: usize, way: usize, persons: [usize; 2]) -> Answer {
        for number in WAYS[way] {
            let person = persons[usize::from(*number == APPROVE)];
            let told = self.step(who, month, case_step(*number), false).by(PERSONS[person]);
            let _ = self.world.hear(told);
        }
        let told = self.step(who, month, Step::Post, false).by(PERSONS[persons[0]]);
        self.world.hear(told)
    }

    /// An act proposed by one person and approved by another; refused, it is taken back.
    fn acts(&mut self, act: Told, [maker, approver]: [usize; 2]) -> Answer {
        let events = self.world.hear(proposed(act, "as agreed").by(PERSONS[maker]))?;
        let Some(Event::ActProposed(proposal)) = events.last() else { return Ok(events) };
        let (subject, number) = (proposal.subject.to_string(), proposal.number);
        let approve = approved(&subject, number, proposal.revision).by(PERSONS[approver]);
        let answer = self.world.hear(approve);
        if answer.is_err() {
            self.world.take(withdrawn(&subject, "refused").by(PERSONS[maker]));
        }
        answer
    }

    /// A claim from its filing to its decision.
    fn claims(&mut self, name: &str, claim: Told, quantity: u32, persons: [usize; 2]) -> Answer {
        self.world.take(claim.by(PERSONS[persons[0]]));
        self.world.take(verified(name).by(PERSONS[persons[0]]));
        let answer = self.acts(decided(name, Some(&quantity.to_string())), persons);
        if answer.is_err() {
            self.world.take(decided(name, None).by(PERSONS[persons[0]]));
        }
        answer
    }

    /// Every month up to this one.
    fn closes(&mut self, who: usize, through: usize) -> Answer {
        let mut last = Ok(Vec::new());
        for month in term(who).filter(|month| *month <= through) {
            last = self.world.hear(closed(&month_name(month)).of(CONTRACTS[who]));
        }
        last
    }

    /// Closes and assesses every month up to this one, and walks their cases when two persons do
    /// it.
    fn works(&mut self, who: usize, through: usize, persons: Option<[usize; 2]>) -> Answer {
        let mut last = self.closes(who, through);
        for month in term(who).filter(|month| *month <= through) {
            last = self.world.hear(assessed(&month_name(month)).of(CONTRACTS[who]));
            if let (Ok(_), Some(persons)) = (&last, persons) {
                let _ = self.walks(who, month, 0, persons);
            }
        }
        last
    }
}
