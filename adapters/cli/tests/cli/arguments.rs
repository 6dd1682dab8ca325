//! The command line: help, wrong arguments, languages, closed pipes.

use std::process::Stdio;

use crate::support::contract::{contract, january};
use crate::support::facts::{Facts, demo, text};
use crate::support::ledger::Ledger;
use crate::support::ran::{finish, program, run};

/// Every verb, and words that its help must have.
const HELP: [(&str, &[&str]); 14] = [
    ("demo", &["needs nothing"]),
    ("run", &["<FOLDER>", "--through", "--refused", "report KIND", "docs/formats.md"]),
    ("calculate", &["<FILE>", "--explain", "--format", "standard input"]),
    ("init", &["--zone", "--gas-day-start-hour", "--simulated-clock", "--four-eyes-off"]),
    ("import", &["<FOLDER>", "--dry-run", "--refused", "docs/formats.md"]),
    ("close", &["--through", "--contract"]),
    ("report", &["settlements", "accounts", "--as-of", "--known-at", "--running", "--format"]),
    ("explain", &["settlement/CONTRACT/MONTH", "account/CONTRACT/GAS_DAY"]),
    ("events", &["--contract", "--stream", "--type", "--after", "--format", "payload"]),
    ("verify", &["--expect", "POSITION:CHAIN"]),
    ("rebuild", &["from the log"]),
    ("backup", &["<TO>", "must not exist"]),
    ("restore", &["<FROM>", "--force"]),
    ("doctor", &["how the ledger is"]),
];

#[test]
fn the_help_of_every_verb_says_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let whole = run(folder.path(), &["--help"]).exits(0);
    for (verb, words) in HELP {
        assert!(whole.out.contains(&format!("\n  {verb} ")), "{verb} is not in\n{}", whole.out);
        let help = run(folder.path(), &[verb, "--help"]).exits(0);
        let flat = help.out.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in ["--store", "--lang", "--person", "--now"].iter().chain(words) {
            assert!(flat.contains(word), "{word} is not in the help of {verb}:\n{}", help.out);
        }
        run(folder.path(), &["help", verb]).exits(0);
    }
    run(folder.path(), &["--version"]).exits(0).prints("citygate 0.1.0");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn wrong_arguments_end_with_2_and_make_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let wrong: [&[&str]; 20] = [
        &[],
        &["fly"],
        &["import"],
        &["import", "a", "b"],
        &["import", "--colour", "a"],
        &["close"],
        &["close", "--through", "2025"],
        &["close", "--through", "2025-13"],
        &["close", "--through", "2025-01", "--contract", ""],
        &["report"],
        &["report", "weather"],
        &["report", "settlements", "--format", "xml"],
        &["report", "accounts", "--as-of", "2025-02-30"],
        &["report", "accounts", "--known-at", "yesterday"],
        &["report", "accounts", "--known-at", "-1"],
        &["events", "--contract", "a", "--stream", "b"],
        &["events", "--after", "x"],
        &["events", "--stream", ""],
        &["--lang", "fr", "demo"],
        &["--now", "noon", "demo"],
    ];
    for args in wrong {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_needs_nothing_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["demo"]).exits(0);
    ran.prints("10455 recorded, 21 already known, 26 refused")
        .prints("288 settlements issued, 155 deviations assessed")
        .prints("6706.06")
        .prints("citygate --help");
    run(folder.path(), &["--lang", "zh", "demo"]).exits(0).prints("逐月结算").prints("少提");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The small world's first contract with January closed, on a ledger file.
