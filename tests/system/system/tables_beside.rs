//! Tables that are built beside the live ones.

use std::path::Path;

use citygate_domain::log::{Position, Recorded};
use citygate_engine::{DocumentTables, RowCounts, TableDump, TableRows, decode};
use citygate_store::{Cell, EventStore, PostgresStore, SqliteStore, TableInsert, TableWrites};
use citygate_tests_system::ledger::{actor, demo_contract, ticking_clock};
use citygate_tests_system::nodes::{Node, first_node};

/// A contract with its facts, and its first months closed.
async fn fill(node: &Node, contract: &str, through: &str) {
    node.execute(demo_contract(contract).unwrap()).await.unwrap();
    close(node, through).await;
}

async fn close(node: &Node, through: &str) {
    let month = through.parse().unwrap();
    citygate_engine::close(&node.engine, &actor(), month, None).await.unwrap();
}

/// The rows of the events between two positions.
async fn rows_of(store: &dyn EventStore, after: u64, through: u64) -> TableRows {
    let mut rows = TableRows::default();
    for stored in store.read_all(after, 100_000).await.unwrap() {
        if stored.position > through {
            break;
        }
        let event = decode(&stored.event_type, stored.type_version, &stored.payload).unwrap();
        let (position, recorded_at) = (stored.position.into(), stored.recorded_at);
        rows.add(&Recorded { position, recorded_at, event });
    }
    rows
}

async fn dump(node: &Node) -> TableDump {
    let mut rows = node.engine.tables().unwrap().dump().await.unwrap();
    rows.sort();
    rows
}

/// Builds beside up to `through`, and says whether that took the place of the live ones.
async fn build(tables: &dyn DocumentTables, store: &dyn EventStore, through: u64) -> bool {
    let (rows, mut counts) = (rows_of(store, 0, through).await, RowCounts::default());
    counts.add(&rows);
    tables.begin_beside().await.unwrap();
    tables.add_beside(&rows).await.unwrap();
    tables.put_in_place(&counts, Position::new(through)).await.unwrap()
}

/// What holds on every store: `live` is a node, `tables` another way to its tables.
async fn check(live: &Node, tables: &dyn DocumentTables, store: &dyn EventStore) {
    fill(live, "DM-2025-0003", "2025-03").await;
    let (early, before) = (store.head().await.unwrap().position, dump(live).await);
    // What is built beside is seen by nobody, and whatever stops it leaves the live ones.
    let rows = rows_of(store, 0, early).await;
    tables.begin_beside().await.unwrap();
    tables.add_beside(&rows).await.unwrap();
    assert_eq!(dump(live).await, before);
    // Rows that got lost on their way take nobody's place.
    let mut more = RowCounts::default();
    more.add(&rows);
    more.add(&rows);
    assert!(!tables.put_in_place(&more, Position::new(early)).await.unwrap());
    assert_eq!(dump(live).await, before);
    // Neither do rows that end before the live ones.
    close(live, "2025-05").await;
    let after = dump(live).await;
    assert!(after.len() > before.len());
    assert!(!build(tables, store, early).await);
    assert_eq!(dump(live).await, after);
    let head = store.head().await.unwrap().position;
    assert!(build(tables, store, head).await);
    assert_eq!(dump(live).await, after);
    assert_eq!(tables.position().await.unwrap(), head);
    // The live ones go on from there.
    close(live, "2025-06").await;
    assert!(dump(live).await.len() > after.len());
    assert!(live.engine.audit().await.unwrap().finding.is_none());
}

