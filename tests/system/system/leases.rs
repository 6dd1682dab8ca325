//! E7: leases are read by an independent implementation of Ed25519, and are canonical for the log's own
//! reader of RFC 8785.

use std::fs;
use std::path::Path;
use std::process::Command;

use citygate_store::canonical_json;
use citygate_tests_pure::key_words::seed;
use serde_json::Value;

const NAMES: [&str; 4] = ["allow", "keep", "limit", "stop"];

fn kept(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/leases");
    let text = fs::read_to_string(path.join(format!("{name}.json"))).unwrap();
    text.strip_suffix('\n').expect("a line").to_owned()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Whether OpenSSL finds the signature of the key over the bytes.
fn openssl_verifies(key: u8, message: &[u8], signature: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    // RFC 8410: the fixed head of an Ed25519 public key in DER.
    let mut public_key = unhex("302a300506032b6570032100");
    public_key.extend(unhex(&seed(key).public_key().to_string()));
    fs::write(file("key.der"), public_key).unwrap();
    fs::write(file("message"), message).unwrap();
    fs::write(file("signature"), unhex(signature)).unwrap();
    let run = Command::new("openssl")
        .current_dir(folder.path())
        .args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin"])
        .args(["-in", "message", "-sigfile", "signature"])
        .output();
    let run = run.expect("openssl 3 is installed; on Debian: apt-get install openssl");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(said.contains("Signature Verif"), "{said}{}", String::from_utf8_lossy(&run.stderr));
    run.status.success()
}

/// The bytes of a member's value, as they stand in the text.
fn member<'a>(text: &'a str, name: &str) -> &'a str {
    let from = text.find(&format!("\"{name}\":{{")).unwrap() + name.len() + 3;
    let mut depth = 0;
    let inside = text[from..].char_indices().find(|(_, character)| {
        depth += match character {
            '{' => 1,
            '}' => -1,
            _other => 0,
        };
        depth == 0
    });
    &text[from..=from + inside.unwrap().0]
}

#[test]
fn every_kept_lease_is_canonical_json() {
    for name in NAMES {
        let text = kept(name);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(canonical_json(&value).unwrap(), text, "{name}");
    }
}

#[test]
fn openssl_verifies_every_kept_lease_and_the_command_inside() {
    for name in NAMES {
        let text = kept(name);
        let value: Value = serde_json::from_str(&text).unwrap();
        let lease = member(&text, "lease");
        let signature = value["signature"].as_str().unwrap();
        assert!(openssl_verifies(7, lease.as_bytes(), signature), "{name}");
        assert!(!openssl_verifies(8, lease.as_bytes(), signature), "{name} by the other key");
        let mut changed = lease.as_bytes().to_vec();
        changed[20] ^= 1;
        assert!(!openssl_verifies(7, &changed, signature), "{name} with a byte changed");
        let ordered = name == "limit" || name == "stop";
        assert_eq!(value["lease"]["command"].is_object(), ordered, "{name}");
        if ordered {
            let signed = member(lease, "command");
            let command = member(&signed[1..], "command");
            let signature = value["lease"]["command"]["signature"].as_str().unwrap();
            assert!(openssl_verifies(8, command.as_bytes(), signature), "{name}: its command");
        }
    }
}
