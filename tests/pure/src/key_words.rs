//! Words for keys.

use citygate_domain::Command;
use citygate_domain::keys::{GrantKey, KeyPurpose, RevokeKey, Seed};

use crate::told::Told;
use crate::words::instant;

/// The seed of a key of a test: 32 times the same byte.
#[must_use]
pub fn seed(byte: u8) -> Seed {
    Seed::new([byte; 32])
}

/// A key granted for a purpose.
#[must_use]
pub fn granting_key(seed: &Seed, purpose: KeyPurpose) -> Told {
    let public_key = seed.public_key();
    Told::Command(Command::GrantKey(GrantKey { from: None, public_key, purpose }))
}

/// The same, counting from a moment on.
#[must_use]
pub fn granting_key_from(seed: &Seed, purpose: KeyPurpose, from: &str) -> Told {
    let (public_key, from) = (seed.public_key(), Some(instant(from)));
    Told::Command(Command::GrantKey(GrantKey { from, public_key, purpose }))
}

/// A key taken out of use.
#[must_use]
pub fn revoking_key(seed: &Seed) -> Told {
    let (key, reason) = (seed.public_key().id(), "the laptop was lost".to_owned());
    Told::Command(Command::RevokeKey(RevokeKey { key, reason }))
}
