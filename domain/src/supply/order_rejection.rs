use super::{LiftCause, MeasureKind};
use crate::quantities::{CivilDay, ContractId, OrderId, PersonId};
use crate::rejection::rejections;

/// What lifted a procedure, as a sentence says it.
fn told(causes: &[LiftCause]) -> String {
    let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
    causes.join("; ")
}

rejections! {
    /// Refusals about orders: proposed, approved, issued (E3, F).
    pub enum OrderRejection {
        1007 "duplicate_reference" "Give the order another name."
        /// The name is in use for another order of the contract.
        #[error("order {order} was proposed on {known} with other content")]
        DuplicateOrder {
            /// Its name.
            order: OrderId,
            /// When the known one was proposed.
            known: CivilDay,
        },

        1018 "approval_pending" "Issue the waiting order, or withdraw it."
        /// F: one pending order per contract.
        #[error("order {order} by {by} is waiting already")]
        OrderPending {
            /// The order that waits.
            order: OrderId,
            /// Its proposer.
            by: PersonId,
        },

        1019 "not_automatic" "Let a person propose it, or agree on automatic in the contract."
        /// E3: the engine proposes only where the term lets it.
        #[error("the terms of {contract} do not let the engine act by itself")]
        NotAutomatic {
            /// Whose supply.
            contract: ContractId,
        },

        1020 "suspension_not_automatic" "Let a person issue it."
        /// E3: the engine never suspends, and issues only what it proposed itself.
        #[error("order {order} to {measure} is a person's to issue")]
        NotForTheEngine {
            /// Which order.
            order: OrderId,
            /// What it asks for.
            measure: MeasureKind,
        },

        1021 "unknown_order" "Look at the procedure."
        /// The order is not known.
        #[error("order {order} of {contract} is not known")]
        UnknownOrder {
            /// Whose supply.
            contract: ContractId,
            /// As sent.
            order: OrderId,
        },

        1022 "order_withdrawn" "Propose a new order."
        /// The order was taken back.
        #[error("order {order} was withdrawn by {by}: {reason}")]
        OrderWithdrawn {
            /// Which order.
            order: OrderId,
            /// By whom.
            by: PersonId,
            /// Why.
            reason: String,
        },

        1023 "order_lifted" "Begin again with a demand if there is a shortage."
        /// E5: the order was cancelled.
        #[error("order {order} was cancelled: {}", told(causes))]
        OrderLifted {
            /// Which order.
            order: OrderId,
            /// What lifted it.
            causes: Box<[LiftCause]>,
        },

        1024 "already_issued" "Look at the procedure."
        /// The order was issued.
        #[error("order {order} was issued by {by} already")]
        AlreadyIssued {
            /// Which order.
            order: OrderId,
            /// By whom.
            by: PersonId,
        },

        1025 "already_approved_by_you" "Ask a further person to approve."
        /// F: different persons approve.
        #[error("{person} has approved order {order} already; it has {given} of {needed} approvals")]
        AlreadyApproved {
            /// Which order.
            order: OrderId,
            /// Who.
            person: PersonId,
            /// Approvals so far.
            given: usize,
            /// Approvals that it needs.
            needed: usize,
        },

        1026 "changed_since_shown" "Look at the procedure again; withdraw the order and propose it anew if it changed."
        /// F: an approval, and the order itself, are bound to the procedure that was shown.
        #[error("order {order} rests on revision {shown} of the procedure, which is at {now}")]
        ChangedSinceShown {
            /// Which order.
            order: OrderId,
            /// As shown, or as it was when the order was proposed.
            shown: u32,
            /// As it is.
            now: u32,
        },

        1027 "proposer_is_issuer" "Ask another person to issue it."
        /// F: another person than the proposer issues.
        #[error("{person} proposed order {order} and cannot issue it")]
        ProposerIsIssuer {
            /// Which order.
            order: OrderId,
            /// Who.
            person: PersonId,
        },

        1028 "order_in_force" "Look at the order in force."
        /// E3: the stage is in effect already.
        #[error("order {order} to {measure} is in force")]
        OrderInForce {
            /// Which order.
            order: OrderId,
            /// What it does.
            measure: MeasureKind,
        },

        1032 "suspension_in_force" "Withdraw the suspension; somebody on site opens the valves."
        /// E5: from a suspension the way leads over the site only.
        #[error("suspension {order} is in force; a reduction does not take its place")]
        SuspensionInForce {
            /// The order in force.
            order: OrderId,
        },
    }
}
