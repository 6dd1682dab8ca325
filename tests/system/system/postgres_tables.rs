//! The tables of a ledger in PostgreSQL: making them, keeping room, and keeping hands off.

use std::sync::Arc;

use citygate_store::conformance::{event, request};
use citygate_store::{
    AppendRequest, EventStore, Node, Outcome, PostgresOptions, PostgresStore, StoreError, activate,
    migrate, replay_ahead, verify,
};
use citygate_tests_system::postgres::{Database, Server};
use citygate_tests_system::sample::still_clock;
use sqlx::{AssertSqlSafe, Executor};

fn noted(number: u64) -> AppendRequest {
    request(&[], vec![event("a", number)])
}

async fn refused(options: PostgresOptions) -> &'static str {
    PostgresStore::open(options, still_clock()).await.err().map_or("", |error| error.code())
}

/// The code of what the server says to a statement.
async fn told(database: &Database, role: &str, sql: &str) -> String {
    let mut connection = database.owner().await;
    connection.execute(AssertSqlSafe(format!("SET ROLE {role}"))).await.unwrap();
    match connection.execute(AssertSqlSafe(sql.to_owned())).await {
        Ok(_) => "done".to_owned(),
        Err(error) => error.as_database_error().unwrap().message().to_owned(),
    }
}

#[tokio::test]
async fn a_database_is_opened_only_with_the_tables_of_this_program() {
    let database = Server::shared().database().await;
    let options = database.options();
    assert_eq!(refused(options.clone()).await, "ledger_not_migrated");
    let absent = PostgresOptions::from_url(&format!("{}_absent", database.url)).unwrap();
    assert_eq!(refused(absent).await, "path_missing");
    let nobody = PostgresOptions::from_url("postgres://citygate@127.0.0.1:1/none").unwrap();
    assert_eq!(refused(nobody).await, "database_unreachable");
    migrate(&options, &[]).await.unwrap();
    assert_eq!(refused(options.clone()).await, "");
    database.execute("INSERT INTO citygate.migration VALUES (99, 'later', now(), 99)").await;
    assert_eq!(refused(options.clone()).await, "ledger_newer");
    assert_eq!(migrate(&options, &[]).await.unwrap_err().code(), "ledger_newer");
    database.execute("DELETE FROM citygate.migration WHERE version > 1").await;
    assert_eq!(refused(options.clone()).await, "ledger_older");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_make_the_tables_once() {
    let database = Server::shared().database().await;
    let all = (0..4).map(|_| {
        let options = database.options();
        tokio::spawn(async move { migrate(&options, &[]).await.map(|done| done.to) })
    });
    for one in all.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap().unwrap(), 4);
    }
    let again = migrate(&database.options(), &[]).await.unwrap();
    assert_eq!((again.from, again.to, again.partitions), (4, 4, 0));
}

#[tokio::test]
async fn what_durability_rests_on_is_asserted() {
    let server = Server::start(&["fsync=off"]);
    let database = server.database().await;
    let unsafe_ = migrate(&database.options(), &[]).await.unwrap_err();
    assert_eq!(unsafe_.to_string().rsplit(": ").next(), Some("fsync is off"));
    database.execute("ALTER SYSTEM SET fsync = on").await;
    drop((database, server));
    let server = Server::start(&["synchronous_commit=off"]);
    let database = server.database().await;
    // Weaker than needed, and ours to set: every connection of the store has it on.
    let store = database.ledger().await.unwrap();
    let setting = sqlx::query_scalar::<_, String>("SHOW synchronous_commit");
    assert_eq!(setting.fetch_one(&store.readers()).await.unwrap(), "on");
    store.close().await.unwrap();
}

#[tokio::test]
async fn the_role_that_appends_cannot_change_an_event_and_the_owner_is_stopped_too() {
    let database = Server::shared().database().await;
    let store = database.ledger().await.unwrap();
    store.append(vec![noted(1)]).await.unwrap();
    let changes = [
        "UPDATE citygate.event SET payload = '{}'",
        "DELETE FROM citygate.event",
        "TRUNCATE citygate.event",
        "UPDATE citygate.event_000000 SET payload = '{}'",
        "DELETE FROM citygate.event_000000",
        "TRUNCATE citygate.event_000000",
    ];
    for sql in changes {
        let app = told(&database, "citygate_app", sql).await;
        assert!(app.starts_with("permission denied"), "{sql}: {app}");
        assert_eq!(told(&database, "citygate", sql).await, "events are immutable", "{sql}");
    }
    for sql in ["DROP TABLE citygate.event", "ALTER TABLE citygate.event DISABLE TRIGGER ALL"] {
        let app = told(&database, "citygate_app", sql).await;
        assert!(app.starts_with("must be owner"), "{sql}: {app}");
    }
    assert!(store.unprotected().await.unwrap().is_empty());
    store.close().await.unwrap();
}

