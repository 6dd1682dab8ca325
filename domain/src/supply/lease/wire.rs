//! A lease as it travels: RFC 8785 JSON, whole numbers only, decimals and instants as text.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Epoch, Lease, LeaseDecision, LimitTo, NotALease, SignedCommand, Stop, Times};
use crate::customer::CustomerClass;
use crate::keys::Signature;
use crate::log::Position;
use crate::quantities::{KeyId, PointId, Volume};
use crate::rules::stage::Stage;

/// The form of a lease's bytes.
const FORM: &str = "citygate-lease/1";

/// RFC 8785 of a form whose fields stand in alphabetical order: ASCII names, no fractions.
pub(super) fn canonical<T: Serialize>(form: &T) -> String {
    let text = serde_json::to_string(form);
    text.unwrap_or_else(|_| unreachable!("texts and whole numbers have a JSON form"))
}

/// A signed lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireSigned {
    pub lease: WireLease,
    pub signature: Signature,
}

/// A lease, its fields in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireLease {
    /// Absent: not known, and treated as protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<CustomerClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<WireCommand>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    daily_maximum: Option<Volume>,
    decision: Word,
    epoch: Epoch,
    form: String,
    hard_until: String,
    hard_until_seconds: u64,
    issued: String,
    key: KeyId,
    point: PointId,
    position: Position,
    reasons: Vec<String>,
    renew_after: String,
    renew_after_seconds: u64,
    soft_until: String,
    soft_until_seconds: u64,
    /// Absent where no contract holds the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Allow,
    Keep,
    Limit,
    Stop,
}

/// The command of a lease; which one it is, its target says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum WireCommand {
    Limit(Box<SignedCommand<LimitTo>>),
    Stop(Box<SignedCommand<Stop>>),
}

impl From<&Lease> for WireLease {
    fn from(lease: &Lease) -> Self {
        let (decision, command, daily_maximum) = match &lease.decision {
            LeaseDecision::Allow { .. } => (Word::Allow, None, None),
            LeaseDecision::Keep { .. } => (Word::Keep, None, None),
            LeaseDecision::Limit { command, .. } => {
                let daily_maximum = command.command.target().daily_maximum();
                (Word::Limit, Some(WireCommand::Limit(command.clone())), Some(daily_maximum))
            }
            LeaseDecision::Stop { command } => {
                (Word::Stop, Some(WireCommand::Stop(command.clone())), None)
            }
        };
        let Times { renew_after, soft_until, hard_until } = lease.times;
        let after = |seconds: u64| instant(lease.issued + seconds_of(seconds));
        Self {
            class: lease.decision.class(),
            command,
            daily_maximum,
            decision,
            epoch: lease.epoch,
            form: FORM.to_owned(),
            hard_until: after(hard_until),
            hard_until_seconds: hard_until,
            issued: instant(lease.issued),
            key: lease.key.clone(),
            point: lease.point.clone(),
            position: lease.position,
            reasons: lease.reasons.clone(),
            renew_after: after(renew_after),
            renew_after_seconds: renew_after,
            soft_until: after(soft_until),
            soft_until_seconds: soft_until,
            stage: lease.stage,
        }
    }
}

impl WireLease {
    /// The lease that these fields say. Whatever they say twice is compared by whoever writes the
    /// lease again.
    pub(super) fn lease(self) -> Result<Lease, NotALease> {
        let class = self.class;
        let decision = match (self.decision, self.command) {
            (Word::Allow, None) => LeaseDecision::Allow { class },
            (Word::Keep, None) => LeaseDecision::Keep { class },
            (Word::Limit, Some(WireCommand::Limit(command))) => {
                LeaseDecision::Limit { class, command }
            }
            (Word::Stop, Some(WireCommand::Stop(command))) => LeaseDecision::Stop { command },
            (Word::Allow | Word::Keep, Some(_))
            | (Word::Limit, Some(WireCommand::Stop(_)) | None)
            | (Word::Stop, Some(WireCommand::Limit(_)) | None) => {
                return Err(NotALease::OtherCommand);
            }
        };
        let issued = DateTime::parse_from_rfc3339(&self.issued);
        Ok(Lease {
            decision,
            epoch: self.epoch,
            issued: issued.map_err(|_| NotALease::Form)?.to_utc(),
            key: self.key,
            point: self.point,
            position: self.position,
            reasons: self.reasons,
            stage: self.stage,
            times: Times {
                renew_after: self.renew_after_seconds,
                soft_until: self.soft_until_seconds,
                hard_until: self.hard_until_seconds,
            },
        })
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Seconds that no lease exceeds by far; a text may say anything, and then it does not come out again.
fn seconds_of(seconds: u64) -> TimeDelta {
    TimeDelta::seconds(seconds.min(super::LONGEST_SECONDS).cast_signed())
}
