//! A copy of a ledger, and a ledger from a copy.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::{ConnectOptions, Connection};

use super::batch::integer;
use super::faults::fault;
use super::{SqliteOptions, SqliteStore};
use crate::statement::{Statement, Value};
use crate::{Clock, EventStore, Head, StoreError, VerifyFailure, verify};

impl SqliteStore {
    /// Lets the database check its own structure: pages, indexes, the frames of rows. It looks at
    /// what [`verify`] cannot see and misses most of what [`verify`] finds; a doubt needs both.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing found; the world failing.
    pub async fn check_file(&self) -> Result<(), StoreError> {
        let found = sqlx::query_scalar::<_, String>("PRAGMA integrity_check(1)");
        let found = found.fetch_one(&mut *self.reader().await?).await;
        match found.map_err(|error| self.fault(error))?.as_str() {
            "ok" => Ok(()),
            what => {
                let (path, what) = (self.options.path.clone(), what.replace('\n', " "));
                Err(StoreError::Damaged { path, what })
            }
        }
    }

    /// Writes a consistent copy while appends go on, and verifies it before it gets its name.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is a file already; a copy that does not verify; the world
    /// failing. No file of that name is there then.
    pub async fn backup(&self, to: &Path, clock: Clock) -> Result<Head, StoreError> {
        if to.exists() {
            return Err(StoreError::Exists(to.to_path_buf()));
        }
        let partial = beside(to, ".partial");
        remove_ledger(&partial)?;
        let copied = self.copy_into(&partial, to, clock).await;
        or_removed(&partial, copied)
    }

    /// Writes the copy under its preliminary name, verifies it, and gives it its own.
    async fn copy_into(&self, partial: &Path, to: &Path, clock: Clock) -> Result<Head, StoreError> {
        let options = SqliteOptions { create: false, ..self.options.clone() };
        let fault = |error| fault(to, "copying the ledger", error);
        let mut connection = options.plain().connect().await.map_err(fault)?;
        let name = partial.to_string_lossy().into_owned();
        let copied = sqlx::query("VACUUM INTO ?1").bind(name).execute(&mut connection).await;
        connection.close().await.map_err(fault)?;
        copied.map_err(fault)?;
        let copy = open_copy(partial, clock).await?;
        let checked = self.same(&copy).await;
        copy.close().await?;
        let head = checked?;
        fold_into_one_file(partial).await?;
        into_place(partial, to)?;
        Ok(head)
    }

    /// The head of a copy that verifies and ends as this ledger does there.
    async fn same(&self, copy: &Self) -> Result<Head, StoreError> {
        let head = verified(copy).await?;
        let original = self.read_all(head.position.saturating_sub(1), 1).await?;
        if original.first().is_some_and(|event| event.chain != head.chain) {
            return Err(StoreError::corrupt(head.position, "the copy differs from the ledger"));
        }
        Ok(head)
    }

    /// Puts a verified copy in a ledger's place and raises the epoch above both, so that what was
    /// issued before counts as stale. The replaced file stays beside it as `….replaced`.
    ///
    /// # Errors
    /// Without `force`: [`StoreError::OlderBackup`] when events would be lost and
    /// [`StoreError::OtherLedger`] when the backup is not of this ledger. [`StoreError::Busy`]
    /// while any process has the ledger open; a copy that does not verify; the world failing. The
    /// ledger is then as it was.
    pub async fn restore(
        backup: &Path,
        to: &Path,
        force: bool,
        clock: Clock,
    ) -> Result<Head, StoreError> {
        if !backup.is_file() {
            return Err(StoreError::Missing(backup.to_path_buf()));
        }
        let partial = beside(to, ".partial");
        remove_ledger(&partial)?;
        let restored = restored(backup, &partial, to, force, clock).await;
        or_removed(&partial, restored)
    }
}

async fn restored(
    backup: &Path,
    partial: &Path,
    to: &Path,
    force: bool,
    clock: Clock,
) -> Result<Head, StoreError> {
    fs::copy(backup, partial).map_err(|error| io("copying the backup", error))?;
    let copy = open_copy(partial, clock.clone()).await?;
    let raised = raised(&copy, to, force, clock).await;
    copy.close().await?;
    let head = raised?;
    fold_into_one_file(partial).await?;
    if to.exists() {
        keep(to)?;
    }
    into_place(partial, to)?;
    Ok(head)
}

