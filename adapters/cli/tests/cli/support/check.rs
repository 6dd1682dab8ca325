//! One check, many rows: each row of a file beside the answer that it gets.

use std::fmt::Write as _;

use super::facts::{Facts, header};
use super::ledger::Ledger;

/// Imports rows of one file on top of `base` and compares every answer.
///
/// A line of the table is a row, a bar, and `taken`, `known` or `code: sentence`; a long answer
/// stands below its row, a bar before each line of it. The whole table is one import, so later rows
/// meet earlier ones. Beside the answers this asserts the counts, the exit code, the `--refused`
/// file, and that the log holds exactly the events that it holds when the refused rows are never
/// sent.
#[track_caller]
pub fn check(base: &Facts, file: &str, table: &str) {
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix("| "), line.split_once(" | ")) {
            (Some(more), _) => {
                let (_, answer) = rows.last_mut().expect("a row above the bar");
                *answer = [answer.as_str(), more].join(" ").trim_start().to_owned();
            }
            (None, Some((row, answer))) => rows.push((row.to_owned(), answer.to_owned())),
            (None, None) => rows.push((line.to_owned(), String::new())),
        }
    }
    check_rows(base, file, &rows);
}

/// The same, with rows that are not easily written in a table.
#[track_caller]
pub fn check_rows(base: &Facts, file: &str, rows: &[(String, String)]) {
    let ledger = Ledger::simulated();
    ledger.import(base).exits(0);
    let texts = |wanted: fn(&str) -> bool| -> Vec<&String> {
        rows.iter().filter(|(_, answer)| wanted(answer)).map(|(row, _)| row).collect()
    };
    let sent = Facts::rows(file, &texts(|_| true));
    let ran = ledger.run(&["import", sent.path().to_str().unwrap(), "--refused", "refused.csv"]);

    let first = if header(file).is_some() { 2 } else { 1 };
    let mut told = ran.err.lines().filter(|line| line.starts_with(file));
    let mut refused_csv = String::from("file,line,code\n");
    for (line, (row, answer)) in (first..).zip(rows).filter(|(_, (_, answer))| is_refusal(answer)) {
        let wanted = format!("{file}:{line}: {answer}. ");
        let found = told.next().unwrap_or_default();
        let advice = found.strip_prefix(&wanted);
        assert!(
            advice.is_some_and(|advice| advice.ends_with('.')),
            "row {row}\nwanted {wanted}\nfound  {found}"
        );
        let code = answer.split(':').next().unwrap_or_default();
        writeln!(refused_csv, "{file},{line},{code}").unwrap();
    }
    assert_eq!(told.next(), None);
    assert_eq!(std::fs::read_to_string(ledger.beside("refused.csv")).unwrap(), refused_csv);

    let count = |wanted: fn(&str) -> bool| texts(wanted).len();
    let (taken, known) = (count(|answer| answer == "taken"), count(|answer| answer == "known"));
    let refused = count(is_refusal);
    let ran = ran.exits(i32::from(refused > 0));
    ran.says(&format!("{taken} recorded, {known} already known, {refused} refused"))
        .prints_nothing();

    let control = Ledger::simulated();
    control.import(base).exits(0);
    control.import(&Facts::rows(file, &texts(|answer| !is_refusal(answer)))).exits(0);
    assert_eq!(ledger.payloads(), control.payloads(), "refused rows leave nothing behind");
}

fn is_refusal(answer: &str) -> bool {
    answer != "taken" && answer != "known"
}
