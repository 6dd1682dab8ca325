//! Every file that is not a good ledger, and every place where none can be: a code, a sentence.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use citygate_store::conformance::{event, request};
use citygate_store::{
    Access, AppendRequest, EventStore, Expectation, Outcome, Run, SqliteOptions, SqliteStore,
    StoreError,
};
use citygate_tests_system::sample::{reading, still_clock};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

async fn code(path: &Path) -> &'static str {
    let opened = SqliteStore::open(path, still_clock()).await;
    let error = opened.err().expect("the file must not open");
    let sentence = error.to_string();
    assert!(sentence.len() > 10 && !sentence.contains("code:"), "{sentence}");
    error.code()
}

async fn ledger(path: &Path, events: u64) -> SqliteStore {
    let store = SqliteStore::open(path, still_clock()).await.unwrap();
    store.append((0..events).map(reading).collect()).await.unwrap();
    store
}

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

async fn run(path: &Path, sql: &'static str) {
    let mut connection = raw(path).await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_folder_or_a_missing_folder_is_no_ledger() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(folder.path()).await, "path_is_folder");
    assert_eq!(code(&folder.path().join("absent/a.db")).await, "path_missing");
    let options = SqliteOptions { create: false, ..SqliteOptions::new(folder.path().join("a.db")) };
    let opened = SqliteStore::open_with(options, still_clock()).await;
    assert_eq!(opened.err().unwrap().code(), "path_missing");
}

#[tokio::test]
async fn a_read_only_file_or_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 1).await.close().await.unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    assert_eq!(code(&path).await, "read_only");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    assert_eq!(code(&path).await, "read_only");
    assert_eq!(code(&folder.path().join("new.db")).await, "read_only");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_ledger_opened_for_reading_takes_no_event_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 3).await.close().await.unwrap();
    let before = fs::read(&path).unwrap();
    let options = SqliteOptions { access: Access::Read, ..SqliteOptions::new(&path) };
    for mode in [0o644, 0o444] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let store = SqliteStore::open_with(options.clone(), still_clock()).await.unwrap();
        assert_eq!(store.head().await.unwrap().position, 3);
        let refused = store.append(vec![reading(9)]).await.unwrap_err();
        assert_eq!(refused.code(), "read_only");
        store.close().await.unwrap();
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let absent = SqliteOptions { path: folder.path().join("new.db"), ..options.clone() };
    let opened = SqliteStore::open_with(absent, still_clock()).await;
    assert_eq!(opened.err().unwrap().code(), "path_missing");
    // What waits beside a file that cannot be written would not be read.
    fs::write(folder.path().join("a.db-wal"), "waiting").unwrap();
    let opened = SqliteStore::open_with(options, still_clock()).await;
    assert_eq!(opened.err().unwrap().code(), "read_only");
}

#[tokio::test]
async fn a_foreign_file_is_told_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (text, other) = (folder.path().join("a.txt"), folder.path().join("other.db"));
    fs::write(&text, "gas_day,volume\n".repeat(1000)).unwrap();
    run(&other, "CREATE TABLE a (b)").await;
    for path in [text, other] {
        let before = fs::read(&path).unwrap();
        assert_eq!(code(&path).await, "not_a_ledger");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn a_newer_ledger_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 1).await.close().await.unwrap();
    run(&path, "PRAGMA user_version = 2").await;
    assert_eq!(code(&path).await, "ledger_newer");
}

#[tokio::test]
async fn a_truncated_or_emptied_ledger_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 400).await.close().await.unwrap();
    let whole = fs::read(&path).unwrap();
    for length in [whole.len() - 4096, whole.len() / 2, 4096, 100] {
        fs::write(&path, &whole[..length]).unwrap();
        let code = code(&path).await;
        // Less than a header is not recognisable as anything.
        let expected: &[&str] = &["ledger_damaged", "log_damaged", "not_a_ledger"];
        assert!(expected.contains(&code), "{length}: {code}");
    }
    for content in ["", "S"] {
        fs::write(&path, content).unwrap();
        assert_eq!(code(&path).await, "not_a_ledger");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn an_edited_newest_event_is_found_when_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 20).await.close().await.unwrap();
    run(
        &path,
        "DROP TRIGGER event_is_never_updated; UPDATE event SET effective = 'x' WHERE position = 17",
    )
    .await;
    let opened = SqliteStore::open(&path, still_clock()).await;
    assert!(matches!(opened.err(), Some(StoreError::Corrupt { position: 17, .. })));
}

