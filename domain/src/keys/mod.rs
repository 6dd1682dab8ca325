//! Keys (F): who may sign leases, valve commands and a gateway's reports.
//!
//! The log holds public keys only. An administrator and one other grant a key; an administrator
//! alone revokes one, so that it never waits. A key never approves anything. The seed of a key is a
//! file of its operator and never comes near the log.

mod rejection;
mod signing;
mod state;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::approval::{Alone, Hands, Role};
use crate::context::Context;
use crate::ledger::FourEyes;
use crate::quantities::{KeyId, PersonId};
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

pub use rejection::Rejection;
pub use signing::{NotAKey, NotASeed, NotASignature, PublicKey, Seed, Signature};
pub use state::{KeyState, Keys};

/// What a key may sign. A key has one purpose: the key that signs valve commands is held apart from
/// the one that signs leases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// Leases (E7).
    Lease,
    /// Valve commands inside leases (E4).
    Order,
    /// Reports of a gateway (E8).
    Gateway,
}

impl KeyPurpose {
    /// The word for it, as stored and printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lease => "lease",
            Self::Order => "order",
            Self::Gateway => "gateway",
        }
    }
}

impl std::fmt::Display for KeyPurpose {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.word())
    }
}

/// Grants a key: an act (F).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantKey {
    /// From when on it counts; absent, or in the past: from when it is granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// The key. Its id follows from it.
    pub public_key: PublicKey,
    /// What it may sign.
    pub purpose: KeyPurpose,
}

/// Takes a key out of use, from now on and for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeKey {
    /// Which key.
    pub key: KeyId,
    /// Why.
    pub reason: String,
}

/// A key was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyGranted {
    /// Why without a second person; absent where one approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Alone>,
    /// The second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// Who granted it.
    pub by: PersonId,
    /// From when on it counts.
    pub from: DateTime<Utc>,
    /// The key's id.
    pub key: KeyId,
    /// The key.
    pub public_key: PublicKey,
    /// What it may sign.
    pub purpose: KeyPurpose,
}

/// A key was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRevoked {
    /// From when on it does not count.
    pub at: DateTime<Utc>,
    /// Who revoked it.
    pub by: PersonId,
    /// The key's id.
    pub key: KeyId,
    /// Why.
    pub reason: String,
}

/// F: an administrator and one other grant a key. A key is granted once, for one purpose: after it
/// was revoked it never comes back.
pub fn grant(
    ledger: &Ledger,
    command: &GrantKey,
    context: &Context<'_>,
    hands: Hands<'_>,
) -> Result<Decision, crate::Rejection> {
    let key = command.public_key.id();
    if let Some(known) = ledger.keys().get(&key) {
        if known.revoked_at.is_some() {
            return Err(Rejection::Revoked { key }.into());
        }
        if known.purpose != command.purpose {
            let (is, wanted) = (known.purpose, command.purpose);
            return Err(Rejection::OtherPurpose { key, is, wanted }.into());
        }
        return Ok(Decision::nothing());
    }
    ledger.approvals().check_role(hands.maker, Role::Administrator)?;
    let alone = match (hands.approver, ledger.four_eyes()) {
        (Some(_), _) => None,
        (None, FourEyes::Off) => Some(Alone::FourEyesOff),
        (None, FourEyes::On) => Some(Alone::Outside),
    };
    let granted = KeyGranted {
        alone,
        approved_by: hands.approver.cloned(),
        by: hands.maker.clone(),
        from: command.from.map_or(context.now, |from| from.max(context.now)),
        key,
        public_key: command.public_key,
        purpose: command.purpose,
    };
    let granted = Decision::of([Event::KeyGranted(granted)]);
    Ok(granted.guarded_by(Stream::Person(hands.maker.clone())))
}

/// F: an administrator revokes a key alone; what it signed before stays what it was.
pub fn revoke(
    ledger: &Ledger,
    command: &RevokeKey,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let by = &context.actor.person;
    let known = ledger.keys().get(&command.key);
    let known = known.ok_or_else(|| Rejection::Unknown { key: command.key.clone() })?;
    if known.revoked_at.is_some() {
        return Ok(Decision::nothing());
    }
    ledger.approvals().check_role(by, Role::Administrator)?;
    if command.reason.trim().is_empty() {
        return Err(crate::approval::Rejection::ReasonMissing {}.into());
    }
    let revoked = KeyRevoked {
        at: context.now,
        by: by.clone(),
        key: command.key.clone(),
        reason: command.reason.clone(),
    };
    let revoked = Decision::of([Event::KeyRevoked(revoked)]);
    Ok(revoked.guarded_by(Stream::Person(by.clone())))
}
