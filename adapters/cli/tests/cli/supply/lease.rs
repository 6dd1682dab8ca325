//! E7: leases, as a gateway gets them.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::{by, pay, suspended};
use crate::support::facts::Facts;
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

/// A key made and granted by chen and li; its public key.
#[track_caller]
fn key(ledger: &Ledger, file: &str, purpose: &str) -> String {
    let out = by(ledger, "chen", &["key", "new", "--out", file]).exits(0).out;
    let line =
        |number: usize| out.lines().nth(number).unwrap().split(": ").nth(1).unwrap().to_owned();
    let (id, public_key) = (line(0), line(1));
    let grant = ["key", "grant", &public_key, "--for", purpose, "--reason", "gateways"];
    by(ledger, "chen", &grant).exits(0);
    let subject = format!("key/{id}");
    by(ledger, "li", &["approve", &subject, "--revision", "0"]).exits(0);
    public_key
}

/// A suspension in force, and two keys.
#[track_caller]
fn with_keys() -> (Ledger, String) {
    let ledger = suspended();
    let role = ["role", "grant", "chen", "administrator", "--reason", "first"];
    by(&ledger, "chen", &role).exits(0);
    let public_key = key(&ledger, "lease.key", "lease");
    key(&ledger, "order.key", "order");
    (ledger, public_key)
}

#[track_caller]
fn lease(ledger: &Ledger, more: &[&str]) -> Ran {
    let keys = ["--key", "lease.key", "--order-key", "order.key"];
    ledger.run(&[&["supply", "lease", "--point", "LG-1-1"], &keys[..], more].concat())
}

#[test]
fn a_lease_is_one_line_that_verifies_and_is_the_same_all_through_its_slot() {
    let (ledger, public_key) = with_keys();
    let ledger = ledger.at("2025-02-13T01:06:00Z");
    let first = lease(&ledger, &["--verify", &public_key]).exits(0).says("the lease verifies");
    assert_eq!(first.out.lines().count(), 1);
    let first = first.prints(r#""decision":"stop""#).prints(r#""id":"LG-1/O-1/LG-1-1/stop""#).out;
    let ledger = ledger.at("2025-02-13T01:09:59Z");
    assert_eq!(lease(&ledger, &[]).exits(0).out, first);
    pay(&ledger, "2025-02-13", "1000.00");
    let after = lease(&ledger, &[]).exits(0).prints(r#""decision":"keep""#);
    assert!(!after.out.contains("command"), "{}", after.out);
    let before = std::fs::metadata(ledger.path()).unwrap().len();
    lease(&ledger, &[]).exits(0);
    assert_eq!(std::fs::metadata(ledger.path()).unwrap().len(), before);
}

#[test]
fn keys_that_may_not_sign_sign_nothing() {
    let (ledger, public_key) = with_keys();
    let swapped = ["supply", "lease", "--point", "LG-1-1", "--key", "order.key"];
    let swapped = [&swapped[..], &["--order-key", "lease.key"]].concat();
    ledger.run(&swapped).exits(1).says("citygate: key_has_other_purpose: ").prints_nothing();
    lease(&ledger, &["--verify", &"f".repeat(64)]).exits(2);
    let strangers = by(&ledger, "chen", &["key", "new", "--out", "other.key"]).exits(0).out;
    let stranger = strangers.lines().nth(1).unwrap().split(": ").nth(1).unwrap().to_owned();
    lease(&ledger, &["--verify", &stranger]).exits(1).says("citygate: lease_not_verified: ");
    let other = ["supply", "lease", "--point", "LG-1-1", "--key", "other.key"];
    let other = [&other[..], &["--order-key", "order.key"]].concat();
    ledger.run(&other).exits(1).says("citygate: key_unknown: ");
    assert_ne!(stranger, public_key);
}

#[test]
fn a_seed_that_others_can_read_is_not_used() {
    let (ledger, _) = with_keys();
    let file = ledger.beside("lease.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    lease(&ledger, &[]).exits(2).says("lease.key can be read by others (mode 644)");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, "not a seed").unwrap();
    lease(&ledger, &[]).exits(2).says("lease.key: a seed is 64 lower-case hexadecimal digits");
}

#[test]
fn a_claim_inside_a_slot_gives_a_keep_that_is_the_newer_word() {
    let (ledger, _) = with_keys();
    let ledger = ledger.at("2025-02-13T01:06:00Z");
    let stop = lease(&ledger, &[]).exits(0).prints(r#""decision":"stop""#).out;
    let claim = "CL-1,LG-1,seller_maintenance,2025-02-01,2025-02-05,5000,2025-02-12,pending,0,,";
    ledger.import(&Facts::rows("claims.csv", &[claim.to_owned()])).exits(0);
    let keep = lease(&ledger, &[]).exits(0).prints(r#""reasons":["correction_waiting"]"#).out;
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap()["lease"].clone();
    let (stop, keep) = (read(&stop), read(&keep));
    assert_eq!((&stop["epoch"], &stop["issued"]), (&keep["epoch"], &keep["issued"]));
    assert_eq!(keep["decision"], "keep");
    assert!(keep["position"].as_u64() > stop["position"].as_u64(), "{stop} {keep}");
    assert_eq!(lease(&ledger, &[]).exits(0).out.trim_end(), lease(&ledger, &[]).out.trim_end());
}

#[test]
fn a_soft_time_is_within_its_bounds() {
    let (ledger, _) = with_keys();
    let ledger = ledger.at("2025-02-13T01:06:00Z");
    let said = "citygate: soft_time_out_of_bounds: a soft time of 86400 s is outside 60 to 3600 s";
    lease(&ledger, &["--soft-seconds", "86400"]).exits(1).says(said).prints_nothing();
    let hour = lease(&ledger, &["--soft-seconds", "3600"]).exits(0);
    hour.prints(r#""hard_until_seconds":86400"#);
    let chinese = ["--lang", "zh", "supply", "lease", "--point", "LG-1-1", "--key", "lease.key"];
    let chinese = [&chinese[..], &["--order-key", "order.key", "--soft-seconds", "1"]].concat();
    ledger.run(&chinese).exits(1).says("请将网关的软时限设在界限之内。");
}
