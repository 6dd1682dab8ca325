use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Hands, Rejection};
use crate::ledger::FourEyes;
use crate::quantities::PersonId;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// What a person may do (F). The roles of a ledger count from the first one that is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Proposes.
    Clerk,
    /// Approves, and proposes.
    Approver,
    /// Grants and revokes roles, and proposes.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clerk, Self::Approver, Self::Administrator];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Approver => "approver",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// Gives a person a role: an act (F).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantRole {
    /// Who gets it.
    pub person: PersonId,
    /// Which role.
    pub role: Role,
}

/// Takes a role away; an administrator does it alone, so that it never waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeRole {
    /// Who loses it.
    pub person: PersonId,
    /// Which role.
    pub role: Role,
    /// Why.
    pub reason: String,
}

/// Why a role was granted without a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// Nobody was there before to ask or to approve.
    FirstAdministrator,
    /// One person runs the ledger.
    FourEyesOff,
    /// It was decided outside of the ledger.
    Outside,
}

/// A person got a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGranted {
    /// Why without a second person; absent where one approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Alone>,
    /// The second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// Who granted it.
    pub by: PersonId,
    /// Who got it.
    pub person: PersonId,
    /// Which role.
    pub role: Role,
}

/// A person lost a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRevoked {
    /// Who took it away.
    pub by: PersonId,
    /// Who lost it.
    pub person: PersonId,
    /// Why.
    pub reason: String,
    /// Which role.
    pub role: Role,
}

/// F: an administrator and one other grant a role. The first administrator of a ledger that has
/// none is granted at once, and the event says so.
pub fn grant(
    ledger: &Ledger,
    command: &GrantRole,
    hands: Hands<'_>,
) -> Result<Decision, Rejection> {
    let approvals = ledger.approvals();
    if approvals.has(&command.person, command.role) {
        return Ok(Decision::nothing());
    }
    let first = approvals.is_first_administrator(command);
    if !first {
        approvals.check_role(hands.maker, Role::Administrator)?;
    }
    let alone = match (hands.approver, first, ledger.four_eyes()) {
        (Some(_), _, _) => None,
        (None, true, _) => Some(Alone::FirstAdministrator),
        (None, false, FourEyes::Off) => Some(Alone::FourEyesOff),
        (None, false, FourEyes::On) => Some(Alone::Outside),
    };
    let granted = RoleGranted {
        alone,
        approved_by: hands.approver.cloned(),
        by: hands.maker.clone(),
        person: command.person.clone(),
        role: command.role,
    };
    let granted = Decision::of([Event::RoleGranted(granted)]);
    Ok(granted.guarded_by(Stream::Person(hands.maker.clone())))
}

/// F: takes a role away; the last administrator stays.
pub fn revoke(ledger: &Ledger, command: &RevokeRole, by: &PersonId) -> Result<Decision, Rejection> {
    let approvals = ledger.approvals();
    if !approvals.has(&command.person, command.role) {
        return Ok(Decision::nothing());
    }
    approvals.check_role(by, Role::Administrator)?;
    if command.reason.trim().is_empty() {
        return Err(Rejection::ReasonMissing {});
    }
    if command.role == Role::Administrator && approvals.holders(Role::Administrator) == 1 {
        return Err(Rejection::LastAdministrator { person: command.person.clone() });
    }
    let revoked = RoleRevoked {
        by: by.clone(),
        person: command.person.clone(),
        reason: command.reason.clone(),
        role: command.role,
    };
    let revoked = Decision::of([Event::RoleRevoked(revoked)]);
    Ok(revoked.guarded_by(Stream::Person(by.clone())))
}
