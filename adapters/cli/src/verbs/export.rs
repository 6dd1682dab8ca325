use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use citygate_engine::World;
use citygate_interchange::export::{Language, journal};

use crate::args::{ExportArgs, ExportVerb, JournalFormat};
use crate::failure::Failure;
use crate::session::Session;

/// Writes the journal for a plain-text accounting program.
pub async fn run(session: &Session, verb: &ExportVerb) -> Result<ExitCode, Failure> {
    let ExportVerb::Journal(args) = verb;
    let text = match args.known_at {
        Some(known) => written(&session.known_at(known).await?, args)?,
        None => written(&*session.engine.read().await, args)?,
    };
    match &args.out {
        Some(path) => fs::write(path, text)
            .map_err(|error| Failure::world(&path.display().to_string(), &error))?,
        None => io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn written(world: &World, args: &ExportArgs) -> Result<String, Failure> {
    let language = match args.format {
        JournalFormat::Hledger => Language::Hledger,
        JournalFormat::Beancount => Language::Beancount,
    };
    let books = (&world.ledger, &world.views.books);
    Ok(journal(books, args.contract.as_ref(), args.as_of, language)?)
}
