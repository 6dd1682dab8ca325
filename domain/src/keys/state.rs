use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{KeyPurpose, PublicKey, Rejection};
use crate::Event;
use crate::quantities::KeyId;

/// A key that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// The key.
    pub public_key: PublicKey,
    /// What it may sign.
    pub purpose: KeyPurpose,
    /// From when on it counts.
    pub from: DateTime<Utc>,
    /// From when on it does not count any more.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Every key that was ever granted (F).
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<KeyId, KeyState>);

impl Keys {
    /// A key, also a revoked one.
    #[must_use]
    pub fn get(&self, key: &KeyId) -> Option<&KeyState> {
        self.0.get(key)
    }

    /// All of them, by id.
    pub fn all(&self) -> impl Iterator<Item = (&KeyId, &KeyState)> {
        self.0.iter()
    }

    /// F: the key may sign this now: granted for the purpose, in force, not revoked.
    pub fn check(
        &self,
        key: &KeyId,
        wanted: KeyPurpose,
        now: DateTime<Utc>,
    ) -> Result<&KeyState, Rejection> {
        let known = self.get(key).ok_or_else(|| Rejection::Unknown { key: key.clone() })?;
        if known.revoked_at.is_some() {
            return Err(Rejection::Revoked { key: key.clone() });
        }
        if known.purpose != wanted {
            return Err(Rejection::OtherPurpose { key: key.clone(), is: known.purpose, wanted });
        }
        if now < known.from {
            return Err(Rejection::NotYetValid { key: key.clone(), from: known.from, now });
        }
        Ok(known)
    }

    /// Takes in what happens to a key; nothing else concerns it.
    pub(crate) fn take_in(&mut self, event: &Event) {
        if let Event::KeyGranted(event) = event {
            let state = KeyState {
                public_key: event.public_key,
                purpose: event.purpose,
                from: event.from,
                revoked_at: None,
            };
            self.0.insert(event.key.clone(), state);
        } else if let Event::KeyRevoked(event) = event
            && let Some(state) = self.0.get_mut(&event.key)
        {
            state.revoked_at = Some(event.at);
        }
    }
}
