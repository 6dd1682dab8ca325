//! Folders of facts made from other folders: more contracts, or fewer.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use citygate_interchange::FILES;
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use serde_json::Value;

use super::Stopped;

/// Columns that name a contract, a point, a trade, a transfer, a claim or money.
const NAMES: [&str; 9] = [
    "contract",
    "from_contract",
    "to_contract",
    "delivery_point",
    "trade_reference",
    "reference",
    "claim",
    "bank_reference",
    "reverses",
];

/// The same facts `copies` times: indices once, everything else under names of its own. Copies of a
/// row stand together, so that a file in the order of days stays in it.
///
/// # Errors
/// The disk; a contract that is no JSON object.
pub fn replicate(from: &Path, to: &Path, copies: usize) -> Result<(), Stopped> {
    fs::create_dir_all(to)?;
    for file in FILES {
        let (source, target) = (from.join(file), to.join(file));
        if !source.exists() {
            continue;
        }
        if file == "indices.csv" {
            fs::copy(source, target)?;
        } else if file == "contracts.jsonl" {
            let mut out = fs::File::create(target)?;
            for line in fs::read_to_string(source)?.lines() {
                for copy in 0..copies {
                    writeln!(out, "{}", renamed_contract(line, copy)?)?;
                }
            }
        } else {
            rows(&source, &target, |columns, row, out| {
                for copy in 0..copies {
                    let cells = columns.iter().zip(row).map(|(column, cell)| {
                        if NAMES.contains(&column) { named(cell, copy) } else { cell.to_owned() }
                    });
                    out.write_record(cells)?;
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// Each `step`-th contract with its rows; indices whole.
///
/// # Errors
/// The disk; a contract that is no JSON object.
pub fn thin(from: &Path, to: &Path, step: usize) -> Result<(), Stopped> {
    fs::create_dir_all(to)?;
    let mut kept = HashSet::new();
    let mut out = fs::File::create(to.join("contracts.jsonl"))?;
    for line in fs::read_to_string(from.join("contracts.jsonl"))?.lines().step_by(step) {
        let contract: Value = serde_json::from_str(line)?;
        let points = contract["delivery_points"].as_array().into_iter().flatten();
        let names = points.map(|point| &point["id"]).chain([&contract["contract"]]);
        kept.extend(names.filter_map(Value::as_str).map(str::to_owned));
        writeln!(out, "{line}")?;
    }
    for file in FILES {
        let (source, target) = (from.join(file), to.join(file));
        if !source.exists() || file == "contracts.jsonl" {
            continue;
        }
        if file == "indices.csv" {
            fs::copy(source, target)?;
            continue;
        }
        rows(&source, &target, |columns, row, out| {
            let owner = ["contract", "from_contract", "delivery_point"];
            let owner = columns.iter().position(|column| owner.contains(&column));
            let owner = owner.and_then(|at| row.get(at)).unwrap_or_default();
            if kept.contains(owner) { Ok(out.write_record(row)?) } else { Ok(()) }
        })?;
    }
    Ok(())
}

fn named(name: &str, copy: usize) -> String {
    let own = copy > 0 && !name.is_empty() && name != "-";
    if own { format!("{name}.{copy}") } else { name.to_owned() }
}

fn renamed_contract(line: &str, copy: usize) -> Result<String, Stopped> {
    let mut contract: Value = serde_json::from_str(line)?;
    rename(&mut contract["contract"], copy);
    rename(&mut contract["customer"]["id"], copy);
    for point in contract["delivery_points"].as_array_mut().into_iter().flatten() {
        rename(&mut point["id"], copy);
    }
    Ok(contract.to_string())
}

fn rename(name: &mut Value, copy: usize) {
    if let Some(text) = name.as_str() {
        *name = Value::String(named(text, copy));
    }
}

type Out = csv::Writer<fs::File>;

fn rows(
    source: &Path,
    target: &Path,
    mut each: impl FnMut(&StringRecord, &StringRecord, &mut Out) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    let mut reader = ReaderBuilder::new().flexible(true).from_path(source)?;
    let mut out = WriterBuilder::new().flexible(true).from_path(target)?;
    let columns = reader.headers()?.clone();
    out.write_record(&columns)?;
    for row in reader.records() {
        each(&columns, &row?, &mut out)?;
    }
    Ok(out.flush()?)
}