#[tokio::test]
async fn events_cannot_be_updated_or_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 3).await.close().await.unwrap();
    let mut connection = raw(&path).await;
    for sql in ["UPDATE event SET reason = 'x'", "DELETE FROM event WHERE position = 3"] {
        let refused = sqlx::raw_sql(sql).execute(&mut connection).await;
        assert!(refused.unwrap_err().to_string().contains("immutable"));
    }
}

#[tokio::test]
async fn a_ledger_in_use_is_waited_for_and_then_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let options = SqliteOptions { busy: Duration::from_millis(50), ..SqliteOptions::new(&path) };
    let store = SqliteStore::open_with(options, still_clock()).await.unwrap();
    let mut other = raw(&path).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let busy = store.append(vec![reading(0)]).await.unwrap_err();
    assert_eq!(busy.code(), "ledger_busy");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    let outcomes = store.append(vec![reading(0)]).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::Committed(_)]));
}

#[tokio::test]
async fn what_rests_on_an_append_that_failed_conflicts_also_where_its_version_fits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let options = SqliteOptions { busy: Duration::from_millis(50), ..SqliteOptions::new(&path) };
    let store = SqliteStore::open_with(options, still_clock()).await.unwrap();
    let of_run = |run: &Run, version| {
        let request = request(&[("a", Expectation::Exact(version))], vec![event("a", version)]);
        vec![AppendRequest { run: run.clone(), ..request }]
    };
    let (run, alone) = (Run::default(), Run::default());
    let mut other = raw(&path).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let busy = store.append(of_run(&run, 0)).await.unwrap_err();
    assert_eq!(busy.code(), "ledger_busy");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    // Somebody else takes the place of what failed.
    let outcomes = store.append(of_run(&alone, 0)).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::Committed(_)]), "{outcomes:?}");
    let outcomes = store.append(of_run(&run, 1)).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::Conflict(_)]), "{outcomes:?}");
    let outcomes = store.append(of_run(&alone, 1)).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::Committed(_)]), "{outcomes:?}");
}

#[tokio::test]
async fn two_stores_on_one_file_see_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let stores = [ledger(&path, 0).await, ledger(&path, 0).await];
    // Each day of a point is appended by the other store, with the version it then has.
    for day in 0..20_u64 {
        let store = &stores[usize::try_from(day % 2).unwrap()];
        let request = reading(day * citygate_tests_system::sample::POINTS);
        let outcomes = store.append(vec![request.clone()]).await.unwrap();
        assert!(matches!(outcomes[..], [Outcome::Committed(_)]), "{day}: {outcomes:?}");
        let other = &stores[usize::try_from((day + 1) % 2).unwrap()];
        let again = other.append(vec![request]).await.unwrap();
        assert!(matches!(again[..], [Outcome::Repeated(_)]), "{day}: {again:?}");
    }
    citygate_store::verify(&stores[0], None).await.unwrap();
}

#[tokio::test]
async fn two_stores_writing_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let stores = [ledger(&path, 0).await, ledger(&path, 0).await].map(std::sync::Arc::new);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..300_u64 {
        let store = std::sync::Arc::clone(&stores[usize::try_from(number % 2).unwrap()]);
        // Under 460 every reading is the first of its stream.
        tasks.spawn(async move { store.append(vec![reading(number)]).await.unwrap() });
    }
    for outcomes in tasks.join_all().await {
        assert!(matches!(outcomes[..], [Outcome::Committed(_)]), "{outcomes:?}");
    }
    assert_eq!(citygate_store::verify(&*stores[1], None).await.unwrap().position, 300);
}

#[tokio::test]
async fn a_request_that_the_database_refuses_does_not_hurt_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    ledger(&path, 0).await.close().await.unwrap();
    let sql = "CREATE TRIGGER poison BEFORE INSERT ON event WHEN new.effective = '2025-01-02' \
        BEGIN SELECT RAISE(ABORT, 'poison'); END";
    run(&path, sql).await;
    let store = SqliteStore::open(&path, still_clock()).await.unwrap();
    let poison = reading(citygate_tests_system::sample::POINTS + 7);
    let mut batch: Vec<_> = (0..100).map(reading).collect();
    batch.insert(30, poison.clone());
    let outcomes = store.append(batch).await.unwrap();
    for (index, outcome) in outcomes.iter().enumerate() {
        if index == 30 {
            assert!(matches!(outcome, Outcome::Refused(bad) if bad.code == "data_refused"));
        } else {
            assert!(matches!(outcome, Outcome::Committed(_)), "{index}: {outcome:?}");
        }
    }
    assert_eq!(citygate_store::verify(&store, None).await.unwrap().position, 100);
}
