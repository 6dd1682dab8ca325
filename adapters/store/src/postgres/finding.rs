//! What is to be told about the servers of a ledger, each with a code, a sentence with the numbers,
//! and what to do.

use super::condition::{ServerCondition, ServerFacts};
use crate::StoreError;

/// Bytes that a standby may be behind before it is told.
const BEHIND: i64 = 64 * 1024 * 1024;
/// Milliseconds by which clocks may differ before it is told. From 5 000 on, no passage of time is
/// recorded (T6).
const CLOCKS: i64 = 1_000;
/// Seconds that a transaction may be open.
const OPEN: i64 = 300;
/// Bytes that may be kept for a follower that is not there.
const KEPT: i64 = 1024 * 1024 * 1024;
/// Partitions that are kept ahead of the log.
const PARTITIONS: i64 = 3;

/// Something about a server that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// What was found, with its numbers.
    pub sentence: String,
    /// What to do.
    pub advice: &'static str,
}

/// The codes of all findings, each with what to do.
pub const FINDINGS: [(&str, &str); 17] = [
    (
        "two_primaries",
        "stop the one with the lower timeline at once; make it a standby of the other",
    ),
    ("server_silent", "start it, or take it out of the address"),
    ("standby_missing", "commits wait: bring the standby back; nothing was lost, nothing is taken"),
    ("standby_not_awaited", "set synchronous_standby_names (Patroni: synchronous_mode)"),
    ("standby_behind", "look at its disk and network; a promotion waits until it has caught up"),
    ("standby_not_receiving", "look into its log: primary_conninfo, password, or a missing file"),
    ("fsync_off", "set fsync = on and restart; then `citygate verify`"),
    ("full_page_writes_off", "set full_page_writes = on and reload"),
    (
        "synchronous_commit_weak",
        "set synchronous_commit = on; this program sets it for itself only",
    ),
    ("checksums_off", "stop the server and run `pg_checksums --enable`"),
    ("archive_failing", "read the server's log for archive_command; the disk fills until it works"),
    (
        "archive_off",
        "set archive_mode and archive_command; else a copy restores only its own moment",
    ),
    ("clock_differs", "start chrony on both machines; from 5 s on no deadline is recorded (T6)"),
    ("transaction_old", "find it in pg_stat_activity and end it with pg_terminate_backend"),
    ("wal_kept", "bring the follower back, or drop its slot with pg_drop_replication_slot"),
    ("not_monitor", "GRANT pg_monitor to the user who logs in"),
    ("partitions_short", "run `citygate migrate` as the owner"),
];

/// What is to be told about these servers; nothing about good ones.
#[must_use]
pub fn findings(servers: &[ServerCondition]) -> Vec<Finding> {
    let mut found = Vec::new();
    let facts = || servers.iter().filter_map(|one| Some((one, one.told.as_ref().ok()?)));
    let primaries: Vec<_> = facts().filter(|(_, facts)| !facts.standby).collect();
    if primaries.len() > 1 {
        let told = |(one, facts): &(&ServerCondition, &ServerFacts)| {
            format!("{} with timeline {}", one.place.display(), facts.timeline)
        };
        let told: Vec<String> = primaries.iter().map(told).collect();
        push(&mut found, "two_primaries", format!("both are primaries: {}", told.join(", ")));
    }
    for one in servers {
        let place = one.place.display();
        match &one.told {
            // This one names the place itself.
            Err(error @ StoreError::Unreachable { .. }) => {
                push(&mut found, "server_silent", error.to_string());
            }
            Err(error) => push(&mut found, "server_silent", format!("{place}: {error}")),
            Ok(facts) if facts.standby => of_standby(&mut found, facts, &place.to_string()),
            Ok(facts) => of_primary(&mut found, facts, &place.to_string()),
        }
    }
    found
}

