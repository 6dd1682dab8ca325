//! The life of a contract in a story: amended, ended, moved, handed over, closed.

use std::fmt::Write;

use citygate_domain::Command;
use citygate_domain::contract::life::{AmendContract, LifeCommand, Settling};
use citygate_projections::amendment::{Amount, preview};

use crate::life_words::{
    account_closed, amended, handed_over_with, nowhere, point_moved, terminated_with, to_bank,
    to_contract, to_contract_with_debt,
};
use crate::told::Told;
use crate::words::day;
use crate::world::World;

/// The fact of a statement about a contract's life; none when it is about something else.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    Some(match words {
        ["amend", contract, "from", from, patch @ ..] => {
            amended(from, serde_json::from_str(&patch.join(" ")).ok()?).of(contract)
        }
        ["terminate", contract, "on", last, more @ ..] => {
            terminated_with(last, last_month(more)?).of(contract)
        }
        ["move", point, "from", from, "to", to, "on", on] => point_moved(point, from, to, on),
        ["hand", "over", contract, "to", to, "on", on, more @ ..] => {
            handed_over_with(to, on, last_month(more)?).of(contract)
        }
        ["close", "account", contract, "on", on, more @ ..] => {
            account_closed(on, balance(more)?).of(contract)
        }
        _ => return None,
    })
}

/// `last 500`: the quantity of the last month; nothing: as agreed.
fn last_month<'a>(words: &[&'a str]) -> Option<Option<&'a str>> {
    match words {
        [] => Some(None),
        ["last", quantity] => Some(Some(quantity)),
        _ => None,
    }
}

fn balance(words: &[&str]) -> Option<Settling> {
    Some(match words {
        [] => nowhere(),
        ["to", "bank", reference] => to_bank(reference),
        ["to", contract] => to_contract(contract),
        ["to", contract, "with", "debt"] => to_contract_with_debt(contract),
        _ => return None,
    })
}

/// C1: the stage of life as of a gas day, and the terms by the day from which they count.
pub(super) fn versions(world: &World, id: &str, as_of: &str) -> String {
    let contract = world.contract(id);
    let (stage, points) = (contract.stage_on(day(as_of)), contract.points_on(day(as_of)));
    let mut out = format!("contract {id} {as_of}: {stage}");
    points.iter().for_each(|point| write!(out, " {}", point.id).expect("text"));
    out.push('\n');
    for version in contract.versions() {
        let (word, from, last) = (version.agreed.word(), version.from, version.terms.last_gas_day);
        writeln!(out, "  {word} from {from} to {last}").expect("text");
    }
    out
}

/// C4: what closing the account waits for.
pub(super) fn list(world: &World, id: &str) -> String {
    let mut out = format!("checklist {id}\n");
    for (item, open) in world.checklist(id) {
        let open = open.map_or_else(|| "done".to_owned(), |open| format!("open: {open}"));
        writeln!(out, "  {}: {open}", item.word()).expect("text");
    }
    out
}

/// C1: what an amendment would change.
pub(super) fn preview_of(
    world: &World,
    id: &str,
    from: &str,
    through: &str,
    patch: &str,
) -> String {
    let patch = serde_json::from_str(patch).expect("a patch is JSON");
    let Command::Life(life) = amended(from, patch).of(id).command() else {
        unreachable!("an amendment is of a contract's life")
    };
    let LifeCommand::Amend(command) = *life else { unreachable!("it is an amendment") };
    shown(world, &command, through)
}

fn shown(world: &World, command: &AmendContract, through: &str) -> String {
    let (id, from) = (&command.contract, command.from);
    let preview = match preview(&world.ledger, command, day(through)) {
        Ok(preview) => preview,
        Err(refused) => return format!("preview {id} {from}: {}: {refused}\n", refused.code()),
    };
    let mut out = format!("preview {id} from {from}, through {through}\n");
    for row in preview.rows.iter().filter(|row| row.before != row.after) {
        let shown = |amount: Option<Amount>| {
            amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string())
        };
        let (before, after) = (shown(row.before), shown(row.after));
        writeln!(out, "  {} {}: {before} -> {after}", row.of, row.item.word()).expect("text");
    }
    out
}
