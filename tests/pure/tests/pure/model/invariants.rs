//! What must hold after every move, whatever was tried.

use std::collections::BTreeMap;

use citygate_domain::Event;
use citygate_domain::contract::Issued;
use citygate_domain::deviation::Resolution;
use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, Money, Quantity, SettlementMonth};
use citygate_domain::state::Ledger;
use citygate_domain::take_or_pay::{TakeOrPaySettled, made_up};
use citygate_projections::ReadModels;
use citygate_projections::books::{Account, Amount, GasAccount, MoneyAccount};
use citygate_tests_pure::words::{day, month, read};

use super::CONTRACTS;
use super::office::{Office, month_name};
use super::reference::{Reference, term};

/// A day after everything.
const FAR: &str = "2030-01-01";

/// All of them.
pub fn check(office: &Office, reference: &Reference) {
    books_balance(office);
    money_is_conserved(office, reference);
    gas_is_conserved(office, reference);
    documents_stay(office, reference);
    cases_are_posted_by_two(office);
    acts_have_two_persons(office);
    replay_is_live(office);
}

/// A4: every commit sums to zero, and so does every trial balance.
fn books_balance(office: &Office) {
    let books = &office.models.books;
    assert!(books.journal(None, None).all(|commit| commit.sums_to_zero()));
    assert!(books.trial_balance(None, None).balances());
    for who in CONTRACTS {
        assert!(books.trial_balance(Some(&read(who)), None).balances(), "{who}");
    }
}

fn id(who: usize) -> ContractId {
    read(CONTRACTS[who])
}

/// What an account of the books holds in fen: debits above zero.
fn in_books(models: &ReadModels, who: Option<usize>, wanted: MoneyAccount) -> i128 {
    let who = who.map(id);
    let commits = models.books.journal(who.as_ref(), None);
    let postings = commits.flat_map(|commit| &commit.postings);
    let amounts = postings.filter_map(|posting| match posting.amount {
        Amount::Money(amount) if posting.account == Account::Money(wanted) => Some(amount.fen()),
        Amount::Money(_) | Amount::Gas(..) => None,
    });
    amounts.sum()
}

/// The newest revision of every year of a contract.
fn years(ledger: &Ledger, who: usize) -> impl Iterator<Item = &TakeOrPaySettled> {
    let contract = ledger.contract(&id(who)).expect("it was signed");
    contract.years.values().filter_map(|all| all.last()).map(|year| year.document.as_ref())
}

/// What is charged to a contract beside its settlements, from the log; and what was refunded.
fn charged_and_refunded(office: &Office, who: usize) -> (i128, i128) {
    let contract = id(who);
    let (mut charged, mut refunded) = (0, 0);
    for recorded in &office.world.log[office.begun_with..] {
        if let Event::DeviationPosted(posted) = &recorded.event {
            charged += if posted.contract == contract { posted.gross.fen() } else { 0 };
        } else if let Event::LateFeeCharged(fee) = &recorded.event {
            charged += if fee.contract == contract { fee.fee.fen() } else { 0 };
        } else if let Event::LateFeeWaived(fee) = &recorded.event {
            charged -= if fee.contract == contract { fee.fee.fen() } else { 0 };
        } else if let Event::RefundPaid(moved) = &recorded.event {
            let own = moved.contract.as_ref() == Some(&contract);
            refunded += if own { moved.amount.fen() } else { 0 };
        }
    }
    let years: i128 = years(&office.world.ledger, who).map(|year| year.gross.fen()).sum();
    (charged + years, refunded)
}

/// A2, A4: cash is what came in and was not paid back; what a contract holds is its money less what
/// its newest documents say; the account, its statement and the books agree.
fn money_is_conserved(office: &Office, reference: &Reference) {
    let (models, ledger) = (&office.models, &office.world.ledger);
    let left: i64 = reference.payments.iter().map(|payment| payment.left()).sum();
    assert_eq!(in_books(models, None, MoneyAccount::Unallocated), -i128::from(left));
    assert_eq!(ledger.unallocated_as_of(day(FAR)).fen(), i128::from(left));
    let mut cash = i128::from(left);
    for (who, name) in CONTRACTS.iter().enumerate() {
        let paid: i64 = reference.payments.iter().map(|payment| payment.of(who)).sum();
        let months = &reference.contracts[who];
        let issued: i64 = months.iter().filter_map(|m| m.newest()).map(|bill| bill.gross).sum();
        let running = months.iter().filter(|month| month.issued.is_empty());
        let running: i64 = running.map(|month| month.bill().gross).sum();
        let (charged, refunded) = charged_and_refunded(office, who);
        let held = i128::from(paid - issued) - charged - refunded;
        cash += i128::from(paid) - refunded;
        let prepaid = in_books(models, Some(who), MoneyAccount::Prepaid);
        assert_eq!(-prepaid, held, "{name}: the books");
        let statement = models.statements.of(Some(&id(who)), None);
        let stated = statement.last().map_or(Money::ZERO, |(_, balance)| *balance);
        assert_eq!(stated.fen(), held, "{name}: the statement");
        let balance = office.world.account(name, FAR).balance;
        assert_eq!(balance.fen(), held - i128::from(running), "{name}: the account");
    }
    assert_eq!(in_books(models, None, MoneyAccount::Cash), cash, "cash");
}

