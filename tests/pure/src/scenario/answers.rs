//! The questions of a story and their answers.

use std::fmt::Write;

use citygate_domain::contract::ContractState;
use citygate_domain::deviation::assessed;
use citygate_domain::quantities::{GasDay, Quantity};
use citygate_domain::rules::deviation::{Side, TierLine};
use citygate_domain::rules::lines::Line;
use citygate_domain::rules::stage::Stage;

use crate::words::month;
use crate::world::World;

/// The answer to a question.
///
/// # Panics
/// When nobody understands it.
pub(super) fn answer(world: &World, question: &[&str]) -> String {
    match question {
        ["settlement", id, of_month] => settlement(world, id, of_month, None),
        ["settlement", id, of_month, "through", last] => {
            settlement(world, id, of_month, Some(last))
        }
        ["deviation", id, of_month] => deviation(world, id, of_month),
        ["case", id, of_month] => case(world, id, of_month),
        ["account", id, as_of] => account(world, id, as_of),
        ["supply", id] => super::supply::card(world, id),
        ["answer", point] => super::supply::about(world, point),
        ["contract", id, day] => super::life::versions(world, id, day),
        ["checklist", id] => super::life::list(world, id),
        ["preview", id, "from", from, "through", through, patch @ ..] => {
            super::life::preview_of(world, id, from, through, &patch.join(" "))
        }
        ["stages"] => super::supply::stages(world),
        ["year", id, year] => super::years::answer(world, id, year),
        other => panic!("{other:?} is no question"),
    }
}

fn settlement(world: &World, id: &str, of_month: &str, through: Option<&&str>) -> String {
    let contract = world.contract(id);
    let issued = contract.settlement(month(of_month)).filter(|_| through.is_none());
    let mut out = String::new();
    if let Some(issued) = issued {
        let document = &issued.document;
        let (quantity, c) = (document.quantity, document.contract_quantity);
        head(&mut out, "settlement", id, of_month, &format!("revision {}", document.revision));
        document.lines.iter().for_each(|one| line(&mut out, one));
        total(&mut out, contract, quantity, c);
        let (gross, net, tax) = (document.gross, document.net, document.tax);
        writeln!(out, "  gross {gross}, net {net}, tax {tax}").expect("text");
        return out;
    }
    let last = contract.days_of(month(of_month)).last.to_string();
    let through = through.map_or(last.as_str(), |day| *day);
    let running = world.running(id, of_month, through);
    head(&mut out, "settlement", id, of_month, &format!("running through {through}"));
    running.lines.iter().for_each(|one| line(&mut out, one));
    total(&mut out, contract, running.quantity, running.contract_quantity);
    let (gross, net, tax) = (running.total.gross, running.total.net, running.total.tax);
    writeln!(out, "  gross {gross}, net {net}, tax {tax}").expect("text");
    if !running.unmetered.is_empty() {
        writeln!(out, "  {} readings are missing", running.unmetered.len()).expect("text");
    }
    for unpriced in &running.unpriced {
        writeln!(out, "  without price: {} ({})", unpriced.gas_day, unpriced.missing)
            .expect("text");
    }
    out
}

fn head(out: &mut String, what: &str, id: &str, of: &str, more: &str) {
    writeln!(out, "{what} {id} {of}: {more}").expect("text can always be written");
}

fn total(out: &mut String, contract: &ContractState, quantity: Quantity, agreed: Quantity) {
    let unit = contract.unit();
    writeln!(out, "  taken {quantity} {unit}, contract quantity {agreed}").expect("text");
}

fn line(out: &mut String, line: &Line) {
    let run = line.first_gas_day.zip(line.last_gas_day);
    let run = run.map_or_else(String::new, |(first, last)| format!(" {first}..{last}"));
    let name = format!("{} {}", line.kind.word(), line.tag);
    let Line { quantity, unit_price, amount, .. } = line;
    writeln!(out, "  {}{run}: {quantity} at {unit_price} = {amount}", name.trim()).expect("text");
}

