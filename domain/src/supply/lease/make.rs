//! How a lease is made from the log.

use super::steady::{Standing, ends, same, standing};
use super::{
    About, Epoch, GatewayProfile, Lease, LeaseDecision, LimitTo, SignedLease, Slot, Stop,
    ValveCommand, times,
};
use crate::keys::{KeyPurpose, Seed};
use crate::log::Position;
use crate::passage::Clocks;
use crate::quantities::{ContractId, OrderId, PointId};
use crate::state::Ledger;
use crate::supply::asking::Asking;
use crate::supply::{Answer, SupplyDecision, epoch_of};

/// What a lease is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// For which point.
    pub point: &'a PointId,
    /// When, and whether that is certain (T6).
    pub clocks: Clocks,
    /// The epoch of the ledger: raised by every restore and promotion.
    pub ledger_epoch: u64,
    /// The device.
    pub profile: GatewayProfile,
}

/// The two keys, held apart.
#[derive(Debug, Clone, Copy)]
pub struct Signers<'a> {
    /// Signs leases.
    pub lease: &'a Seed,
    /// Signs valve commands.
    pub order: &'a Seed,
}

/// How far the log is told for a lease: as far as it was recorded before the slot began, or as far as
/// the decision about the point, where that came later. What is recorded meanwhile and changes no
/// decision changes no byte.
#[must_use]
pub fn prefix(live: &Ledger, point: &PointId, recorded_before_slot: Position) -> Position {
    recorded_before_slot.max(epoch_of(live, point))
}

/// The lease of a point: `then` is the log as far as [`prefix`] says, `live` all of it. An order
/// commands the valve only where it stands by E4 at the slot's start, now, and for as long as its
/// command may wait, by clocks that agree (T6); otherwise the valve is kept. Refused where a key may not
/// sign. A `then` that ends before the decision is not looked at.
pub fn lease(
    then: &Ledger,
    live: &Ledger,
    asked: Asked<'_>,
    signers: Signers<'_>,
) -> Result<SignedLease, crate::Rejection> {
    let (point, now) = (asked.point, asked.clocks.now);
    // As far as the same position it is the same log.
    let whole = live.position() == then.position() || then.position() < epoch_of(live, point);
    let then = if whole { live } else { then };
    let lease_key = signers.lease.public_key().id();
    live.keys().check(&lease_key, KeyPurpose::Lease, now)?;
    let slot = Slot::of(now);
    let live = Asking::new(live);
    let told = if whole { &live } else { &Asking::new(then) };
    let at_start = told.answer(point, slot.start());
    let times = times(point, slot, at_start.valid_seconds.value, asked.profile);
    let epoch = Epoch { ledger: asked.ledger_epoch, position: at_start.epoch_position };
    let (decision, by) = match word(told, &live, &asked, &at_start, times.soft_until) {
        Word::AsAtStart { not_after_seconds } => {
            let says = Says { then, asked, epoch, not_after_seconds, signers };
            (says.decision(live.ledger(), &at_start)?, at_start.clone())
        }
        Word::Keep(by) => (LeaseDecision::Keep { class: at_start.class }, *by),
    };
    let lease = Lease {
        point: point.clone(),
        decision,
        stage: at_start.stage,
        reasons: by.reasons.into_iter().map(str::to_owned).collect(),
        epoch,
        position: by.position,
        issued: slot.start(),
        times,
        key: lease_key,
    };
    Ok(lease.signed(signers.lease))
}

/// What a lease says of what held when its slot began.
enum Word {
    /// Just that; a command may be carried out so long after its receipt.
    AsAtStart { not_after_seconds: u64 },
    /// Keep, by another answer. Where that knows more of the log than the one at the start, its position
    /// makes it the newer word.
    Keep(Box<Answer>),
}

fn word(
    then: &Asking<'_>,
    live: &Asking<'_>,
    asked: &Asked<'_>,
    at_start: &Answer,
    soft_until: u64,
) -> Word {
    let slot = Slot::of(asked.clocks.now);
    let at_once = live.answer_by(asked.point, &asked.clocks);
    if !same(at_start, &at_once) {
        // What stood then and does not stand now, or the other way round, commands nothing.
        let kept_before = matches!(at_start.decision, SupplyDecision::Keep);
        return Word::Keep(Box::new(if kept_before { at_start.clone() } else { at_once }));
    }
    match at_start.decision {
        SupplyDecision::Allow | SupplyDecision::Keep => {
            return Word::AsAtStart { not_after_seconds: soft_until };
        }
        SupplyDecision::Limit { .. } | SupplyDecision::Stop { .. } => {}
    }
    match standing(then, at_start, slot, soft_until) {
        Standing::Ends(answer) => Word::Keep(answer),
        // Where nothing was recorded since, that was asked already.
        Standing::For(not_after_seconds)
            if then.ledger().position() == live.ledger().position() =>
        {
            Word::AsAtStart { not_after_seconds }
        }
        Standing::For(not_after_seconds) => match ends(live, at_start, slot, not_after_seconds) {
            Some(answer) => Word::Keep(Box::new(answer)),
            None => Word::AsAtStart { not_after_seconds },
        },
    }
}

/// What turns an answer into what a lease says.
struct Says<'a> {
    then: &'a Ledger,
    asked: Asked<'a>,
    epoch: Epoch,
    not_after_seconds: u64,
    signers: Signers<'a>,
}

impl Says<'_> {
    fn decision(&self, live: &Ledger, answer: &Answer) -> Result<LeaseDecision, crate::Rejection> {
        let class = answer.class;
        let ordered = self.holder(answer).zip(answer.order.as_ref());
        Ok(match (&answer.decision, ordered) {
            (SupplyDecision::Allow, _) => LeaseDecision::Allow { class },
            (SupplyDecision::Limit { daily_maximum }, Some(by)) => LeaseDecision::Limit {
                class,
                command: Box::new(self.command(live, by, LimitTo::new(*daily_maximum))?),
            },
            (SupplyDecision::Stop { class }, Some(by)) => LeaseDecision::Stop {
                command: Box::new(self.command(live, by, Stop::new(*class))?),
            },
            // Without an order nothing is commanded, whatever else is said.
            (SupplyDecision::Keep, _)
            | (SupplyDecision::Limit { .. } | SupplyDecision::Stop { .. }, None) => {
                LeaseDecision::Keep { class }
            }
        })
    }

    /// The contract that holds the point in the slot.
    fn holder(&self, answer: &Answer) -> Option<&ContractId> {
        let day = self.then.clock().gas_day(Slot::of(self.asked.clocks.now).start());
        self.then.held_on(&answer.point, day).map(|held| &held.contract)
    }

    fn command<T: super::Target>(
        &self,
        live: &Ledger,
        (contract, order): (&ContractId, &OrderId),
        target: T,
    ) -> Result<super::SignedCommand<T>, crate::Rejection> {
        let key = self.signers.order.public_key().id();
        live.keys().check(&key, KeyPurpose::Order, self.asked.clocks.now)?;
        let about = About { contract, order, point: self.asked.point, epoch: self.epoch };
        let command = ValveCommand::new(about, target, key, self.not_after_seconds);
        Ok(command.signed(self.signers.order))
    }
}
