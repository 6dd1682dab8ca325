//! Everything in memory that the log leads to, and the way it gets there.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use citygate_domain::Event;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::state::Ledger;
use citygate_projections::ReadModels;
use citygate_store::{EventStore, ReplayPage, replay_ahead};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::codec::decode;
use crate::error::EngineError;
use crate::heads::Heads;
use crate::tables::TableRows;

/// Pages that may be decoded before they are folded.
const DECODED_AHEAD: usize = 3;

/// The state, the read models and the stream heads of a log up to a position.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// What decisions and running months need.
    pub ledger: Ledger,
    /// What people read.
    pub views: ReadModels,
    /// How far each stream has come.
    pub heads: Heads,
    /// The newest event.
    pub position: Position,
    /// Whether the state has taken in what the log has not confirmed: a writer that was dropped
    /// before its end leaves it so, and the next one reads the log anew.
    pub(crate) ahead: bool,
    /// Rows of documents that are not in the tables yet, where there are tables.
    pub(crate) pending: Option<Pending>,
}

/// Rows that wait to be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    /// The last position whose rows are in the tables.
    pub from: Position,
    /// The rows of later events.
    pub rows: TableRows,
}

impl World {
    /// The world of the log up to `until`, or of the whole log.
    pub async fn load(
        store: &Arc<dyn EventStore>,
        until: Option<Position>,
    ) -> Result<Self, EngineError> {
        Self::default().loaded(store, until).await
    }

    /// This world, with what the log has beyond it.
    pub(crate) async fn loaded(
        mut self,
        store: &Arc<dyn EventStore>,
        until: Option<Position>,
    ) -> Result<Self, EngineError> {
        let world = &mut self;
        world.catch_up(store, until).await?;
        Ok(self)
    }

    /// The world read anew from the first event. Rows that are not in the tables yet come again.
    pub(crate) async fn renewed(&self, store: &Arc<dyn EventStore>) -> Result<Self, EngineError> {
        let pending = self.pending.as_ref();
        let pending = pending.map(|it| Pending { from: it.from, rows: TableRows::default() });
        Self { pending, ..Self::default() }.loaded(store, None).await
    }

    /// Takes in what the log has beyond this world, up to `until`.
    pub async fn catch_up(
        &mut self,
        store: &Arc<dyn EventStore>,
        until: Option<Position>,
    ) -> Result<(), EngineError> {
        let until = match until {
            Some(until) => until,
            None => store.head().await?.position.into(),
        };
        self.fold(store, until, |_, _, _| {}).await
    }

    /// Takes in what the log has up to `until`; `look` sees each event and the world before it.
    pub(crate) async fn fold(
        &mut self,
        store: &Arc<dyn EventStore>,
        until: Position,
        mut look: impl FnMut(&Self, &Event, u64),
    ) -> Result<(), EngineError> {
        let after = self.position.number();
        if until.number() <= after {
            return Ok(());
        }
        let mut pages = decode_ahead(Arc::clone(store), after, until.number());
        while let Some(page) = pages.recv().await {
            let page = page.await.map_err(EngineError::stopped)??;
            for (event, row) in page.events.into_iter().zip(page.rows.rows()) {
                let row = row?;
                look(self, &event, row.position);
                let recorded_at = parse(row.recorded_at, row.position)?;
                let recorded = Recorded { position: row.position.into(), recorded_at, event };
                self.heads.advance(row.stream, row.payload);
                self.take(&recorded);
            }
        }
        Ok(())
    }

    pub(crate) fn take(&mut self, recorded: &Recorded) {
        self.position = recorded.position;
        self.ledger.evolve(recorded);
        self.show(recorded);
    }

    /// Tells the read models what the log has taken.
    pub(crate) fn show(&mut self, recorded: &Recorded) {
        self.views.apply(recorded);
        if let Some(pending) = self.pending.as_mut().filter(|it| it.from < recorded.position) {
            pending.rows.add(recorded);
        }
    }
}

/// A page of the log with its events.
struct Decoded {
    rows: ReplayPage,
    events: Vec<Event>,
}

/// Reads and decodes pages while the ones before them are folded: reading, decoding and folding
/// cost about the same, and each has a thread.
fn decode_ahead(
    store: Arc<dyn EventStore>,
    after: u64,
    through: u64,
) -> mpsc::Receiver<JoinHandle<Result<Decoded, EngineError>>> {
    let (decoded, receiver) = mpsc::channel(DECODED_AHEAD);
    tokio::spawn(async move {
        let mut pages = replay_ahead(store, after, through);
        while let Some(page) = pages.recv().await {
            let decoding = tokio::task::spawn_blocking(move || decode_page(page?));
            // Nobody wants more when the receiver is gone.
            if decoded.send(decoding).await.is_err() {
                return;
            }
        }
    });
    receiver
}

fn decode_page(rows: ReplayPage) -> Result<Decoded, EngineError> {
    let mut events = Vec::with_capacity(rows.len());
    for row in rows.rows() {
        let row = row?;
        let event = decode(row.event_type, row.type_version, row.payload)
            .map_err(|reason| EngineError::Codec { position: row.position, reason })?;
        events.push(event);
    }
    Ok(Decoded { rows, events })
}

fn parse(text: &str, position: u64) -> Result<DateTime<Utc>, EngineError> {
    citygate_store::parse_instant(text).ok_or_else(|| {
        let what = format!("recorded_at {text:?} is not an instant");
        EngineError::Store(citygate_store::StoreError::Corrupt { position, what })
    })
}