fn deviation(world: &World, id: &str, of_month: &str) -> String {
    let contract = world.contract(id);
    let found = match assessed(contract, month(of_month), world.ledger.indices()) {
        Ok(found) => found,
        Err(rejection) => {
            return format!("deviation {id} {of_month}: {}: {rejection}\n", rejection.code());
        }
    };
    let unit = contract.unit();
    let issued = contract.deviation(month(of_month));
    let state = issued.map_or("not assessed yet".to_owned(), |issued| {
        format!("revision {}", issued.document.revision)
    });
    let mut out = String::new();
    head(&mut out, "deviation", id, of_month, &state);
    let shown = |exact| {
        Quantity::round(exact, unit).map_or_else(|error| error.to_string(), |q| q.to_string())
    };
    let (planned, taken) = (found.planned.shown_in(unit), found.taken.shown_in(unit));
    let (base, relief) = (shown(&found.base), shown(&found.relief));
    writeln!(out, "  planned {planned}, relief {relief}, base {base}, taken {taken} {unit}")
        .expect("text");
    let side = found.deviation.side.map_or("inside the tolerance", Side::word);
    let quantity = found.deviation.quantity.shown_in(unit);
    writeln!(out, "  {side}: {quantity}, reference price {}", found.reference_price).expect("text");
    for TierLine { amount, quantity, rate, up_to } in &found.deviation.tiers {
        let up_to = up_to.map_or("above".to_owned(), |limit| format!("up to {limit} %"));
        writeln!(out, "  {up_to}: {quantity} at {rate} = {amount}").expect("text");
    }
    let (gross, net, tax) = (found.total.gross, found.total.net, found.total.tax);
    let flagged = if found.deviation.flagged { ", above 30 % of the gas price" } else { "" };
    writeln!(out, "  charge {gross}, net {net}, tax {tax}{flagged}").expect("text");
    out
}

fn case(world: &World, id: &str, of_month: &str) -> String {
    let Some(case) = world.contract(id).cases.get(&month(of_month)) else {
        return format!("case {id} {of_month}: not assessed yet\n");
    };
    let (revision, stage, posted) = (case.revision, case.stage.word(), case.posted_so_far().gross);
    format!("case {id} {of_month}: revision {revision} {stage}, posted {posted}\n")
}

fn account(world: &World, id: &str, as_of: &str) -> String {
    let (contract, account) = (world.contract(id), world.account(id, as_of));
    let unit = contract.unit();
    let mut out = String::new();
    let (balance, guarantees, available) = (account.balance, account.guarantees, account.available);
    head(
        &mut out,
        "account",
        id,
        as_of,
        &format!("balance {balance}, guarantees {guarantees}, available {available}"),
    );
    let daily = Quantity::round(&account.reference_quantity, unit);
    let daily = daily.map_or_else(|error| error.to_string(), |daily| daily.to_string());
    let price = account.price.map_or("-".to_owned(), |price| price.to_string());
    let days = account.days.map_or("-".to_owned(), |days| days.to_string());
    writeln!(out, "  {daily} {unit} a day at {price}: {days} days").expect("text");
    let class = world.ledger.class_of(contract.customer()).expect("a customer is registered");
    let day: GasDay = as_of.parse().expect("a gas day");
    let terms = contract.terms_at(day);
    let stage = account.remaining().recommends(&terms.payment, class, Stage::Normal);
    writeln!(out, "  recommended: {} ({})", stage.stage, stage.reasons.join(", ")).expect("text");
    if account.unmetered_days > 0 {
        writeln!(out, "  {} gas days without a reading", account.unmetered_days).expect("text");
    }
    for unpriced in &account.unpriced {
        writeln!(out, "  without price: {} ({})", unpriced.gas_day, unpriced.missing)
            .expect("text");
    }
    out
}
