//! A ledger that is open for one run of the program.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use citygate_domain::Command;
use citygate_domain::context::Actor;
use citygate_domain::ledger::{ClockKind, OpenLedger, Settings};
use citygate_domain::quantities::{ContractId, GasDay, PersonId, SettlementMonth};
use citygate_engine::{Answer, Closed, Engine, Request, close};
use citygate_interchange::{Folder, Format, Imported, import};
use citygate_store::{EventStore, MemoryStore};

use crate::failure::Failure;
use crate::lang::Lang;
use crate::sources::sources;

/// An open ledger, and who works with it.
pub struct Session {
    /// The engine on its log.
    pub engine: Engine,
    /// Who acts.
    pub actor: Actor,
    /// The reader's language.
    pub lang: Lang,
}

impl Session {
    /// A ledger in memory. A told time makes it a simulated one (T6).
    pub async fn in_memory(
        person: PersonId,
        lang: Lang,
        told: Option<DateTime<Utc>>,
    ) -> Result<Self, Failure> {
        let sources = sources(told);
        let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new(Arc::clone(&sources.now)));
        let clock = if told.is_some() { ClockKind::Simulated } else { ClockKind::Real };
        let settings = Settings { clock, ..Settings::default() };
        let engine = Engine::open(store, sources).await?;
        let actor = Actor { authenticated: false, channel: "cli".to_owned(), person };
        let session = Self { engine, actor, lang };
        session.execute(Command::OpenLedger(OpenLedger { settings })).await?;
        Ok(session)
    }

    /// Executes one command; a refusal is a failure.
    pub async fn execute(&self, command: Command) -> Result<(), Failure> {
        let answers = self.engine.execute(&self.actor, vec![Request::from(command)]).await?;
        match answers.into_iter().next() {
            Some(Answer::Refused(rejection)) => Err(rejection.into()),
            _ => Ok(()),
        }
    }

    /// Imports a folder and reports what was refused on standard error.
    pub async fn import(
        &self,
        folder: Folder,
        refused: Option<&Path>,
    ) -> Result<Imported, Failure> {
        let actor = Actor { channel: "import".to_owned(), ..self.actor.clone() };
        let imported = import(&self.engine, &actor, folder, |_| {}).await?;
        for row in &imported.refused {
            let advice = self.lang.advice(row.code, row.advice);
            eprintln!("{}:{}: {}: {}. {advice}", row.file, row.line, row.code, row.message);
        }
        let (recorded, known) = (imported.recorded, imported.known);
        let count = imported.refused.len();
        eprintln!("{}", self.lang.imported(recorded, known, count));
        if let Some(path) = refused {
            let mut file = std::fs::File::create(path)
                .map_err(|error| Failure::world(&path.display().to_string(), &error))?;
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
        for (contract, month, rejection) in &closed.refused {
            let advice = self.lang.advice(rejection.code(), rejection.advice());
            eprintln!("{contract} {month}: {}: {rejection}. {advice}", rejection.code());
        }
        eprintln!("{}", self.lang.closed(&closed));
        Ok(closed)
    }

    /// The newest gas day that is over.
    pub async fn newest_gas_day(&self) -> GasDay {
        let clock = self.engine.read().await.ledger.clock();
        clock.gas_day((self.engine.sources().now)()).previous()
    }
}
