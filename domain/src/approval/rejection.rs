use super::{Role, Subject};
use crate::quantities::PersonId;
use crate::rejection::rejections;

rejections! {
    /// Refusals of four eyes and of roles (F).
    pub enum Rejection {
        801 "approval_needed" "Propose it; another person then approves it."
        /// F: the act needs a second person.
        #[error("{act} of {subject} needs a second person")]
        ApprovalNeeded {
            /// Which act.
            act: &'static str,
            /// What it is about.
            subject: Subject,
        },

        802 "reason_missing" "Say why."
        /// F: a proposal, a withdrawal and a revocation say why.
        #[error("a reason is missing")]
        ReasonMissing {},

        803 "role_missing" "Ask a person who has the role, or an administrator to grant it."
        /// F: once a ledger knows roles, the act needs one.
        #[error("{person} does not have the role {role}")]
        RoleMissing {
            /// Who.
            person: PersonId,
            /// Which role.
            role: Role,
        },

        804 "approval_pending" "Wait until it is approved or withdrawn."
        /// F: one pending approval per subject.
        #[error("proposal {number} of {subject} by {by} is pending already")]
        ApprovalPending {
            /// What it is about.
            subject: Subject,
            /// The proposal that is pending.
            number: u32,
            /// Its maker.
            by: PersonId,
        },

        805 "no_approval_pending" "Look at the list of approvals."
        /// F: nothing waits.
        #[error("no proposal of {subject} is pending")]
        NoApprovalPending {
            /// What was asked about.
            subject: Subject,
        },

        806 "not_a_person" "Let a person approve."
        /// F: keys and schedulers never approve.
        #[error("the channel {channel} is not a person's; only persons approve")]
        NotAPerson {
            /// How the command came.
            channel: String,
        },

        807 "maker_is_approver" "Ask another person to approve."
        /// F: two different persons.
        #[error("{person} proposed {subject} and cannot approve it")]
        MakerIsApprover {
            /// What it is about.
            subject: Subject,
            /// Who.
            person: PersonId,
        },

        808 "changed_since_shown" "Look at it again, then decide."
        /// F: an act is bound to the revision that was shown.
        #[error("{subject} was shown at revision {shown} and is at revision {now}")]
        ChangedSinceShown {
            /// What it is about.
            subject: Subject,
            /// As shown.
            shown: u32,
            /// As it is.
            now: u32,
        },

        809 "changed_since_shown" "Look at the proposal that is pending now, then decide."
        /// F: another proposal is pending than the one that was shown.
        #[error("proposal {shown} of {subject} was shown, and proposal {now} is pending")]
        OtherProposal {
            /// What it is about.
            subject: Subject,
            /// As shown.
            shown: u32,
            /// As it is.
            now: u32,
        },

        810 "last_administrator" "Grant the role to another person first."
        /// F: somebody must be able to grant roles.
        #[error("{person} is the last administrator")]
        LastAdministrator {
            /// Who.
            person: PersonId,
        },

        943 "proposal_number_missing" "Look at the proposal that is pending, then give its number."
        /// F: of several proposals at one revision the number says which one was shown.
        #[error("{subject} at revision {revision} was proposed more than once, and proposal {now} \
                 is pending")]
        NumberMissing {
            /// What it is about.
            subject: Subject,
            /// The revision that they share.
            revision: u32,
            /// The one that is pending.
            now: u32,
        },

        944 "approves_own_grant" "Let a person approve who does not get the role."
        /// F: a role is granted by an administrator and one other, not by who gets it.
        #[error("{person} would approve the role {role} for himself")]
        ApprovesOwnGrant {
            /// Who gets the role and would approve it.
            person: PersonId,
            /// Which role.
            role: Role,
        },
    }
}
