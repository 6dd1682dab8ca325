//! Closed documents as rows: tables that a report or a BI tool can read with SQL.
//!
//! Written in position order, in one transaction with the checkpoint that says how far they have
//! come. Money is in fen (0.01 yuan), quantities are in units of the billing unit's last decimal, so
//! SQL sums them exactly. No decision and no answer of the engine reads them.

mod cells;
mod postgres;
mod schema;
mod sqlite;
mod writes;

use async_trait::async_trait;
use citygate_domain::Event;
use citygate_domain::books::{DocumentName, MoneyAssigned};
use citygate_domain::contract::Direction;
use citygate_domain::contract::life::BalanceMoved;
use citygate_domain::deviation::{DeviationAssessed, DeviationPosted};
use citygate_domain::log::{Position, Recorded};
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::{CivilDay, ContractId, Money};
use citygate_domain::rules::deviation::Side;
use citygate_domain::settlement::SettlementIssued;
use citygate_domain::take_or_pay::{TakeOrPaySettled, made_up};
use citygate_store::{Cell, StoreError};

use cells::{dumped, fen, number, optional, scaled, text, whole};
use schema::TABLES;

/// The name under which the tables' progress is kept.
const CHECKPOINT: &str = "documents";

/// Where document rows are kept.
#[async_trait]
pub trait DocumentTables: Send + Sync {
    /// The last position whose documents are in the tables.
    async fn position(&self) -> Result<u64, StoreError>;

    /// Adds rows and moves the checkpoint, in one transaction.
    async fn add(&self, rows: &TableRows, through: Position) -> Result<(), StoreError>;

    /// Makes empty tables beside the live ones, which nobody sees.
    async fn begin_beside(&self) -> Result<(), StoreError>;

    /// Adds rows to the tables beside.
    async fn add_beside(&self, rows: &TableRows) -> Result<(), StoreError>;

    /// Puts the rows beside, which lead up to a position, in the place of the live ones: in one
    /// transaction, so that every reader sees the one or the other, whole. False, and nothing
    /// happens, when the live ones have come further, or when so many rows are not beside.
    async fn put_in_place(&self, rows: &RowCounts, through: Position) -> Result<bool, StoreError>;

    /// Every row of the tables as text, by table, to be compared with rows computed anew.
    async fn dump(&self) -> Result<TableDump, StoreError>;
}

/// Rows of the tables, in position order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRows {
    settlements: Rows,
    lines: Rows,
    deviations: Rows,
    years: Rows,
    entries: Rows,
}

/// Rows of one table, cell after cell; the first of each is the position of its event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rows {
    count: usize,
    cells: Vec<Cell>,
}

impl Rows {
    fn push<const COLUMNS: usize>(&mut self, row: [Cell; COLUMNS]) {
        self.count += 1;
        self.cells.extend(row);
    }

    fn append(&mut self, later: Self) {
        self.count += later.count;
        self.cells.extend(later.cells);
    }
}

/// Numbers of rows, table by table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCounts([usize; TABLES.len()]);

impl RowCounts {
    /// With the rows of later events.
    pub fn add(&mut self, rows: &TableRows) {
        for (count, rows) in self.0.iter_mut().zip(rows.tables()) {
            *count += rows.count;
        }
    }
}

/// All rows of all tables: position first, then the whole row as a JSON array.
pub type TableDump = Vec<(u64, String)>;

