//! The rules of the trade as far as the moves reach, in whole cubic metres and fen.

use std::fmt;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::moves::{Move, moves};
use super::{CONTRACTS, MONTHLY, MONTHS, SECOND_BEGINS};

/// Days of the months from January 2024 on.
pub const DAYS: [usize; MONTHS] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31];

/// What a move must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is recorded.
    Recorded,
    /// It was known; nothing is recorded.
    Known,
    /// It is refused, with this code.
    Refused(&'static str),
    /// The model does not say.
    Open,
}

/// What the model knows.
#[derive(Clone)]
pub struct Reference {
    /// By contract.
    pub contracts: Vec<Vec<Month>>,
    /// Payments in the order in which they came.
    pub payments: Vec<Payment>,
    /// The last month whose end the books are closed through.
    pub books_closed: Option<usize>,
    /// How many moves were made: names are made of it.
    pub moved: u32,
    /// Of the last move.
    pub expected: Expected,
}

/// A failure shows how the model begins: what the first day of each month takes, by contract.
impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first_day = |month: &Month| month.readings.first().copied();
        let daily = |months: &Vec<Month>| months.iter().map(first_day).collect::<Vec<_>>();
        write!(f, "daily {:?}", self.contracts.iter().map(daily).collect::<Vec<_>>())
    }
}

/// A month of a contract; before the contract begins it stays empty.
#[derive(Debug, Clone, Default)]
pub struct Month {
    /// Whole cubic metres by day; empty until it is read.
    pub readings: Vec<u32>,
    /// Quantity and price in fen, in the order in which they are filled.
    pub lots: Vec<(u32, u32)>,
    /// What was issued, by revision.
    pub issued: Vec<Bill>,
    /// Whether it was assessed.
    pub assessed: bool,
    /// Which thirds have a claim.
    pub claimed: [bool; 3],
}

/// What a month comes to (P4, M2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// All gas.
    pub quantity: u32,
    /// In fen.
    pub gross: i64,
    /// Its lots: firm gas is planned gas.
    pub lots: Vec<(u32, u32)>,
}

/// A payment.
#[derive(Debug, Clone)]
pub struct Payment {
    /// In fen.
    pub fen: i64,
    /// Whose; none for money of nobody yet.
    pub who: Option<usize>,
    /// Its month.
    pub month: usize,
    /// Whether the bank took it back.
    pub reversed: bool,
    /// What contracts were assigned of it.
    pub shares: Vec<(usize, i64)>,
}

impl Month {
    /// P4 with one price of 2.50, 3.00 for excess, and 5 % tolerance of C; M2 by whole units.
    pub fn bill(&self) -> Bill {
        let quantity: u32 = self.readings.iter().sum();
        let mut left = quantity;
        let mut fill = |room: u32| {
            let filled = left.min(room);
            left -= filled;
            i64::from(filled)
        };
        let mut gross = 250 * fill(MONTHLY);
        gross += self.lots.iter().map(|(lot, price)| fill(*lot) * i64::from(*price)).sum::<i64>();
        gross += 250 * fill(MONTHLY / 20);
        gross += 300 * i64::from(left);
        Bill { quantity, gross, lots: self.lots.clone() }
    }

    /// The newest revision.
    pub fn newest(&self) -> Option<&Bill> {
        self.issued.last()
    }
}

impl Payment {
    /// What is nobody's of it.
    pub fn left(&self) -> i64 {
        let assigned: i64 = self.shares.iter().map(|(_, fen)| fen).sum();
        if self.who.is_some() || self.reversed { 0 } else { self.fen - assigned }
    }

    /// What a contract has of it.
    pub fn of(&self, who: usize) -> i64 {
        let shares = self.shares.iter().filter(|(of, _)| *of == who).map(|(_, fen)| fen);
        let own = if self.who == Some(who) && !self.reversed { self.fen } else { 0 };
        own + shares.sum::<i64>()
    }
}

/// The months of a contract.
pub fn term(who: usize) -> std::ops::Range<usize> {
    if who == 0 { 0..MONTHS } else { SECOND_BEGINS..MONTHS }
}

impl Reference {
    /// Assessed months.
    pub fn cases(&self) -> Vec<(usize, usize)> {
        self.months(|month| month.assessed)
    }

