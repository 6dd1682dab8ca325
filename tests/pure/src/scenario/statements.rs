//! The statements of a story.

use citygate_domain::deviation::{Resolution, Step};

use crate::book_words::{assigned, books_closed, fee_charged, fee_waived, taken_back};
use crate::told::Told;
use crate::words::{
    approved, assessed, claimed, closed_through, days, decided, delivered, delivery_of_sheet,
    guaranteed, m3, objection, paid, proposed, published, read, reassessed, receipt, refunded,
    resolution, restated, reversed, step, traded, transferred, verified, waived, year_restated,
    year_settled,
};

/// The facts of a statement; none when nobody understands it.
pub(super) fn told(words: &[&str]) -> Option<Vec<Told>> {
    if let Some(told) = super::supply::told(words).or_else(|| super::life::told(words)) {
        return Some(vec![told]);
    }
    let told = match words {
        ["index", code, day, value, more @ ..] => index(published(code, day, value), more)?,
        ["deliver", point, when, volume, more @ ..] => return deliver(point, when, volume, more),
        ["lot", trade, contract, month, quantity, "at", price, more @ ..] => {
            lot(traded(trade, month, quantity, price).of(contract), more)?
        }
        ["transfer", reference, from, "to", to, month, quantity] => {
            transferred(reference, from, to, month, quantity)
        }
        ["claim", id, contract, run, quantity, kind, more @ ..] => {
            let (first, last) = run.split_once("..")?;
            let kind = serde_json::from_value((*kind).into()).ok()?;
            claim(claimed(id, first, last, quantity).of(contract).because_of(kind), more)?
        }
        ["pay", "-", date, amount, "as", reference] => paid(reference, date, amount).unallocated(),
        ["pay", contract, date, amount, "as", reference] => {
            paid(reference, date, amount).of(contract)
        }
        ["return", "-", date, amount, "as", reference, "of", payment] => {
            reversed(reference, payment, date, amount).unallocated()
        }
        ["return", contract, date, amount, "as", reference, "of", payment] => {
            reversed(reference, payment, date, amount).of(contract)
        }
        ["refund", contract, date, amount, "as", reference] => {
            refunded(reference, date, amount).of(contract)
        }
        ["guarantee", reference, contract, amount, run] => {
            let (from, to) = run.split_once("..")?;
            guaranteed(reference, amount, from, to).of(contract)
        }
        ["by", person, what @ ..] => {
            return told(what).map(|facts| facts.into_iter().map(|fact| fact.by(person)).collect());
        }
        ["propose", what @ .., "because", reason] => proposed(told(what)?.pop()?, reason),
        ["approve", subject, "revision", shown] => approved(subject, 1, shown.parse().ok()?),
        ["reassess", contract, month] => reassessed(month).of(contract),
        ["verify", claim] => verified(claim),
        ["grant", claim, quantity] => decided(claim, Some(quantity)),
        ["reject", claim] => decided(claim, None),
        ["waive", contract, month, shown] => waived(month, of_revision(shown)?).of(contract),
        ["case", contract, month, shown, what @ ..] => {
            step(month, of_revision(shown)?, case_step(what)?).of(contract)
        }
        ["close", contract, months] => {
            let (first, last) = months.split_once("..").unwrap_or((months, months));
            let all = closed_through(first, last).into_iter();
            return Some(all.map(|told| told.of(contract)).collect());
        }
        ["assign", reference, contract, amount] => assigned(reference, &[(contract, amount)]),
        ["take", "back", reference, contract] => taken_back(reference, contract),
        ["late", "fee", contract, month, "through", day] => fee_charged(month, day).of(contract),
        ["waive", "late", "fee", contract, month, "through", day] => {
            fee_waived(month, day).of(contract)
        }
        ["restate", "year", contract, year] => year_restated(read(year)).of(contract),
        ["restate", contract, month] => restated(month).of(contract),
        ["books", "closed", "through", day] => books_closed(day),
        ["assess", contract, month] => assessed(month).of(contract),
        ["settle", contract, year] => year_settled(read(year)).of(contract),
        _ => return None,
    };
    Some(vec![told])
}

/// `r2`: the revision that was shown.
fn of_revision(word: &str) -> Option<u32> {
    word.strip_prefix('r')?.parse().ok()
}

/// A step of a deviation case.
fn case_step(words: &[&str]) -> Option<Step> {
    match words {
        ["sheet", "issued"] => Some(Step::IssueSheet),
        ["sheet", "delivered", day] => Some(delivery_of_sheet(day)),
        ["sealed", day] => Some(receipt(day)),
        ["silent"] => Some(Step::Deem),
        ["disputed", day] => Some(objection(day)),
        ["upheld"] => Some(resolution(Resolution::Upheld)),
        ["withdrawn"] => Some(resolution(Resolution::Withdrawn)),
        ["approved"] => Some(Step::ApprovePosting),
        ["posted"] => Some(Step::Post),
        _ => None,
    }
}

fn index(told: Told, more: &[&str]) -> Option<Told> {
    match more {
        [] => Some(told),
        ["through", last, more @ ..] => index(told.valid_through(last), more),
        ["because", reason @ ..] => Some(told.correcting(&reason.join(" "))),
        _ => None,
    }
}

/// A reading of a day, or the same reading of every day of a run.
fn deliver(point: &str, when: &str, volume: &str, more: &[&str]) -> Option<Vec<Told>> {
    let (first, last) = when.split_once("..").unwrap_or((when, when));
    let of_day = |day: &String| reading(delivered(day, m3(volume)).at(point), more);
    days(first, last).iter().map(of_day).collect()
}

fn reading(told: Told, more: &[&str]) -> Option<Told> {
    match more {
        [] => Some(told),
        ["gcv", value, more @ ..] => reading(told.with_gcv(value), more),
        ["estimated", more @ ..] => reading(told.estimated(), more),
        ["by", "hand", more @ ..] => reading(told.by_hand(), more),
        ["because", reason @ ..] => Some(told.correcting(&reason.join(" "))),
        _ => None,
    }
}

fn lot(told: Told, more: &[&str]) -> Option<Told> {
    match more {
        [] => Some(told),
        ["not", "firm", more @ ..] => lot(told.not_firm(), more),
        ["traded", when, more @ ..] => lot(told.traded_at(when), more),
        _ => None,
    }
}

fn claim(told: Told, more: &[&str]) -> Option<Told> {
    match more {
        [] | ["pending"] => Some(told),
        ["received", date, more @ ..] => claim(told.received_on(date), more),
        ["granted", quantity] => Some(told.granted(&read::<String>(quantity))),
        ["rejected"] => Some(told.rejected()),
        _ => None,
    }
}
