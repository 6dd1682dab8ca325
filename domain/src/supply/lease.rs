//! E7: a lease, the signed answer to a gateway.
//!
//! A lease is a value, not an event: its bytes follow from the point, the position that it names and the
//! renewal slot, so every node signs the same ones, and a repeated renewal changes nothing. The state
//! that it rests on is the log as it was when the slot began, or when the decision came to be, where
//! that is later. An order is asked for (E4) at the slot's start, now, and for as long as its command may
//! wait; where it does not stand at one of them, the valve is kept. A `keep` that takes back what the slot
//! began with names the newest position instead, and so is the newer word at the gateway. How a gateway
//! reads one: `docs/how-to/gateways.md`.

mod command;
mod make;
mod slot;
mod steady;
mod wire;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::customer::CustomerClass;
use crate::keys::{PublicKey, Seed, Signature};
use crate::log::Position;
use crate::quantities::{KeyId, PointId};
use crate::rules::stage::Stage;

pub use command::{About, LimitTo, SignedCommand, Stop, Target, ValveCommand};
pub use make::{Asked, Signers, lease, prefix};
pub use slot::{
    ANSWER_SECONDS, GatewayProfile, LONGEST_SECONDS, SLOT_SECONDS, SOFT_BOUNDS, SOFT_SECONDS, Slot,
    Times, times,
};
use wire::{WireLease, WireSigned, canonical};

/// When a decision came to be: gateways compare these pairs and refuse a lower one. A restore raises
/// the first, everything that changes the decision, the limit or the class of a point the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// The epoch of the ledger.
    pub ledger: u64,
    /// The last event that changed what the point is told.
    pub position: Position,
}

/// What a gateway is told. A stop names its class inside its command, where only one that may be
/// suspended can stand: a lease that stops a protected or an unknown customer has no form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseDecision {
    /// Gas may flow.
    Allow {
        /// Whose gas; none: not known.
        class: Option<CustomerClass>,
    },
    /// Leave the valve as it is.
    Keep {
        /// Whose gas; none: not known.
        class: Option<CustomerClass>,
    },
    /// At most so much a gas day.
    Limit {
        /// Whose gas; none: not known.
        class: Option<CustomerClass>,
        /// The signed order.
        command: Box<SignedCommand<LimitTo>>,
    },
    /// No gas.
    Stop {
        /// The signed order.
        command: Box<SignedCommand<Stop>>,
    },
}

impl LeaseDecision {
    /// Whose gas; none: not known.
    #[must_use]
    pub fn class(&self) -> Option<CustomerClass> {
        match self {
            Self::Allow { class } | Self::Keep { class } | Self::Limit { class, .. } => *class,
            Self::Stop { command } => Some(command.command.target().class().class()),
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "allow",
            Self::Keep { .. } => "keep",
            Self::Limit { .. } => "limit",
            Self::Stop { .. } => "stop",
        }
    }
}

/// A lease.
///
/// **Guarantee.** [`Lease::bytes`] is canonical JSON (RFC 8785), and reading it gives the same lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// For which point.
    pub point: PointId,
    /// What it is told.
    pub decision: LeaseDecision,
    /// The stage in effect (E3); none where no contract holds the point.
    pub stage: Option<Stage>,
    /// Codes, the deciding one first.
    pub reasons: Vec<String>,
    /// When the decision came to be.
    pub epoch: Epoch,
    /// The newest event that it knows: whoever folds the log so far comes to the same answer. Gateways
    /// compare it behind the epoch and the slot.
    pub position: Position,
    /// The start of its slot.
    pub issued: DateTime<Utc>,
    /// How long it holds, from its receipt.
    pub times: Times,
    /// The key that signs it.
    pub key: KeyId,
}

/// Why bytes are no lease that a gateway may act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotALease {
    /// They are not the canonical form of a lease.
    #[error("these bytes are not a lease in its canonical form")]
    Form,
    /// The command inside is not the one that the lease speaks of.
    #[error("the command inside the lease is not for its point, epoch and decision")]
    OtherCommand,
    /// A signature is not that of the key.
    #[error("the signature of the {of} is not that of its key over these bytes")]
    Signature {
        /// `lease` or `command`.
        of: &'static str,
    },
}

impl Lease {
    /// The bytes that are signed.
    #[must_use]
    pub fn bytes(&self) -> String {
        canonical(&WireLease::from(self))
    }

    /// Signs it with the key of leases.
    #[must_use]
    pub fn signed(self, seed: &Seed) -> SignedLease {
        let signature = seed.sign(self.bytes().as_bytes());
        SignedLease { lease: self, signature }
    }
}

/// A lease with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLease {
    /// What was signed.
    pub lease: Lease,
    /// By the key of leases.
    pub signature: Signature,
}

impl SignedLease {
    /// What a gateway gets: one line of canonical JSON.
    #[must_use]
    pub fn text(&self) -> String {
        let lease = WireLease::from(&self.lease);
        canonical(&WireSigned { lease, signature: self.signature })
    }

    /// The lease of a text, if both signatures are those of these keys over exactly these bytes. A
    /// text that differs in one byte is none.
    pub fn verified(
        text: &str,
        lease_key: &PublicKey,
        order_key: &PublicKey,
    ) -> Result<Self, NotALease> {
        let wire: WireSigned = serde_json::from_str(text).map_err(|_| NotALease::Form)?;
        let signed = Self { lease: wire.lease.lease()?, signature: wire.signature };
        // Spaces, another order, a name twice: what is not written this one way was not signed so.
        if signed.text() != text {
            return Err(NotALease::Form);
        }
        let lease = &signed.lease;
        if lease.key != lease_key.id()
            || !lease_key.verifies(lease.bytes().as_bytes(), &signed.signature)
        {
            return Err(NotALease::Signature { of: "lease" });
        }
        match &lease.decision {
            LeaseDecision::Allow { .. } | LeaseDecision::Keep { .. } => {}
            LeaseDecision::Limit { command, .. } => {
                command.check(order_key, &lease.point, lease.epoch)?;
            }
            LeaseDecision::Stop { command } => {
                command.check(order_key, &lease.point, lease.epoch)?;
            }
        }
        Ok(signed)
    }
}
