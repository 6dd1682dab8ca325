use std::collections::{BTreeMap, BTreeSet};

use super::{
    Act, ActApproved, ActProposed, ActWithdrawn, GrantRole, Rejection, Role, RoleGranted,
    RoleRevoked, Subject,
};
use crate::log::Position;
use crate::quantities::PersonId;

/// What is proposed and by whom it was decided, and who may do what (F).
#[derive(Debug, Clone, Default)]
pub struct Approvals {
    subjects: BTreeMap<Subject, Newest>,
    roles: BTreeMap<PersonId, BTreeSet<Role>>,
    changes: BTreeMap<PersonId, usize>,
}

/// The newest proposal about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Newest {
    Pending(Pending),
    Approved(ActApproved),
    Withdrawn(ActWithdrawn),
}

/// A proposal that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// What was proposed.
    pub proposed: ActProposed,
    /// The event.
    pub position: Position,
}

impl Approvals {
    /// The proposal that waits about a subject.
    #[must_use]
    pub fn pending(&self, subject: &Subject) -> Option<&Pending> {
        match self.subjects.get(subject)? {
            Newest::Pending(pending) => Some(pending),
            Newest::Approved(_) | Newest::Withdrawn(_) => None,
        }
    }

    /// Everything that waits, by subject.
    pub fn all_pending(&self) -> impl Iterator<Item = &Pending> {
        self.subjects.values().filter_map(|newest| match newest {
            Newest::Pending(pending) => Some(pending),
            Newest::Approved(_) | Newest::Withdrawn(_) => None,
        })
    }

    /// How many proposals there were about a subject.
    pub(super) fn number(&self, subject: &Subject) -> u32 {
        self.subjects.get(subject).map_or(0, |newest| match newest {
            Newest::Pending(pending) => pending.proposed.number,
            Newest::Approved(approved) => approved.number,
            Newest::Withdrawn(withdrawn) => withdrawn.number,
        })
    }

    /// Whether this approval was the last word about its subject.
    pub(super) fn was_approved(&self, approved: &ActApproved) -> bool {
        self.subjects.get(&approved.subject) == Some(&Newest::Approved(approved.clone()))
    }

    /// Whether the same person was the last to withdraw a proposal about the subject, so.
    pub(super) fn was_withdrawn(&self, subject: &Subject, by: &PersonId, reason: &str) -> bool {
        match self.subjects.get(subject) {
            Some(Newest::Withdrawn(last)) => last.by == *by && last.reason == reason,
            Some(Newest::Pending(_) | Newest::Approved(_)) | None => false,
        }
    }

    /// Whether a person has a role.
    #[must_use]
    pub fn has(&self, person: &PersonId, role: Role) -> bool {
        self.roles.get(person).is_some_and(|roles| roles.contains(&role))
    }

    /// Persons and their roles.
    pub fn roles(&self) -> impl Iterator<Item = (&PersonId, &BTreeSet<Role>)> {
        self.roles.iter().filter(|(_, roles)| !roles.is_empty())
    }

    /// How many persons have a role.
    #[must_use]
    pub fn holders(&self, role: Role) -> usize {
        self.roles.values().filter(|roles| roles.contains(&role)).count()
    }

    /// How often the roles of a person have changed.
    #[must_use]
    pub fn role_changes(&self, person: &PersonId) -> usize {
        self.changes.get(person).copied().unwrap_or(0)
    }

    /// Whether roles count: from the first one that was ever granted.
    #[must_use]
    pub fn counts_roles(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Whether this would make the first administrator: nobody could ask or approve before.
    #[must_use]
    pub fn is_first_administrator(&self, grant: &GrantRole) -> bool {
        grant.role == Role::Administrator && !self.counts_roles()
    }

    /// F: a person has the role, or every role does for a clerk's work, once roles count. To grant
    /// a role needs an administrator always.
    pub(crate) fn check_role(&self, person: &PersonId, wanted: Role) -> Result<(), Rejection> {
        let allowed = match wanted {
            Role::Clerk => !self.counts_roles() || self.has_any(person),
            Role::Approver => !self.counts_roles() || self.has(person, Role::Approver),
            Role::Administrator => self.has(person, Role::Administrator),
        };
        if allowed {
            return Ok(());
        }
        Err(Rejection::RoleMissing { person: person.clone(), role: wanted })
    }

    fn has_any(&self, person: &PersonId) -> bool {
        self.roles.get(person).is_some_and(|roles| !roles.is_empty())
    }

    /// F: who may approve an act. Until somebody is an approver, any other person stands beside the
    /// administrator who grants a role; afterwards an approver or a second administrator does.
    pub(super) fn check_approver(&self, person: &PersonId, act: &Act) -> Result<(), Rejection> {
        let grants = act.maker_role() == Role::Administrator;
        let approvers = self.holders(Role::Approver);
        if grants && (approvers == 0 || self.has(person, Role::Administrator)) {
            return Ok(());
        }
        self.check_role(person, Role::Approver)
    }

    pub(crate) fn proposed(&mut self, event: &ActProposed, position: Position) {
        let pending = Pending { proposed: event.clone(), position };
        self.subjects.insert(event.subject.clone(), Newest::Pending(pending));
    }

    pub(crate) fn approved(&mut self, event: &ActApproved) {
        self.subjects.insert(event.subject.clone(), Newest::Approved(event.clone()));
    }

    pub(crate) fn withdrawn(&mut self, event: &ActWithdrawn) {
        self.subjects.insert(event.subject.clone(), Newest::Withdrawn(event.clone()));
    }

    pub(crate) fn granted(&mut self, event: &RoleGranted) {
        self.roles.entry(event.person.clone()).or_default().insert(event.role);
        *self.changes.entry(event.person.clone()).or_default() += 1;
    }

    pub(crate) fn revoked(&mut self, event: &RoleRevoked) {
        self.roles.entry(event.person.clone()).or_default().remove(&event.role);
        *self.changes.entry(event.person.clone()).or_default() += 1;
    }
}
