//! Several processes on one database: each fact once, one answer everywhere, one scheduler.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use citygate_tests_system::postgres::{Database, Server};
use serde_json::Value;

use crate::support::facts::{demo, text};
use crate::support::ran::{Ran, program, run};

/// How long something may take that happens at once on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shared {
    database: Database,
    folder: tempfile::TempDir,
}

impl Shared {
    /// A ledger that is open, in a database of its own.
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = runtime.block_on(Server::shared().database());
        let shared = Self { database, folder: tempfile::tempdir().unwrap() };
        shared.run(&["migrate"]).exits(0);
        shared.run(&["init"]).exits(0);
        shared
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        [&["--store", &self.database.url], args].concat()
    }

    fn run(&self, args: &[&str]) -> Ran {
        run(self.folder.path(), &self.args(args))
    }

    /// Starts the program and does not wait for it.
    fn start(&self, args: &[&str]) -> Child {
        let mut command: Command = program(self.folder.path());
        command.args(self.args(args)).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Runs the program several times at once; each ends with this code.
    fn at_once(&self, runs: &[Vec<&str>], code: i32) {
        let started: Vec<Child> = runs.iter().map(|args| self.start(args)).collect();
        for (child, args) in started.into_iter().zip(runs) {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        }
    }

    fn node(&self, name: &str, more: &[&str]) -> Node {
        let status = self.folder.path().join(format!("{name}.status"));
        let args = [&["node", "--status", text(&status)], more].concat();
        Node { child: self.start(&args), status }
    }

    /// The stored events of a type.
    fn events(&self, event_type: &str) -> Vec<Value> {
        let ran = self.run(&["events", "--type", event_type, "--format", "jsonl"]).exits(0);
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A running node, and what it says of itself.
struct Node {
    child: Child,
    status: PathBuf,
}

impl Node {
    fn told(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.status).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits for a line that is as wanted, and gives the newest one.
    #[expect(clippy::disallowed_methods, reason = "a test that waits for ever must fail")]
    fn wait(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            if let Some(last) = self.told().pop().filter(|last| wanted(last)) {
                return last;
            }
            assert!(began.elapsed() < PATIENCE, "{what}: {:?}", self.told().last());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn name(&self) -> String {
        self.wait("a first line", |_| true)["node"].as_str().unwrap().to_owned()
    }

    fn is_scheduler(&self) -> Value {
        let name = self.name();
        self.wait("to be elected", |line| line["scheduler"]["node"] == name.as_str())
    }

    /// The digest of its memory at the end of the log.
    fn digest_at(&self, position: u64) -> String {
        let at = |line: &Value| line["position"] == position && line["digest"].is_string();
        self.wait("a digest", at)["digest"].as_str().unwrap().to_owned()
    }

    fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Ends it as an operator does; gives what it said.
    fn end(mut self) -> String {
        self.signal("TERM");
        let mut said = String::new();
        std::io::Read::read_to_string(&mut self.child.stderr.take().unwrap(), &mut said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{said}");
        said
    }
}

impl Drop for Node {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The demo in three folders: each has a third of the points' readings, and every tenth reading; all of
/// them have everything else.
fn thirds(folder: &Path) -> Vec<PathBuf> {
    let demo = demo();
    let folders: Vec<PathBuf> = (0..3).map(|part| folder.join(format!("part{part}"))).collect();
    for (part, folder) in folders.iter().enumerate() {
        fs::create_dir(folder).unwrap();
        for entry in fs::read_dir(&demo).unwrap() {
            let (path, name) = entry.map(|it| (it.path(), it.file_name())).unwrap();
            if path.is_dir() {
                continue;
            }
            if name != "deliveries.csv" {
                fs::copy(path, folder.join(name)).unwrap();
                continue;
            }
            let rows = fs::read_to_string(path).unwrap();
            let mut lines = rows.lines();
            let mut taken = vec![lines.next().unwrap()];
            taken.extend(lines.filter(|row| {
                // All rows of a point and gas day go together: their order means something.
                let key: u64 = row.split(',').take(2).flat_map(str::bytes).map(u64::from).sum();
                key % 3 == part as u64 || key.is_multiple_of(10)
            }));
            fs::write(folder.join("deliveries.csv"), taken.join("\n") + "\n").unwrap();
        }
    }
    folders
}

/// Payloads of a type, each with how often it is there.
fn counted(events: &[Value]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts.entry(event["payload"].to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn three_processes_that_write_the_same_contracts_record_each_fact_once_and_all_agree() {
    let shared = Shared::new();
    let follower = shared.node("follower", &["--every", "86400"]);
    let folders = thirds(shared.folder.path());
    let imports: Vec<Vec<&str>> =
        folders.iter().map(|folder| vec!["import", text(folder)]).collect();
    // The sample has rows that are refused, whoever brings them.
    shared.at_once(&imports, 1);
    let close = vec!["close", "--through", "2025-06"];
    shared.at_once(&[close.clone(), close.clone(), close], 0);

    // The same facts, written by one process into a file.
    let alone = tempfile::tempdir().unwrap();
    let file = |args: &[&str]| run(alone.path(), &[&["--store", "sqlite:a.db"], args].concat());
    file(&["import", text(&demo())]).exits(1);
    file(&["close", "--through", "2025-06"]).exits(0);
    for event_type in ["delivery_recorded", "payment_received", "contract_signed"] {
        let there = file(&["events", "--type", event_type, "--format", "jsonl"]).exits(0);
        let there: Vec<Value> =
            there.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(there.len() > 5);
        assert!(counted(&shared.events(event_type)) == counted(&there), "{event_type}");
    }
    for report in ["settlements", "lines", "deviations", "accounts", "debts"] {
        let args = ["report", report, "--as-of", "2025-12-31", "--format", "csv"];
        let (here, there) = (shared.run(&args).exits(0), file(&args).exits(0));
        assert!(here.out == there.out, "{report} differs");
    }
    shared.run(&["verify"]).exits(0);

    // Who only followed, who starts now, and who starts after everything was made anew.
    let end = shared.run(&["doctor"]).exits(0);
    let end = end.out.lines().find_map(|line| line.strip_prefix("position ")).unwrap();
    let end: u64 = end.trim().parse().unwrap();
    let followed = follower.digest_at(end);
    let fresh = shared.node("fresh", &["--every", "86400"]);
    assert_eq!(fresh.digest_at(end), followed);
    shared.run(&["rebuild"]).exits(0);
    let rebuilt = shared.node("rebuilt", &["--every", "86400"]);
    assert_eq!(rebuilt.digest_at(end), followed);
    for node in [fresh, rebuilt, follower] {
        assert!(node.end().contains("the lease is given back"));
    }
}

#[test]
fn a_scheduler_that_was_paused_and_replaced_records_nothing_when_it_wakes_up() {
    let shared = Shared::new();
    let quick = ["--every", "1", "--lease", "1"];
    let first = shared.node("first", &quick);
    assert_eq!(first.is_scheduler()["scheduler"]["epoch"], 1);
    let second = shared.node("second", &quick);
    second.wait("to follow", |line| line["scheduler"]["node"] == first.name().as_str());
    first.signal("STOP");
    let elected = second.is_scheduler();
    assert!(elected["scheduler"]["epoch"].as_u64().unwrap() > 1);
    // Work for whoever thinks that it is the scheduler: terms that have ended.
    shared.run(&["import", text(&demo())]).exits(1);
    let end = |node: &Node| {
        let settled = |line: &Value| {
            line["lag"] == 0
                && line["digest"].is_string()
                && line["position"].as_u64() > Some(9_000)
        };
        node.wait("to settle", settled)["position"].as_u64().unwrap()
    };
    let before = shared.events("time_passed");
    first.signal("CONT");
    let name = second.name();
    first.wait("to hear of the other", |line| line["scheduler"]["node"] == name.as_str());
    assert_eq!(end(&first), end(&second));
    // Each passage of time once, whoever was awake.
    let after = shared.events("time_passed");
    assert!(!after.is_empty() && before.len() <= after.len());
    assert!(counted(&after).values().all(|count| *count == 1));
    let elections = shared.events("scheduler_elected");
    let epochs: Vec<_> = elections.iter().map(|it| it["payload"]["epoch"].clone()).collect();
    assert!(epochs.windows(2).all(|two| two[0].as_u64() < two[1].as_u64()), "{epochs:?}");
    let said = first.end();
    for line in
        ["follows from position", "the scheduler of epoch 1", "the lease of epoch 1 is lost"]
    {
        assert!(said.contains(line), "{line:?} is not in\n{said}");
    }
    // Nobody else is there: the lease of the second ends with it, and a third is elected at once.
    second.end();
    let third = shared.node("third", &["--every", "86400", "--lease", "3600"]);
    third.is_scheduler();
    third.end();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test that waits for ever must fail")]
fn a_node_writes_what_it_measures_as_prometheus_reads_it() {
    let shared = Shared::new();
    let file = shared.folder.path().join("citygate.prom");
    let node = shared.node("first", &["--metrics", text(&file)]);
    node.is_scheduler();
    let begun = Instant::now();
    let measured = loop {
        let measured = fs::read_to_string(&file).unwrap_or_default();
        let says = |name: &str, value: &str| {
            let mut lines = measured.lines();
            lines.any(|line| line.starts_with(&format!("{name}{{")) && line.ends_with(value))
        };
        if says("citygate_node_elected", " 1") && says("citygate_node_lag", " 0") {
            break measured;
        }
        assert!(begun.elapsed() < PATIENCE, "{measured}");
        std::thread::sleep(Duration::from_millis(50));
    };
    let value = |name: &str| {
        let line = measured.lines().find(|line| line.starts_with(&format!("{name}{{node=\"")));
        line.and_then(|line| line.rsplit_once(' ')).map(|(_, value)| value)
    };
    assert_eq!(value("citygate_partitions_ahead"), Some("3"), "{measured}");
    assert_eq!(value("citygate_log_reachable"), Some("1"));
    assert_eq!(value("citygate_log_position"), value("citygate_node_position"));
    assert!(measured.contains("# TYPE citygate_partitions_ahead gauge"), "{measured}");
    node.end();
}

#[test]
fn a_node_on_a_file_is_elected_too_and_gives_the_lease_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = ["--store", "sqlite:a.db"];
    run(folder.path(), &[&store[..], &["init"]].concat()).exits(0);
    for epoch in 1..3 {
        let status = folder.path().join(format!("{epoch}.status"));
        let mut command = program(folder.path());
        let args = ["node", "--lease", "3600", "--status", text(&status)];
        command.args([&store[..], &args].concat()).stderr(Stdio::piped());
        let node = Node { child: command.spawn().unwrap(), status };
        assert_eq!(node.is_scheduler()["scheduler"]["epoch"], epoch);
        node.end();
    }
}

#[test]
fn a_reader_gets_at_least_the_position_it_has_seen_or_is_told_both_positions() {
    let shared = Shared::new();
    let report = ["report", "accounts", "--min-position"];
    shared.run(&[&report[..], &["1"]].concat()).exits(0);
    let refused = shared.run(&[&report[..], &["2"]].concat()).exits(1);
    refused.says("position_not_reached: position 2 is wanted, the ledger is known here up to 1");
    let waiting = shared.start(&[&report[..], &["2", "--wait", "60000"]].concat());
    shared.run(&[
        "role",
        "grant",
        "chen.jing",
        "administrator",
        "--reason",
        "first",
        "--person",
        "chen.jing",
    ]);
    let output = waiting.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
