//! Stopped or failed at each system call that writes: strace injects, this counts.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{Said, Stopped, check};

/// A fault and the calls at which it is injected.
const FAULTS: [(&str, &str); 6] = [
    ("pwrite64", "signal=KILL"),
    ("fdatasync,fsync", "signal=KILL"),
    ("ftruncate,unlink", "signal=KILL"),
    ("pwrite64", "error=EIO"),
    ("fdatasync,fsync", "error=EIO"),
    ("pwrite64", "error=ENOSPC"),
];

/// Injects every fault at every `step`-th call of a writer of eight requests and its projection.
///
/// # Errors
/// What did not hold afterwards; strace missing.
pub async fn syscall(program: &Path, step: usize) -> Result<String, Stopped> {
    let mut lines = Vec::new();
    for (calls, fault) in FAULTS {
        let (mut runs, mut acknowledged, mut failures) = (0, 0, 0);
        for when in (1..).step_by(step.max(1)) {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("a.db");
            let arguments = ["writer", &path.to_string_lossy(), "8", "1"];
            let (said, injected) = run(program, &path, &arguments, calls, fault, when)?;
            if !injected {
                break;
            }
            let said = Said::parse(&said);
            runs += 1;
            acknowledged += said.acknowledged.len();
            failures += said.failures.len();
            check_left(&path, &said)
                .await
                .map_err(|found| format!("{fault} at {calls} number {when}: {found}"))?;
        }
        lines.push(format!(
            "syscall: {fault} at {calls}: {runs} places, {acknowledged} acknowledged, \
             {failures} failures told, 0 lost"
        ));
    }
    lines.push(no_room(program, step).await?);
    Ok(lines.join("\n"))
}

/// A disk that stays full: no file may grow beyond a size, a little larger each time.
async fn no_room(program: &Path, step: usize) -> Result<String, Stopped> {
    let (mut runs, mut acknowledged, mut failures) = (0, 0, 0);
    for blocks in (80..400).step_by(step.max(1) * 8) {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.db");
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &limited])
            .arg(program)
            .args(["writer", &path.to_string_lossy(), "30", "1"])
            .stderr(Stdio::null())
            .output()?;
        let said = Said::parse(&String::from_utf8(output.stdout)?);
        runs += 1;
        acknowledged += said.acknowledged.len();
        failures += said.failures.len();
        let checked = check_left(&path, &said).await;
        checked.map_err(|found| format!("no file above {blocks} blocks: {found}"))?;
    }
    Ok(format!(
        "syscall: no room from some size on: {runs} sizes, {acknowledged} acknowledged, \
         {failures} failures told, 0 lost"
    ))
}

async fn check_left(path: &Path, said: &Said) -> Result<(), Stopped> {
    // A ledger that was being made when the fault came may be an empty file or none.
    if !path.exists() || path.metadata()?.len() == 0 {
        let none = said.acknowledged.is_empty();
        return if none { Ok(()) } else { Err("the ledger is gone".into()) };
    }
    check(path, said).await
}

/// Runs a writer under one injected fault; tells what it said and whether the fault came.
pub(super) fn run(
    program: &Path,
    path: &Path,
    arguments: &[&str],
    calls: &str,
    fault: &str,
    when: usize,
) -> Result<(String, bool), Stopped> {
    let log = path.with_extension("strace");
    let output = Command::new("strace")
        .args(["-f", "-qq", "-e", "signal=none", "-o", &log.to_string_lossy()])
        .args(["-e", &format!("trace={calls}")])
        .args(["-e", &format!("inject={calls}:{fault}:when={when}")])
        .arg(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| format!("strace cannot be run: {error}"))?;
    let log = std::fs::read_to_string(&log)?;
    let killed = fault.contains("KILL") && !output.status.success();
    let injected = killed || log.contains("(INJECTED)");
    Ok((String::from_utf8(output.stdout)?, injected))
}