#[tokio::test]
async fn missing_protection_is_named_and_migrate_mends_the_triggers() {
    let database = Server::shared().database().await;
    let store = database.ledger().await.unwrap();
    let row = "event_is_never_changed";
    let spoil = [
        (format!("ALTER TABLE citygate.event_000001 DISABLE TRIGGER {row}"), row),
        (
            "DROP TRIGGER event_is_never_truncated ON citygate.event_000000".to_owned(),
            "event_is_never_truncated",
        ),
        (format!("DROP TRIGGER {row} ON citygate.event"), row),
    ];
    for (sql, name) in spoil {
        database.execute(&sql).await;
        assert_eq!(store.unprotected().await.unwrap(), [name], "{sql}");
        migrate(&database.options(), &[]).await.unwrap();
        assert!(store.unprotected().await.unwrap().is_empty(), "{sql}");
    }
    database
        .execute(
            "CREATE OR REPLACE FUNCTION citygate.refuse_change() RETURNS trigger \
             LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$",
        )
        .await;
    assert_eq!(store.unprotected().await.unwrap(), [row, "event_is_never_truncated"]);
    migrate(&database.options(), &[]).await.unwrap();
    for (right, table) in [("UPDATE", "event"), ("INSERT", "pack")] {
        database.execute(&format!("GRANT {right} ON citygate.{table} TO citygate_app")).await;
        assert_eq!(store.unprotected().await.unwrap(), ["role_may_change_events"]);
        database.execute(&format!("REVOKE {right} ON citygate.{table} FROM citygate_app")).await;
        assert!(store.unprotected().await.unwrap().is_empty());
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn partitions_are_kept_three_ahead_of_the_log() {
    let database = Server::shared().database().await;
    let mut options = database.options();
    options.partition_size = 10;
    migrate(&options, &[]).await.unwrap();
    let store = PostgresStore::open(database.options(), still_clock()).await.unwrap();
    assert_eq!(store.partitions_ahead().await.unwrap().unwrap(), 3);
    for number in 0..25 {
        store.append(vec![noted(number)]).await.unwrap();
        assert!(store.partitions_ahead().await.unwrap().unwrap() >= 2);
    }
    // More than all the room that there is: it is made, and the events are taken.
    store.append((25..200).map(noted).collect()).await.unwrap();
    assert_eq!(verify(&store, None).await.unwrap().position, 200);
    assert!(store.partitions_ahead().await.unwrap().unwrap() >= 3);
    // Who may not make room says so, and takes again what fits.
    database
        .execute("REVOKE EXECUTE ON FUNCTION citygate.add_partitions(bigint) FROM citygate_app")
        .await;
    let many = store.append((200..300).map(noted).collect()).await.unwrap_err();
    assert!(matches!(many, StoreError::NoPartition { position: 300 }), "{many:?}");
    store.append(vec![noted(200)]).await.unwrap();
    assert_eq!(store.head().await.unwrap().position, 201);
    store.close().await.unwrap();
}

#[tokio::test]
async fn an_event_beyond_the_head_of_the_log_is_damage_and_not_the_fault_of_who_appends() {
    let database = Server::shared().database().await;
    let store = database.ledger().await.unwrap();
    store.append(vec![noted(0)]).await.unwrap();
    database
        .execute("UPDATE citygate.log_head SET position = position - 1, chain = decode(repeat('00', 32), 'hex')")
        .await;
    let refused = store.append(vec![noted(1)]).await.unwrap_err();
    assert_eq!(refused.code(), "ledger_damaged", "{refused}");
    store.close().await.unwrap();
    let refused = PostgresStore::open(database.options(), still_clock()).await.err().unwrap();
    assert!(matches!(refused, StoreError::Corrupt { position: 1, .. }), "{refused:?}");
}

#[tokio::test]
async fn an_event_missing_at_the_end_of_the_log_is_told_also_to_who_asks_for_more_than_there_is() {
    let database = Server::shared().database().await;
    let store: Arc<dyn EventStore> = Arc::new(database.ledger().await.unwrap());
    store.append((0..5).map(noted).collect()).await.unwrap();
    for (head, damaged) in [(5, None), (6, Some("log_damaged"))] {
        let moved = format!("UPDATE citygate.log_head SET position = {head}");
        database.execute(&moved).await;
        let (mut read, mut told) = (0, None);
        let mut pages = replay_ahead(Arc::clone(&store), 0, 100);
        while let Some(page) = pages.recv().await {
            match page {
                Ok(page) => read = page.last_position().unwrap_or(read),
                Err(error) => told = Some(error.code()),
            }
        }
        assert_eq!((read, told), (5, damaged));
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn data_that_the_server_refuses_does_not_hurt_its_neighbours() {
    let database = Server::shared().database().await;
    let store = database.ledger().await.unwrap();
    database
        .execute(
            "ALTER TABLE citygate.event ADD CONSTRAINT odd CHECK (payload <> '{\"number\":\"5\"}')",
        )
        .await;
    let outcomes = store.append((0..9).map(noted).collect()).await.unwrap();
    for (number, outcome) in outcomes.iter().enumerate() {
        if let Outcome::Refused(bad) = outcome {
            assert_eq!((number, bad.code), (5, "data_refused"));
        } else {
            assert!(number != 5 && matches!(outcome, Outcome::Committed(_)), "{outcome:?}");
        }
    }
    assert_eq!(verify(&store, None).await.unwrap().position, 8);
    store.close().await.unwrap();
}

fn node(id: &str, versions: &[u16]) -> Option<Node> {
    let event_types = versions.iter().map(|version| ("noted".to_owned(), *version)).collect();
    Some(Node { id: id.to_owned(), release: format!("0.{}", versions.len()), event_types })
}

async fn code(store: &PostgresStore, version: u16) -> &'static str {
    let mut request = noted(1);
    request.events[0].type_version = version;
    let outcome = store.append(vec![request, noted(2)]).await.unwrap().remove(0);
    if let Outcome::Refused(bad) = &outcome {
        return bad.code;
    }
    assert!(matches!(outcome, Outcome::Committed(_)), "{outcome:?}");
    "committed"
}

#[tokio::test]
async fn a_new_form_of_event_is_written_only_after_every_living_node_knows_it() {
    let database = Server::shared().database().await;
    let (mut old, mut options) = (database.options(), database.options());
    let forms = |versions: &[u16]| node("", versions).unwrap().event_types;
    migrate(&old, &forms(&[1])).await.unwrap();
    old.node = node("old", &[1]);
    let older = PostgresStore::open(old, still_clock()).await.unwrap();
    assert_eq!(code(&older, 1).await, "committed");
    options.node = node("new", &[1, 2]);
    migrate(&options, &forms(&[1, 2])).await.unwrap();
    let newer = PostgresStore::open(options.clone(), still_clock()).await.unwrap();
    assert_eq!(code(&newer, 2).await, "event_type_not_activated");
    let refused = activate(&options, &forms(&[1, 2])).await.unwrap_err();
    assert_eq!(refused.code(), "older_node_alive");
    assert!(refused.to_string().contains("node old with release 0.1"), "{refused}");
    assert_eq!(code(&newer, 2).await, "event_type_not_activated");
    older.close().await.unwrap();
    assert_eq!(activate(&options, &forms(&[1, 2])).await.unwrap(), ["noted/2"]);
    assert_eq!(code(&newer, 2).await, "committed");
    newer.close().await.unwrap();
}

#[tokio::test]
async fn a_node_that_was_not_seen_for_long_is_not_alive() {
    let database = Server::shared().database().await;
    let options = database.options();
    migrate(&options, &[]).await.unwrap();
    let silent = "INSERT INTO citygate.node VALUES ('old', '0.1', now() - interval '61 s', '{}')";
    database.execute(silent).await;
    assert_eq!(activate(&options, &[("noted".to_owned(), 2)]).await.unwrap(), ["noted/2"]);
}
