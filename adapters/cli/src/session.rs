//! A ledger that is open for one run of the program.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use citygate_domain::Command;
use citygate_domain::context::Actor;
use citygate_domain::contract::life;
use citygate_domain::ledger::{ClockKind, OpenLedger, Settings};
use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, GasDay, PersonId, SettlementMonth};
use citygate_engine::{Answer, Closed, Engine, Request, Sources, World, close, close_year};
use citygate_interchange::{Folder, Format, Imported, dry_run, import, propose};
use citygate_store::{Access, MemoryStore, SqliteOptions, SqliteStore, StoreError};

use crate::args::{Args, AtLeast, KnownAt};
use crate::failure::Failure;
use crate::lang::Lang;
use crate::output::say;
use crate::place::{self, Opening, Place};
use crate::progress::Progress;
use crate::sources::sources;

/// Who works, in which language, at which told time.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Who acts.
    pub person: PersonId,
    /// The reader's language.
    pub lang: Lang,
    /// `--now`.
    pub told: Option<DateTime<Utc>>,
}

impl Setting {
    /// The setting of a command line.
    pub fn of(args: &Args) -> Self {
        let lang = args.lang.unwrap_or_else(Lang::of_environment);
        Self { person: args.person.clone(), lang, told: args.now }
    }
}

/// Opens a ledger file; where there is none, says what makes one.
pub async fn open_file(
    options: SqliteOptions,
    sources: &Sources,
    lang: Lang,
) -> Result<SqliteStore, Failure> {
    let path = options.path.clone();
    let opened = SqliteStore::open_with(options, Arc::clone(&sources.now)).await;
    opened.map_err(|error| {
        let absent = matches!(&error, StoreError::Missing(missing) if *missing == path);
        let failure = Failure::from(error);
        if absent { failure.advising(lang.no_ledger()) } else { failure }
    })
}

/// How the rows of a folder count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How<'a> {
    /// As decided outside of the ledger.
    Decided,
    /// Not at all: they are tried.
    Dry,
    /// As proposed where they need a second person (F), for this reason.
    Proposed(&'a str),
}

/// An open ledger, and who works with it.
pub struct Session {
    /// The engine on its log.
    pub engine: Engine,
    /// Who acts.
    pub actor: Actor,
    /// The reader's language.
    pub lang: Lang,
    /// Where it lies, if it outlives this run.
    pub place: Option<Place>,
}

impl Session {
    /// A ledger in memory. A told time makes it a simulated one (T6).
    pub async fn in_memory(setting: Setting) -> Result<Self, Failure> {
        let sources = sources(setting.told);
        let store = Arc::new(MemoryStore::new(Arc::clone(&sources.now)));
        let clock = if setting.told.is_some() { ClockKind::Simulated } else { ClockKind::Real };
        let engine = Engine::open(store, sources).await?;
        let session = Self::of(engine, setting, None);
        session.init(Settings { clock, ..Settings::default() }).await?;
        if clock == ClockKind::Simulated {
            say(session.lang.simulated());
        }
        Ok(session)
    }

    /// A ledger that must be there, unless `create` makes its file.
    pub async fn on_file(path: &Path, setting: Setting, create: bool) -> Result<Self, Failure> {
        let sources = sources(setting.told);
        let opening = Opening { create, check_tail: true };
        let place = Place::open(path, opening, &sources, setting.lang).await?;
        let engine = place.engine(sources).await?;
        let told = setting.told.is_some();
        let session = Self::of(engine, setting, Some(place));
        session.check_clock(told).await?;
        Ok(session)
    }

