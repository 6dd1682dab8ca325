//! Refusals of four eyes and of roles.

use citygate_domain::approval::Role;

use super::{Case, case};
use crate::told::Told;
use crate::words::{
    approved, approved_at, granting_role, paid, proposed, refunded, revoked_role, signed, withdrawn,
};

fn paid_up() -> Vec<Told> {
    vec![signed("LG-1"), paid("B-1", "2026-01-05", "1000.00")]
}

fn refund() -> Told {
    refunded("B-2", "2026-01-10", "100.00")
}

fn refund_proposed() -> Told {
    proposed(refund(), "moves out").by("li.wei")
}

fn pending() -> Vec<Told> {
    paid_up().into_iter().chain([refund_proposed()]).collect()
}

fn with(facts: Vec<Told>, more: impl IntoIterator<Item = Told>) -> Vec<Told> {
    facts.into_iter().chain(more).collect()
}

fn administrator() -> Told {
    granting_role("chen.jing", Role::Administrator).by("chen.jing")
}

const SUBJECT: &str = "account/LG-1";

fn other_refund() -> Told {
    proposed(refunded("B-3", "2026-01-10", "5.00"), "overpaid")
}

pub(super) fn proposals() -> Vec<Case> {
    vec![
        case(
            "F",
            "An act of weight needs a second person.",
            "a refund of 100.00 by one person",
            paid_up(),
            refund().by("li.wei"),
        ),
        case(
            "F",
            "A proposal says why.",
            "a refund is proposed without a reason",
            paid_up(),
            proposed(refund(), " ").by("li.wei"),
        ),
        case(
            "F",
            "Once a ledger knows roles, an act needs one.",
            "a refund is proposed by a person without a role",
            with(paid_up(), [administrator()]),
            refund_proposed(),
        ),
        case(
            "F",
            "One proposal per subject is pending at a time.",
            "a second refund of the same account",
            pending(),
            other_refund().by("wang.fang"),
        ),
    ]
}

pub(super) fn approvals() -> Vec<Case> {
    vec![
        case(
            "F",
            "What is approved was proposed.",
            "an approval where nothing is pending",
            paid_up(),
            approved(SUBJECT, 1, 1).by("zhang.min"),
        ),
        case(
            "F",
            "Keys and schedulers never approve, nor does a file.",
            "an approval that arrives in a file",
            pending(),
            approved(SUBJECT, 1, 1),
        ),
        case(
            "F",
            "The maker is never the approver.",
            "the refund is approved by the person who proposed it",
            pending(),
            approved(SUBJECT, 1, 1).by("li.wei"),
        ),
        case(
            "F",
            "An approval is bound to the revision that was shown.",
            "the refund was shown before another payment came in",
            with(pending(), [paid("B-9", "2026-01-11", "50.00")]),
            approved(SUBJECT, 1, 1).by("zhang.min"),
        ),
        case(
            "F",
            "An approval is of the proposal that was shown.",
            "the refund was withdrawn and another one proposed in between",
            with(
                pending(),
                [withdrawn(SUBJECT, "wrong").by("li.wei"), other_refund().by("li.wei")],
            ),
            approved(SUBJECT, 1, 1).by("zhang.min"),
        ),
        case(
            "F",
            "Somebody can always grant roles.",
            "the only administrator gives the role up",
            with(paid_up(), [administrator()]),
            revoked_role("chen.jing", Role::Administrator).by("chen.jing"),
        ),
    ]
}

pub(super) fn numbers() -> Vec<Case> {
    let again = [withdrawn(SUBJECT, "wrong").by("li.wei"), other_refund().by("li.wei")];
    let grant = granting_role("zhang.min", Role::Approver);
    let waits = proposed(grant, "head of billing").by("chen.jing");
    vec![
        case(
            "F",
            "Of several proposals at one revision the number says which one was shown.",
            "a refund was withdrawn and another one proposed, and an approval names no number",
            with(pending(), again),
            approved_at(SUBJECT, 1).by("zhang.min"),
        ),
        case(
            "F",
            "Nobody is the second person for a role that he gets himself.",
            "the role approver, approved by the person who gets it",
            with(paid_up(), [administrator(), waits]),
            approved_at("person/zhang.min", 0).by("zhang.min"),
        ),
    ]
}
