//! A contract in a story: the template and what is told otherwise.

use serde_json::{Value, json};

use super::Line;
use crate::template::{Template, Tranche};
use crate::told::Told;

/// A season: its months, and its tranches as told.
type Season<'a> = (String, Vec<Tranche<'a>>);

const ALL_YEAR: &str = "1 2 3 4 5 6 7 8 9 10 11 12";

/// Reads `GATE*1.185 + 0.5 floor 2 cap 3`, an index with `mean 6 lag 1` behind it.
fn price(words: &[&str]) -> Value {
    let mut rule = json!({"indices": []});
    let mut words = words.iter().filter(|word| **word != "+");
    while let Some(word) = words.next() {
        let mut number = || *words.next().expect("a number behind the word");
        match *word {
            "floor" | "cap" => rule[*word] = number().into(),
            "mean" | "lag" => {
                let name = if *word == "mean" { "mean_of_months" } else { "lag_months" };
                let parts = rule["indices"].as_array_mut().expect("index parts");
                let part = parts.last_mut().expect("an index before the word");
                part[name] = number().parse::<u32>().expect("a number of months").into();
            }
            _ => match word.split_once('*') {
                Some((code, coefficient)) => {
                    let part = json!({"code": code, "coefficient": coefficient});
                    rule["indices"].as_array_mut().expect("index parts").push(part);
                }
                None => rule["constant"] = (*word).into(),
            },
        }
    }
    rule
}

/// The contract of a block.
///
/// # Panics
/// When a line is no term.
pub(super) fn contract(id: &str, block: &[Line<'_>]) -> Told {
    let mut told = Template::new(id);
    let mut points = Vec::new();
    let mut seasons: Vec<Season<'_>> = Vec::new();
    for line in block {
        let words = line.words();
        match words.as_slice() {
            ["term", run] => {
                let (first, last) = run.split_once("..").expect("first..last");
                told = told.term_of(first, last);
            }
            ["customer", customer, class] => told = told.sold_to(customer, class),
            ["point", point, capacity] => points.push((*point, *capacity)),
            ["every", "month", quantity] => told = told.every_month(quantity),
            ["month", month, quantity] => told = told.in_month(month, quantity),
            ["season", months @ ..] => seasons.push((months.join(" "), Vec::new())),
            ["tranche", tag, share, "=", rule @ ..] => {
                if seasons.is_empty() {
                    seasons.push((ALL_YEAR.to_owned(), Vec::new()));
                }
                let season = seasons.last_mut().expect("a season for the tranche");
                season.1.push((tag, share, price(rule)));
            }
            ["excess", "=", rule @ ..] => {
                told = told.term("excess_price", &price(rule).to_string())
            }
            ["without", term] => told = told.without(term),
            [path, ..] => {
                let value = line.text.strip_prefix(path).expect("it begins with it").trim();
                told = told.term(path, value);
            }
            [] => {}
        }
    }
    if !points.is_empty() {
        told = told.points(&points);
    }
    if !seasons.is_empty() {
        let seasons: Vec<(&str, &[Tranche<'_>])> = seasons
            .iter()
            .map(|(months, tranches)| (months.as_str(), tranches.as_slice()))
            .collect();
        told = told.seasons(&seasons);
    }
    told.signed()
}