    /// A ledger that must be there and is only read: nothing can be recorded, and nobody needs the
    /// right to write its file.
    pub async fn to_read(path: &Path, setting: Setting) -> Result<Self, Failure> {
        let sources = sources(setting.told);
        if place::database(path).is_some() {
            let opening = Opening { create: false, check_tail: true };
            let place = Place::open(path, opening, &sources, setting.lang).await?;
            let engine = Engine::open(place.store(), sources).await?;
            let told = setting.told.is_some();
            let session = Self::of(engine, setting, None);
            session.check_clock(told).await?;
            return Ok(session);
        }
        let options = SqliteOptions { access: Access::Read, ..SqliteOptions::new(path) };
        let store = Arc::new(open_file(options, &sources, setting.lang).await?);
        let engine = Engine::open(store, sources).await?;
        let told = setting.told.is_some();
        let session = Self::of(engine, setting, None);
        session.check_clock(told).await?;
        Ok(session)
    }

    fn of(engine: Engine, setting: Setting, place: Option<Place>) -> Self {
        let channel = "cli".to_owned();
        let actor = Actor { authenticated: false, channel, person: setting.person };
        Self { engine, actor, lang: setting.lang, place }
    }

    /// T6: only a simulated ledger is told the time, and it says so.
    async fn check_clock(&self, told: bool) -> Result<(), Failure> {
        let world = self.engine.read().await;
        let Some(settings) = world.ledger.settings() else { return Ok(()) };
        match settings.clock {
            ClockKind::Real if told => Err(Failure::usage(self.lang.clock_is_real())),
            ClockKind::Simulated => {
                say(self.lang.simulated());
                Ok(())
            }
            ClockKind::Real => Ok(()),
        }
    }

    /// A contract that a verb is asked for is one of the ledger's.
    pub async fn check_contract(&self, only: Option<&ContractId>) -> Result<(), Failure> {
        let Some(contract) = only else { return Ok(()) };
        match self.engine.read().await.ledger.contract(contract) {
            Some(_) => Ok(()),
            None => Err(unknown_contract(contract, self.lang)),
        }
    }

    /// Opens the ledger with settings; one that is open already keeps its own.
    pub async fn init(&self, settings: Settings) -> Result<(), Failure> {
        self.execute(Command::OpenLedger(OpenLedger { settings })).await
    }

    /// Opens the ledger with the usual settings unless it is open.
    pub async fn ensure_open(&self) -> Result<(), Failure> {
        let open = self.engine.read().await.ledger.settings().is_some();
        if open { Ok(()) } else { self.init(Settings::default()).await }
    }

    /// Executes one command; a refusal is a failure.
    pub async fn execute(&self, command: Command) -> Result<(), Failure> {
        self.request(Request::from(command)).await.map(|_| ())
    }

    /// Executes one request; a refusal is a failure. Says whether something was recorded.
    pub async fn request(&self, request: Request) -> Result<Option<Position>, Failure> {
        let answers = self.engine.execute(&self.actor, vec![request]).await?;
        match answers.into_iter().next() {
            Some(Answer::Refused(rejection)) => {
                let (code, english) = (rejection.code(), rejection.advice());
                let advice = self.lang.advice(code, english);
                Err(Failure::refused(code, format!("{rejection}. {advice}")))
            }
            Some(Answer::Recorded { last, .. }) => Ok(Some(last)),
            Some(Answer::Known | Answer::KeyReused) | None => Ok(None),
        }
    }

    /// Imports a folder, or tries to, and reports what was refused on standard error.
    pub async fn import(
        &self,
        folder: Folder,
        refused: Option<&Path>,
        how: How<'_>,
    ) -> Result<Imported, Failure> {
        // A file that cannot be written is told before anything is recorded.
        let refused = refused.map(|path| (path, File::create(path)));
        let refused = refused.map(|(path, file)| {
            file.map_err(|error| Failure::world(&path.display().to_string(), &error))
        });
        let refused = refused.transpose()?;
        let progress = Progress::of_rows();
        let engine = &self.engine;
        let imported = match how {
            How::Decided => import(engine, &self.actor, folder, |rows| progress.at(rows)).await?,
            How::Dry => dry_run(engine, &self.actor, folder, |rows| progress.at(rows)).await?,
            How::Proposed(reason) => {
                propose(engine, &self.actor, folder, reason, |rows| progress.at(rows)).await?
            }
        };
        progress.done();
        for row in &imported.refused {
            let advice = self.lang.advice(row.code, row.advice);
            let (file, line, code, message) = (row.file, row.line, row.code, &row.message);
            say(format_args!("{file}:{line}: {code}: {message}. {advice}"));
        }
        for row in &imported.warned {
            let (file, line, code) = (row.file, row.line, row.warning.code());
            say(format_args!("{file}:{line}: {}", self.lang.warning(code, &row.warning)));
        }
        let (recorded, known) = (imported.recorded, imported.known);
        let count = imported.refused.len();
        say(self.lang.imported(recorded, known, count));
        if let Some(mut file) = refused {
            imported.refused_table().write(&mut file, Format::Csv, str::to_owned)?;
        }
        Ok(imported)
    }

