//! How a lease is made from the log.

use super::{
    About, Epoch, GatewayProfile, Lease, LeaseDecision, LimitTo, SignedLease, Slot, Stop,
    ValveCommand, times,
};
use crate::keys::{KeyPurpose, Seed};
use crate::log::Position;
use crate::passage::Clocks;
use crate::quantities::{ContractId, OrderId, PointId};
use crate::state::Ledger;
use crate::supply::{Answer, SupplyDecision, answer, answer_by, epoch_of};

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
/// commands the valve only where it stands by E4 at the slot's start and now, by clocks that agree (T6);
/// otherwise the valve is kept. Refused where a key may not sign.
///
/// # Panics
/// When `then` knows less than the decision rests on: a mistake of the caller.
pub fn lease(
    then: &Ledger,
    live: &Ledger,
    asked: Asked<'_>,
    signers: Signers<'_>,
) -> Result<SignedLease, crate::Rejection> {
    let (point, now) = (asked.point, asked.clocks.now);
    assert!(then.position() >= epoch_of(live, point), "the prefix ends before the decision");
    let lease_key = signers.lease.public_key().id();
    live.keys().check(&lease_key, KeyPurpose::Lease, now)?;
    let slot = Slot::of(now);
    let (at_start, at_once) =
        (answer(then, point, slot.start()), answer_by(live, point, &asked.clocks));
    let times = times(point, slot, at_start.valid_seconds.value, asked.profile);
    let epoch = Epoch { ledger: asked.ledger_epoch, position: at_start.epoch_position };
    let says = Says { then, asked, epoch, not_after_seconds: times.soft_until, signers };
    let stands = at_start.decision == at_once.decision && at_start.order == at_once.order;
    let (decision, reasons) = if stands {
        (says.decision(live, &at_start)?, at_start.reasons)
    } else {
        // What stood then and does not stand now, or the other way round, commands nothing.
        let reasons = if matches!(at_start.decision, SupplyDecision::Keep) {
            at_start.reasons
        } else {
            at_once.reasons
        };
        (LeaseDecision::Keep { class: at_start.class }, reasons)
    };
    let lease = Lease {
        point: point.clone(),
        decision,
        stage: at_start.stage,
        reasons: reasons.into_iter().map(str::to_owned).collect(),
        epoch,
        position: at_start.position,
        issued: slot.start(),
        times,
        key: lease_key,
    };
    Ok(lease.signed(signers.lease))
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
        let mut held = self.then.assignments(&answer.point).iter();
        let holds = held.find(|one| one.first_gas_day <= day && day <= one.last_gas_day);
        holds.map(|one| &one.contract)
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
