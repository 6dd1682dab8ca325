//! What a tick asks for: commands that the passage of time leads to (T6).

use chrono::{DateTime, Utc};

use super::RecordPassage;
use crate::contract::ContractState;
use crate::deviation::{self, AdvanceCase, Stage, Step};
use crate::quantities::{ContractId, OrderId};
use crate::state::Ledger;
use crate::supply::{
    IssueOrder, MeasureKind, OrderFacts, Origin, Procedure, ProposeOrder, ReviewSupply,
    SupplyCommand, WithdrawOrder, lacking,
};
use crate::{Command, Rejection};

/// Commands, each with the contract that it is about.
pub type Wanted = Vec<(ContractId, Command)>;

/// The steps of a round. What one leads to, the next one sees; a second round at once leads to nothing.
pub const STEPS: [fn(&Ledger, DateTime<Utc>) -> Wanted; 6] =
    [passages, deemed, reviews, outdated, proposals, issues];

/// Whether a refusal only says that nothing is to be done yet.
#[must_use]
pub fn is_not_yet(rejection: &Rejection) -> bool {
    matches!(
        rejection,
        Rejection::Deviation(
            deviation::Rejection::NotDeemedYet { .. }
                | deviation::Rejection::NoDeemedConfirmation { .. }
        )
    )
}

fn passages(ledger: &Ledger, _: DateTime<Utc>) -> Wanted {
    let record = |contract: &ContractState| {
        let contract = contract.id().clone();
        (contract.clone(), Command::RecordPassage(RecordPassage { contract }))
    };
    ledger.contracts().map(record).collect()
}

/// D9: sheets that were delivered and not answered.
fn deemed(ledger: &Ledger, _: DateTime<Utc>) -> Wanted {
    let cases = ledger.contracts().flat_map(|contract| {
        contract.cases.iter().map(move |(month, case)| (contract.id(), *month, case))
    });
    let delivered = cases.filter(|(_, _, case)| {
        matches!(&case.stage, Stage::SheetIssued(sheet) if sheet.delivered_on.is_some())
    });
    let deem = |(contract, month, case): (&ContractId, _, &deviation::Case)| {
        let (contract, revision) = (contract.clone(), case.revision);
        let step = AdvanceCase { contract: contract.clone(), month, revision, step: Step::Deem };
        (contract, Command::AdvanceCase(step))
    };
    delivered.map(deem).collect()
}

fn running(ledger: &Ledger) -> impl Iterator<Item = &ContractState> {
    ledger.contracts().filter(|contract| contract.supply.is_running())
}

/// E5: what the passage of time has lifted.
fn reviews(ledger: &Ledger, _: DateTime<Utc>) -> Wanted {
    let review = |contract: &ContractState| {
        let contract = contract.id().clone();
        supply(SupplyCommand::ReviewSupply(ReviewSupply { contract }))
    };
    running(ledger).map(review).collect()
}

fn supply(command: SupplyCommand) -> (ContractId, Command) {
    (command.contract().clone(), Command::Supply(command))
}

/// E3: contracts that leave reductions to the engine, and no order is in force.
fn automatic(ledger: &Ledger, now: DateTime<Utc>) -> impl Iterator<Item = &ContractState> {
    let day = ledger.clock().gas_day(now);
    running(ledger).filter(move |contract| {
        let terms = contract.terms_at(day);
        matches!(contract.supply.procedure(), Procedure::Noticed(_)) && terms.payment.automatic
    })
}

/// An order of the engine's own that facts have overtaken since is taken back and proposed anew.
fn outdated(ledger: &Ledger, now: DateTime<Utc>) -> Wanted {
    let outdated = automatic(ledger, now).filter_map(|contract| {
        let proposed = &contract.supply.procedure().proposal()?.proposed;
        let own = proposed.origin == Origin::Scheduler;
        (own && proposed.revision != contract.supply.revision()).then(|| {
            supply(SupplyCommand::WithdrawOrder(WithdrawOrder {
                contract: contract.id().clone(),
                order: proposed.order.clone(),
                reason: "the procedure has changed since".to_owned(),
            }))
        })
    });
    outdated.collect()
}

/// E3: a reduction is proposed where nothing but its approval is lacking.
fn proposals(ledger: &Ledger, now: DateTime<Utc>) -> Wanted {
    let stands = |contract: &&ContractState| {
        let facts = OrderFacts::of_proposal(ledger, contract, None, MeasureKind::Reduce, now);
        let mut lacking = lacking(&facts, MeasureKind::Reduce, now).into_iter();
        lacking.all(|refusal| refusal.code() == "approvals_missing")
    };
    let idle = |contract: &&ContractState| contract.supply.procedure().proposal().is_none();
    let proposed = automatic(ledger, now).filter(idle).filter(stands).filter_map(|contract| {
        Some(supply(SupplyCommand::ProposeOrder(ProposeOrder {
            contract: contract.id().clone(),
            order: name(ledger, contract, now)?,
            measure: MeasureKind::Reduce,
            reason: "automatic: too few days of gas are paid".to_owned(),
        })))
    });
    proposed.collect()
}

/// A name that no order of the contract has: `auto-2026-01-08`, then `auto-2026-01-08-2`.
fn name(ledger: &Ledger, contract: &ContractState, now: DateTime<Utc>) -> Option<OrderId> {
    let day = ledger.clock().civil_day(now);
    let names = (1_u32..).map(|count| match count {
        1 => format!("auto-{day}"),
        further => format!("auto-{day}-{further}"),
    });
    let mut names = names.map_while(|name| name.parse::<OrderId>().ok());
    names.find(|name| contract.supply.order(name).is_none())
}

/// E3: the engine issues what it proposed, a reduction only.
fn issues(ledger: &Ledger, now: DateTime<Utc>) -> Wanted {
    let own = automatic(ledger, now).filter_map(|contract| {
        let proposed = &contract.supply.procedure().proposal()?.proposed;
        (proposed.origin == Origin::Scheduler).then(|| {
            supply(SupplyCommand::IssueOrder(IssueOrder {
                contract: contract.id().clone(),
                order: proposed.order.clone(),
            }))
        })
    });
    own.collect()
}
