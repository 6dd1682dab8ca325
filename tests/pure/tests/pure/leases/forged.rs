//! What nobody signed so is no lease.

use citygate_domain::supply::lease::{NotALease, SignedLease};
use citygate_tests_pure::key_words::seed;

use super::{LEASE, ORDER, lease_of, owing, reduced, suspended};
use citygate_tests_pure::words::signed;

fn verified(text: &str) -> Result<SignedLease, NotALease> {
    SignedLease::verified(text, &seed(LEASE).public_key(), &seed(ORDER).public_key())
}

fn texts() -> Vec<String> {
    let now = "2026-01-24T12:07:00+08:00";
    let worlds = [suspended(), reduced(), owing(signed("LG-1"))];
    worlds.iter().map(|world| lease_of(world, "LG-1-1", now).text()).collect()
}

#[test]
fn a_lease_is_read_back_as_it_was_signed() {
    for text in texts() {
        assert_eq!(verified(&text).unwrap().text(), text);
    }
}

#[test]
fn a_lease_with_any_byte_changed_is_none() {
    for text in texts() {
        for place in 0..text.len() {
            for bit in [1, 32] {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= bit;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                assert!(verified(&changed).is_err(), "byte {place}: {changed}");
            }
        }
        assert!(verified(&text[..text.len() - 1]).is_err());
        assert!(verified(&format!("{text} ")).is_err());
        assert!(verified(&text.replace("{\"lease\"", "{ \"lease\"")).is_err());
    }
}

#[test]
fn a_lease_of_other_keys_is_none() {
    let text = &texts()[0];
    let (lease, order) = (seed(LEASE).public_key(), seed(ORDER).public_key());
    assert!(SignedLease::verified(text, &seed(9).public_key(), &order).is_err());
    assert_eq!(
        SignedLease::verified(text, &lease, &seed(9).public_key()),
        Err(NotALease::Signature { of: "command" })
    );
    assert!(SignedLease::verified(text, &order, &lease).is_err());
}

#[test]
fn a_stop_of_a_protected_or_unknown_class_is_not_even_read() {
    let text = &texts()[0];
    for class in ["residential", "public_service", "key", "city_gas", "unknown"] {
        let forged = text.replace("\"industrial\"", &format!("\"{class}\""));
        assert_ne!(&forged, text);
        assert_eq!(verified(&forged), Err(NotALease::Form), "{class}");
    }
}

#[test]
fn a_limit_of_nothing_is_not_even_read() {
    let text = &texts()[1];
    let from = text.find("\"daily_maximum\":\"").unwrap() + "\"daily_maximum\":\"".len();
    let length = text[from..].find('"').unwrap();
    let maximum = &text[from..from + length];
    for nothing in ["0", "0.000", "-1"] {
        let forged = text.replace(&format!("\"{maximum}\""), &format!("\"{nothing}\""));
        assert_ne!(&forged, text);
        assert_eq!(verified(&forged), Err(NotALease::Form), "{nothing}");
    }
}

#[test]
fn a_command_lifted_out_of_one_lease_into_another_is_none() {
    let texts = texts();
    let command = |text: &str| {
        let from = text.find("\"command\":").unwrap();
        let to = text.find("\"decision\"").unwrap();
        text[from..to].to_owned()
    };
    // The stop of one lease where the other was allowed: whoever signs it would have to sign it anew.
    let (stop, allow) = (&texts[0], &texts[2]);
    let grafted =
        allow.replace("\"decision\":\"allow\"", &format!("{}\"decision\":\"stop\"", command(stop)));
    assert!(verified(&grafted).is_err());
}
