//! The audit: the log is folded anew, and every document is computed again where it stands.
//!
//! A document's inputs are guarded when it is appended, so at its position the streams that it
//! names stand exactly where it says. Their digests are compared, and its numbers are computed from
//! the state there by the functions that issued it.

use citygate_domain::Event;
use citygate_domain::stream::DocumentInput;
use citygate_projections::explain::Document;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::persons::Digests;
use crate::snapshot::Kept;
use crate::tables::TableDump;
use crate::world::{Pending, World};

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Documents that came out again.
    pub documents: u64,
    /// The first thing that did not.
    pub finding: Option<Finding>,
}

/// Something that does not follow from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// An input of the document at this position has another digest than it froze.
    Input {
        /// The document.
        position: u64,
        /// The stream.
        stream: String,
    },
    /// The numbers of the document at this position do not come out again.
    Document {
        /// The document.
        position: u64,
    },
    /// The tables differ from the log at this position.
    Tables {
        /// Of the first row that differs.
        position: u64,
    },
    /// The snapshot is not what the log leads to at its position.
    Snapshot {
        /// Its position.
        position: u64,
    },
    /// A text about a person beside the log is not the one whose digest the log holds.
    Personal {
        /// The event with the digest; none when no event has one.
        position: Option<u64>,
        /// Whom the text is about.
        id: String,
        /// Which field it is.
        field: String,
    },
}

impl Engine {
    /// Folds the log anew, computes every document again, compares the tables, the texts about
    /// persons and the snapshot.
    pub async fn audit(&self) -> Result<Audit, EngineError> {
        let until = self.read().await.position;
        let mut world = World { pending: Some(Pending::default()), ..World::default() };
        let mut audit = Audit { documents: 0, finding: None };
        let mut persons = Digests::default();
        let store = self.store();
        let mut look = |world: &World, event: &Event, position| {
            persons.take(event, position);
            if audit.finding.is_none() {
                audit.finding = check(world, event, position, &mut audit.documents);
            }
        };
        let snapshot = match Kept::of(store, Some(until)).await {
            None => None,
            Some(kept) => {
                let position = kept.position;
                world.fold(store, position, &mut look).await?;
                let told = kept.world().await;
                let same = told.is_some_and(|told| told.digest() == world.digest());
                (!same).then(|| Finding::Snapshot { position: position.number() })
            }
        };
        world.fold(store, until, &mut look).await?;
        if audit.finding.is_none() {
            audit.finding = snapshot;
        }
        if audit.finding.is_none()
            && let Some(tables) = self.tables()
        {
            let wanted = world.pending.map(|pending| pending.rows.dump()).unwrap_or_default();
            let mut found = tables.dump().await?;
            found.retain(|(position, _)| *position <= until.number());
            audit.finding =
                first_difference(wanted, found).map(|position| Finding::Tables { position });
        }
        if audit.finding.is_none() {
            let whole = store.head().await?.position == until.number();
            audit.finding = persons.first_difference(store.as_ref(), whole).await?;
        }
        Ok(audit)
    }
}

/// Checks a document against the world just before it.
fn check(world: &World, event: &Event, position: u64, documents: &mut u64) -> Option<Finding> {
    let document = Document::of(event)?;
    *documents += 1;
    if let Some(input) = document.inputs().iter().find(|input| !stands(world, input)) {
        return Some(Finding::Input { position, stream: input.stream.clone() });
    }
    let agrees = document.again(&world.ledger).is_ok_and(|again| again.agrees);
    (!agrees).then_some(Finding::Document { position })
}

fn stands(world: &World, input: &DocumentInput) -> bool {
    let head = world.heads.named(&input.stream);
    head.version == input.to && head.digest == input.digest
}

fn first_difference(mut wanted: TableDump, mut found: TableDump) -> Option<u64> {
    wanted.sort();
    found.sort();
    let differs = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
    if let Some(((wanted, _), (found, _))) = differs {
        return Some(*wanted.min(found));
    }
    let (short, long) =
        if wanted.len() < found.len() { (&wanted, &found) } else { (&found, &wanted) };
    long.get(short.len()).map(|(position, _)| *position)
}
