//! Closed documents as rows: tables that a report or a BI tool can read with SQL.
//!
//! Written in position order, in one transaction with the checkpoint that says how far they have
//! come. Money is in fen (0.01 yuan), quantities are in units of the billing unit's last decimal, so
//! SQL sums them exactly. No decision and no answer of the engine reads them.

use async_trait::async_trait;
use citygate_domain::Event;
use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::exact::half_up;
use citygate_domain::quantities::{Money, Quantity, Unit};
use citygate_domain::settlement::SettlementIssued;
use citygate_store::{SqliteStore, StoreError, TableWrites};
use serde::Serialize;

/// The name under which the tables' progress is kept.
const CHECKPOINT: &str = "documents";

/// Where document rows are kept.
#[async_trait]
pub trait DocumentTables: Send + Sync {
    /// The last position whose documents are in the tables.
    async fn position(&self) -> Result<u64, StoreError>;

    /// Adds rows and moves the checkpoint, in one transaction.
    async fn add(&self, rows: &TableRows, through: Position) -> Result<(), StoreError>;

    /// Empties the tables, to be written anew from the log.
    async fn clear(&self) -> Result<(), StoreError>;

    /// Every row of the tables as text, by table, to be compared with rows computed anew.
    async fn dump(&self) -> Result<TableDump, StoreError>;
}

/// Rows of the tables as JSON arrays, in position order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRows {
    settlements: Rows,
    lines: Rows,
    deviations: Rows,
    entries: Rows,
}

/// Rows of one table: the position of the event, and the row as the text of a JSON array.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rows(Vec<(u64, String)>);

impl Rows {
    fn push(&mut self, position: u64, row: &impl Serialize) {
        let text = serde_json::to_string(row);
        let text = text.unwrap_or_else(|error| unreachable!("a row is plain values: {error}"));
        self.0.push((position, text));
    }

    /// All rows as one JSON array; none without rows.
    fn array(&self) -> Option<String> {
        let bytes = self.0.iter().map(|(_, row)| row.len() + 1).sum::<usize>();
        let mut text = String::with_capacity(bytes + 2);
        for (_, row) in &self.0 {
            text.push(if text.is_empty() { '[' } else { ',' });
            text.push_str(row);
        }
        text.push(']');
        (!self.0.is_empty()).then_some(text)
    }
}

/// All rows of all tables: position first, then the whole row as a JSON array.
pub type TableDump = Vec<(u64, String)>;

