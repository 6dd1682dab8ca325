//! Everything in memory that the log leads to, and the way it gets there.

use chrono::{DateTime, Utc};
use citygate_domain::log::{Position, Recorded};
use citygate_domain::state::Ledger;
use citygate_projections::ReadModels;
use citygate_store::EventStore;

use crate::codec::decode;
use crate::error::EngineError;
use crate::heads::Heads;

/// How many events are read from the log at once.
const PAGE: usize = 16_384;

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
}

impl World {
    /// The world of the log up to `until`, or of the whole log.
    pub async fn load(
        store: &dyn EventStore,
        until: Option<Position>,
    ) -> Result<Self, EngineError> {
        let mut world = Self::default();
        world.catch_up(store, until).await?;
        Ok(world)
    }

    /// Takes in what the log has beyond this world, up to `until`.
    pub async fn catch_up(
        &mut self,
        store: &dyn EventStore,
        until: Option<Position>,
    ) -> Result<(), EngineError> {
        loop {
            let after = self.position.number();
            let wanted = until.map_or(PAGE as u64, |until| until.number().saturating_sub(after));
            if wanted == 0 {
                return Ok(());
            }
            let page = store.replay(after, (wanted as usize).min(PAGE)).await?;
            if page.is_empty() {
                return Ok(());
            }
            for row in page.rows() {
                let row = row?;
                let position = row.position;
                let event = decode(row.event_type, row.type_version, row.payload)
                    .map_err(|reason| EngineError::Codec { position, reason })?;
                let recorded_at = parse(row.recorded_at, position)?;
                let recorded = Recorded { position: Position::new(position), recorded_at, event };
                self.take(&recorded, row.payload);
            }
        }
    }

    pub(crate) fn take(&mut self, recorded: &Recorded, payload: &str) {
        self.position = recorded.position;
        self.heads.advance(recorded.event.stream(), payload);
        self.ledger.evolve(recorded);
        self.views.apply(recorded);
    }
}

fn parse(text: &str, position: u64) -> Result<DateTime<Utc>, EngineError> {
    citygate_store::parse_instant(text).ok_or_else(|| {
        let what = format!("recorded_at {text:?} is not an instant");
        EngineError::Store(citygate_store::StoreError::Corrupt { position, what })
    })
}
