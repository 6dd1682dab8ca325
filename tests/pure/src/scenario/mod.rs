//! Stories as text: what a dispatcher can write, and what the ledger says to it.
//!
//! One statement a line, `#` begins a comment, indented lines belong to the contract above them.
//! Ids and times are those of the story, so the same story has the same answer for ever.
//!
//! ```text
//! contract LG-1
//!   term 2026-01-01..2026-03-31
//!   every month 1000
//!   tranche gas 100 = GATE*1.185
//! index GATE 2025-01-01 1.84
//! deliver LG-1-1 2026-01-01..2026-01-31 30
//! close LG-1 2026-01
//! ask settlement LG-1 2026-01
//! ```

mod answers;
mod contract;
mod life;
mod statements;
mod supply;
mod years;

use crate::told::Told;
use crate::words::instant;
use crate::world::World;

/// A line of a story: its number and its words.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// Without comment and indentation.
    pub text: &'a str,
    /// Whether it belongs to the contract above it.
    pub indented: bool,
}

impl<'a> Line<'a> {
    /// The words of the line.
    #[must_use]
    pub fn words(self) -> Vec<&'a str> {
        self.text.split_whitespace().collect()
    }
}

fn lines(story: &str) -> Vec<Line<'_>> {
    let said = story.lines().zip(1..).filter_map(|(whole, number)| {
        let said = whole.split('#').next()?;
        let (text, indented) = (said.trim(), said.starts_with(' '));
        (!text.is_empty()).then_some(Line { number, text, indented })
    });
    said.collect()
}

/// Tells a story; what comes back are the answers and the refusals, line by line.
///
/// # Panics
/// When a line is no statement: a story is written by whoever reads the failure.
#[must_use]
pub fn told(story: &str) -> String {
    let mut world = World::default();
    let mut out = String::new();
    let lines = lines(story);
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        assert!(!line.indented, "line {}: {:?} belongs to nothing", line.number, line.text);
        let block = after.iter().take_while(|line| line.indented).count();
        let (block, after) = after.split_at(block);
        rest = after;
        let words = line.words();
        match words.as_slice() {
            ["now", now] => world.now = instant(now),
            ["tick"] => out.push_str(&supply::tick(&mut world)),
            ["ask", question @ ..] => out.push_str(&answers::answer(&world, question)),
            ["contract", id] => {
                tell(&mut world, *line, vec![contract::contract(id, block)], &mut out)
            }
            statement => {
                let told = statements::told(statement).unwrap_or_else(|| {
                    panic!("line {}: {:?} is no statement", line.number, line.text)
                });
                tell(&mut world, *line, told, &mut out);
            }
        }
    }
    out
}

/// Facts that are recorded are not worth a word; the others are.
fn tell(world: &mut World, line: Line<'_>, facts: Vec<Told>, out: &mut String) {
    let Line { number, text, .. } = line;
    for fact in facts {
        match world.hear(fact) {
            Ok(events) if events.is_empty() => {
                out.push_str(&format!("{number}: {text}\n  already known\n"))
            }
            Ok(_) => {}
            Err(rejection) => {
                out.push_str(&format!("{number}: {text}\n  {}: {rejection}\n", rejection.code()));
            }
        }
    }
}