impl TableRows {
    /// Adds the rows of an event, if it has any.
    pub fn add(&mut self, recorded: &Recorded) {
        let position = recorded.position.number();
        match &recorded.event {
            Event::SettlementIssued(document) => self.settlement(document, position),
            Event::DeviationAssessed(document) => self.deviation(document, position),
            Event::TakeOrPaySettled(document) => self.year(document, position),
            Event::DeviationPosted(posted) => self.posted(posted, position),
            Event::PaymentReceived(moved) => self.entry(moved, "payment", moved.amount, position),
            Event::PaymentReversed(moved) => self.entry(moved, "reversal", -moved.amount, position),
            Event::RefundPaid(moved) => self.entry(moved, "refund", -moved.amount, position),
            // Only the contract's side: what is left of unallocated money is the rows without a
            // contract, less the assignments.
            Event::MoneyAssigned(one) => self.assigned(one, "assignment", one.amount, position),
            Event::AssignmentReversed(one) => {
                self.assigned(one, "assignment_reversal", -one.amount, position);
            }
            Event::BalanceMoved(moved) => self.balance(moved, position),
            Event::LateFeeCharged(fee) => self.late_fee(
                (&fee.contract, fee.posted_on),
                ("late_fee", &fee.document),
                -fee.fee,
                position,
            ),
            Event::LateFeeWaived(fee) => self.late_fee(
                (&fee.contract, fee.posted_on),
                ("late_fee_waiver", &fee.document),
                fee.fee,
                position,
            ),
            Event::LedgerOpened(_)
            | Event::SchedulerElected(_)
            | Event::CustomerRegistered(_)
            | Event::ContractSigned(_)
            | Event::ContractAmended(_)
            | Event::ContractTerminated(_)
            | Event::PointAssigned(_)
            | Event::PointReleased(_)
            | Event::PointMoved(_)
            | Event::AccountClosed(_)
            | Event::IndexPublished(_)
            | Event::QuantityTransferred(_)
            | Event::LotRecorded(_)
            | Event::DeliveryRecorded(_)
            | Event::ReadingParked(_)
            | Event::ClaimFiled(_)
            | Event::ClaimDecided(_)
            | Event::GuaranteeGiven(_)
            | Event::CreditGranted(_)
            | Event::InvoiceRecorded(_)
            | Event::BooksClosed(_)
            | Event::ReferenceTaken(_)
            | Event::ReferenceReleased(_)
            | Event::ClaimVerified(_)
            | Event::SheetIssued(_)
            | Event::SheetDelivered(_)
            | Event::SheetConfirmed(_)
            | Event::SheetDeemedConfirmed(_)
            | Event::SheetDisputed(_)
            | Event::DisputeResolved(_)
            | Event::PostingApproved(_)
            | Event::DeviationWaived(_)
            | Event::ActProposed(_)
            | Event::ActApproved(_)
            | Event::ActWithdrawn(_)
            | Event::RoleGranted(_)
            | Event::RoleRevoked(_)
            | Event::Supply(_)
            | Event::KeyGranted(_)
            | Event::KeyRevoked(_)
            | Event::TimePassed(_)
            | Event::StageCrossed(_) => {}
        }
    }

    fn posted(&mut self, posted: &DeviationPosted, position: u64) {
        self.entries.push([
            whole(position),
            text(&posted.contract),
            text(posted.last_gas_day),
            text("deviation"),
            text(format_args!("{} r{}", posted.month, posted.revision)),
            fen(-posted.gross),
        ]);
    }

    fn settlement(&mut self, document: &SettlementIssued, position: u64) {
        let unit = document.unit;
        self.settlements.push([
            whole(position),
            text(&document.contract),
            text(document.month),
            whole(document.revision.into()),
            text(unit),
            scaled(document.quantity, unit),
            fen(document.gross),
            fen(document.net),
            fen(document.tax),
        ]);
        for (place, line) in document.lines.iter().enumerate() {
            self.lines.push([
                whole(position),
                whole(place as u64 + 1),
                text(line.kind.word()),
                text(&line.tag),
                optional(line.first_gas_day),
                optional(line.last_gas_day),
                scaled(line.quantity, unit),
                text(line.unit_price),
                fen(line.amount),
            ]);
        }
        self.entries.push([
            whole(position),
            text(&document.contract),
            text(document.last_gas_day),
            text("settlement"),
            text(format_args!("{} r{}", document.month, document.revision)),
            fen(-document.posted_gross()),
        ]);
    }

