//! The valve command inside a lease: the signed order itself.

use serde::{Deserialize, Serialize};

use super::{Epoch, NotALease, canonical};
use crate::keys::{PublicKey, Seed, Signature};
use crate::quantities::{ContractId, KeyId, OrderId, PointId, Volume};
use crate::stream::Part;
use crate::supply::{DailyMaximum, UnprotectedClass};

/// The form of a valve command's bytes.
const FORM: &str = "citygate-valve/1";

/// What a valve is commanded to do.
pub trait Target: Clone + Serialize + for<'de> Deserialize<'de> {
    /// What it does, as part of a command's name: another maximum is another command.
    fn name(&self) -> String;
}

/// At most so much a gas day, and not nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitTo {
    daily_maximum: DailyMaximum,
    kind: LimitWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LimitWord {
    Limit,
}

impl LimitTo {
    /// So many m³ per gas day (E6).
    pub(super) fn new(daily_maximum: DailyMaximum) -> Self {
        Self { daily_maximum, kind: LimitWord::Limit }
    }

    /// m³ per gas day (E6), above zero.
    #[must_use]
    pub fn daily_maximum(&self) -> Volume {
        self.daily_maximum.volume()
    }
}

/// No gas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    class: UnprotectedClass,
    kind: StopWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StopWord {
    Stop,
}

impl Stop {
    /// No gas for a customer of this class: only one that may be suspended can stand here.
    pub(super) fn new(class: UnprotectedClass) -> Self {
        Self { class, kind: StopWord::Stop }
    }

    /// Whose gas.
    #[must_use]
    pub fn class(&self) -> UnprotectedClass {
        self.class
    }
}

impl Target for LimitTo {
    fn name(&self) -> String {
        format!("limit/{}", self.daily_maximum)
    }
}

impl Target for Stop {
    fn name(&self) -> String {
        "stop".to_owned()
    }
}

/// A command to the valve of a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Target")]
pub struct ValveCommand<T: Target> {
    epoch: Epoch,
    form: String,
    id: String,
    key: KeyId,
    not_after_seconds: u64,
    point: PointId,
    target: T,
}

/// What a valve command is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Whose supply.
    pub contract: &'a ContractId,
    /// The order.
    pub order: &'a OrderId,
    /// The point.
    pub point: &'a PointId,
    /// When the decision came to be.
    pub epoch: Epoch,
}

impl<T: Target> ValveCommand<T> {
    /// A command that may be carried out within so many seconds of its receipt.
    pub(super) fn new(about: About<'_>, target: T, key: KeyId, not_after_seconds: u64) -> Self {
        let (contract, order) = (Part(about.contract.as_str()), Part(about.order.as_str()));
        let point = Part(about.point.as_str());
        Self {
            epoch: about.epoch,
            form: FORM.to_owned(),
            id: format!("{contract}/{order}/{point}/{}", target.name()),
            key,
            not_after_seconds,
            point: about.point.clone(),
            target,
        }
    }

    /// When the decision came to be.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Its name: contract, order, point and target. A command is carried out once, and answered with
    /// its report ever after.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seconds from its receipt after which it is not carried out any more.
    #[must_use]
    pub fn not_after_seconds(&self) -> u64 {
        self.not_after_seconds
    }

    /// Whose valve.
    #[must_use]
    pub fn point(&self) -> &PointId {
        &self.point
    }

    /// What the valve does.
    #[must_use]
    pub fn target(&self) -> &T {
        &self.target
    }

    /// Signs it with the key of orders.
    #[must_use]
    pub(super) fn signed(self, seed: &Seed) -> SignedCommand<T> {
        let signature = seed.sign(canonical(&self).as_bytes());
        SignedCommand { command: self, signature }
    }
}

/// A valve command with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Target")]
pub struct SignedCommand<T: Target> {
    /// What was signed.
    pub command: ValveCommand<T>,
    /// By the key of orders.
    pub signature: Signature,
}

impl<T: Target> SignedCommand<T> {
    /// The bytes that were signed.
    #[must_use]
    pub fn bytes(&self) -> String {
        canonical(&self.command)
    }

    /// Whether the key of orders signed exactly this, for this point and epoch.
    pub(super) fn check(
        &self,
        key: &PublicKey,
        point: &PointId,
        epoch: Epoch,
    ) -> Result<(), NotALease> {
        let command = &self.command;
        let agrees = command.form == FORM && command.point == *point && command.epoch == epoch;
        if !agrees {
            return Err(NotALease::OtherCommand);
        }
        if command.key != key.id() || !key.verifies(self.bytes().as_bytes(), &self.signature) {
            return Err(NotALease::Signature { of: "command" });
        }
        Ok(())
    }
}
