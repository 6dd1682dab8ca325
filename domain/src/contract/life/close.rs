use std::sync::Arc;

use super::amend::{check_reason, known};
use super::checklist::checklist;
use super::hand_over::check_pair;
use super::money::settled_balance;
use super::{AccountClosed, AccountRejection, BalanceMoved, CloseAccount, Settling};
use crate::books::check_open;
use crate::context::Context;
use crate::contract::{ContractState, Direction};
use crate::payment::{self, MoneyKind, RecordMoney};
use crate::quantities::{ContractId, Money};
use crate::settlement::input_streams;
use crate::state::Ledger;
use crate::stream::Stream;
use crate::{Decision, Event};

/// C4: closes an account for which nothing is open; its balance goes to the buyer or to another
/// contract, once.
pub(super) fn close(
    ledger: &Ledger,
    command: &CloseAccount,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let contract = known(ledger, &command.contract)?;
    if let Some((closed, _)) = &contract.closed {
        let same = closed.on == command.on
            && closed.balance_to == command.balance
            && closed.reason == command.reason;
        if same {
            return Ok(Decision::nothing());
        }
        let (contract, on) = (command.contract.clone(), closed.on);
        return Err(AccountRejection::AccountClosed { contract, on }.into());
    }
    check_reason(&command.reason)?;
    let open = checklist(ledger, contract, context).into_iter().find_map(|(_, open)| open);
    if let Some(open) = open {
        return Err(open.into());
    }
    let balance = check_day(ledger, contract, command, context)?;
    let mut decision = settled(ledger, contract, command, balance)?;
    decision.events.push(Event::AccountClosed(Arc::new(AccountClosed {
        balance,
        balance_to: command.balance.clone(),
        contract: command.contract.clone(),
        on: command.on,
        reason: command.reason.clone(),
    })));
    decision.guards.extend(input_streams(contract, contract.months()));
    // C2: readings behind the term are parked in the streams of their points.
    decision.guards.extend(contract.known_points().cloned().map(Stream::Point));
    Ok(decision.guarded_by(Stream::Books))
}

/// The balance of the closing day: the same as over all facts, on a day that has come.
fn check_day(
    ledger: &Ledger,
    contract: &ContractState,
    command: &CloseAccount,
    context: &Context<'_>,
) -> Result<Money, crate::Rejection> {
    let (on, today) = (command.on, ledger.clock().civil_day(context.now));
    if on > today {
        return Err(AccountRejection::DayAhead { on, today }.into());
    }
    let (balance, later) = settled_balance(contract, ledger.indices(), on)?;
    if balance != later || on < contract.last_gas_day().civil() {
        let contract = command.contract.clone();
        return Err(AccountRejection::ClosingTooEarly { contract, on, balance, later }.into());
    }
    check_open(ledger, on)?;
    Ok(balance)
}

/// Where the balance goes.
fn settled(
    ledger: &Ledger,
    contract: &ContractState,
    command: &CloseAccount,
    balance: Money,
) -> Result<Decision, crate::Rejection> {
    let id = || command.contract.clone();
    let in_debt = balance < Money::ZERO;
    let owed = || AccountRejection::BalanceOwed { contract: id(), owed: -balance };
    match &command.balance {
        Settling::Nowhere {} | Settling::Bank { .. } if in_debt => Err(owed().into()),
        Settling::Nowhere {} if balance > Money::ZERO => {
            Err(AccountRejection::BalanceLeft { contract: id(), balance }.into())
        }
        Settling::Nowhere {} => Ok(Decision::nothing()),
        Settling::Bank { .. } if balance == Money::ZERO => Ok(Decision::nothing()),
        Settling::Bank { bank, bank_reference } => {
            let refund = RecordMoney {
                contract: Some(id()),
                value_date: command.on,
                amount: balance,
                bank: bank.clone(),
                bank_reference: bank_reference.clone(),
                kind: MoneyKind::Refund,
            };
            payment::record(ledger, &refund)
        }
        Settling::Contract { contract: to, with_debt } => {
            let to = known(ledger, to)?;
            check_pair(ledger, contract, to)?;
            if in_debt && !with_debt {
                return Err(owed().into());
            }
            Ok(moved(contract, to, command, balance))
        }
    }
}

/// Both sides of a balance that moves; nothing moves where nothing is left.
fn moved(
    from: &ContractState,
    to: &ContractState,
    command: &CloseAccount,
    amount: Money,
) -> Decision {
    if amount == Money::ZERO {
        return Decision::nothing();
    }
    let side = |contract: &ContractId, counterparty: &ContractId, direction| {
        Event::BalanceMoved(BalanceMoved {
            amount,
            contract: contract.clone(),
            counterparty: counterparty.clone(),
            direction,
            value_date: command.on,
        })
    };
    Decision::of([
        side(from.id(), to.id(), Direction::Out),
        side(to.id(), from.id(), Direction::In),
    ])
}

/// C4: what would change a closed account is refused, whatever it is. A repeated fact changes
/// nothing and stays known.
pub(crate) fn check_not_closed(
    ledger: &Ledger,
    decision: &Decision,
) -> Result<(), AccountRejection> {
    for event in &decision.events {
        let Some(contract) = account_of(event).and_then(|id| ledger.contract(&id)) else {
            continue;
        };
        if let Some((closed, _)) = &contract.closed {
            let (contract, on) = (contract.id().clone(), closed.on);
            return Err(AccountRejection::AccountClosed { contract, on });
        }
    }
    Ok(())
}

/// The contract in whose streams an event is recorded.
fn account_of(event: &Event) -> Option<ContractId> {
    match event.stream() {
        Stream::Contract(contract) | Stream::Delivery(contract, _) => Some(contract),
        Stream::Ledger
        | Stream::Scheduler
        | Stream::Customer(_)
        | Stream::Index(_)
        | Stream::Point(_)
        | Stream::Bank(..)
        | Stream::Trade(_)
        | Stream::Transfer(_)
        | Stream::Claim(_)
        | Stream::Guarantee(_)
        | Stream::Invoice(_)
        | Stream::Unallocated
        | Stream::Approval(_)
        | Stream::Person(_)
        | Stream::Key(_)
        | Stream::Passage(_)
        | Stream::Books => None,
    }
}
