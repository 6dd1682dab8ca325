//! The log in memory passes the suite.

use std::sync::Arc;

use async_trait::async_trait;
use citygate_store::conformance::Factory;
use citygate_store::{Clock, EventStore, MemoryStore, StoreError};

struct InMemory;

#[async_trait]
impl Factory for InMemory {
    async fn create(&self, clock: Clock) -> Result<Arc<dyn EventStore>, StoreError> {
        Ok(Arc::new(MemoryStore::new(clock)))
    }

    async fn beside(
        &self,
        store: &Arc<dyn EventStore>,
        _clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError> {
        Ok(Arc::clone(store))
    }

    /// A log in memory ends with its process: the nearest to a restart is the same log.
    async fn reopen(
        &self,
        store: Arc<dyn EventStore>,
        _clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError> {
        Ok(store)
    }
}

citygate_store::conformance_tests!(|| Arc::new(InMemory));
