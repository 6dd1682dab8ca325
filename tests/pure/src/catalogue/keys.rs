//! Refusals of keys.

use citygate_domain::approval::Role;
use citygate_domain::keys::KeyPurpose;

use super::{Case, case, question};
use crate::key_words::{granting_key, granting_key_from, revoking_key, seed};
use crate::told::Told;
use crate::words::{approved, granting_role, proposed};

fn administrator() -> Told {
    granting_role("chen.jing", Role::Administrator).by("chen.jing")
}

fn granted(key: Told) -> Vec<Told> {
    let subject = format!("key/{}", seed(7).public_key().id());
    let key = proposed(key, "the gateway server").by("chen.jing");
    vec![administrator(), key, approved(&subject, 1, 0).by("li.wei")]
}

pub(super) fn cases() -> Vec<Case> {
    let lease_key = || granting_key(&seed(7), KeyPurpose::Lease);
    let later = granting_key_from(&seed(7), KeyPurpose::Lease, "2028-07-01T00:00:00+08:00");
    let lost = [revoking_key(&seed(7)).by("chen.jing")];
    vec![
        case(
            "F",
            "A key is revoked that was granted.",
            "a key is revoked that nobody granted",
            [administrator()],
            revoking_key(&seed(7)).by("chen.jing"),
        ),
        case(
            "F",
            "A revoked key never comes back.",
            "a lost key is granted again",
            granted(lease_key()).into_iter().chain(lost),
            proposed(lease_key(), "found again").by("chen.jing"),
        ),
        case(
            "F",
            "The key that signs valve commands is held apart from the one that signs leases.",
            "the key of the leases is to sign valve commands as well",
            granted(lease_key()),
            proposed(granting_key(&seed(7), KeyPurpose::Order), "one is enough").by("chen.jing"),
        ),
        question(
            "F",
            "A key counts from its moment on.",
            "a lease is to be signed a month before its key counts",
            granted(later),
            |world| {
                let key = seed(7).public_key().id();
                let asked = world.ledger.keys().check(&key, KeyPurpose::Lease, world.now);
                asked.err().map(Into::into)
            },
        ),
    ]
}
