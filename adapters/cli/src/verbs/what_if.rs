use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Rejection;
use citygate_domain::contract::patch::TermsPatch;
use citygate_domain::settlement;
use citygate_engine::{World, what_if};
use citygate_interchange::{Format, Table, reports};
use citygate_projections::what_if::{Compared, Effect, Question, Standing, Summary};
use serde_json::json;

use crate::args::{WhatIfArgs, WhatIfRows};
use crate::failure::{Failure, REFUSED};
use crate::lang::Lang;
use crate::output::say;
use crate::session::{Session, Setting, unknown_contract};
use crate::sources::stopwatch;

/// Replays the past under changed terms, on a ledger that is opened for reading only.
pub async fn run(path: &Path, setting: Setting, args: &WhatIfArgs) -> Result<ExitCode, Failure> {
    let lang = setting.lang;
    let question = question(args, lang)?;
    let loading = stopwatch();
    let session = Session::to_read(path, setting).await?;
    let loaded = loading();
    let computing = stopwatch();
    let compared = compared(&*session.engine.read().await, args, &question, lang)?;
    let computed = computing();
    session.engine.store().close().await?;
    let summary = Summary::of(&compared);
    print(args, lang, &compared, &summary)?;
    say_refused(&compared, lang);
    say(lang.timed(loaded, computed));
    Ok(if summary.refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

fn question(args: &WhatIfArgs, lang: Lang) -> Result<Question, Failure> {
    let name = args.terms.display().to_string();
    let from_outside =
        |error: io::Error| Failure::world(&name, &error).advising(lang.name_a_file());
    let text = if name == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(from_outside)?;
        text
    } else {
        fs::read_to_string(&args.terms).map_err(from_outside)?
    };
    let json =
        serde_json::from_str(&text).map_err(|error| Failure::no_json(&name, &error, lang))?;
    let asked = TermsPatch::try_new(&json);
    let asked = asked.and_then(|patch| Question::try_new(patch, args.from, args.to));
    asked.map_err(|rejection| Failure::advised(&rejection.into(), lang))
}

fn compared(
    world: &World,
    args: &WhatIfArgs,
    question: &Question,
    lang: Lang,
) -> Result<Vec<Compared>, Failure> {
    let ledger = &world.ledger;
    let Some(id) = &args.contract else { return Ok(what_if(ledger, question, None)) };
    let Some(contract) = ledger.contract(id) else {
        return Err(unknown_contract(id, lang));
    };
    let compared = what_if(ledger, question, Some(id));
    if compared.is_empty() {
        let (month, first, last) = (args.from, contract.first_gas_day(), contract.last_gas_day());
        let refusal = settlement::Rejection::OutsideTerm { month, first, last };
        return Err(Failure::advised(&Rejection::from(refusal), lang));
    }
    Ok(compared)
}

/// Contracts whose changed terms are refused: the others were compared.
fn say_refused(compared: &[Compared], lang: Lang) {
    for one in compared {
        if let Effect::Refused(rejection) = &one.effect {
            let (contract, code) = (&one.contract, rejection.code());
            let advice = lang.advice(code, rejection.advice());
            say(format_args!("{contract}: {code}: {rejection}. {advice}"));
        }
    }
}

fn print(
    args: &WhatIfArgs,
    lang: Lang,
    compared: &[Compared],
    summary: &Summary,
) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let rows = match (args.rows, args.format) {
        (Some(rows), _) => rows,
        (None, Format::Csv) => WhatIfRows::Documents,
        (None, Format::Json) => return whole(&mut out, compared, summary),
        (None, Format::Table) => return overview(&mut out, args, lang, compared, summary),
    };
    let table = match rows {
        WhatIfRows::Documents => reports::what_if_documents(compared),
        WhatIfRows::Contracts => reports::what_if_contracts(compared),
        WhatIfRows::Totals => reports::what_if_totals(summary),
        WhatIfRows::LeftOut => reports::what_if_left_out(compared),
    };
    if compared.is_empty() && args.format == Format::Table {
        return Ok(writeln!(out, "{}", lang.nothing_to_compare())?);
    }
    if args.format == Format::Table {
        return shown(&mut out, lang, told(rows, lang, table, compared));
    }
    Ok(table.write(&mut out, args.format, |column| lang.word(column))?)
}

/// A table for people, with its reasons in their language.
fn told(rows: WhatIfRows, lang: Lang, table: Table, compared: &[Compared]) -> Table {
    match rows {
        WhatIfRows::Contracts => lang.with_hindrances(table, compared),
        WhatIfRows::LeftOut => lang.with_reasons(table, compared),
        WhatIfRows::Documents | WhatIfRows::Totals => table,
    }
}

/// Everything, for programs.
fn whole(out: &mut dyn Write, compared: &[Compared], summary: &Summary) -> Result<(), Failure> {
    let all = json!({
        "contracts": reports::what_if_contracts(compared).to_json(),
        "documents": reports::what_if_documents(compared).to_json(),
        "left_out": reports::what_if_left_out(compared).to_json(),
        "totals": reports::what_if_totals(summary).to_json(),
    });
    Ok(writeln!(out, "{all:#}")?)
}

/// Totals, and who would pay less and more; of a single contract its documents.
fn overview(
    out: &mut dyn Write,
    args: &WhatIfArgs,
    lang: Lang,
    compared: &[Compared],
    summary: &Summary,
) -> Result<(), Failure> {
    if compared.is_empty() {
        return Ok(writeln!(out, "{}", lang.nothing_to_compare())?);
    }
    let is_refused = |one: &Compared| matches!(one.effect, Effect::Refused(_));
    if !args.all && !compared.iter().all(is_refused) {
        shown(out, lang, reports::what_if_documents(compared))?;
    }
    shown(out, lang, reports::what_if_totals(summary))?;
    if args.all {
        for (key, standings) in [("pays_less", &summary.less), ("pays_more", &summary.more)] {
            let top: Vec<Standing> = standings.iter().take(args.top).cloned().collect();
            writeln!(out, "{}", lang.standings(key, standings.len(), top.len()))?;
            if !top.is_empty() {
                shown(out, lang, reports::what_if_standings(&top))?;
            }
        }
    }
    Ok(writeln!(out, "{}", lang.compared(summary, compared.len()))?)
}

/// A table for people, with the words of their language in the cells that are words.
fn shown(out: &mut dyn Write, lang: Lang, mut table: Table) -> Result<(), Failure> {
    if table.rows.is_empty() {
        return Ok(writeln!(out, "{}", lang.nothing_there())?);
    }
    for (place, column) in table.columns.iter().enumerate() {
        if !["document", "effect", "note"].contains(column) {
            continue;
        }
        for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(place)) {
            let words: Vec<String> = cell.split(';').map(|word| lang.word(word)).collect();
            *cell = words.join("; ");
        }
    }
    Ok(table.write(out, Format::Table, |column| lang.word(column))?)
}