    /// Issued months.
    pub fn issued(&self) -> Vec<(usize, usize)> {
        self.months(|month| !month.issued.is_empty())
    }

    /// Months without readings.
    pub fn unread(&self) -> Vec<(usize, usize)> {
        self.months(|month| month.readings.is_empty())
    }

    fn months(&self, wanted: impl Fn(&Month) -> bool) -> Vec<(usize, usize)> {
        let places = (0..CONTRACTS.len()).flat_map(|who| term(who).map(move |month| (who, month)));
        places.filter(|(who, month)| wanted(&self.contracts[*who][*month])).collect()
    }

    /// A4: what the books shut out.
    fn shut(&self, month: usize) -> bool {
        // Payments bear the fifteenth: the end of the month before lies before it.
        self.books_closed.is_some_and(|closed| month <= closed)
    }

    /// S1, S2: issued once, and not before every day is read.
    fn close(&mut self, who: usize, through: usize) {
        for month in term(who).filter(|month| *month <= through) {
            let month = &mut self.contracts[who][month];
            if month.issued.is_empty() && !month.readings.is_empty() {
                month.issued.push(month.bill());
            }
        }
    }

    /// S4: only what comes out otherwise is another revision.
    fn restate(&mut self, who: usize, month: usize) -> Expected {
        let month = &mut self.contracts[who][month];
        let bill = month.bill();
        match month.newest() {
            None => Expected::Refused("not_issued"),
            Some(known) if *known == bill => Expected::Known,
            Some(_) => {
                month.issued.push(bill);
                Expected::Recorded
            }
        }
    }

    fn reverse(&mut self, payment: usize, month: usize) -> Expected {
        let shut = self.shut(month);
        let payment = &mut self.payments[payment];
        if payment.reversed {
            return Expected::Refused("nothing_to_reverse");
        }
        if shut {
            return Expected::Refused("books_closed");
        }
        payment.reversed = true;
        payment.shares.clear();
        Expected::Recorded
    }

    fn assign(&mut self, payment: usize, who: usize, all: bool) -> Expected {
        let shut = self.shut(self.payments[payment].month);
        let payment = &mut self.payments[payment];
        let fen = share(payment, all);
        if payment.shares.contains(&(who, fen)) {
            return Expected::Known;
        }
        if payment.who.is_some() || payment.reversed {
            return Expected::Refused("nothing_to_assign");
        }
        if payment.left() == 0 {
            return Expected::Open;
        }
        if shut {
            return Expected::Refused("books_closed");
        }
        payment.shares.push((who, fen));
        Expected::Recorded
    }

    fn take_back(&mut self, payment: usize, who: usize) -> Expected {
        let shut = self.shut(self.payments[payment].month);
        let payment = &mut self.payments[payment];
        if !payment.shares.iter().any(|(of, _)| *of == who) {
            return Expected::Refused("nothing_to_take_back");
        }
        if shut {
            return Expected::Refused("books_closed");
        }
        payment.shares.retain(|(of, _)| *of != who);
        Expected::Recorded
    }

    /// A4: never less far, and not over a month that is not issued.
    fn close_books(&mut self, month: usize) -> Expected {
        if self.books_closed == Some(month) {
            return Expected::Known;
        }
        if self.books_closed.is_some_and(|closed| month < closed) {
            return Expected::Refused("books_closed_further");
        }
        let open = self.months(|month| month.issued.is_empty());
        if open.iter().any(|(_, of)| *of <= month) {
            return Expected::Refused("months_not_issued");
        }
        self.books_closed = Some(month);
        Expected::Recorded
    }

