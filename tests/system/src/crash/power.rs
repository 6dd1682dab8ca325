//! A power cut without root: the writes of a real run, cut at every point.
//!
//! What was synced is on the disk; of what was written since, all, nothing, or any part may be,
//! down to single sectors. Making and removing a file counts as durable at once.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use super::kill::Random;
use super::{Said, Stopped, check};

const SECTOR: usize = 512;

/// What the writer asked the system to do, by file name.
enum Act {
    Write { file: String, at: usize, bytes: Vec<u8> },
    Truncate { file: String, length: usize },
    Sync { file: String },
    Remove { file: String },
    Say { text: String },
}

/// A file: what is surely on the disk, and what was done to it since.
#[derive(Default)]
struct Disk {
    durable: Vec<u8>,
    since: Vec<(usize, Option<Vec<u8>>)>,
}

/// Cuts the power at every `step`-th act of a writer of twelve requests, in four ways each.
///
/// # Errors
/// What did not hold after a cut; strace missing.
pub async fn power(program: &Path, step: usize) -> Result<String, Stopped> {
    let acts = record(program)?;
    let mut random = Random::new(2);
    let (mut disks, mut said) = (HashMap::<String, Disk>::new(), String::new());
    let mut cuts = 0;
    for (index, act) in acts.iter().enumerate() {
        act.apply(&mut disks, &mut said);
        if index % step.max(1) != 0 && index + 1 != acts.len() {
            continue;
        }
        for kept in [100, 0, 50, 80] {
            let folder = tempfile::tempdir()?;
            for (name, disk) in &disks {
                std::fs::write(folder.path().join(name), disk.after_cut(kept, &mut random))?;
            }
            let path = folder.path().join("a.db");
            let said = Said::parse(&said);
            if path.exists() && (path.metadata()?.len() > 0 || !said.acknowledged.is_empty()) {
                let checked = check(&path, &said).await;
                checked.map_err(|found| format!("cut after act {index}, kept {kept}%: {found}"))?;
            }
            cuts += 1;
        }
    }
    let acknowledged = Said::parse(&said).acknowledged.len();
    Ok(format!("power: {cuts} cuts in {} acts, {acknowledged} acknowledged, 0 lost", acts.len()))
}

impl Act {
    fn apply(&self, disks: &mut HashMap<String, Disk>, said: &mut String) {
        match self {
            Self::Write { file, at, bytes } => {
                let disk = disks.entry(file.clone()).or_default();
                disk.since.push((*at, Some(bytes.clone())));
            }
            Self::Truncate { file, length } => {
                disks.entry(file.clone()).or_default().since.push((*length, None));
            }
            Self::Sync { file } => {
                let disk = disks.entry(file.clone()).or_default();
                for (at, bytes) in std::mem::take(&mut disk.since) {
                    put(&mut disk.durable, at, bytes.as_deref());
                }
            }
            Self::Remove { file } => drop(disks.remove(file)),
            Self::Say { text } => said.push_str(text),
        }
    }
}

fn put(image: &mut Vec<u8>, at: usize, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else { return image.truncate(at) };
    if image.len() < at + bytes.len() {
        image.resize(at + bytes.len(), 0);
    }
    image[at..at + bytes.len()].copy_from_slice(bytes);
}

impl Disk {
    /// The file after the cut, when each unsynced sector was kept with a chance of `kept` percent.
    fn after_cut(&self, kept: u64, random: &mut Random) -> Vec<u8> {
        let mut image = self.durable.clone();
        for (at, bytes) in &self.since {
            match bytes {
                None if random.below(100) < kept => put(&mut image, *at, None),
                None => {}
                Some(bytes) => {
                    for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                        if random.below(100) < kept {
                            put(&mut image, at + number * SECTOR, Some(sector));
                        }
                    }
                }
            }
        }
        image
    }
}