/// What is to be told about the room for positions to come; nothing when there is enough.
#[must_use]
pub fn short_of_room(partitions_ahead: i64) -> Option<Finding> {
    let mut found = Vec::new();
    if partitions_ahead < PARTITIONS {
        let what =
            format!("{partitions_ahead} partitions are ahead of the log, {PARTITIONS} should");
        push(&mut found, "partitions_short", what);
    }
    found.pop()
}

fn of_standby(found: &mut Vec<Finding>, facts: &ServerFacts, place: &str) {
    if facts.sees_all && !facts.receives {
        let what = "it receives nothing from a primary";
        push(found, "standby_not_receiving", format!("{place}: {what}"));
    }
    if facts.unreplayed_bytes > BEHIND {
        let bytes = facts.unreplayed_bytes;
        push(found, "standby_behind", format!("{place}: {bytes} bytes are not replayed"));
    }
    of_any(found, facts, place);
}

fn of_primary(found: &mut Vec<Finding>, facts: &ServerFacts, place: &str) {
    let (names, waiting) = (&facts.synchronous_standby_names, facts.commits_waiting);
    if names.is_empty() {
        push(found, "standby_not_awaited", format!("{place}: commits wait for no standby"));
    } else if facts.sees_all && !facts.replicas.iter().any(super::Replica::is_synchronous) {
        let what = format!("none of {names} is attached, {waiting} commits wait");
        push(found, "standby_missing", format!("{place}: {what}"));
    }
    for replica in &facts.replicas {
        if let Some(bytes) = replica.behind_bytes.filter(|bytes| *bytes > BEHIND) {
            let what = format!("{} is {bytes} bytes behind", replica.name);
            push(found, "standby_behind", format!("{place}: {what}"));
        }
    }
    if facts.archive_mode == "off" {
        push(found, "archive_off", format!("{place}: archive_mode is off"));
    } else if facts.archiver_fails {
        push(found, "archive_failing", format!("{place}: the last archiving failed"));
    }
    if facts.oldest_transaction_seconds > OPEN {
        let seconds = facts.oldest_transaction_seconds;
        let what = format!("{place}: a transaction is open for {seconds} s");
        push(found, "transaction_old", what);
    }
    if facts.kept_for_absent_bytes > KEPT {
        let bytes = facts.kept_for_absent_bytes;
        let what = format!("{place}: {bytes} bytes are kept for a follower that is not there");
        push(found, "wal_kept", what);
    }
    of_any(found, facts, place);
}

fn of_any(found: &mut Vec<Finding>, facts: &ServerFacts, place: &str) {
    let off = [
        ("fsync_off", "fsync", &facts.fsync),
        ("full_page_writes_off", "full_page_writes", &facts.full_page_writes),
        ("checksums_off", "data_checksums", &facts.data_checksums),
    ];
    for (code, name, value) in off {
        if value != "on" {
            push(found, code, format!("{place}: {name} is {value}"));
        }
    }
    let commit = &facts.synchronous_commit;
    if !matches!(commit.as_str(), "on" | "remote_apply") {
        let what = format!("{place}: synchronous_commit is {commit}");
        push(found, "synchronous_commit_weak", what);
    }
    if facts.clock_ahead_ms.abs() > CLOCKS {
        let ahead = facts.clock_ahead_ms;
        let what = format!("{place}: its clock is {ahead} ms ahead of this machine's");
        push(found, "clock_differs", what);
    }
    if !facts.sees_all {
        let what = format!("{place}: the user may not see the state of the standbys");
        push(found, "not_monitor", what);
    }
}