/// The head of a copy that verifies and may take the ledger's place, with its epoch raised above
/// both.
async fn raised(
    copy: &SqliteStore,
    to: &Path,
    force: bool,
    clock: Clock,
) -> Result<Head, StoreError> {
    let head = verified(copy).await?;
    let mut epoch = head.epoch;
    if to.exists() {
        epoch = epoch.max(replaceable(copy, &head, to, force, clock).await?);
    }
    epoch += 1;
    let sql = "UPDATE log_head SET epoch = ?1, generation = generation + 1";
    let values = vec![Value::Integer(integer(epoch))];
    copy.run(vec![Statement::new(sql, values)]).await?;
    Ok(Head { epoch, ..head })
}

/// What was not finished leaves nothing behind; why it was not is what is told.
fn or_removed<T>(partial: &Path, finished: Result<T, StoreError>) -> Result<T, StoreError> {
    if finished.is_err() {
        let _ = remove_ledger(partial);
    }
    finished
}

async fn open_copy(path: &Path, clock: Clock) -> Result<SqliteStore, StoreError> {
    let options = SqliteOptions { create: false, ..SqliteOptions::new(path) };
    SqliteStore::open_with(options, clock).await
}

async fn verified(copy: &SqliteStore) -> Result<Head, StoreError> {
    match verify(copy, None).await {
        Ok(_) => copy.head().await,
        Err(VerifyFailure::Bad { position, what }) => Err(StoreError::Corrupt { position, what }),
        Err(VerifyFailure::Store(error)) => Err(error),
    }
}

/// The epoch of the ledger at `to`, if it may be replaced; nobody has it open then, and all of it
/// lies in the one file.
async fn replaceable(
    copy: &SqliteStore,
    backup: &Head,
    to: &Path,
    force: bool,
    clock: Clock,
) -> Result<u64, StoreError> {
    // An emptied file has nothing to lose.
    if fs::metadata(to).is_ok_and(|data| data.is_file() && data.len() <= 1) {
        return Ok(0);
    }
    let ledger = match open_copy(to, clock).await {
        Ok(ledger) => ledger,
        // What cannot be read cannot be compared either.
        Err(StoreError::Damaged { .. } | StoreError::Corrupt { .. }) if force => return Ok(0),
        Err(error) => return Err(error),
    };
    let head = ledger.head().await?;
    ledger.close().await?;
    if head.position > backup.position && !force {
        let (backup, ledger) = (backup.position, head.position);
        return Err(StoreError::OlderBackup { backup, ledger });
    }
    if !force && head.position > 0 {
        let event = copy.read_all(head.position - 1, 1).await?;
        if event.first().is_none_or(|event| event.chain != head.chain) {
            return Err(StoreError::OtherLedger(to.to_path_buf()));
        }
    }
    fold_into_one_file(to).await?;
    Ok(head.epoch)
}

/// Leaves the write-ahead log, which folds everything into the one file: what is renamed afterwards
/// is the whole ledger. Needs the file for oneself; [`StoreError::Busy`] while anybody has it open.
async fn fold_into_one_file(path: &Path) -> Result<(), StoreError> {
    let fault = |error| fault(path, "folding the ledger into one file", error);
    let mut connection = SqliteOptions::new(path).plain().connect().await.map_err(fault)?;
    let left = sqlx::query_scalar::<_, String>("PRAGMA journal_mode = DELETE");
    let left = left.fetch_one(&mut connection).await;
    connection.close().await.map_err(fault)?;
    if left.map_err(fault)? == "delete" { Ok(()) } else { Err(StoreError::Busy) }
}

/// Keeps the replaced file under another name. A link, so that the ledger is never missing.
fn keep(to: &Path) -> Result<(), StoreError> {
    let kept = beside(to, ".replaced");
    remove(&kept)?;
    fs::hard_link(to, &kept).map_err(|error| io("keeping the replaced ledger", error))?;
    // Only a damaged ledger still has these; in front of another file they would spoil it.
    remove(&beside(to, "-wal"))?;
    remove(&beside(to, "-shm"))
}

/// Makes a closed file durable and gives it its name.
fn into_place(partial: &Path, to: &Path) -> Result<(), StoreError> {
    let doing = "putting the ledger in its place";
    let file = File::open(partial).map_err(|error| io(doing, error))?;
    file.sync_all().map_err(|error| io(doing, error))?;
    fs::rename(partial, to).map_err(|error| io(doing, error))?;
    let folder = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| io(doing, error))
}

fn remove_ledger(path: &Path) -> Result<(), StoreError> {
    ["", "-wal", "-shm"].into_iter().try_for_each(|end| remove(&beside(path, end)))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io("removing a file", error)),
        _ => Ok(()),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

fn io(doing: &'static str, error: std::io::Error) -> StoreError {
    if error.kind() == ErrorKind::StorageFull {
        return StoreError::DiskFull(std::sync::Arc::new(error));
    }
    StoreError::failed(doing, error)
}
