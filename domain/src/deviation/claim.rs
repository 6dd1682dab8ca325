use super::{
    ClaimDecided, ClaimDecision, ClaimFiled, ClaimOutcome, ClaimRejection, ClaimState, RecordClaim,
    Rejection,
};
use crate::contract::ContractState;
use crate::payment::{Reference, ReferenceUse};
use crate::quantities::{GasDays, Quantity};
use crate::state::Ledger;
use crate::{Decision, Event};

/// D1, D9: records a claim and what was decided on it; a pending claim is decided once.
pub fn record_claim(ledger: &Ledger, command: &RecordClaim) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    let known = ledger.claim(&command.claim);
    if let Some(known) = known {
        if is_known(known, command) {
            return Ok(Decision::nothing());
        }
        if known.decided.is_some() || !is_same_claim(known, command) {
            return Err(ClaimRejection::DuplicateReference { claim: command.claim.clone() }.into());
        }
    }
    check(contract, command)?;
    let mut events = Vec::new();
    if known.is_none() {
        let reference = Reference::Claim { reference: command.claim.clone() };
        let taken = ReferenceUse::new(Some(&command.contract), reference);
        events.extend([Event::ReferenceTaken(taken), Event::ClaimFiled(filed(command))]);
    }
    events.extend(decided(command).map(Event::ClaimDecided));
    Ok(Decision::of(events))
}

/// A claim row is its claim and decision; it was seen before when both are known, also the pending
/// row of a claim that is decided by now, unless the claim came with its decision.
fn is_known(known: &ClaimState, command: &RecordClaim) -> bool {
    let same_decision = match (&known.decided, decided(command)) {
        (Some((known, _)), Some(sent)) => {
            // A decision taken here is the same in a file, whoever took it and whenever.
            let same =
                known.outcome == sent.outcome && known.granted_quantity == sent.granted_quantity;
            if known.outside { *known == sent } else { same }
        }
        (None, None) => true,
        (Some(_), None) => !known.filed.with_decision,
        (None, Some(_)) => false,
    };
    same_decision && is_same_claim(known, command)
}

/// The claim itself, whatever was decided on it and when that was told.
fn is_same_claim(known: &ClaimState, command: &RecordClaim) -> bool {
    let with_decision = known.filed.with_decision;
    known.filed == ClaimFiled { with_decision, ..filed(command) }
}

fn filed(command: &RecordClaim) -> ClaimFiled {
    ClaimFiled {
        claim: command.claim.clone(),
        contract: command.contract.clone(),
        first_gas_day: command.first_gas_day,
        kind: command.kind,
        last_gas_day: command.last_gas_day,
        quantity: command.quantity,
        received_on: command.received_on,
        with_decision: command.decision != ClaimDecision::Pending,
    }
}

fn decided(command: &RecordClaim) -> Option<ClaimDecided> {
    let outcome = match command.decision {
        ClaimDecision::Granted => ClaimOutcome::Granted,
        ClaimDecision::Rejected => ClaimOutcome::Rejected,
        ClaimDecision::Pending => return None,
    };
    Some(ClaimDecided {
        approved_by: None,
        by: None,
        claim: command.claim.clone(),
        contract: command.contract.clone(),
        decided_on: command.decided_on,
        first_gas_day: command.first_gas_day,
        granted_quantity: command.granted_quantity,
        outcome,
        outside: true,
        reason: None,
    })
}

fn check(contract: &ContractState, command: &RecordClaim) -> Result<(), ClaimRejection> {
    let (claimed, granted) = (command.quantity, command.granted_quantity);
    let (first, last) = (command.first_gas_day, command.last_gas_day);
    if last < first {
        return Err(ClaimRejection::NoGasDay { first, last });
    }
    if !claimed.exact().is_positive() || granted < Quantity::ZERO {
        return Err(ClaimRejection::NegativeQuantity { claimed, granted });
    }
    let unit = contract.unit();
    if !claimed.fits(unit) || !granted.fits(unit) {
        return Err(ClaimRejection::TooManyDecimals { claimed, granted, unit });
    }
    let term = GasDays { first: contract.first_gas_day(), last: contract.last_gas_day() };
    if let Some(day) = [first, last].into_iter().find(|day| !term.contains(*day)) {
        return Err(ClaimRejection::OutsideTerm { day, first: term.first, last: term.last });
    }
    if granted > claimed {
        return Err(ClaimRejection::GrantedAboveClaimed { granted, claimed });
    }
    check_deadline(contract, command)?;
    if command.decision != ClaimDecision::Granted && !granted.is_zero() {
        return Err(ClaimRejection::DecisionInconsistent { granted });
    }
    Ok(())
}

/// D9: counted from the last gas day of the settlement month in which the claim ends.
fn check_deadline(contract: &ContractState, command: &RecordClaim) -> Result<(), ClaimRejection> {
    let month = contract.month_of(command.last_gas_day);
    let terms = contract.terms_of(month).and_then(|terms| terms.deviation.as_ref());
    let Some(days) = terms.and_then(|terms| terms.claim_deadline_days) else { return Ok(()) };
    let deadline = contract.days_of(month).last.civil().plus(u64::from(days));
    if command.received_on <= deadline {
        return Ok(());
    }
    Err(ClaimRejection::ClaimTooLate { received_on: command.received_on, deadline })
}
