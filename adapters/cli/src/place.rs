//! Where a ledger lies: in a file, or in a database.

use std::path::Path;
use std::sync::Arc;

use citygate_engine::{DocumentTables, Engine, Sources, event_types};
use citygate_store::{
    EventStore, Node, PostgresOptions, PostgresStore, SqliteOptions, SqliteStore, StoreError,
};

use crate::failure::Failure;
use crate::lang::Lang;
use crate::session::open_file;

/// The store of an open ledger.
#[derive(Clone)]
pub enum Place {
    /// A file.
    File(Arc<SqliteStore>),
    /// A database that several nodes share.
    Database(Arc<PostgresStore>),
}

/// How a ledger is opened.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// Whether a missing file is made. A database is made by `migrate`.
    pub create: bool,
    /// Whether the digests of the newest events are checked.
    pub check_tail: bool,
}

/// How a ledger in a database is reached; `None` for one in a file.
pub fn database(path: &Path) -> Option<Result<PostgresOptions, StoreError>> {
    let text = path.to_str()?;
    let of_database = ["postgres://", "postgresql://"].iter().any(|it| text.starts_with(it));
    of_database.then(|| PostgresOptions::from_url(text))
}

impl Place {
    /// Opens a ledger; where there is none, says what makes one.
    pub async fn open(
        path: &Path,
        opening: Opening,
        sources: &Sources,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let Opening { create, check_tail } = opening;
        if let Some(options) = database(path) {
            let mut options = options?;
            options.check_tail = check_tail;
            options.node = Some(node(sources));
            let store = PostgresStore::open(options, Arc::clone(&sources.now)).await?;
            return Ok(Self::Database(Arc::new(store)));
        }
        let options = SqliteOptions { check_tail, create, ..SqliteOptions::new(path) };
        let store = open_file(options, sources, lang).await?;
        Ok(Self::File(Arc::new(store)))
    }

    /// The log.
    pub fn store(&self) -> Arc<dyn EventStore> {
        match self {
            Self::File(store) => Arc::<SqliteStore>::clone(store),
            Self::Database(store) => Arc::<PostgresStore>::clone(store),
        }
    }

    /// The name of this run of the program among the nodes of its ledger.
    pub fn name(&self, sources: &Sources) -> String {
        match self {
            Self::Database(store) => store.options().node.as_ref().map(|node| node.id.clone()),
            // The processes on a file know each other by their leases only.
            Self::File(_) => None,
        }
        .unwrap_or_else(|| (sources.event_id)().to_string())
    }

    /// The engine on the log, with tables for documents.
    pub async fn engine(&self, sources: Sources) -> Result<Engine, Failure> {
        Ok(match self {
            Self::File(store) => Engine::open_with_tables(Arc::clone(store), sources).await?,
            Self::Database(store) => Engine::open_with_tables(Arc::clone(store), sources).await?,
        })
    }

    /// How far the tables for documents have come.
    pub async fn documents_at(&self) -> Result<u64, StoreError> {
        match self {
            Self::File(store) => DocumentTables::position(store.as_ref()).await,
            Self::Database(store) => DocumentTables::position(store.as_ref()).await,
        }
    }

    /// A look at the file itself. The pages of a database are its server's business
    /// (`pg_amcheck`, checksums).
    pub async fn check_file(&self) -> Result<(), StoreError> {
        match self {
            Self::File(store) => store.check_file().await,
            Self::Database(_) => Ok(()),
        }
    }

    /// What should keep events from being changed and does not, and the verb that mends it.
    pub async fn unprotected(&self) -> Result<(Vec<String>, &'static str), StoreError> {
        match self {
            Self::File(store) => {
                let names = store.unprotected().await?;
                Ok((names.into_iter().map(str::to_owned).collect(), "rebuild"))
            }
            Self::Database(store) => Ok((store.unprotected().await?, "migrate")),
        }
    }
}

/// This run of the program, to the nodes beside it.
fn node(sources: &Sources) -> Node {
    let (id, release) = ((sources.event_id)().to_string(), env!("CARGO_PKG_VERSION").to_owned());
    Node { id, release, event_types: event_types() }
}
