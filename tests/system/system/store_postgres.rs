//! The log in a PostgreSQL database passes the suite.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use citygate_store::conformance::Factory;
use citygate_store::{Clock, EventStore, PostgresStore, StoreError, migrate};
use citygate_tests_system::postgres::{Database, Server};
use tokio::sync::Mutex;

/// Ledgers in databases that go away with the factory.
#[derive(Default)]
struct InDatabases(Mutex<Vec<Database>>);

#[async_trait]
impl Factory for InDatabases {
    async fn create(&self, clock: Clock) -> Result<Arc<dyn EventStore>, StoreError> {
        let database = Server::shared().database().await;
        let options = database.options();
        self.0.lock().await.push(database);
        migrate(&options, &[]).await?;
        Ok(Arc::new(PostgresStore::open(options, clock).await?))
    }

    async fn beside(
        &self,
        _: &Arc<dyn EventStore>,
        clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError> {
        let databases = self.0.lock().await;
        let options = databases.last().ok_or(StoreError::Closed)?.options();
        Ok(Arc::new(PostgresStore::open(options, clock).await?))
    }

    async fn reopen(
        &self,
        store: Arc<dyn EventStore>,
        clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError> {
        store.close().await?;
        self.beside(&store, clock).await
    }
}

citygate_store::conformance_tests!(|| Arc::new(InDatabases::default()));

#[tokio::test(flavor = "multi_thread")]
async fn the_server_tells_its_own_clock_whatever_the_node_believes() {
    let databases = InDatabases::default();
    let store = databases.create(Arc::new(|| DateTime::UNIX_EPOCH)).await.unwrap();
    let first = store.clock().await.unwrap().expect("a server has a clock");
    let second = store.clock().await.unwrap().expect("a server has a clock");
    assert!(DateTime::UNIX_EPOCH + TimeDelta::days(20_000) < first && first <= second);
    store.close().await.unwrap();
}