    fn deviation(&mut self, document: &DeviationAssessed, position: u64) {
        let unit = document.unit;
        self.deviations.push([
            whole(position),
            text(&document.contract),
            text(document.month),
            whole(document.revision.into()),
            text(unit),
            scaled(document.base, unit),
            scaled(document.relief, unit),
            scaled(document.taken, unit),
            optional(document.side.map(Side::word)),
            scaled(document.quantity, unit),
            text(document.reference_price),
            fen(document.charge),
            fen(document.net),
            fen(document.tax),
        ]);
    }

    fn year(&mut self, document: &TakeOrPaySettled, position: u64) {
        let unit = document.unit;
        self.years.push([
            whole(position),
            text(&document.contract),
            number(document.year.into()),
            whole(document.revision.into()),
            text(unit),
            text(document.last_gas_day),
            text(document.posted_on),
            scaled(document.take_or_pay_quantity, unit),
            scaled(document.taken, unit),
            scaled(document.deficiency, unit),
            scaled(document.paid_quantity, unit),
            scaled(made_up(&document.make_up.drawn), unit),
            scaled(made_up(&document.make_up.left), unit),
            fen(document.payment.gross),
            fen(document.make_up_credit.gross),
            fen(document.seller_compensation.gross),
            fen(document.refund.gross),
            fen(document.gross),
            fen(document.net),
            fen(document.tax),
        ]);
        self.entries.push([
            whole(position),
            text(&document.contract),
            text(document.last_gas_day),
            text("take_or_pay"),
            text(format_args!("{} r{}", document.year, document.revision)),
            fen(-document.posted_gross()),
        ]);
    }

    fn entry(&mut self, moved: &MoneyMoved, kind: &str, amount: Money, position: u64) {
        self.entries.push([
            whole(position),
            optional(moved.contract.as_ref()),
            text(moved.value_date),
            text(kind),
            text(format_args!("{} {}", moved.bank, moved.bank_reference)),
            fen(amount),
        ]);
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables().iter().map(|rows| rows.count).sum()
    }

    fn assigned(&mut self, assigned: &MoneyAssigned, kind: &str, amount: Money, position: u64) {
        self.entries.push([
            whole(position),
            text(&assigned.contract),
            text(assigned.value_date),
            text(kind),
            text(format_args!("{} {}", assigned.bank, assigned.bank_reference)),
            fen(amount),
        ]);
    }

    fn balance(&mut self, moved: &BalanceMoved, position: u64) {
        let kind = match moved.direction {
            Direction::In => "balance_in",
            Direction::Out => "balance_out",
        };
        self.entries.push([
            whole(position),
            text(&moved.contract),
            text(moved.value_date),
            text(kind),
            text(&moved.counterparty),
            fen(moved.signed_amount()),
        ]);
    }

    fn late_fee(
        &mut self,
        (contract, date): (&ContractId, CivilDay),
        (kind, document): (&str, &DocumentName),
        amount: Money,
        position: u64,
    ) {
        let (contract, date, kind) = (text(contract), text(date), text(kind));
        self.entries.push([whole(position), contract, date, kind, text(document), fen(amount)]);
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the rows of later events.
    pub fn append(&mut self, later: Self) {
        let Self { settlements, lines, deviations, years, entries } = later;
        self.settlements.append(settlements);
        self.lines.append(lines);
        self.deviations.append(deviations);
        self.years.append(years);
        self.entries.append(entries);
    }

    /// In the order of [`TABLES`].
    fn tables(&self) -> [&Rows; 5] {
        [&self.settlements, &self.lines, &self.deviations, &self.years, &self.entries]
    }

    /// The rows as [`DocumentTables::dump`] gives them.
    #[must_use]
    pub fn dump(&self) -> TableDump {
        let tables = TABLES.iter().zip(self.tables());
        tables
            .flat_map(|(table, rows)| rows.cells.chunks(table.columns.len()).map(dumped))
            .collect()
    }
}
