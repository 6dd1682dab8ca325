//! A hand that reaches into the ledger file beside the program.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

/// A runtime for one look into a file.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Opens a database, which is made when nothing lies there.
pub async fn open(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

/// Runs SQL on a database file.
#[track_caller]
pub fn edit(path: &Path, sql: &'static str) {
    runtime().block_on(async {
        let mut connection = open(path).await;
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// The whole ledger as the bytes of its one file: the write-ahead log is folded into it first.
#[track_caller]
pub fn bytes(path: &Path) -> Vec<u8> {
    edit(path, "PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::read(path).unwrap()
}

/// Runs SQL that events are protected from; the protection is put back as it was.
#[track_caller]
pub fn edit_events(path: &Path, sql: &'static str) {
    let made: Vec<String> = runtime().block_on(async {
        let mut connection = open(path).await;
        let made = sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE type = 'trigger'");
        let made = made.fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        made
    });
    edit(path, "DROP TRIGGER event_is_never_updated; DROP TRIGGER event_is_never_deleted");
    edit(path, sql);
    made.into_iter().for_each(|sql| edit(path, Box::leak(sql.into_boxed_str())));
}
