//! A4 for a contract year of take-or-pay: the rows of the matrix from its payment to its refund.

use citygate_domain::quantities::{Money, Quantity};
use citygate_domain::take_or_pay::{Charge, MakeUpEntry, TakeOrPaySettled, made_up};

use super::matrix::{Posted, charge, gas};
use super::{GasAccount, MoneyAccount, Posting};

/// What a settled contract year posts. A payment is a liability until its gas is drawn, expires, is
/// forfeited or refunded; one without a right passes through it at once.
pub(super) fn posted(year: &TakeOrPaySettled) -> Posted {
    let mut postings = vec![
        Posting::money(MoneyAccount::Prepaid, year.payment.gross),
        Posting::money(MoneyAccount::MakeUp, -year.payment.gross),
    ];
    postings.extend(from_make_up(&year.released));
    postings.extend(credit(&year.make_up_credit));
    let compensation = year.seller_compensation.gross;
    postings.push(Posting::money(MoneyAccount::Compensation, compensation));
    postings.push(Posting::money(MoneyAccount::Prepaid, -compensation));
    postings.extend(refund(year));
    postings.extend(quantities(year));
    postings.retain(|posting| !posting.amount.is_zero());
    Posted {
        contract: Some(year.contract.clone()),
        date: year.posted_on,
        month: Some(year.last_month),
        reference: format!("take_or_pay {} r{}", year.year, year.revision),
        postings,
    }
}

/// Drawn, expired, forfeited or without a right: make_up to take_or_pay and tax.
fn from_make_up(released: &Charge) -> [Posting; 3] {
    [
        Posting::money(MoneyAccount::MakeUp, released.gross),
        Posting::money(MoneyAccount::TakeOrPay, -released.net),
        Posting::money(MoneyAccount::Tax, -released.tax),
    ]
}

/// Y11: revenue and tax back to prepaid.
fn credit(credit: &Charge) -> Vec<Posting> {
    charge(-credit.gross, -credit.net, -credit.tax, MoneyAccount::Revenue)
}

/// Y13: the liability goes back to the buyer. It was paid at the prices of its years and is
/// refunded at the last one's; the difference is income, or a loss.
fn refund(year: &TakeOrPaySettled) -> [Posting; 3] {
    let owed: Money = year.make_up.refunded.iter().map(|entry| entry.amount).sum();
    [
        Posting::money(MoneyAccount::MakeUp, owed),
        Posting::money(MoneyAccount::Prepaid, -year.refund.gross),
        Posting::money(MoneyAccount::TakeOrPay, year.refund.gross - owed),
    ]
}

fn quantities(year: &TakeOrPaySettled) -> Vec<Posting> {
    let make_up = &year.make_up;
    let without_right = if make_up.opened.is_some() { Quantity::ZERO } else { year.paid_quantity };
    let of = |entries: &[MakeUpEntry]| made_up(entries);
    let lost = of(&make_up.expired) + of(&make_up.forfeited) + without_right;
    let moves = [
        (GasAccount::NotTaken, GasAccount::MakeUp, year.paid_quantity),
        (GasAccount::MakeUp, GasAccount::Sold, of(&make_up.drawn)),
        (GasAccount::MakeUp, GasAccount::Forfeited, lost),
        (GasAccount::MakeUp, GasAccount::NotTaken, of(&make_up.refunded)),
    ];
    moves.into_iter().flat_map(|(from, to, quantity)| gas(from, to, quantity, year.unit)).collect()
}
