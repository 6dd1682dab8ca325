//! Importing a folder: each row is taken or refused alone, and the import goes on.

use std::collections::VecDeque;
use std::io;

use citygate_domain::Command;
use citygate_domain::approval::IMPORT;
use citygate_domain::context::Actor;
use citygate_domain::contract::{Warning, warnings};
use citygate_engine::{Answer, Engine, EngineError, Request, Writer};

use crate::facts::{Facts, Folder};
use crate::table::Table;

/// Rows decided together while the log takes those before them.
const BATCH: usize = 2_000;

/// Why an import stopped. Rows never stop one.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("the folder cannot be read: {0}")]
    Read(io::Error),
    /// The log failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The file's name.
    pub file: &'static str,
    /// The line; a header is line 1.
    pub line: u64,
    /// The public code.
    pub code: &'static str,
    /// The sentence with the numbers.
    pub message: String,
    /// What to do.
    pub advice: &'static str,
}

/// A row that was recorded and should be looked at twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarnedRow {
    /// The file's name.
    pub file: &'static str,
    /// The line; a header is line 1.
    pub line: u64,
    /// What to look at.
    pub warning: Warning,
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows that were facts not known before.
    pub recorded: u64,
    /// Rows that were known.
    pub known: u64,
    /// Rows that were refused, in import order.
    pub refused: Vec<RefusedRow>,
    /// Rows that were recorded with a warning, in import order.
    pub warned: Vec<WarnedRow>,
}

impl Imported {
    /// The refused rows as `--refused` writes them.
    #[must_use]
    pub fn refused_table(&self) -> Table {
        let mut table = Table::new(&["file", "line", "code"]);
        for row in &self.refused {
            table.push([row.file.to_owned(), row.line.to_string(), row.code.to_owned()]);
        }
        table
    }

    fn count(&mut self, row: Row) {
        match row.outcome {
            Some(Outcome::Recorded) => {
                self.recorded += 1;
                let (file, line) = (row.file, row.line);
                let warned = row.warnings.into_iter();
                self.warned.extend(warned.map(|warning| WarnedRow { file, line, warning }));
            }
            Some(Outcome::Known) => self.known += 1,
            Some(Outcome::Refused { code, message, advice }) => {
                let (file, line) = (row.file, row.line);
                self.refused.push(RefusedRow { file, line, code, message, advice });
            }
            None => unreachable!("a row is counted when its outcome is there"),
        }
    }
}

/// A row on its way: its outcome comes later than the row itself.
struct Row {
    file: &'static str,
    line: u64,
    warnings: Vec<Warning>,
    outcome: Option<Outcome>,
}

enum Outcome {
    Recorded,
    Known,
    Refused { code: &'static str, message: String, advice: &'static str },
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Recorded { .. } => Self::Recorded,
            Answer::Known | Answer::KeyReused => Self::Known,
            Answer::Refused(rejection) => Self::Refused {
                code: rejection.code(),
                message: rejection.to_string(),
                advice: rejection.advice(),
            },
        }
    }
}

/// Imports the facts of a folder. `progress` hears how many rows were read.
pub async fn import(
    engine: &Engine,
    actor: &Actor,
    folder: Folder,
    progress: impl FnMut(u64),
) -> Result<Imported, ImportError> {
    let writer = engine.writer(importing(actor)).await?;
    let imported = through(writer, folder, Request::from, progress).await?;
    engine.write_tables().await?;
    Ok(imported)
}

/// Imports a folder as the work of the person who sends it: what needs a second person waits for
/// one, instead of counting as decided outside of the ledger (F).
pub async fn propose(
    engine: &Engine,
    actor: &Actor,
    folder: Folder,
    reason: &str,
    progress: impl FnMut(u64),
) -> Result<Imported, ImportError> {
    let writer = engine.writer(actor.clone()).await?;
    let imported =
        through(writer, folder, |command| Request::wanting(command, reason), progress).await?;
    engine.write_tables().await?;
    Ok(imported)
}

/// What an import would come to: every row is decided, nothing is recorded.
pub async fn dry_run(
    engine: &Engine,
    actor: &Actor,
    folder: Folder,
    progress: impl FnMut(u64),
) -> Result<Imported, ImportError> {
    through(engine.dry_writer(importing(actor)).await?, folder, Request::from, progress).await
}

/// Who brings files: what stands in them was decided outside of the ledger (F).
fn importing(actor: &Actor) -> Actor {
    Actor { channel: IMPORT.to_owned(), ..actor.clone() }
}

async fn through(
    mut writer: Writer<'_>,
    folder: Folder,
    ask: impl Fn(Command) -> Request,
    mut progress: impl FnMut(u64),
) -> Result<Imported, ImportError> {
    let mut facts = Facts::of(folder);
    let mut imported = Imported::default();
    let mut rows: VecDeque<Row> = VecDeque::new();
    let mut read = 0;
    let mut more = true;
    while more {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let Some(fact) = facts.next_row().map_err(ImportError::Read)? else {
                more = false;
                break;
            };
            read += 1;
            let mut warned = Vec::new();
            let outcome = match fact.command {
                Ok(command) => {
                    if let Command::SignContract(sign) = &command {
                        warned = warnings(&sign.terms);
                    }
                    batch.push(ask(command));
                    None
                }
                Err(error) => Some(Outcome::Refused {
                    code: error.code(),
                    advice: error.advice(),
                    message: error.message,
                }),
            };
            rows.push_back(Row { file: fact.file, line: fact.line, warnings: warned, outcome });
        }
        let answers = writer.submit(batch).await?;
        settle(&mut rows, answers, &mut imported);
        progress(read);
    }
    settle(&mut rows, writer.finish().await?, &mut imported);
    Ok(imported)
}

/// Gives each answer to the oldest row that waits for one, and counts the rows that are complete.
fn settle(rows: &mut VecDeque<Row>, answers: Vec<Answer>, imported: &mut Imported) {
    for answer in answers {
        while let Some(row) = rows.pop_front_if(|row| row.outcome.is_some()) {
            imported.count(row);
        }
        if let Some(mut row) = rows.pop_front() {
            row.outcome = Some(answer.into());
            imported.count(row);
        }
    }
    while let Some(row) = rows.pop_front_if(|row| row.outcome.is_some()) {
        imported.count(row);
    }
}
