use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::books::DocumentName;
use citygate_domain::quantities::exact::half_up;
use citygate_domain::quantities::{ContractId, Exact, GasDay, Money, SettlementMonth};
use citygate_engine::World;
use citygate_interchange::{Folder, Format, Imported, Table, import};
use citygate_projections::board::board;

use crate::failure::Failure;
use crate::lang::Lang;
use crate::session::{Session, Setting};
use crate::verbs::subject::DocumentId;

macro_rules! shipped {
    ($($name:literal),+) => {
        &[$(($name, include_bytes!(concat!("../../../../tests/data/demo/", $name)))),+]
    };
}

/// The facts shipped with the program.
const FACTS: &[(&str, &[u8])] = shipped!(
    "indices.csv",
    "contracts.jsonl",
    "transfers.csv",
    "lots.csv",
    "deliveries.csv",
    "claims.csv",
    "payments.csv",
    "guarantees.csv"
);

const CLOSED_THROUGH: &str = "2025-12";
const BOARD_DAY: &str = "2025-12-18";
const EXPLAINED: (&str, &str) = ("DM-2025-0003", "2025-11");
/// m³ in 1 万方, and yuan in 1 万元.
const TEN_THOUSAND: i64 = 10_000;
/// Rows of the board that are shown.
const MOST_URGENT: usize = 12;

/// A year of 24 contracts, from the facts to one number explained.
pub async fn run(setting: Setting) -> Result<ExitCode, Failure> {
    let session = Session::in_memory(Setting { told: None, ..setting }).await?;
    let lang = session.lang;
    let folder = Folder::Shipped(FACTS);
    let imported = import(&session.engine, &session.actor, folder, |_| {}).await?;
    let through: SettlementMonth = CLOSED_THROUGH.parse().map_err(Failure::usage)?;
    let closed = citygate_engine::close(&session.engine, &session.actor, through, None).await?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", lang.demo("title"))?;
    facts(&mut out, lang, &imported)?;
    writeln!(out, "{}\n", lang.closed(&closed))?;
    {
        let world = session.engine.read().await;
        months(&mut out, lang, &world)?;
        deviations(&mut out, lang, &world)?;
        urgency(&mut out, lang, &world)?;
    }
    writeln!(out, "{}\n", lang.demo("explained"))?;
    drop(out);
    let contract: ContractId = EXPLAINED.0.parse().map_err(Failure::usage)?;
    let month = EXPLAINED.1.parse().map_err(Failure::usage)?;
    let explained = DocumentId { contract, key: DocumentName::Deviation { month }, revision: None };
    let code = super::explain::document(&session, &explained).await?;
    let mut out = io::stdout().lock();
    writeln!(out, "\n{}", lang.demo("next"))?;
    Ok(code)
}

fn facts(out: &mut dyn Write, lang: Lang, imported: &Imported) -> Result<(), Failure> {
    let (recorded, known) = (imported.recorded, imported.known);
    writeln!(out, "{}", lang.imported(recorded, known, imported.refused.len()))?;
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &imported.refused {
        *codes.entry(row.code).or_default() += 1;
    }
    let codes = codes.iter().map(|(code, count)| format!("{code} {count}"));
    writeln!(out, "  {}", codes.collect::<Vec<_>>().join(", "))?;
    if let Some(row) = imported.refused.iter().find(|row| row.code == "over_capacity") {
        let advice = lang.advice(row.code, row.advice);
        writeln!(out, "  {}:{}: {}: {}. {advice}", row.file, row.line, row.code, row.message)?;
    }
    Ok(())
}

/// Months of all contracts side by side. Gas is metered in m³ whatever it is billed in.
fn months(out: &mut dyn Write, lang: Lang, world: &World) -> Result<(), Failure> {
    #[derive(Default)]
    struct Month {
        settlements: u64,
        volume: Exact,
        gross: Money,
        charged: u64,
        charge: Money,
    }
    let mut months: BTreeMap<SettlementMonth, Month> = BTreeMap::new();
    for (document, _) in world.views.settlements.newest() {
        let month = months.entry(document.month).or_default();
        month.settlements += 1;
        month.gross = month.gross + document.gross;
        let Some(contract) = world.ledger.contract(&document.contract) else { continue };
        let days = contract.days_of(document.month);
        let inside = contract.readings.all().iter().filter(|(key, _)| days.contains(key.gas_day));
        let volume: Exact = inside.map(|(_, day)| day.current.volume.value().into()).sum();
        month.volume = &month.volume + &volume;
    }
    for (document, _) in world.views.deviations.newest() {
        let month = months.entry(document.month).or_default();
        month.charged += u64::from(document.side.is_some());
        month.charge = month.charge + document.charge;
    }
    let mut table = Table::new(&[
        "month",
        "settlements",
        "volume_10k_m3",
        "gross_10k_yuan",
        "charged_deviations",
        "charge",
    ]);
    for (name, month) in &months {
        table.push([
            name.to_string(),
            month.settlements.to_string(),
            ten_thousands(&month.volume),
            ten_thousands(&month.gross.value().into()),
            month.charged.to_string(),
            month.charge.to_string(),
        ]);
    }
    section(out, lang, "months", &table)
}

fn deviations(out: &mut dyn Write, lang: Lang, world: &World) -> Result<(), Failure> {
    let mut table =
        Table::new(&["side", "customer_months", "volume_10k_m3", "charge_10k_yuan", "yuan_per_m3"]);
    for row in world.views.deviations.summary(&world.ledger) {
        let average = row.average().and_then(|average| average.round(2).ok());
        table.push([
            lang.word(row.side.word()),
            row.customer_months.to_string(),
            ten_thousands(&row.volume),
            ten_thousands(&row.charge.value().into()),
            average.map_or_else(String::new, |average| average.to_string()),
        ]);
    }
    section(out, lang, "deviations", &table)
}

fn urgency(out: &mut dyn Write, lang: Lang, world: &World) -> Result<(), Failure> {
    let day: GasDay = BOARD_DAY.parse().map_err(Failure::usage)?;
    let board = board(&world.ledger, day)?;
    let mut table =
        Table::new(&["contract", "class", "available", "days_remaining", "recommended", "reasons"]);
    for row in board.most_urgent_first().into_iter().take(MOST_URGENT) {
        table.push([
            row.contract.to_string(),
            row.class.map_or_else(String::new, |class| lang.word(&class.to_string())),
            row.account.available.to_string(),
            row.account.days.map_or_else(String::new, |days| days.to_string()),
            lang.word(&row.recommended.stage.to_string()),
            row.recommended.reasons.join("; "),
        ]);
    }
    section(out, lang, "board", &table)
}

fn section(out: &mut dyn Write, lang: Lang, heading: &str, table: &Table) -> Result<(), Failure> {
    writeln!(out, "{}", lang.demo(heading))?;
    table.write(out, Format::Table, |column| lang.word(column))?;
    writeln!(out)?;
    Ok(())
}

/// In units of 万, to two places for reading.
fn ten_thousands(exact: &Exact) -> String {
    let value = exact.clone() / Exact::from(TEN_THOUSAND);
    value.round(2).map_or_else(|_| value.to_string(), |value| half_up(value, 2).to_string())
}
