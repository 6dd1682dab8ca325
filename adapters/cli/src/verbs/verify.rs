use std::path::Path;
use std::process::ExitCode;

use citygate_engine::Finding;
use citygate_store::{VerifyFailure, verify};

use crate::args::VerifyArgs;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::output::print;
use crate::place::{Opening, Place};
use crate::session::Setting;
use crate::sources::sources;

/// Computes every hash, the chain, the tables and every document again; names the first position
/// that is not what was written, a text about a person that is not the one it was, and triggers
/// that no longer keep events as they are. Damage is what it looks for, so finding some is an
/// answer.
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
    let opening = Opening { create: false, check_tail: false };
    let place = Place::open(path, opening, &sources, lang).await?;
    let expect = args.expect.map(|head| (head.0, head.1));
    let report = match verify(place.store().as_ref(), expect).await {
        Ok(report) => report,
        Err(VerifyFailure::Bad { position, what }) => {
            // How it could be changed stands beside where, if it can still be read.
            mention_unprotected(&place, lang).await.unwrap_or_default();
            return Err(Failure::refused("log_damaged", lang.damaged(position, &what)));
        }
        Err(VerifyFailure::Store(error)) => return Err(error.into()),
    };
    place.check_file().await?;
    let engine = place.engine(sources).await?;
    let audit = engine.audit().await?;
    if let Some(finding) = audit.finding {
        mention_unprotected(&place, lang).await?;
        return Err(found(finding, lang));
    }
    if let Some(failure) = unprotected(&place, lang).await? {
        return Err(failure);
    }
    print(lang.verified(report.position, report.streams, audit.documents))?;
    print(lang.head("head", report.position, &report.chain))?;
    engine.store().close().await?;
    Ok(ExitCode::SUCCESS)
}

fn found(finding: Finding, lang: Lang) -> Failure {
    match finding {
        Finding::Tables { position } => {
            Failure::refused("tables_differ", lang.tables_differ(position))
        }
        Finding::Input { position, stream } => {
            let what = lang.input_differs(&stream);
            Failure::refused("document_differs", lang.damaged(position, &what))
        }
        Finding::Document { position } => {
            let what = lang.came_out_again(false);
            Failure::refused("document_differs", lang.damaged(position, what))
        }
        Finding::Snapshot { position } => {
            Failure::refused("snapshot_differs", lang.snapshot_differs(position))
        }
        Finding::Personal { position, id, field } => {
            Failure::refused("personal_differs", lang.personal_differs(position, &id, &field))
        }
    }
}

/// That events are no longer protected from a hand that writes SQL, where it is so.
pub async fn unprotected(place: &Place, lang: Lang) -> Result<Option<Failure>, Failure> {
    let (names, mends) = place.unprotected().await?;
    let failure = || Failure::refused("log_unprotected", lang.unprotected(&names, mends));
    Ok((!names.is_empty()).then(failure))
}

async fn mention_unprotected(place: &Place, lang: Lang) -> Result<(), Failure> {
    if let Some(failure) = unprotected(place, lang).await? {
        failure.mention();
    }
    Ok(())
}
