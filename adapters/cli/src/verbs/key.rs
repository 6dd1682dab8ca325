use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Command;
use citygate_domain::approval::{Act, ProposeAct};
use citygate_domain::keys::{GrantKey, RevokeKey, Seed};
use citygate_engine::Request;
use citygate_interchange::{Format, reports};

use super::approvals::{ask, print};
use crate::args::KeyVerb;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::session::{Session, Setting};
use crate::sources::seed;

/// Only its owner reads and writes the file of a seed.
const OWNER_ONLY: u32 = 0o600;

/// Makes, lists, grants and revokes keys.
pub async fn run(path: &Path, setting: Setting, verb: KeyVerb) -> Result<ExitCode, Failure> {
    let (command, reason) = match verb {
        KeyVerb::New { out } => return new(&out, &setting),
        KeyVerb::List { format } => return list(path, setting, format).await,
        KeyVerb::Grant { public_key, purpose, from, reason } => {
            let act = Act::GrantKey(GrantKey { from, public_key, purpose: purpose.purpose() });
            let propose = ProposeAct { act, revision: None, reason: reason.clone() };
            (Command::Propose(Box::new(propose)), reason)
        }
        KeyVerb::Revoke { key, reason } => {
            (Command::RevokeKey(RevokeKey { key, reason: reason.clone() }), reason)
        }
    };
    ask(path, setting, Request { reason: Some(reason), ..Request::from(command) }).await
}

/// Makes a key. An existing file is never written over: it may hold a key that is in use.
fn new(out: &Path, setting: &Setting) -> Result<ExitCode, Failure> {
    let seed = Seed::new(seed()?);
    let written = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(out);
    let written = written.and_then(|mut file| {
        file.write_all(seed.to_file().as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| Failure::world(&out.display().to_string(), &error))?;
    let public_key = seed.public_key();
    let word = |key: &str| setting.lang.word(key);
    crate::output::print(format_args!("{}: {}", word("key_id"), public_key.id()))?;
    crate::output::print(format_args!("{}: {public_key}", word("public_key")))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the seed of a key from its file. One that others can read is not secret any more.
pub fn read_seed(path: &Path, lang: Lang) -> Result<Seed, Failure> {
    let shown = path.display().to_string();
    let world = |error| Failure::world(&shown, &error);
    let mode = fs::metadata(path).map_err(world)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Failure::usage(lang.seed_is_readable(&shown, mode & 0o777)));
    }
    let text = fs::read_to_string(path).map_err(world)?;
    text.parse().map_err(|error| Failure::usage(lang.no_seed(&shown, &error)))
}

async fn list(path: &Path, setting: Setting, format: Format) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let table = reports::keys(&session.engine.read().await.ledger);
    print(&session, &table, format)?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}
