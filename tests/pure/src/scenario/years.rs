//! What a story says of a settled contract year.

use std::fmt::Write;

use citygate_domain::quantities::Money;
use citygate_domain::take_or_pay::{CarryForwardEntry, MakeUpEntry, TakeOrPaySettled};

use crate::words::read;
use crate::world::World;

/// A contract year of take-or-pay, line by line.
pub(super) fn answer(world: &World, id: &str, year: &str) -> String {
    let Some(issued) = world.contract(id).settled_year(read(year)) else {
        return format!("year {id} {year}: not settled yet\n");
    };
    let mut out = format!("year {id} {year}: revision {}\n", issued.document.revision);
    quantities(&mut out, &issued.document);
    banks(&mut out, &issued.document);
    amounts(&mut out, &issued.document);
    out
}

fn quantities(out: &mut String, year: &TakeOrPaySettled) {
    let TakeOrPaySettled { relief, taken, take_or_pay_quantity, counted, deficiency, .. } = year;
    let (adjusted, unit) = (year.adjusted_quantity, year.unit);
    let (paid, price, payment) = (year.paid_quantity, year.take_or_pay_price, year.payment);
    writeln!(out, "  to take {adjusted}, relief {relief}, at least {take_or_pay_quantity} {unit}")
        .expect("text");
    writeln!(out, "  taken {taken}, counted {counted}, deficiency {deficiency}").expect("text");
    writeln!(out, "  paid {paid} at {price} = {}, tax {}", payment.gross, payment.tax)
        .expect("text");
}

fn banks(out: &mut String, year: &TakeOrPaySettled) {
    let make_up = &year.make_up;
    for (what, entries) in [
        ("drawn", make_up.drawn.as_slice()),
        ("opened", make_up.opened.as_slice()),
        ("expired", &make_up.expired),
        ("forfeited", &make_up.forfeited),
        ("refunded", &make_up.refunded),
        ("left", &make_up.left),
    ] {
        for MakeUpEntry { origin, quantity, amount, usable_until, .. } in entries {
            let entry = format!("{quantity} of {origin} for {amount}, until {usable_until}");
            writeln!(out, "  make-up {what}: {entry}").expect("text");
        }
    }
    let carry = &year.carry_forward;
    for (what, entries) in [
        ("applied", carry.applied.as_slice()),
        ("earned", carry.earned.as_slice()),
        ("expired", &carry.expired),
        ("lapsed", &carry.lapsed),
        ("left", &carry.left),
    ] {
        for CarryForwardEntry { origin, quantity, usable_until } in entries {
            writeln!(out, "  carry-forward {what}: {quantity} of {origin}, until {usable_until}")
                .expect("text");
        }
    }
}

fn amounts(out: &mut String, year: &TakeOrPaySettled) {
    for (what, charge) in [
        ("make-up credit", &year.make_up_credit),
        ("seller's compensation", &year.seller_compensation),
        ("refund", &year.refund),
        ("released to income", &year.released),
    ] {
        if charge.gross != Money::ZERO {
            writeln!(out, "  {what} {}, net {}, tax {}", charge.gross, charge.net, charge.tax)
                .expect("text");
        }
    }
    let (gross, net, tax, all) = (year.gross, year.net, year.tax, year.year_net);
    writeln!(out, "  to pay {gross}, net {net}, tax {tax}; the year comes to {all}").expect("text");
}