const CREATE: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS settlement (position INTEGER PRIMARY KEY, contract TEXT NOT NULL, \
     month TEXT NOT NULL, revision INTEGER NOT NULL, unit TEXT NOT NULL, \
     quantity_scaled INTEGER NOT NULL, gross_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL, \
     tax_fen INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS settlement_line (position INTEGER NOT NULL, line INTEGER NOT NULL, \
     kind TEXT NOT NULL, tag TEXT NOT NULL, first_gas_day TEXT, last_gas_day TEXT, \
     quantity_scaled INTEGER NOT NULL, unit_price TEXT NOT NULL, amount_fen INTEGER NOT NULL, \
     PRIMARY KEY (position, line)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS deviation (position INTEGER PRIMARY KEY, contract TEXT NOT NULL, \
     month TEXT NOT NULL, revision INTEGER NOT NULL, unit TEXT NOT NULL, \
     base_scaled INTEGER NOT NULL, relief_scaled INTEGER NOT NULL, taken_scaled INTEGER NOT NULL, \
     side TEXT, quantity_scaled INTEGER NOT NULL, reference_price TEXT NOT NULL, \
     charge_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL, tax_fen INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS account_entry (position INTEGER PRIMARY KEY, contract TEXT, \
     date TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, amount_fen INTEGER NOT NULL\
     ) STRICT",
];

const INSERT: [&str; 4] = [
    "INSERT OR REPLACE INTO settlement SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, \
     value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8 FROM json_each(?1)",
    "INSERT OR REPLACE INTO settlement_line SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, \
     value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8 FROM json_each(?1)",
    "INSERT OR REPLACE INTO deviation SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, \
     value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, \
     value ->> 12, value ->> 13 FROM json_each(?1)",
    "INSERT OR REPLACE INTO account_entry SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, \
     value ->> 4, value ->> 5 FROM json_each(?1)",
];

const CLEAR: [&str; 4] = [
    "DELETE FROM settlement",
    "DELETE FROM settlement_line",
    "DELETE FROM deviation",
    "DELETE FROM account_entry",
];

const TABLES: [&str; 4] = ["settlement", "settlement_line", "deviation", "account_entry"];

const DUMP: [&str; 4] = [
    "SELECT position, json_array(position, contract, month, revision, unit, quantity_scaled, \
     gross_fen, net_fen, tax_fen) FROM settlement ORDER BY position",
    "SELECT position, json_array(position, line, kind, tag, first_gas_day, last_gas_day, \
     quantity_scaled, unit_price, amount_fen) FROM settlement_line ORDER BY position, line",
    "SELECT position, json_array(position, contract, month, revision, unit, base_scaled, \
     relief_scaled, taken_scaled, side, quantity_scaled, reference_price, charge_fen, net_fen, \
     tax_fen) FROM deviation ORDER BY position",
    "SELECT position, json_array(position, contract, date, kind, reference, amount_fen) \
     FROM account_entry ORDER BY position",
];

impl TableRows {
    /// Adds the rows of an event, if it has any.
    pub fn add(&mut self, recorded: &Recorded) {
        let position = recorded.position.number();
        match &recorded.event {
            Event::SettlementIssued(document) => self.settlement(document, position),
            Event::DeviationAssessed(document) => self.deviation(document, position),
            Event::PaymentReceived(moved) => self.entry(moved, "payment", moved.amount, position),
            Event::PaymentReversed(moved) => self.entry(moved, "reversal", -moved.amount, position),
            Event::RefundPaid(moved) => self.entry(moved, "refund", -moved.amount, position),
            Event::LedgerOpened(_)
            | Event::CustomerRegistered(_)
            | Event::ContractSigned(_)
            | Event::PointAssigned(_)
            | Event::IndexPublished(_)
            | Event::QuantityTransferred(_)
            | Event::LotRecorded(_)
            | Event::DeliveryRecorded(_)
            | Event::ClaimFiled(_)
            | Event::ClaimDecided(_)
            | Event::GuaranteeGiven(_)
            | Event::ReferenceTaken(_)
            | Event::ReferenceReleased(_)
            | Event::ActProposed(_)
            | Event::ActApproved(_)
            | Event::ActWithdrawn(_)
            | Event::RoleGranted(_)
            | Event::RoleRevoked(_) => {}
        }
    }

    fn settlement(&mut self, document: &SettlementIssued, position: u64) {
        let unit = document.unit;
        self.settlements.push(position, &(
            position,
            &document.contract,
            document.month,
            document.revision,
            unit,
            scaled(document.quantity, unit),
            fen(document.gross),
            fen(document.net),
            fen(document.tax),
        ));
        for (place, line) in document.lines.iter().enumerate() {
            self.lines.push(position, &(
                position,
                place + 1,
                line.kind,
                &line.tag,
                line.first_gas_day,
                line.last_gas_day,
                scaled(line.quantity, unit),
                line.unit_price,
                fen(line.amount),
            ));
        }
        self.entries.push(position, &(
            position,
            &document.contract,
            document.last_gas_day,
            "settlement",
            format!("{} r{}", document.month, document.revision),
            fen(-document.gross),
        ));
    }

    fn deviation(&mut self, document: &DeviationAssessed, position: u64) {
        let unit = document.unit;
        self.deviations.push(position, &(
            position,
            &document.contract,
            document.month,
            document.revision,
            unit,
            scaled(document.base, unit),
            scaled(document.relief, unit),
            scaled(document.taken, unit),
            document.side,
            scaled(document.quantity, unit),
            &document.reference_price,
            fen(document.charge),
            fen(document.net),
            fen(document.tax),
        ));
    }

    fn entry(&mut self, moved: &MoneyMoved, kind: &str, amount: Money, position: u64) {
        self.entries.push(position, &(
            position,
            &moved.contract,
            moved.value_date,
            kind,
            format!("{} {}", moved.bank, moved.bank_reference),
            fen(amount),
        ));
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables().iter().map(|rows| rows.0.len()).sum()
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the rows of later events.
    pub fn append(&mut self, later: Self) {
        let Self { settlements, lines, deviations, entries } = later;
        self.settlements.0.extend(settlements.0);
        self.lines.0.extend(lines.0);
        self.deviations.0.extend(deviations.0);
        self.entries.0.extend(entries.0);
    }

    fn tables(&self) -> [&Rows; 4] {
        [&self.settlements, &self.lines, &self.deviations, &self.entries]
    }

    /// The rows as [`DocumentTables::dump`] gives them.
    #[must_use]
    pub fn dump(&self) -> TableDump {
        self.tables().into_iter().flat_map(|rows| rows.0.iter().cloned()).collect()
    }
}

/// An amount in fen. A ledger's amounts are far below 9 × 10¹⁶ yuan.
fn fen(money: Money) -> Number {
    number(money.fen())
}

/// A quantity in units of the billing unit's last decimal.
fn scaled(quantity: Quantity, unit: Unit) -> Number {
    number(half_up(quantity.value(), unit.decimals()).mantissa())
}

/// A whole number; as text where SQLite has none so large.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Text(String),
}

fn number(value: i128) -> Number {
    i64::try_from(value).map_or_else(|_| Number::Text(value.to_string()), Number::Whole)
}

#[async_trait]
impl DocumentTables for SqliteStore {
    async fn position(&self) -> Result<u64, StoreError> {
        self.checkpoint(CHECKPOINT).await
    }

    async fn add(&self, rows: &TableRows, through: Position) -> Result<(), StoreError> {
        let mut statements: Vec<(&'static str, String)> =
            CREATE.iter().map(|sql| (*sql, String::new())).collect();
        for (sql, rows) in INSERT.iter().zip(rows.tables()) {
            statements.extend(rows.array().map(|rows| (*sql, rows)));
        }
        let checkpoint = Some((CHECKPOINT.to_owned(), through.number()));
        self.write_tables(TableWrites { statements, checkpoint }).await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        let statements = CREATE.iter().chain(&CLEAR).map(|sql| (*sql, String::new())).collect();
        let checkpoint = Some((CHECKPOINT.to_owned(), 0));
        self.write_tables(TableWrites { statements, checkpoint }).await
    }

    async fn dump(&self) -> Result<TableDump, StoreError> {
        let there = "SELECT 1, name FROM sqlite_schema WHERE type = 'table'";
        let there = self.read_table(there).await?;
        let mut all = Vec::new();
        for (table, sql) in TABLES.iter().zip(DUMP) {
            // Tables are made with the first document.
            if !there.iter().any(|(_, name)| name == table) {
                continue;
            }
            let rows = self.read_table(sql).await?;
            all.extend(rows.into_iter().map(|(at, row)| (at.unsigned_abs(), row)));
        }
        Ok(all)
    }
}
