//! One side of a comparison, and what of two sides can be compared.

use std::collections::{BTreeMap, BTreeSet};

use citygate_domain::books::DocumentName;
use citygate_domain::quantities::{Money, SettlementMonth};
use citygate_domain::rules::period::Period;
use citygate_domain::trial::Trial;

use super::{LeftOut, Row, Why};

/// What a contract's months come to under one set of terms.
#[derive(Clone)]
pub(super) struct Side {
    settlements: Vec<Piece>,
    deviations: Vec<Piece>,
    years: Vec<Piece>,
    left_out: Vec<LeftOut>,
}

/// Months that one document covers; or, without an amount, months for which the terms make none.
#[derive(Clone)]
struct Piece {
    document: DocumentName,
    months: Period,
    amount: Option<Money>,
}

impl Side {
    /// Settles and assesses these months, in order, and the years that lie inside those asked
    /// about.
    pub(super) fn of(mut trial: Trial<'_>, months: &[SettlementMonth], asked: Period) -> Self {
        let mut side = Self {
            settlements: Vec::new(),
            deviations: Vec::new(),
            years: Vec::new(),
            left_out: Vec::new(),
        };
        for month in months.iter().copied() {
            side.settle(&mut trial, month);
            side.assess(&mut trial, month, asked);
        }
        let of = |month: Option<&SettlementMonth>| {
            month.map_or(0, |month| trial.contract().year_of(*month))
        };
        for year in of(months.first())..=of(months.last()) {
            side.settle_year(&mut trial, year, asked);
        }
        side
    }

    fn settle(&mut self, trial: &mut Trial<'_>, month: SettlementMonth) {
        let document = DocumentName::Settlement { month };
        match trial.settle(month) {
            Ok(made) => {
                let months = Period { first: month, last: month };
                self.settlements.push(Piece { document, months, amount: Some(made.gross) });
            }
            Err(rejection) => self.leave_out(document, Why::Refused(Box::new(rejection))),
        }
    }

    /// D7: the netting period that ends with this month, or that would end after those asked about.
    fn assess(&mut self, trial: &mut Trial<'_>, month: SettlementMonth, asked: Period) {
        let Some(months) = trial.contract().netting_period(month) else {
            let months = Period { first: month, last: month };
            let document = DocumentName::Deviation { month };
            self.deviations.push(Piece { document, months, amount: None });
            return;
        };
        let document = DocumentName::Deviation { month: months.last };
        if months.first < asked.first || asked.last < months.last {
            self.leave_out(document, Why::Beyond(months));
        } else if months.last == month {
            match trial.assess(month) {
                Ok(made) => {
                    self.deviations.push(Piece { document, months, amount: Some(made.charge) });
                }
                Err(rejection) => self.leave_out(document, Why::Refused(Box::new(rejection))),
            }
        }
    }

    fn settle_year(&mut self, trial: &mut Trial<'_>, year: i64, asked: Period) {
        let Some(months) = trial.contract().contract_year(year) else { return };
        let document = DocumentName::TakeOrPay { year };
        if trial.contract().take_or_pay(months).is_none() {
            self.years.push(Piece { document, months, amount: None });
        } else if months.first < asked.first || asked.last < months.last {
            self.leave_out(document, Why::Beyond(months));
        } else if let Some(waived) = lost_waiver(trial, months) {
            self.leave_out(document, Why::WaivedBefore(waived));
        } else {
            match trial.settle_year(year) {
                Ok(made) => self.years.push(Piece { document, months, amount: Some(made.gross) }),
                Err(rejection) => self.leave_out(document, Why::Refused(Box::new(rejection))),
            }
        }
    }

    fn leave_out(&mut self, document: DocumentName, why: Why) {
        if self.left_out.iter().all(|known| known.document != document) {
            self.left_out.push(LeftOut { document, why });
        }
    }
}

/// Y5: a waived under-take that the year would credit, because periods are counted anew.
fn lost_waiver(trial: &Trial<'_>, year: Period) -> Option<Period> {
    let credits = trial.contract().take_or_pay(year).is_some_and(|terms| terms.credit_deviation);
    trial.lost_waiver(year).filter(|_| credits)
}

/// The documents of both sides that cover the same months, and what is left out on either side.
pub(super) fn compared_pieces(old: Side, new: Side) -> (Vec<Row>, Vec<LeftOut>) {
    let mut left_out: BTreeMap<DocumentName, Why> = BTreeMap::new();
    for LeftOut { document, why } in old.left_out.into_iter().chain(new.left_out) {
        left_out.entry(document).or_insert(why);
    }
    let mut rows = Vec::new();
    for (mut old, mut new) in [
        (old.settlements, new.settlements),
        (old.deviations, new.deviations),
        (old.years, new.years),
    ] {
        // Dropping a piece on one side may uncover months of the other.
        loop {
            let dropped: Vec<Piece> =
                uncovered(&mut old, &new).into_iter().chain(uncovered(&mut new, &old)).collect();
            if dropped.is_empty() {
                break;
            }
            for piece in dropped.into_iter().filter(|piece| piece.amount.is_some()) {
                left_out.entry(piece.document).or_insert(Why::OtherSide);
            }
        }
        rows.extend(side_by_side(&old, &new));
    }
    let left_out = left_out.into_iter().map(|(document, why)| LeftOut { document, why });
    (rows, left_out.collect())
}

/// Takes away the pieces of which a month is not covered on the other side.
fn uncovered(pieces: &mut Vec<Piece>, other: &[Piece]) -> Vec<Piece> {
    let covered: BTreeSet<SettlementMonth> =
        other.iter().flat_map(|piece| piece.months.months()).collect();
    let (kept, dropped) = pieces
        .drain(..)
        .partition(|piece| piece.months.months().all(|month| covered.contains(&month)));
    *pieces = kept;
    dropped
}

fn side_by_side(old: &[Piece], new: &[Piece]) -> Vec<Row> {
    let amounts = |pieces: &[Piece]| -> BTreeMap<DocumentName, Money> {
        pieces.iter().filter_map(|piece| Some((piece.document, piece.amount?))).collect()
    };
    let (old, new) = (amounts(old), amounts(new));
    let documents: BTreeSet<DocumentName> = old.keys().chain(new.keys()).copied().collect();
    let row = |document: DocumentName| Row {
        document,
        old: old.get(&document).copied(),
        new: new.get(&document).copied(),
        notes: Vec::new(),
    };
    documents.into_iter().map(row).collect()
}
