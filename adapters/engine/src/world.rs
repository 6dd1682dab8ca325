//! Everything in memory that the log leads to, and the way it gets there.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use citygate_domain::Event;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::state::Ledger;
use citygate_projections::ReadModels;
use citygate_store::{EventStore, ReplayPage, Run, replay_ahead};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::codec::decode_named;
use crate::error::EngineError;
use crate::heads::Heads;
use crate::names::Names;
use crate::snapshot::Kept;
use crate::spill::Spill;
use crate::tables::{DocumentTables, TableRows};

/// Runs that may be decoded before they are folded.
const DECODED_AHEAD: usize = 6;
/// Bytes of a run: more than a page of readings has. Documents are five times as long, and a page
/// of them would be waited for while nobody else has anything to do.
const RUN: usize = 3 << 19;

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
    /// The epoch of the log when it was read: in a later one it may have another end.
    pub epoch: u64,
    /// Whether the state has taken in what the log has not confirmed: a writer that was dropped
    /// before its end leaves it so, and the next one reads the log anew.
    pub(crate) ahead: bool,
    /// The decisions that rest on this world: a new one when the log is read anew.
    pub(crate) run: Run,
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
    /// The world of the log up to `until`, or of the whole log, from its first event.
    pub async fn load(
        store: &Arc<dyn EventStore>,
        until: Option<Position>,
    ) -> Result<Self, EngineError> {
        Self::nothing_of(store, None).loaded(store, until).await
    }

    /// The world before the first event of a log.
    pub(crate) fn nothing_of(store: &Arc<dyn EventStore>, pending: Option<Pending>) -> Self {
        let epoch = store.epoch();
        Self { epoch, run: Run::under(epoch), pending, ..Self::default() }
    }

    /// The world of the log up to `until`, or of the whole log: the newest snapshot with what the
    /// log has beyond it. The same as [`World::load`], sooner.
    pub(crate) async fn open(
        store: &Arc<dyn EventStore>,
        until: Option<Position>,
    ) -> Result<Self, EngineError> {
        Self::begin(store, until, None).await.loaded(store, until).await
    }

    /// Where to begin reading the log: at the newest usable snapshot, or at its first event. Rows
    /// that are not in the tables yet come from events, so a snapshot beyond them is of no use.
    pub(crate) async fn begin(
        store: &Arc<dyn EventStore>,
        until: Option<Position>,
        pending: Option<Pending>,
    ) -> Self {
        // Before anything is read: what changes meanwhile is then noticed.
        let nothing = Self::nothing_of(store, pending);
        let Self { pending, .. } = &nothing;
        let usable = |kept: &Kept| pending.as_ref().is_none_or(|it| kept.position <= it.from);
        let Some(kept) = Kept::of(store, until).await.filter(usable) else { return nothing };
        let Some(world) = kept.world().await else { return nothing };
        let Self { epoch, run, pending, .. } = nothing;
        Self { epoch, run, pending, ..world }
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

    /// The world of the whole log; rows that are not in the tables yet go there on the way.
    pub(crate) async fn with_tables(
        mut self,
        store: &Arc<dyn EventStore>,
        tables: &Arc<dyn DocumentTables>,
    ) -> Result<Self, EngineError> {
        self.spill(store, &mut Spill::into(tables)).await?;
        Ok(self)
    }

    /// Takes in the rest of the log, and lets its rows go their way.
    pub(crate) async fn spill(
        &mut self,
        store: &Arc<dyn EventStore>,
        spill: &mut Spill,
    ) -> Result<(), EngineError> {
        let until = store.head().await?.position.into();
        self.fold_into(store, until, |_, _, _| {}, Some(spill)).await?;
        match &mut self.pending {
            Some(pending) => spill.finish(pending, self.position).await,
            None => Ok(()),
        }
    }

    /// The world read anew. Rows that are not in the tables yet come again.
    pub(crate) async fn renewed(&self, store: &Arc<dyn EventStore>) -> Result<Self, EngineError> {
        let pending = self.pending.as_ref();
        let pending = pending.map(|it| Pending { from: it.from, rows: TableRows::default() });
        Self::begin(store, None, pending).await.loaded(store, None).await
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
        look: impl FnMut(&Self, &Event, u64),
    ) -> Result<(), EngineError> {
        self.fold_into(store, until, look, None).await
    }

    async fn fold_into(
        &mut self,
        store: &Arc<dyn EventStore>,
        until: Position,
        mut look: impl FnMut(&Self, &Event, u64),
        mut spill: Option<&mut Spill>,
    ) -> Result<(), EngineError> {
        let after = self.position.number();
        if until.number() <= after {
            return Ok(());
        }
        let rows_from = self.pending.as_ref().map(|pending| pending.from);
        let mut pages = decode_ahead(Arc::clone(store), after, until.number(), rows_from);
        while let Some(page) = pages.recv().await {
            let page = page.await.map_err(EngineError::stopped)??;
            let rows = page.rows.rows().skip(page.first);
            for (recorded, row) in page.recorded.iter().zip(rows) {
                let row = row?;
                look(self, &recorded.event, row.position);
                self.heads.advance(row.stream, row.payload);
                self.position = recorded.position;
                self.ledger.evolve(recorded);
                self.views.apply(recorded);
            }
            let Some(pending) = self.pending.as_mut() else { continue };
            pending.rows.append(page.tables);
            if let Some(spill) = &mut spill {
                spill.take(pending, self.position).await?;
            }
        }
        Ok(())
    }

    /// Tells the read models what the log has taken.
    pub(crate) fn show(&mut self, recorded: &Recorded) {
        self.views.apply(recorded);
        if let Some(pending) = self.pending.as_mut().filter(|it| it.from < recorded.position) {
            pending.rows.add(recorded);
        }
    }
}