fn push(found: &mut Vec<Finding>, code: &'static str, sentence: String) {
    let mut known = FINDINGS.iter();
    let advice = known.find(|(known, _)| *known == code).map_or("", |(_, advice)| advice);
    found.push(Finding { code, sentence, advice });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Replica;
    use super::*;

    fn replica() -> Replica {
        let text = |text: &str| Some(text.to_owned());
        let (state, sync_state) = (text("streaming"), text("sync"));
        Replica { name: "two".into(), address: None, state, sync_state, behind_bytes: Some(0) }
    }

    fn good(place: &str, change: impl Fn(&mut ServerFacts)) -> ServerCondition {
        let mut facts: ServerFacts = serde_json::from_str(
            r#"{"version":"15.8","standby":false,"timeline":1,"synchronous_commit":"on",
            "synchronous_standby_names":"two","fsync":"on","full_page_writes":"on",
            "data_checksums":"on","archive_mode":"on","archiver_fails":false,"sees_all":true,
            "replicas":[],"commits_waiting":0,"oldest_transaction_seconds":1,
            "kept_for_absent_bytes":0,"receives":true,"unreplayed_bytes":0,"database_bytes":9,
            "now_ms":0}"#,
        )
        .unwrap();
        facts.replicas.push(replica());
        change(&mut facts);
        ServerCondition { place: place.into(), told: Ok(facts) }
    }

    fn codes(servers: &[ServerCondition]) -> Vec<&'static str> {
        findings(servers).iter().map(|one| one.code).collect()
    }

    type Change = fn(&mut ServerFacts);

    #[test]
    fn of_a_good_pair_nothing_is_told() {
        let pair = [good("a", |_| {}), good("b", |facts| facts.standby = true)];
        assert_eq!(findings(&pair), []);
    }

    #[test]
    fn each_fault_of_a_server_is_told_by_its_code_with_what_to_do() {
        let cases: [(&str, Change); 13] = [
            ("standby_missing", |it| it.replicas.clear()),
            ("standby_missing", |it| it.replicas[0].sync_state = Some("potential".into())),
            ("standby_not_awaited", |it| it.synchronous_standby_names.clear()),
            ("standby_behind", |it| it.replicas[0].behind_bytes = Some(BEHIND + 1)),
            ("fsync_off", |it| it.fsync = "off".into()),
            ("full_page_writes_off", |it| it.full_page_writes = "off".into()),
            ("checksums_off", |it| it.data_checksums = "off".into()),
            ("synchronous_commit_weak", |it| it.synchronous_commit = "local".into()),
            ("archive_failing", |it| it.archiver_fails = true),
            ("archive_off", |it| it.archive_mode = "off".into()),
            ("clock_differs", |it| it.clock_ahead_ms = -5_001),
            ("transaction_old", |it| it.oldest_transaction_seconds = OPEN + 1),
            ("wal_kept", |it| it.kept_for_absent_bytes = KEPT + 1),
        ];
        for (code, change) in cases {
            assert_eq!(codes(&[good("a", change)]), [code]);
        }
        let standbys: [(&str, Change); 2] = [
            ("standby_not_receiving", |it| it.receives = false),
            ("standby_behind", |it| it.unreplayed_bytes = BEHIND + 1),
        ];
        for (code, change) in standbys {
            let standby = good("b", |it| {
                it.standby = true;
                change(it);
            });
            assert_eq!(codes(&[standby]), [code]);
        }
        let blind = good("a", |it| {
            it.sees_all = false;
            it.replicas.clear();
        });
        assert_eq!(codes(&[blind]), ["not_monitor"]);
    }

    #[test]
    fn two_primaries_and_a_silent_server_are_told_with_their_places() {
        let two = [good("a", |_| {}), good("b", |it| it.timeline = 2)];
        let found = findings(&two);
        assert_eq!(found[0].sentence, "both are primaries: a with timeline 1, b with timeline 2");
        let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
        let (place, cause) = ("b".into(), Arc::new(late));
        let silent = ServerCondition {
            place: "b".into(),
            told: Err(StoreError::Unreachable { place, cause }),
        };
        let found = findings(&[good("a", |_| {}), silent]);
        assert_eq!((found.len(), found[0].code), (1, "server_silent"));
        assert!(found.iter().chain(&findings(&two)).all(|one| !one.advice.is_empty()));
    }
}