fn gas_in_books(models: &ReadModels, who: usize, wanted: GasAccount) -> Quantity {
    let contract = id(who);
    let commits = models.books.journal(Some(&contract), None);
    let postings = commits.flat_map(|commit| &commit.postings);
    let amounts = postings.filter_map(|posting| match posting.amount {
        Amount::Gas(amount, _) if posting.account == Account::Gas(wanted) => Some(amount),
        Amount::Gas(..) | Amount::Money(_) => None,
    });
    amounts.sum()
}

/// A4: the gas that was billed is that of the newest revisions; what can be made up is what was
/// paid for and neither drawn nor lost; no bank is below zero.
fn gas_is_conserved(office: &Office, reference: &Reference) {
    for (who, name) in CONTRACTS.iter().enumerate() {
        let bills = reference.contracts[who].iter().filter_map(|month| month.newest());
        let billed: Quantity = bills.map(|bill| Quantity::new(bill.quantity.into())).sum();
        let (mut drawn, mut bank) = (Quantity::ZERO, Quantity::ZERO);
        for year in years(&office.world.ledger, who) {
            let make_up = &year.make_up;
            let lost = made_up(&make_up.expired) + made_up(&make_up.forfeited);
            let opened = make_up.opened.as_ref().map_or(Quantity::ZERO, |entry| entry.quantity);
            drawn = drawn + made_up(&make_up.drawn);
            bank = bank + opened - made_up(&make_up.drawn) - lost - made_up(&make_up.refunded);
            no_bank_is_overdrawn(year);
        }
        let held = |account| gas_in_books(&office.models, who, account);
        assert_eq!(held(GasAccount::Sold), billed + drawn, "{name}: sold");
        assert_eq!(held(GasAccount::Delivered), Quantity::ZERO - billed, "{name}: delivered");
        assert_eq!(held(GasAccount::MakeUp), bank, "{name}: the bank of the books");
    }
}

fn no_bank_is_overdrawn(year: &TakeOrPaySettled) {
    let make_up = &year.make_up;
    let lists = [&make_up.drawn, &make_up.expired, &make_up.forfeited, &make_up.left];
    let mut made = lists.into_iter().flatten().chain(&make_up.opened);
    assert!(made.all(|entry| entry.quantity > Quantity::ZERO), "{make_up:?}");
    let carry = &year.carry_forward;
    let lists = [&carry.applied, &carry.expired, &carry.lapsed, &carry.left];
    let mut carried = lists.into_iter().flatten().chain(&carry.earned);
    assert!(carried.all(|entry| entry.quantity > Quantity::ZERO), "{carry:?}");
}

/// S1, S4: the documents of a month are those of the model, revision by revision; none is edited.
fn documents_stay(office: &Office, reference: &Reference) {
    for (who, name) in CONTRACTS.iter().enumerate() {
        let contract = office.world.contract(name);
        for of in term(who) {
            let month = month(&month_name(of));
            let known = contract.settlements.get(&month).map_or(&[][..], Vec::as_slice);
            let expected = &reference.contracts[who][of].issued;
            assert_eq!(known.len(), expected.len(), "{name} {month}: revisions");
            for ((issued, bill), revision) in known.iter().zip(expected).zip(1..) {
                let document = &issued.document;
                assert_eq!(document.revision, revision, "{name} {month}");
                assert_eq!(document.quantity, Quantity::new(bill.quantity.into()));
                assert_eq!(document.gross.fen(), i128::from(bill.gross), "{name} {month}");
                assert_eq!(document.net + document.tax, document.gross);
                let place = usize::try_from(issued.position.number()).expect("it fits") - 1;
                let logged = &office.world.log[place].event;
                assert_eq!(*logged, Event::SettlementIssued(issued.document.clone()));
            }
        }
    }
}

/// Answers to the sheet of one revision, as the log tells them.
#[derive(Default)]
struct Seen {
    revision: u32,
    charge: Money,
    posted: Money,
    maker: Option<String>,
    agreed: bool,
    approver: Option<String>,
    waived: bool,
}