/// Runs the writer once under strace and reads what it did.
fn record(program: &Path) -> Result<Vec<Act>, Stopped> {
    let folder = tempfile::tempdir()?;
    let (path, log) = (folder.path().join("a.db"), folder.path().join("log"));
    let calls = "trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,close";
    let run = Command::new("strace")
        .args(["-f", "-qq", "-xx", "-s", "200000", "-e", "signal=none", "-e", calls])
        .args(["-o", &log.to_string_lossy()])
        .arg(program)
        .args(["writer", &path.to_string_lossy(), "12", "1"])
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("strace cannot be run: {error}"))?;
    if !run.success() {
        return Err("the writer failed while it was recorded".into());
    }
    let mut reader =
        Reader { folder: folder.path().to_string_lossy().into_owned(), ..Reader::default() };
    std::fs::read_to_string(&log)?.lines().for_each(|line| reader.line(line));
    if reader.acts.len() < 50 {
        return Err("the recording is too short to be one of a writer".into());
    }
    Ok(reader.acts)
}

/// Reads strace's lines; a call that another thread interrupts is put together again.
#[derive(Default)]
struct Reader {
    folder: String,
    unfinished: HashMap<String, String>,
    files: HashMap<String, String>,
    acts: Vec<Act>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let Some((thread, call)) = line.split_once(' ') else { return };
        let call = call.trim_start();
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            self.unfinished.insert(thread.to_owned(), begun.to_owned());
        } else if let Some((_, rest)) = call.split_once(" resumed>") {
            let begun = self.unfinished.remove(thread).unwrap_or_default();
            self.call(&format!("{begun}{rest}"));
        } else {
            self.call(call);
        }
    }

    fn call(&mut self, call: &str) {
        let Some((name, rest)) = call.split_once('(') else { return };
        let Some((arguments, result)) = rest.rsplit_once(") ") else { return };
        let result = result.trim_start_matches(['=', ' ']);
        if result.starts_with('-') {
            return;
        }
        let arguments: Vec<&str> = arguments.split(", ").collect();
        let file = arguments.first().and_then(|fd| self.files.get(*fd)).cloned();
        let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok());
        match (name, file) {
            ("openat", _) => {
                let path = arguments.get(1).map(|path| text(path)).unwrap_or_default();
                let fd = result.split(' ').next().unwrap_or_default().to_owned();
                match path.strip_prefix(&self.folder) {
                    // The index of the log lies in memory only as far as a power cut goes.
                    Some(name) if name.len() > 1 && !name.ends_with("-shm") => {
                        self.files.insert(fd, name.trim_start_matches('/').to_owned());
                    }
                    _ => drop(self.files.remove(&fd)),
                }
            }
            ("close", Some(_)) => drop(self.files.remove(arguments[0])),
            ("pwrite64", Some(file)) => {
                let bytes = bytes(arguments[1]);
                let at = number(3).unwrap_or_default();
                self.acts.push(Act::Write { file, at, bytes });
            }
            ("ftruncate", Some(file)) => {
                let length = number(1).unwrap_or_default();
                self.acts.push(Act::Truncate { file, length });
            }
            ("fsync" | "fdatasync", Some(file)) => self.acts.push(Act::Sync { file }),
            ("unlink", _) => {
                let path = text(arguments[0]);
                let name = path.strip_prefix(&self.folder).map(|name| name.trim_start_matches('/'));
                let removed = name.map(|name| Act::Remove { file: name.to_owned() });
                self.acts.extend(removed);
            }
            ("write", None) if arguments[0] == "1" => {
                self.acts.push(Act::Say { text: text(arguments[1]) });
            }
            _ => {}
        }
    }
}

fn text(quoted: &str) -> String {
    String::from_utf8_lossy(&bytes(quoted)).into_owned()
}

/// The bytes of `"\x41\x42"`.
fn bytes(quoted: &str) -> Vec<u8> {
    let pairs = quoted.trim_matches('"').split("\\x").skip(1);
    pairs.filter_map(|pair| u8::from_str_radix(pair.get(..2)?, 16).ok()).collect()
}
