//! The demo, imported and closed once for all tests that want a copy of it.

use std::path::{Path, PathBuf};

use citygate_interchange::{Folder, import};
use citygate_tests_system::ledger::{Ledger, actor, demo_folder};
use tokio::sync::OnceCell;

/// A copy of the closed demo ledger in a folder.
pub async fn closed_demo(folder: &Path) -> PathBuf {
    static MADE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let path = folder.join("a.db");
    std::fs::write(&path, MADE.get_or_init(make).await).unwrap();
    path
}

async fn make() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let ledger = Ledger::open(&path).await.unwrap();
    let facts = Folder::Disk(demo_folder());
    let imported = import(&ledger.engine, &actor(), facts, |_| {}).await.unwrap();
    assert!(imported.recorded > 10_000);
    let closed = ledger.close_through("2025-12").await.unwrap();
    assert!(closed.issued > 200 && closed.refused.is_empty());
    ledger.close().await.unwrap();
    std::fs::read(path).unwrap()
}