async fn on_file(path: &Path) -> (Node, SqliteStore) {
    let node = Node::on_file(path).await.unwrap();
    node.init().await.unwrap();
    (node, SqliteStore::open(path, ticking_clock()).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_in_a_file_are_replaced_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (node, other) = on_file(&folder.path().join("a.db")).await;
    check(&node, &other, &other).await;
    other.close().await.unwrap();
    node.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_in_a_database_are_replaced_whole_or_not_at_all() {
    let (database, node) = first_node().await.unwrap();
    let other = PostgresStore::open(database.options(), ticking_clock()).await.unwrap();
    check(&node, &other, &other).await;
    other.close().await.unwrap();
    node.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_beside_a_node_that_writes_loses_no_row_of_either() {
    let (database, writer) = first_node().await.unwrap();
    let rebuilder = Node::on_database(&database).await.unwrap();
    fill(&writer, "DM-2025-0003", "2025-02").await;
    writer.execute(demo_contract("DM-2025-0012").unwrap()).await.unwrap();
    let writing = async {
        for month in 3..=12 {
            close(&writer, &format!("2025-{month:02}")).await;
        }
    };
    let rebuilding = async {
        for _ in 0..5 {
            rebuilder.engine.rebuild().await.unwrap();
        }
    };
    tokio::join!(writing, rebuilding);
    rebuilder.engine.follow().await.unwrap();
    for node in [&writer, &rebuilder] {
        let finding = node.engine.audit().await.unwrap().finding;
        assert!(finding.is_none(), "{finding:?}");
    }
    assert_eq!(writer.answers().await.unwrap(), rebuilder.answers().await.unwrap());
    rebuilder.close().await.unwrap();
    writer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn views_over_the_tables_and_rights_on_them_outlive_a_rebuild() {
    let (database, node) = first_node().await.unwrap();
    fill(&node, "DM-2025-0003", "2025-03").await;
    database
        .execute("CREATE VIEW report.billed AS SELECT sum(gross_fen) FROM report.settlement")
        .await;
    database.execute("GRANT SELECT ON report.settlement TO PUBLIC").await;
    let asked = "SELECT sum::text || has_table_privilege('public', 'report.settlement', 'SELECT') \
        FROM report.billed";
    let mut owner = database.owner().await;
    let before: String = sqlx::query_scalar(asked).fetch_one(&mut owner).await.unwrap();
    node.engine.rebuild().await.unwrap();
    let after: String = sqlx::query_scalar(asked).fetch_one(&mut owner).await.unwrap();
    assert_eq!(before, after);
    assert!(before.ends_with("true"), "{before}");
    node.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_with_tabs_backslashes_and_ends_of_lines_arrive_as_they_are() {
    let (database, node) = first_node().await.unwrap();
    let store = PostgresStore::open(database.options(), ticking_clock()).await.unwrap();
    let texts = ["a\tb", "\\", "\\N", "\\n\n\r\\.", "", "偏差结算"];
    let numbered = (1..).zip(texts).flat_map(|(number, text)| {
        [Cell::Integer(number), Cell::Text(text.to_owned()), Cell::Null]
    });
    let written = store.write_tables(TableWrites {
        statements: vec!["CREATE TABLE odd (number bigint, said text, nothing text)".to_owned()],
        rows: vec![TableInsert {
            table: "odd".to_owned(),
            columns: &["number", "said", "nothing"],
            cells: numbered.collect(),
            new: true,
        }],
        ..TableWrites::default()
    });
    assert!(written.await.unwrap());
    let sql = "SELECT number, said FROM report.odd WHERE nothing IS NULL ORDER BY number";
    let found = store.read_table(sql.to_owned()).await.unwrap();
    let found: Vec<&str> = found.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(found, texts);
    store.close().await.unwrap();
    node.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_mends_a_value_that_is_missing_or_should_be_and_takes_a_row_too_many_away() {
    let (database, node) = first_node().await.unwrap();
    fill(&node, "DM-2025-0003", "2025-03").await;
    let whole = dump(&node).await;
    for spoil in [
        "UPDATE report.settlement_line SET first_gas_day = NULL",
        "UPDATE report.settlement_line SET first_gas_day = '2025-01-01', last_gas_day = '1'",
        "INSERT INTO report.settlement_line SELECT position, line + 100, kind, tag, first_gas_day, \
         last_gas_day, quantity_scaled, unit_price, amount_fen FROM report.settlement_line",
        "DELETE FROM report.settlement_line WHERE line = 1",
    ] {
        database.execute(spoil).await;
        assert_ne!(dump(&node).await, whole, "{spoil}");
        node.engine.rebuild().await.unwrap();
        assert_eq!(dump(&node).await, whole, "{spoil}");
    }
    node.close().await.unwrap();
}