/// D9, F: nothing is posted without an answer of the buyer and the approval of another person, and
/// what is posted in all is the document.
fn cases_are_posted_by_two(office: &Office) {
    let mut cases: BTreeMap<(ContractId, SettlementMonth), Seen> = BTreeMap::new();
    for recorded in &office.world.log[office.begun_with..] {
        let event = &recorded.event;
        let Some((contract, month)) = case_of(event) else { continue };
        let seen = cases.entry((contract.clone(), month)).or_default();
        if let Event::DeviationAssessed(document) = event {
            assert_eq!(document.revision, seen.revision + 1, "{contract} {month}");
            let (posted, waived) = (seen.posted, seen.waived);
            let (revision, charge) = (document.revision, document.charge);
            *seen = Seen { revision, charge, posted, waived, ..Seen::default() };
        } else if let Event::SheetIssued(sheet) = event {
            seen.maker = Some(sheet.by.to_string());
        } else if matches!(event, Event::SheetConfirmed(_) | Event::SheetDeemedConfirmed(_)) {
            seen.agreed = true;
        } else if let Event::DisputeResolved(resolved) = event {
            seen.agreed = resolved.resolution == Resolution::Upheld;
        } else if let Event::PostingApproved(approval) = event {
            seen.approver = Some(approval.by.to_string());
        } else if let Event::DeviationWaived(_) = event {
            seen.waived = true;
        } else if let Event::DeviationPosted(posting) = event {
            assert_eq!(posting.revision, seen.revision, "{contract} {month}");
            assert!(seen.agreed && !seen.waived, "{contract} {month}: posted without an answer");
            assert!(seen.approver.is_some(), "{contract} {month}: posted without an approval");
            assert_ne!(seen.approver, seen.maker, "{contract} {month}: approved by its maker");
            seen.posted = seen.posted + posting.gross;
            assert_eq!(seen.posted, seen.charge, "{contract} {month}: another sum");
        }
    }
}

/// Whose case an event is of.
fn case_of(event: &Event) -> Option<(&ContractId, SettlementMonth)> {
    macro_rules! of {
        ($($name:ident)+) => { $(
            if let Event::$name(event) = event {
                return Some((&event.contract, event.month));
            }
        )+ };
    }
    of!(DeviationAssessed SheetIssued SheetConfirmed SheetDeemedConfirmed DisputeResolved
        PostingApproved DeviationPosted DeviationWaived);
    None
}

/// F: who approves an act is never its maker.
fn acts_have_two_persons(office: &Office) {
    let mut makers = BTreeMap::new();
    for recorded in &office.world.log[office.begun_with..] {
        if let Event::ActProposed(act) = &recorded.event {
            makers.insert((act.subject.clone(), act.number), act.by.clone());
        } else if let Event::ActApproved(act) = &recorded.event {
            let maker = makers.get(&(act.subject.clone(), act.number)).expect("it was proposed");
            assert_ne!(*maker, act.by, "{}", act.subject);
        }
    }
}

/// Where each revision of each document of a kind stands in the log.
fn places<K: Copy, T>(documents: &BTreeMap<K, Vec<Issued<T>>>) -> Vec<(K, Vec<Position>)> {
    let revisions = |all: &Vec<Issued<T>>| all.iter().map(|one| one.position).collect();
    documents.iter().map(|(of, all)| (*of, revisions(all))).collect()
}

/// What the ledger says of everything that the moves touch; of documents, which they are.
fn answers(ledger: &Ledger) -> String {
    let of = |who: usize| {
        let contract = ledger.contract(&id(who)).expect("it was signed");
        let documents =
            (places(&contract.settlements), places(&contract.deviations), places(&contract.years));
        format!("{documents:?} {:?} {:?} {:?}", contract.cases, contract.money, contract.claims)
    };
    format!("{} {} {:?} {:?}", of(0), of(1), ledger.unallocated(), ledger.closed_through())
}

/// The events since the first move, folded anew, lead to the same answers.
fn replay_is_live(office: &Office) {
    let mut ledger = office.begun.clone();
    for recorded in &office.world.log[office.begun_with..] {
        ledger.evolve(recorded);
    }
    assert_eq!(answers(&ledger), answers(&office.world.ledger));
}

/// The whole log, folded anew, leads to the same answers and the same readings of them.
pub fn check_whole_replay(office: &Office) {
    let ledger = office.world.replayed();
    assert_eq!(answers(&ledger), answers(&office.world.ledger));
    let mut models = ReadModels::default();
    office.world.log.iter().for_each(|recorded| models.apply(recorded));
    assert_eq!(format!("{models:?}"), format!("{:?}", office.models));
}
