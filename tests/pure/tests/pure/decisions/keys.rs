//! F: keys. An administrator and one other grant them; one purpose each; revoked for ever.

use citygate_domain::Event;
use citygate_domain::approval::{Alone, Role};
use citygate_domain::keys::{KeyPurpose, PublicKey, Seed};
use citygate_domain::ledger::{FourEyes, OpenLedger, Settings};
use citygate_domain::{Command, keys::Rejection};
use citygate_tests_pure::key_words::{granting_key, granting_key_from, revoking_key, seed};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{approved, granting_role, instant, proposed};

fn subject() -> String {
    format!("key/{}", seed(7).public_key().id())
}

fn asked(purpose: KeyPurpose) -> Told {
    proposed(granting_key(&seed(7), purpose), "the gateway server").by("chen.jing")
}

fn administered() -> Given {
    given([granting_role("chen.jing", Role::Administrator).by("chen.jing")])
}

fn granted() -> Given {
    administered().and([asked(KeyPurpose::Lease), approved(&subject(), 1, 0).by("li.wei")])
}

#[test]
fn a_key_is_granted_by_an_administrator_and_one_other() {
    administered().when(asked(KeyPurpose::Lease)).then_recorded(&["act_proposed"]);
    let world = administered()
        .and([asked(KeyPurpose::Lease)])
        .when(approved(&subject(), 1, 0).by("li.wei"))
        .then_recorded(&["act_approved", "key_granted"]);
    let key = seed(7).public_key().id();
    assert!(world.ledger.keys().check(&key, KeyPurpose::Lease, world.now).is_ok());
}

#[test]
fn nobody_grants_a_key_alone_or_without_being_an_administrator() {
    let pending = || administered().and([asked(KeyPurpose::Lease)]);
    pending().when(approved(&subject(), 1, 0).by("chen.jing")).then_refused("maker_is_approver");
    pending().when(approved(&subject(), 1, 0)).then_refused("not_a_person");
    let grant = || granting_key(&seed(7), KeyPurpose::Lease);
    administered().when(grant().by("chen.jing")).then_refused("approval_needed");
    administered().when(proposed(grant(), "mine").by("li.wei")).then_refused("role_missing");
}

#[test]
fn where_one_person_runs_the_ledger_the_event_says_so() {
    let settings = Settings { four_eyes: FourEyes::Off, ..Settings::default() };
    let alone = Told::Command(Command::OpenLedger(OpenLedger { settings }));
    given([alone, granting_role("chen.jing", Role::Administrator).by("chen.jing")])
        .when(asked(KeyPurpose::Order))
        .then(|event| {
            let Event::KeyGranted(granted) = event else { panic!("{event:?}") };
            assert_eq!(granted.alone, Some(Alone::FourEyesOff));
        });
}

#[test]
fn a_key_granted_twice_is_known_and_has_one_purpose_for_ever() {
    let key = seed(7).public_key().id();
    granted().when(asked(KeyPurpose::Lease)).then_known();
    granted().when(asked(KeyPurpose::Order)).then_rejected(Rejection::OtherPurpose {
        key,
        is: KeyPurpose::Lease,
        wanted: KeyPurpose::Order,
    });
}

#[test]
fn a_revoked_key_signs_nothing_any_more_and_never_comes_back() {
    let key = seed(7).public_key().id();
    let world = granted().when(revoking_key(&seed(7)).by("chen.jing")).then(|event| {
        assert_eq!(event.type_name(), "key_revoked");
    });
    let asked_of = world.ledger.keys().check(&key, KeyPurpose::Lease, world.now);
    assert_eq!(asked_of.err(), Some(Rejection::Revoked { key }));
    let revoked = || granted().and([revoking_key(&seed(7)).by("chen.jing")]);
    revoked().when(revoking_key(&seed(7)).by("chen.jing")).then_known();
    revoked().when(asked(KeyPurpose::Lease)).then_refused("key_revoked");
    granted().when(revoking_key(&seed(7)).by("li.wei")).then_refused("role_missing");
}

#[test]
fn a_key_counts_from_its_moment_on_and_never_before_it_was_granted() {
    let from = |from: &str| {
        let key = granting_key_from(&seed(7), KeyPurpose::Lease, from);
        let key = proposed(key, "next month").by("chen.jing");
        let approved = approved(&subject(), 1, 0).by("li.wei");
        administered().and([key]).when(approved).then(|_| {})
    };
    let key = seed(7).public_key().id();
    let world = from("2028-07-01T00:00:00+08:00");
    let at = |when: &str| world.ledger.keys().check(&key, KeyPurpose::Lease, instant(when)).is_ok();
    assert!(!at("2028-06-30T23:59:59+08:00"));
    assert!(at("2028-07-01T00:00:00+08:00"));
    let world = from("2020-01-01T00:00:00+08:00");
    assert_eq!(world.ledger.keys().get(&key).unwrap().from, world.now);
}

#[test]
fn a_seed_signs_the_same_bytes_always_alike_and_its_key_verifies_only_them() {
    let (one, other) = (seed(7), seed(8));
    let signature = one.sign(b"keep");
    assert_eq!(signature, seed(7).sign(b"keep"));
    assert!(one.public_key().verifies(b"keep", &signature));
    assert!(!one.public_key().verifies(b"stop", &signature));
    assert!(!other.public_key().verifies(b"keep", &signature));
}

#[test]
fn the_text_of_a_seed_is_read_back_and_never_shown() {
    let text = seed(7).to_file();
    let again: Seed = text.parse().unwrap();
    assert_eq!(again.public_key(), seed(7).public_key());
    assert!(!format!("{:?}", seed(7)).contains("0707"));
    for bad in ["", "07", &"g".repeat(64), &"A".repeat(64), &format!("{text}x")] {
        assert!(bad.parse::<Seed>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_weak_or_misshapen_public_key_is_none() {
    // The neutral element verifies what nobody signed.
    let neutral = format!("01{}", "00".repeat(31));
    // And all ones are a point, but written in a second way.
    for bad in [neutral.as_str(), "", "zz", &"f".repeat(64), &"7".repeat(63)] {
        assert!(bad.parse::<PublicKey>().is_err(), "{bad:?}");
    }
}
