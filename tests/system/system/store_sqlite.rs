//! The log in a file passes the suite.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use citygate_store::conformance::Factory;
use citygate_store::{Clock, EventStore, SqliteStore, StoreError};
use tempfile::TempDir;

/// Ledgers in a folder that goes away with the factory.
struct InFiles {
    folder: TempDir,
    made: AtomicU32,
}

#[async_trait]
impl Factory for InFiles {
    async fn create(&self, clock: Clock) -> Result<Arc<dyn EventStore>, StoreError> {
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        let path = self.folder.path().join(format!("{number}.db"));
        Ok(Arc::new(SqliteStore::open(path, clock).await?))
    }

    async fn beside(
        &self,
        _: &Arc<dyn EventStore>,
        clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError> {
        let number = self.made.load(Ordering::SeqCst);
        let path = self.folder.path().join(format!("{number}.db"));
        Ok(Arc::new(SqliteStore::open(path, clock).await?))
    }

    async fn reopen(
        &self,
        store: Arc<dyn EventStore>,
        clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError> {
        store.close().await?;
        let number = self.made.load(Ordering::SeqCst);
        let path = self.folder.path().join(format!("{number}.db"));
        Ok(Arc::new(SqliteStore::open(path, clock).await?))
    }
}

citygate_store::conformance_tests!(|| {
    let folder = tempfile::tempdir().unwrap();
    Arc::new(InFiles { folder, made: AtomicU32::new(0) })
});
