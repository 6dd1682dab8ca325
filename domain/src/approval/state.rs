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
    Withdrawn(ActWithdrawn, Revision),
}

/// The revision of its subject at which a proposal was made.
type Revision = u32;

/// A proposal that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// What was proposed.
    pub proposed: ActProposed,
    /// The event.
    pub position: Position,
    /// Whether another one was proposed at the same revision before, and withdrawn.
    pub is_not_the_first: bool,
}

impl Approvals {
    /// The proposal that waits about a subject.
    #[must_use]
    pub fn pending(&self, subject: &Subject) -> Option<&Pending> {
        match self.subjects.get(subject)? {
            Newest::Pending(pending) => Some(pending),
            Newest::Approved(_) | Newest::Withdrawn(..) => None,
        }
    }

    /// Everything that waits, by subject.
    pub fn all_pending(&self) -> impl Iterator<Item = &Pending> {
        self.subjects.values().filter_map(|newest| match newest {
            Newest::Pending(pending) => Some(pending),
            Newest::Approved(_) | Newest::Withdrawn(..) => None,
        })
    }

    /// How many proposals there were about a subject.
    pub(super) fn number(&self, subject: &Subject) -> u32 {
        self.subjects.get(subject).map_or(0, |newest| match newest {
            Newest::Pending(pending) => pending.proposed.number,
            Newest::Approved(approved) => approved.number,
            Newest::Withdrawn(withdrawn, _) => withdrawn.number,
        })
    }

    /// Whether the last word about the subject was that this person approved it; where a number is
    /// given, the proposal of that number.
    pub(super) fn was_approved(
        &self,
        subject: &Subject,
        by: &PersonId,
        number: Option<u32>,
    ) -> bool {
        match self.subjects.get(subject) {
            Some(Newest::Approved(last)) => {
                last.by == *by && number.is_none_or(|number| number == last.number)
            }
            Some(Newest::Pending(_) | Newest::Withdrawn(..)) | None => false,
        }
    }

    /// Whether the same person was the last to withdraw a proposal about the subject, so.
    pub(super) fn was_withdrawn(&self, subject: &Subject, by: &PersonId, reason: &str) -> bool {
        match self.subjects.get(subject) {
            Some(Newest::Withdrawn(last, _)) => last.by == *by && last.reason == reason,
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
        let is_not_the_first = match self.subjects.get(&event.subject) {
            Some(Newest::Withdrawn(_, revision)) => *revision == event.revision,
            Some(Newest::Pending(_) | Newest::Approved(_)) | None => false,
        };
        let pending = Pending { proposed: event.clone(), position, is_not_the_first };
        self.subjects.insert(event.subject.clone(), Newest::Pending(pending));
    }

    pub(crate) fn approved(&mut self, event: &ActApproved) {
        self.subjects.insert(event.subject.clone(), Newest::Approved(event.clone()));
    }

    pub(crate) fn withdrawn(&mut self, event: &ActWithdrawn) {
        let revision = self.pending(&event.subject).map(|one| one.proposed.revision);
        let withdrawn = Newest::Withdrawn(event.clone(), revision.unwrap_or(0));
        self.subjects.insert(event.subject.clone(), withdrawn);
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