#[track_caller]
fn closed() -> Ledger {
    let facts = Facts::rows("contracts.jsonl", &[contract("LG-1").line()])
        .and_rows("deliveries.csv", &january("LG-1-1"))
        .and_rows("payments.csv", &["LG-1,2025-01-02,500000.00,ICBC,P-1,payment,,"]);
    let ledger = Ledger::simulated();
    ledger.import(&facts).exits(0);
    ledger.run(&["close", "--through", "2025-01"]).exits(0);
    ledger
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

#[test]
fn tables_have_chinese_headings_in_chinese_and_none_in_english() {
    let ledger = closed();
    let kinds = [
        "settlements",
        "lines",
        "deviations",
        "accounts",
        "stages",
        "contracts",
        "deliveries",
        "account-statement",
        "journal",
        "trial-balance",
    ];
    let headings = |lang: &str, verb: &[&str]| {
        let ran = ledger.run(&[&["--lang", lang], verb].concat()).exits(0);
        let heading = ran.out.lines().find(|line| line.contains("  ")).unwrap_or_default();
        heading
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for kind in kinds {
        let report = ["report", kind];
        let chinese = headings("zh", &report);
        let foreign: Vec<&String> = chinese.iter().filter(|cell| !is_chinese(cell)).collect();
        assert!(!chinese.is_empty() && foreign.is_empty(), "{kind}: {foreign:?}");
        assert!(headings("en", &report).iter().all(|cell| !is_chinese(cell)), "{kind}");
    }
    let events = headings("zh", &["events"]);
    assert!(events.iter().all(|cell| is_chinese(cell)), "{events:?}");
}

#[test]
fn explanations_are_in_the_readers_language_and_programs_read_the_same() {
    let ledger = closed();
    for id in ["settlement/LG-1/2025-01", "deviation/LG-1/2025-01", "account/LG-1/2025-01-31"] {
        let chinese = ledger.run(&["--lang", "zh", "explain", id]).exits(0);
        let english = ledger.run(&["--lang", "en", "explain", id]).exits(0);
        let steps = |text: &str| text.lines().filter(|line| line.starts_with(' ')).count();
        assert_eq!(steps(&chinese.out), steps(&english.out), "{id}");
        assert!(is_chinese(&chinese.out) && !is_chinese(&english.out), "{id}: {}", english.out);
    }
    for format in ["csv", "json"] {
        let report = |lang| ledger.run(&["--lang", lang, "report", "lines", "--format", format]);
        assert_eq!(report("zh").exits(0).out, report("en").exits(0).out);
    }
}

#[test]
fn advice_and_counts_are_in_the_readers_language() {
    let ledger = closed();
    let facts = Facts::rows("deliveries.csv", &["LG-9-1,2025-01-05,10,,manual,"]);
    let import = ["--lang", "zh", "import", text(facts.path())];
    let refused = ledger.run(&import).exits(1);
    refused
        .says("deliveries.csv:2: unknown_delivery_point: ")
        .says("请先导入持有该交付点的合同，或更正编号。")
        .says("新记录 0 条，已知 0 条，拒绝 1 条")
        .says("模拟时钟");
    ledger.run(&["--lang", "zh", "verify"]).exits(0).prints("全部哈希与数字重算一致");
    ledger.run(&["--lang", "zh", "close", "--through", "2025-02"]).exits(1).says("请在当月");
    let other = ["--lang", "zh", "init", "--simulated-clock", "--zone", "Europe/Berlin"];
    ledger.run(&other).exits(1).says("如需其他设置，请新建账本文件。");
}

#[test]
fn the_language_is_the_environments_where_nothing_is_said() {
    let ledger = closed();
    let report = |name: &str, value: &str, more: &[&str]| {
        let mut command = program(ledger.folder());
        command.env(name, value).args(["--store", "sqlite:ledger.db"]).args(more);
        finish(command.args(["report", "settlements"]), None).exits(0)
    };
    report("LANG", "zh_CN.UTF-8", &[]).prints("合同");
    report("LANG", "de_DE.UTF-8", &[]).prints("contract");
    report("CITYGATE_LANG", "zh", &[]).prints("合同");
    report("CITYGATE_LANG", "zh", &["--lang", "en"]).prints("contract");
}

#[test]
fn the_ledger_is_the_environments_where_nothing_is_said() {
    let ledger = closed();
    let path = format!("sqlite:{}", ledger.path().display());
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = program(elsewhere.path());
    let ran = finish(command.env("CITYGATE_STORE", path).args(["report", "settlements"]), None);
    ran.exits(0).prints("LG-1");
    let none = run(elsewhere.path(), &["report", "settlements"]).exits(3);
    none.says("citygate.db does not exist");
}

/// Runs a verb whose standard output, or error, nobody reads.
#[track_caller]
fn into_a_closed_pipe(ledger: &Ledger, args: &[&str], out: bool) -> Option<i32> {
    let mut command = program(ledger.folder());
    command.args(["--store", "sqlite:ledger.db"]).args(args);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    if out {
        command.stdout(writer).stderr(Stdio::piped());
    } else {
        command.stderr(writer).stdout(Stdio::piped());
    }
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    let told = String::from_utf8(if out { output.stderr } else { output.stdout }).unwrap();
    assert!(!told.contains("panicked") && !told.contains("pipe"), "{args:?}: {told}");
    output.status.code()
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (ledger, sample) = (Ledger::absent(), demo());
    ledger.run(&["import", text(&sample)]).exits(1);
    ledger.run(&["close", "--through", "2025-12"]).exits(0);
    let verbs: [&[&str]; 13] = [
        &["report", "lines"],
        &["report", "lines", "--format", "csv"],
        &["report", "lines", "--format", "json"],
        &["report", "deliveries", "--format", "csv"],
        &["explain", "settlement/DM-2025-0001/2025-03"],
        &["events"],
        &["events", "--format", "csv"],
        &["events", "--format", "jsonl"],
        &["events", "--format", "payload"],
        &["verify"],
        &["doctor"],
        &["backup", "copy.db"],
        &["demo"],
    ];
    for verb in verbs {
        assert_eq!(into_a_closed_pipe(&ledger, verb, true), Some(0), "{verb:?}");
    }
    assert_eq!(into_a_closed_pipe(&ledger, &["restore", "copy.db"], true), Some(0));
    let import = ["import", text(&sample), "--refused", "refused.csv"];
    assert_eq!(into_a_closed_pipe(&ledger, &import, false), Some(1));
    let refused = std::fs::read(ledger.beside("refused.csv")).unwrap();
    assert_eq!(refused, crate::support::facts::expected("refused.csv"));
    assert_eq!(into_a_closed_pipe(&ledger, &["rebuild"], false), Some(0));
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_full_disk_under_a_report_is_told() {
    let ledger = closed();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = program(ledger.folder());
    command.args(["--store", "sqlite:ledger.db", "report", "lines", "--format", "csv"]);
    let output = command.stdout(full).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("citygate: world: output: "), "{told}");
}

#[test]
fn a_calculation_reads_its_rule_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let rule = br#"{"rule": "tax", "gross": "99.99", "tax_percent": "9"}"#;
    let mut command = program(folder.path());
    let ran = finish(command.args(["calculate", "-", "--format", "csv"]), Some(rule)).exits(0);
    assert_eq!(ran.out, "net,tax\n91.73,8.26\n");
}