    /// Closes months and reports what could not be closed on standard error.
    pub async fn close(
        &self,
        through: SettlementMonth,
        only: Option<&ContractId>,
    ) -> Result<Closed, Failure> {
        let closed = close(&self.engine, &self.actor, through, only).await?;
        self.say_refused(&closed);
        say(self.lang.closed(&closed));
        Ok(closed)
    }

    /// Settles a contract year and reports what could not be settled on standard error.
    pub async fn close_year(
        &self,
        year: i64,
        only: Option<&ContractId>,
    ) -> Result<Closed, Failure> {
        let closed = close_year(&self.engine, &self.actor, year, only).await?;
        self.say_refused(&closed);
        say(self.lang.closed_year(&closed));
        Ok(closed)
    }

    fn say_refused(&self, closed: &Closed) {
        for (contract, of, rejection) in &closed.refused {
            let code = rejection.code();
            let advice = self.lang.advice(code, rejection.advice());
            say(format_args!("{contract} {of}: {code}: {rejection}. {advice}"));
        }
    }

    /// The newest gas day that is over.
    pub async fn newest_gas_day(&self) -> GasDay {
        let clock = self.engine.read().await.ledger.clock();
        clock.gas_day((self.engine.sources().now)()).previous()
    }

    /// The world as it was known at a position or instant (T4).
    pub async fn known_at(&self, known: KnownAt) -> Result<World, Failure> {
        Ok(self.engine.known_at(self.position_of(known).await?).await?)
    }

    /// The newest event that was known at a position or instant (T4).
    pub async fn position_of(&self, known: KnownAt) -> Result<Position, Failure> {
        let head = self.engine.read().await.position.number();
        let position = match known {
            KnownAt::Position(position) if position > head => {
                let message = format!("the log ends at position {head}, before {position}");
                return Err(Failure::refused("not_known_yet", message));
            }
            KnownAt::Position(position) => position,
            KnownAt::Instant(instant) => self.engine.store().position_at(instant).await?,
        };
        Ok(Position::new(position))
    }

    /// Waits until what somebody has seen elsewhere is known here, as long as is allowed.
    pub async fn reach(&self, at_least: AtLeast) -> Result<(), Failure> {
        let Some(wanted) = at_least.min_position.map(Position::new) else { return Ok(()) };
        let known = self.engine.wait_until(wanted, Duration::from_millis(at_least.wait)).await?;
        if known < wanted {
            let message = self.lang.position_not_reached(wanted.number(), known.number());
            return Err(Failure::refused("position_not_reached", message));
        }
        Ok(())
    }

    /// Lets go of the ledger. A run that wrote puts a snapshot aside when one is due; one that only
    /// read leaves the file as it is.
    pub async fn close_store(&self) -> Result<(), Failure> {
        // Without a snapshot the next start takes longer, and that is all.
        let _ = self.engine.save_snapshot_if_due().await;
        Ok(self.engine.store().close().await?)
    }
}

/// A contract that nobody signed.
pub fn unknown_contract(contract: &ContractId, lang: Lang) -> Failure {
    let refusal = life::Rejection::UnknownContract { contract: contract.clone() };
    Failure::advised(&refusal.into(), lang)
}