impl World {
    /// A digest of everything that is answered from: two worlds with the same digest give the same
    /// answers.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let Self { ledger, views, heads, position, .. } = self;
        let mut text = Digesting(Sha256::new());
        let written = write!(text, "{position} {heads:?} {ledger:?} {views:?}");
        written.unwrap_or_else(|_| unreachable!("a digest takes every text"));
        text.0.finalize().into()
    }
}

/// A text that is digested as it is written.
struct Digesting(Sha256);

impl fmt::Write for Digesting {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// A run of rows of the log with their events, and what these give to the tables.
struct Decoded {
    /// The page that the run is in, and its first row there.
    rows: Arc<ReplayPage>,
    first: usize,
    recorded: Vec<Recorded>,
    tables: TableRows,
}

/// Reads and decodes runs of rows while the ones before them are folded: reading, decoding and
/// folding cost about the same, and each has a thread.
fn decode_ahead(
    store: Arc<dyn EventStore>,
    after: u64,
    through: u64,
    rows_from: Option<Position>,
) -> mpsc::Receiver<JoinHandle<Result<Decoded, EngineError>>> {
    let (decoded, receiver) = mpsc::channel(DECODED_AHEAD);
    tokio::spawn(async move {
        let mut pages = replay_ahead(store, after, through);
        while let Some(page) = pages.recv().await {
            let (page, runs) = match page {
                Ok(page) => {
                    let runs = page.runs(RUN).into_iter().map(Ok).collect();
                    (Arc::new(page), runs)
                }
                Err(error) => (Arc::default(), vec![Err(error)]),
            };
            for run in runs {
                let page = Arc::clone(&page);
                let decoding =
                    tokio::task::spawn_blocking(move || decode_run(page, run?, rows_from));
                // Nobody wants more when the receiver is gone.
                if decoded.send(decoding).await.is_err() {
                    return;
                }
            }
        }
    });
    receiver
}

fn decode_run(
    rows: Arc<ReplayPage>,
    run: Range<usize>,
    rows_from: Option<Position>,
) -> Result<Decoded, EngineError> {
    let mut recorded = Vec::with_capacity(run.len());
    let (mut names, mut tables) = (Names::default(), TableRows::default());
    // Events of one batch were recorded at one instant.
    let mut last = ("", DateTime::UNIX_EPOCH);
    for row in rows.rows().skip(run.start).take(run.len()) {
        let row = row?;
        let event = decode_named(row.event_type, row.type_version, row.payload, &mut names)
            .map_err(|reason| EngineError::Codec { position: row.position, reason })?;
        if last.0 != row.recorded_at {
            last = (row.recorded_at, parse(row.recorded_at, row.position)?);
        }
        let one = Recorded { position: row.position.into(), recorded_at: last.1, event };
        if rows_from.is_some_and(|from| from < one.position) {
            tables.add(&one);
        }
        recorded.push(one);
    }
    Ok(Decoded { rows, first: run.start, recorded, tables })
}

fn parse(text: &str, position: u64) -> Result<DateTime<Utc>, EngineError> {
    citygate_store::parse_instant(text).ok_or_else(|| {
        let what = format!("recorded_at {text:?} is not an instant");
        EngineError::Store(citygate_store::StoreError::Corrupt { position, what })
    })
}
