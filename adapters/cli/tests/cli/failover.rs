//! The program on a primary and its synchronous standby.

use std::process::Stdio;
use std::time::Duration;

use citygate_tests_system::failover::Pair;

use crate::support::facts::{demo, text};
use crate::support::ran::{Ran, program, run};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn on(folder: &tempfile::TempDir, url: &str, args: &[&str]) -> Ran {
    run(folder.path(), &[&["--store", url], args].concat())
}

#[test]
fn doctor_tells_of_the_standby_and_a_report_does_not_wait_for_one_that_is_gone() {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let mut pair = runtime.block_on(Pair::start()).unwrap();
    let url = pair.url();
    on(&folder, &url, &["migrate"]).exits(0);
    on(&folder, &url, &["init"]).exits(0);
    let good = on(&folder, &url, &["doctor"]).exits(0);
    for line in [
        "primary 15",
        "standby 15",
        "streaming, 0 bytes",
        "streaming sync, ",
        "timeline 1",
        "synchronous_commit on, fsync on, full_page_writes on, data_checksums on",
        "epoch                1",
        "partitions_ahead     3",
    ] {
        assert!(good.out.contains(line), "{line:?} is not in\n{}", good.out);
    }
    assert!(!good.err.contains("standby"), "{}", good.err);
    good.says("warning: archive_off: ");

    pair.kill(1).unwrap();
    let gone = on(&folder, &url, &["doctor"]).exits(0);
    let gone = gone.says("warning: standby_missing: ").says("none of one,two is attached");
    gone.says("warning: server_silent: ");
    let chinese = on(&folder, &url, &["--lang", "zh", "doctor"]).exits(0);
    chinese.says("提醒：standby_missing：").says("请恢复备库");
    on(&folder, &url, &["report", "contracts"]).exits(0);

    // Without a primary the servers are told all the same.
    runtime.block_on(pair.run_server(1)).unwrap();
    pair.kill(0).unwrap();
    let none = on(&folder, &url, &["doctor"]).exits(3);
    assert!(none.out.contains("standby 15"), "{}", none.out);
    none.says("warning: standby_not_receiving: ").says("citygate: no_primary: ");
}

/// Runs the program until a commit of it waits for a standby, and then `act` on the process of the
/// server that waits.
fn at_the_wait(pair: &Pair, folder: &tempfile::TempDir, args: &[&str], act: &str) -> Ran {
    let mut command = program(folder.path());
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = command.spawn().unwrap();
    let sql = format!(
        "SELECT {act}(pid) FROM pg_stat_activity \
         WHERE application_name = 'citygate' AND wait_event = 'SyncRep'"
    );
    let found = runtime().block_on(async {
        let mut owner = pair.connect(0, "gas").await.unwrap();
        for _ in 0..2_000 {
            let found = sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(sql.clone()));
            if found.fetch_optional(&mut owner).await.unwrap() == Some(true) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    });
    let output = running.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(found, "no commit of the program waited for a standby: {out}{err}");
    Ran { code: output.status.code().unwrap_or(-1), bytes: output.stdout, out, err }
}

/// Each run is a process of its own with one store in it.
#[test]
fn the_program_acknowledges_nothing_whose_commit_stopped_waiting_for_its_standby() {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let mut pair = runtime.block_on(Pair::start()).unwrap();
    runtime.block_on(pair.execute(0, "CREATE DATABASE other")).unwrap();
    let url = pair.url_of(0);
    let other = url.replace("/gas", "/other");
    on(&folder, &url, &["migrate"]).exits(0);
    on(&folder, &url, &["init"]).exits(0);
    on(&folder, &other, &["migrate"]).exits(0);
    on(&folder, "sqlite:from.db", &["init"]).exits(0);
    pair.kill(1).unwrap();

    let grant = ["role", "grant", "chen.jing", "administrator", "--reason", "first"];
    let grant = [&["--store", &url], &grant[..], &["--person", "chen.jing"]].concat();
    let migrate = ["migrate", "--from", "sqlite:from.db", "--to", &other];
    for act in ["pg_cancel_backend", "pg_terminate_backend"] {
        let told = at_the_wait(&pair, &folder, &grant, act).exits(3);
        // The second time the fact is known, from a row that no standby has.
        told.says("citygate: outcome_unknown: ").prints_nothing();
    }
    at_the_wait(&pair, &folder, &migrate, "pg_cancel_backend").exits(3).says("outcome_unknown");
    runtime.block_on(pair.run_server(1)).unwrap();
    runtime.block_on(pair.attached(0)).unwrap();
    let known = run(folder.path(), &grant).exits(0);
    known.says("already known");
}

#[test]
fn an_import_that_a_failover_interrupts_is_sent_again_and_everything_is_there_once() {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let mut pair = runtime.block_on(Pair::start()).unwrap();
    let (url, demo) = (pair.url(), demo());
    on(&folder, &url, &["migrate"]).exits(0);
    on(&folder, &url, &["init"]).exits(0);
    let import = program(folder.path())
        .args(["--store", &url, "import", text(&demo)])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    runtime.block_on(async {
        let mut owner = pair.connect(0, "gas").await.unwrap();
        let position = "SELECT position FROM citygate.log_head";
        while sqlx::query_scalar::<_, i64>(position).fetch_one(&mut owner).await.unwrap() < 100 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        pair.kill(0).unwrap();
        pair.promote(1).unwrap();
        pair.follow(0, 1).await.unwrap();
        pair.attached(1).await.unwrap();
    });
    let ended = import.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    // It waited for the new primary and went on; or the primary fell between a commit and its answer.
    let finished = ended.status.code() == Some(1) && said.contains(" recorded, ");
    assert!(finished || said.contains("citygate: outcome_unknown: "), "{:?} {said}", ended.status);

    let again = on(&folder, &url, &["import", text(&demo)]);
    let file = ["--store", "sqlite:ledger.db"];
    let there = run(folder.path(), &[&file, &["import", text(&demo)][..]].concat());
    assert_eq!(again.code, there.code, "{}", again.err);
    let verified = on(&folder, &url, &["verify"]).exits(0);
    verified.prints("every hash and every number came out again");
    for args in [
        &["report", "accounts", "--format", "csv"][..],
        &["report", "deliveries", "--format", "csv"],
        &["events", "--type", "delivery_recorded", "--format", "payload"],
    ] {
        let here = on(&folder, &url, args).exits(0);
        let there = run(folder.path(), &[&file, args].concat()).exits(0);
        assert!(here.out.lines().count() > 1);
        assert_eq!(here.out, there.out, "{args:?}");
    }
    let doctor = on(&folder, &url, &["doctor"]).exits(0);
    doctor.prints("epoch                2");
}
