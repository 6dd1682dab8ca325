//! F: keys. The seed is a file of its owner; the log knows the public key.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::ledger::Ledger;

/// Runs `key …` as a person.
#[track_caller]
fn key(ledger: &Ledger, person: &str, args: &[&str]) -> crate::support::ran::Ran {
    ledger.run(&[&["--person", person, "key"], args].concat())
}

/// The id and the public key that `key new` printed.
#[track_caller]
fn made(ledger: &Ledger, file: &str) -> (String, String) {
    let out = key(ledger, "chen", &["new", "--out", file]).exits(0).out;
    let lines: Vec<&str> = out.lines().collect();
    let of = |line: &str, word: &str| line.strip_prefix(word).unwrap().to_owned();
    (of(lines[0], "key: "), of(lines[1], "public key: "))
}

#[test]
fn a_new_key_is_a_file_of_its_owner_and_is_never_written_over() {
    let ledger = Ledger::simulated();
    let (id, public_key) = made(&ledger, "lease.key");
    assert_eq!((id.len(), public_key.len()), (16, 64));
    let file = ledger.beside("lease.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let seed = std::fs::read_to_string(&file).unwrap();
    assert_eq!(seed.trim_end().len(), 64);
    key(&ledger, "chen", &["new", "--out", "lease.key"]).exits(3).says("lease.key: ");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), seed);
    let (other, _) = made(&ledger, "order.key");
    assert_ne!(id, other);
}

#[test]
fn a_key_waits_for_a_second_person_and_its_seed_never_comes_near_the_log() {
    let ledger = Ledger::simulated();
    let (id, public_key) = made(&ledger, "lease.key");
    let grant = ["grant", &public_key, "--for", "lease", "--reason", "the gateway server"];
    key(&ledger, "chen", &grant).exits(1).says("citygate: role_missing: chen does not have ");
    let admin = ["role", "grant", "chen", "administrator", "--reason", "first"];
    ledger.run(&[&["--person", "chen"], &admin[..]].concat()).exits(0);
    key(&ledger, "chen", &grant).exits(0).says("recorded at position ");
    key(&ledger, "chen", &["list"]).exits(0).prints("Nothing is there.");
    let subject = format!("key/{id}");
    let approve = ["--person", "li", "approve", &subject, "--revision", "0"];
    ledger.run(&approve).exits(0);
    let list = key(&ledger, "chen", &["list", "--format", "csv"]).exits(0);
    list.prints("key_id,purpose,public_key,from,revoked_at\n")
        .prints(&format!("{id},lease,{public_key},2025-02-10T09:00:00+08:00,\n"));
    let seed = std::fs::read_to_string(ledger.beside("lease.key")).unwrap();
    let file = std::fs::read(ledger.path()).unwrap();
    let seed = seed.trim_end().as_bytes();
    assert!(!file.windows(seed.len()).any(|part| part == seed));
    ledger.run(&["verify"]).exits(0);
}

#[test]
fn a_revoked_key_says_when_and_never_comes_back() {
    let ledger = Ledger::simulated();
    let (id, public_key) = made(&ledger, "lease.key");
    let admin = ["role", "grant", "chen", "administrator", "--reason", "first"];
    ledger.run(&[&["--person", "chen"], &admin[..]].concat()).exits(0);
    let grant = ["grant", &public_key, "--for", "order", "--reason", "the gateway server"];
    key(&ledger, "chen", &grant).exits(0);
    let revoke = ["revoke", &id, "--reason", "lost"];
    key(&ledger, "chen", &revoke).exits(1).says("citygate: key_unknown: key ");
    let subject = format!("key/{id}");
    ledger.run(&["--person", "li", "approve", &subject, "--revision", "0"]).exits(0);
    key(&ledger, "chen", &revoke).exits(0);
    key(&ledger, "chen", &revoke).exits(0).says("already known");
    key(&ledger, "chen", &["list", "--format", "csv"])
        .exits(0)
        .prints(",2025-02-10T09:00:00+08:00,2025-02-10T09:00:00+08:00\n");
    key(&ledger, "chen", &grant).exits(1).says("citygate: key_revoked: key ");
}

#[test]
fn what_is_no_public_key_is_refused_at_the_command_line() {
    let ledger = Ledger::simulated();
    let grant = ["grant", "abc", "--for", "lease", "--reason", "x"];
    key(&ledger, "chen", &grant).exits(2).says("\"abc\" is not an Ed25519 public key");
    key(&ledger, "chen", &["grant"]).exits(2);
}