    fn make(&mut self, wanted: &Move) -> Expected {
        match *wanted {
            Move::Deliver { who, month, daily } => {
                self.contracts[who][month].readings = vec![daily; DAYS[month]];
                Expected::Recorded
            }
            Move::Correct { who, month, day, volume } => {
                self.contracts[who][month].readings[day] = volume;
                Expected::Open
            }
            Move::Lot { who, month, quantity, price } => {
                self.contracts[who][month].lots.push((quantity, price));
                Expected::Recorded
            }
            Move::Claim { who, month, third, .. } => {
                self.contracts[who][month].claimed[third] = true;
                Expected::Recorded
            }
            Move::ClaimHere { who, month, third, persons: [maker, approver], .. } => {
                self.contracts[who][month].claimed[third] = true;
                let own = maker == approver;
                if own { Expected::Refused("maker_is_approver") } else { Expected::Recorded }
            }
            Move::Pay { who, month, fen } => {
                if self.shut(month) {
                    return Expected::Refused("books_closed");
                }
                let shares = Vec::new();
                self.payments.push(Payment { fen, who, month, reversed: false, shares });
                Expected::Recorded
            }
            Move::Reverse { payment, month } => self.reverse(payment, month),
            Move::Assign { payment, who, all } => self.assign(payment, who, all),
            Move::TakeBack { payment, who } => self.take_back(payment, who),
            Move::Close { who, month } => {
                self.close(who, month);
                Expected::Open
            }
            Move::Season { who, month, .. } => {
                self.close(who, month);
                for month in term(who).filter(|of| *of <= month) {
                    let month = &mut self.contracts[who][month];
                    month.assessed |= !month.issued.is_empty();
                }
                Expected::Open
            }
            Move::Walk { who, month, again, .. } => {
                if again {
                    self.restate(who, month);
                }
                Expected::Open
            }
            Move::Assess { who, month, again } => self.assess(who, month, again),
            Move::Restate { who, month } => self.restate(who, month),
            Move::CloseBooks { month } => self.close_books(month),
            Move::Refund { .. }
            | Move::Fee { .. }
            | Move::Step { .. }
            | Move::Waive { .. }
            | Move::SettleYear { .. }
            | Move::RestateYear { .. } => Expected::Open,
        }
    }

    fn assess(&mut self, who: usize, month: usize, again: bool) -> Expected {
        let month = &mut self.contracts[who][month];
        match (again, month.issued.is_empty(), month.assessed) {
            (true, _, false) => Expected::Refused("not_assessed"),
            (true, _, true) => Expected::Open,
            (false, true, _) => Expected::Refused("months_not_issued"),
            (false, false, true) => Expected::Known,
            (false, false, false) => {
                month.assessed = true;
                Expected::Recorded
            }
        }
    }
}

/// Half of what is left, or all of it.
pub fn share(payment: &Payment, all: bool) -> i64 {
    let left = payment.left();
    if all { left } else { left - left / 2 }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Move;

    /// Every month is read but the last one.
    fn init_state() -> BoxedStrategy<Self> {
        let dailies = prop::collection::vec(15..46_u32, CONTRACTS.len() * MONTHS);
        let state = dailies.prop_map(|dailies| {
            let month = |who: usize, month: usize| {
                let read = term(who).contains(&month) && month != MONTHS - 1;
                let days = if read { DAYS[month] } else { 0 };
                Month { readings: vec![dailies[who * MONTHS + month]; days], ..Month::default() }
            };
            let contract = |who| (0..MONTHS).map(|of| month(who, of)).collect();
            Self {
                contracts: (0..CONTRACTS.len()).map(contract).collect(),
                payments: Vec::new(),
                books_closed: None,
                moved: 0,
                expected: Expected::Open,
            }
        });
        state.boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Move> {
        moves(state)
    }

    fn preconditions(state: &Self, wanted: &Move) -> bool {
        let read = |who: usize, month: usize| !state.contracts[who][month].readings.is_empty();
        match *wanted {
            Move::Deliver { who, month, .. } => !read(who, month),
            Move::Correct { who, month, .. } => read(who, month),
            Move::Claim { who, month, third, .. } | Move::ClaimHere { who, month, third, .. } => {
                !state.contracts[who][month].claimed[third]
            }
            Move::Reverse { payment, .. }
            | Move::Assign { payment, .. }
            | Move::TakeBack { payment, .. } => payment < state.payments.len(),
            Move::Step { who, month, .. }
            | Move::Walk { who, month, .. }
            | Move::Waive { who, month, .. } => state.contracts[who][month].assessed,
            Move::Lot { .. }
            | Move::Pay { .. }
            | Move::Refund { .. }
            | Move::Fee { .. }
            | Move::Close { .. }
            | Move::Season { .. }
            | Move::Assess { .. }
            | Move::SettleYear { .. }
            | Move::Restate { .. }
            | Move::RestateYear { .. }
            | Move::CloseBooks { .. } => true,
        }
    }

    fn apply(mut state: Self, wanted: &Move) -> Self {
        state.moved += 1;
        state.expected = state.make(wanted);
        state
    }
}
