use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use citygate_engine::{Engine, Finding};
use citygate_store::{SqliteOptions, VerifyFailure, verify};

use crate::args::VerifyArgs;
use crate::failure::Failure;
use crate::output::print;
use crate::session::{Setting, open_file};
use crate::sources::sources;

/// Computes every hash, the chain, the tables and every document again; names the first position
/// that is not what was written. Damage is what it looks for, so finding some is an answer.
pub async fn run(path: &Path, setting: Setting, args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let verified = look(path, setting, args).await;
    verified.map_err(|failure| {
        failure.answering(&["log_damaged", "ledger_damaged", "event_unreadable"])
    })
}

async fn look(path: &Path, setting: Setting, args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let lang = setting.lang;
    let sources = sources(setting.told);
    // The log is looked at as it lies there: nothing is repaired or checked in passing.
    let options = SqliteOptions { create: false, check_tail: false, ..SqliteOptions::new(path) };
    let store = Arc::new(open_file(options, &sources, lang).await?);
    let expect = args.expect.map(|head| (head.0, head.1));
    let report = verify(store.as_ref(), expect).await.map_err(|failure| match failure {
        VerifyFailure::Bad { position, what } => {
            Failure::refused("log_damaged", lang.damaged(position, &what))
        }
        VerifyFailure::Store(error) => error.into(),
    })?;
    store.check_file().await?;
    let engine = Engine::open_with_tables(Arc::clone(&store), sources).await?;
    let audit = engine.audit().await?;
    match audit.finding {
        None => {}
        Some(Finding::Tables { position }) => {
            return Err(Failure::refused("tables_differ", lang.tables_differ(position)));
        }
        Some(Finding::Input { position, stream }) => {
            let what = lang.input_differs(&stream);
            return Err(Failure::refused("document_differs", lang.damaged(position, &what)));
        }
        Some(Finding::Document { position }) => {
            let what = lang.came_out_again(false);
            return Err(Failure::refused("document_differs", lang.damaged(position, what)));
        }
    }
    print(lang.verified(report.position, report.streams, audit.documents))?;
    print(lang.head("head", report.position, &report.chain))?;
    engine.store().close().await?;
    Ok(ExitCode::SUCCESS)
}
