//! Two answers of a world, and the facts between them.

use std::collections::{BTreeMap, BTreeSet};

use citygate_domain::Rejection;
use citygate_domain::books::DocumentName;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::quantities::Money;
use citygate_domain::rules::tax::Taxed;
use citygate_domain::settlement::input_streams;
use citygate_domain::stream::DocumentInput;
use citygate_projections::change::{self, Answer, Change};
use citygate_projections::explain::Document;
use citygate_projections::restatement::revisions;

use citygate_tests_pure::words::{day, read};
use citygate_tests_pure::world::World;

/// The events that inputs name, in the order of the log.
#[must_use]
pub fn events_of(world: &World, inputs: &[DocumentInput]) -> Vec<Recorded> {
    let mut versions: BTreeMap<String, u64> = BTreeMap::new();
    let mut named = Vec::new();
    for recorded in &world.log {
        let stream = recorded.event.stream().to_string();
        let version = versions.entry(stream.clone()).or_default();
        *version += 1;
        let input = inputs.iter().find(|input| input.stream == stream);
        if input.is_some_and(|input| input.from <= *version && *version <= input.to) {
            named.push(recorded.clone());
        }
    }
    named
}

/// Why a later revision of a document differs from an earlier one.
///
/// # Panics
/// When the document has no such revisions, or does not come out again.
#[must_use]
pub fn between(
    world: &World,
    id: &str,
    key: DocumentName,
    from: usize,
    to: usize,
) -> Change<Taxed> {
    let revisions: Vec<Document> =
        revisions(world.contract(id), key).into_iter().map(|(document, _)| document).collect();
    let (earlier, later) = (&revisions[from - 1], &revisions[to - 1]);
    let known = events_of(world, earlier.inputs());
    let positions: BTreeSet<Position> = known.iter().map(|event| event.position).collect();
    let mut since = events_of(world, later.inputs());
    since.retain(|event| !positions.contains(&event.position));
    change::document(earlier, &known, later, &since)
        .unwrap_or_else(|error| panic!("{id} {key:?} {from} to {to}: {error}"))
}

/// Why the money available is another as of a later day, or as known later; positions count from 1,
/// the newest event's is [`World::log`]'s length.
pub fn account(
    world: &World,
    id: &str,
    (earlier, known): (&str, usize),
    (later, known_later): (&str, usize),
) -> Result<Change<Money>, Rejection> {
    let contract = world.contract(id);
    let streams: BTreeSet<_> = input_streams(contract, contract.months()).into_iter().collect();
    let of_contract = |event: &&Recorded| streams.contains(&event.event.stream());
    let log: Vec<Recorded> = world.log.iter().filter(of_contract).cloned().collect();
    let answer = |as_of: &str, known: usize| Answer {
        as_of: day(as_of),
        known_at: Position::new(known as u64),
    };
    change::account(&read(id), &log, answer(earlier, known), answer(later, known_later))
}
