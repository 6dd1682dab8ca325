//! A whole ledger for tests and measurements: engine, file, facts, and everything it answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Duration};
use citygate_domain::Command;
use citygate_domain::context::Actor;
use citygate_domain::ledger::{OpenLedger, Settings};
use citygate_domain::quantities::{ContractId, SettlementMonth};
use citygate_engine::{Answer, Engine, EngineError, Request, Sources, World};
use citygate_interchange::reports::StatementPart;
use citygate_interchange::{Facts, Folder, Format, reports};
use citygate_projections::board::board;
use citygate_store::{Clock, SqliteStore};
use uuid::Uuid;

/// Anything that stops a test or a measurement.
pub type Stopped = Box<dyn std::error::Error + Send + Sync>;

/// The demo facts beside the tests.
#[must_use]
pub fn demo_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/demo")
}

/// A clock that moves on by a millisecond whenever it is read.
#[must_use]
pub fn ticking_clock() -> Clock {
    let ticks = AtomicU64::new(0);
    Arc::new(move || {
        let milliseconds = ticks.fetch_add(1, Ordering::SeqCst);
        DateTime::from_timestamp(1_768_435_200, 0).unwrap_or_default()
            + Duration::milliseconds(i64::try_from(milliseconds).unwrap_or_default())
    })
}

/// Time that ticks, ids that count in this process.
#[must_use]
pub fn sources() -> Sources {
    static IDS: AtomicU64 = AtomicU64::new(1);
    Sources {
        now: ticking_clock(),
        event_id: Arc::new(|| Uuid::from_u128(IDS.fetch_add(1, Ordering::SeqCst).into())),
        salt: Arc::new(|| [7; 16]),
    }
}

/// Who works in tests.
///
/// # Panics
/// Never: the name is a name.
#[must_use]
#[allow(clippy::expect_used, reason = "the name is short and plain")]
pub fn actor() -> Actor {
    let person = "p1".parse().expect("a short plain name");
    Actor { authenticated: false, channel: "import".to_owned(), person }
}

/// The ledger of a file, and the file.
pub struct Ledger {
    /// The file.
    pub store: Arc<SqliteStore>,
    /// The engine on it, with tables.
    pub engine: Engine,
}

impl Ledger {
    /// Opens a file and the ledger in it; makes both when they are new.
    ///
    /// # Errors
    /// The file or the log failing.
    pub async fn open(path: &Path) -> Result<Self, Stopped> {
        let store = Arc::new(SqliteStore::open(path, ticking_clock()).await?);
        let engine = Engine::open_with_tables(Arc::clone(&store), sources()).await?;
        if engine.read().await.ledger.settings().is_none() {
            let settings = Settings::default();
            engine
                .execute(&actor(), vec![Command::OpenLedger(OpenLedger { settings }).into()])
                .await?;
        }
        Ok(Self { store, engine })
    }

    /// Executes commands one after another, in one batch.
    ///
    /// # Errors
    /// The log failing.
    pub async fn execute(&self, commands: Vec<Command>) -> Result<Vec<Answer>, EngineError> {
        let requests = commands.into_iter().map(Request::from).collect();
        self.engine.execute(&actor(), requests).await
    }

    /// Closes all months through the given one, as `2025-06`.
    ///
    /// # Errors
    /// The log failing; a text that is no month.
    pub async fn close_through(&self, month: &str) -> Result<citygate_engine::Closed, Stopped> {
        let month: SettlementMonth = month.parse()?;
        Ok(citygate_engine::close(&self.engine, &actor(), month, None).await?)
    }

    /// Everything the ledger answers, as text.
    ///
    /// # Errors
    /// A rule or a file failing.
    pub async fn answers(&self) -> Result<String, Stopped> {
        // An empty batch takes in what others have recorded.
        self.execute(Vec::new()).await?;
        answers(&*self.engine.read().await)
    }

    /// Lets go of the file.
    ///
    /// # Errors
    /// The disk failing.
    pub async fn close(self) -> Result<(), Stopped> {
        Ok(citygate_store::EventStore::close(&*self.store).await?)
    }
}

/// Every report of a world, on a day within the demo year and after it.
///
/// # Errors
/// A rule failing.
pub fn answers(world: &World) -> Result<String, Stopped> {
    let mut text = format!("position {}\n", world.position).into_bytes();
    let mut tables = Vec::new();
    for day in ["2025-09-17", "2025-12-31"] {
        let day = day.parse()?;
        let rows = world.views.settlements.rows(&world.ledger, Some(day))?;
        tables.extend([reports::settlements(&rows), reports::lines(&rows)]);
        let board = board(&world.ledger, day)?;
        tables.extend([reports::accounts(&board), reports::stages(&board)]);
    }
    tables.push(reports::deviations(world.views.deviations.newest()));
    tables.push(reports::contracts(&world.ledger, &world.views.cards, "2025-12-31".parse()?));
    tables.push(reports::deliveries(&world.ledger, None, None));
    let whole = StatementPart::default();
    tables.push(reports::statement(&world.views.statements, whole));
    for table in tables {
        table.write(&mut text, Format::Csv, str::to_owned)?;
    }
    Ok(String::from_utf8(text)?)
}

/// The commands that a folder's rows ask for; rows without the form of one are left out.
///
/// # Errors
/// The disk failing.
pub fn commands(folder: &Path) -> Result<Vec<Command>, Stopped> {
    let mut facts = Facts::of(Folder::Disk(folder.to_owned()));
    let mut commands = Vec::new();
    while let Some(row) = facts.next_row()? {
        commands.extend(row.command);
    }
    Ok(commands)
}

/// The commands of one demo contract: indices, the contract, its readings and its money.
///
/// # Errors
/// The disk failing.
pub fn demo_contract(id: &str) -> Result<Vec<Command>, Stopped> {
    let id: ContractId = id.parse()?;
    let mut commands = commands(&demo_folder())?;
    commands.retain(|command| match command {
        Command::PublishIndex(_) => true,
        Command::SignContract(command) => command.contract == id,
        Command::RecordDelivery(command) => command
            .point
            .as_str()
            .strip_prefix(id.as_str())
            .is_some_and(|rest| rest.starts_with('-')),
        Command::RecordMoney(command) => command.contract.as_ref() == Some(&id),
        Command::RecordClaim(command) => command.contract == id,
        Command::RecordLot(command) => command.contract == id,
        Command::OpenLedger(_)
        | Command::Life(_)
        | Command::ElectScheduler(_)
        | Command::TransferQuantity(_)
        | Command::GiveGuarantee(_)
        | Command::Books(_)
        | Command::IssueSettlement(_)
        | Command::AssessDeviation(_)
        | Command::ReassessDeviation(_)
        | Command::VerifyClaim(_)
        | Command::DecideClaim(_)
        | Command::AdvanceCase(_)
        | Command::WaiveDeviation(_)
        | Command::GrantRole(_)
        | Command::RevokeRole(_)
        | Command::GrantKey(_)
        | Command::RevokeKey(_)
        | Command::RecordPassage(_)
        | Command::Propose(_)
        | Command::Approve(_)
        | Command::Withdraw(_)
        | Command::RestateSettlement(_)
        | Command::RestateYear(_)
        | Command::Supply(_)
        | Command::SettleYear(_) => false,
    });
    Ok(commands)
}
