use super::advance::said;
use super::steps::{ClaimVerified, DecideClaim, VerifyClaim};
use super::{ClaimDecided, ClaimOutcome, ClaimRejection, ClaimState};
use crate::approval::Hands;
use crate::context::Context;
use crate::contract::ContractState;
use crate::quantities::{Exact, Quantity};
use crate::rules::relief::{GrantedClaim, relief_before_cap};
use crate::state::Ledger;
use crate::{Decision, Event};

/// D9: somebody has looked at the evidence of a claim.
pub fn verify_claim(
    ledger: &Ledger,
    command: &VerifyClaim,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || ClaimRejection::UnknownClaim { claim: command.claim.clone() };
    let known = ledger.claim(&command.claim).ok_or_else(unknown)?;
    if known.verified.as_ref().is_some_and(|(known, _)| known.evidence == command.evidence) {
        return Ok(Decision::nothing());
    }
    if known.decided.is_some() {
        return Err(ClaimRejection::ClaimAlreadyDecided { claim: command.claim.clone() }.into());
    }
    Ok(Decision::of([Event::ClaimVerified(ClaimVerified {
        by: context.actor.person.clone(),
        claim: command.claim.clone(),
        contract: known.filed.contract.clone(),
        evidence: command.evidence.clone(),
        on: ledger.clock().civil_day(context.now),
        reason: said(&command.reason)?,
    })]))
}

/// D9, F: decides a verified claim, granting 0 to what was claimed. The period is assessed again
/// afterwards, by a command of its own: a document names the streams that it rests on.
pub fn decide_claim(
    ledger: &Ledger,
    command: &DecideClaim,
    context: &Context<'_>,
    hands: Hands<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || ClaimRejection::UnknownClaim { claim: command.claim.clone() };
    let known = ledger.claim(&command.claim).ok_or_else(unknown)?;
    let contract = ledger.contract(&known.filed.contract).ok_or_else(unknown)?;
    if let Some((decided, _)) = &known.decided {
        let same = decided.outcome == command.outcome
            && decided.granted_quantity == command.granted_quantity;
        let again = ClaimRejection::ClaimAlreadyDecided { claim: command.claim.clone() };
        return if same { Ok(Decision::nothing()) } else { Err(again.into()) };
    }
    if known.verified.is_none() {
        return Err(ClaimRejection::ClaimNotVerified { claim: command.claim.clone() }.into());
    }
    check_quantity(contract, known, command)?;
    let reason = said(&command.reason)?;
    Ok(Decision::of([Event::ClaimDecided(ClaimDecided {
        approved_by: hands.approver.cloned(),
        by: Some(hands.maker.clone()),
        claim: command.claim.clone(),
        contract: contract.id().clone(),
        decided_on: Some(ledger.clock().civil_day(context.now)),
        first_gas_day: known.filed.first_gas_day,
        granted_quantity: command.granted_quantity,
        outcome: command.outcome,
        outside: false,
        reason: Some(reason),
    })]))
}

fn check_quantity(
    contract: &ContractState,
    known: &ClaimState,
    command: &DecideClaim,
) -> Result<(), ClaimRejection> {
    let (claimed, granted) = (known.filed.quantity, command.granted_quantity);
    if granted < Quantity::ZERO {
        return Err(ClaimRejection::NegativeQuantity { claimed, granted });
    }
    if !granted.fits(contract.unit()) {
        return Err(ClaimRejection::TooManyDecimals { claimed, granted, unit: contract.unit() });
    }
    if granted > claimed {
        return Err(ClaimRejection::GrantedAboveClaimed { granted, claimed });
    }
    if command.outcome != ClaimOutcome::Granted && !granted.is_zero() {
        return Err(ClaimRejection::DecisionInconsistent { granted });
    }
    check_months(contract, known, granted)
}

/// D1: by hand no month gets more relief than its C; what files bring is cut there.
fn check_months(
    contract: &ContractState,
    known: &ClaimState,
    granted: Quantity,
) -> Result<(), ClaimRejection> {
    let filed = &known.filed;
    let mut claims = contract.granted_claims();
    claims.push(GrantedClaim {
        claim: filed.claim.clone(),
        days: crate::quantities::GasDays { first: filed.first_gas_day, last: filed.last_gas_day },
        granted,
        position: known.filed_at,
    });
    let (first, last) =
        (contract.month_of(filed.first_gas_day), contract.month_of(filed.last_gas_day));
    for month in first.through(last) {
        let quantity = contract.contract_quantity(month).map_or(Quantity::ZERO, |c| c.value);
        let relief = relief_before_cap(&claims, contract.days_of(month));
        if relief > quantity.exact() {
            let relief: Exact = relief;
            return Err(ClaimRejection::ReliefAboveQuantity { month, relief, quantity });
        }
    }
    Ok(())
}
