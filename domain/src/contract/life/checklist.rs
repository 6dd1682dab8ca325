use super::AccountRejection;
use crate::approval::Act;
use crate::context::Context;
use crate::contract::ContractState;
use crate::delivery::{GasBehind, gas_behind};
use crate::deviation::{self, ReassessDeviation, Stage};
use crate::payment::Way;
use crate::quantities::{GasDays, Money, SettlementMonth};
use crate::settlement::{self, RestateSettlement};
use crate::state::Ledger;
use crate::supply::effective;
use crate::take_or_pay::{self, RestateYear};
use crate::{Decision, deviation::ClaimState};

/// C4: something that an account waits for before it is closed, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// The term is over.
    TermOver,
    /// Every gas day of the term has a reading at every point.
    Readings,
    /// No gas of days behind the term waits for a renewal.
    Parked,
    /// Every month is settled.
    Months,
    /// Every claim is decided.
    Claims,
    /// No sheet is disputed.
    Disputes,
    /// Every netting period is assessed, and its case has ended.
    Cases,
    /// Every contract year with take-or-pay is settled.
    Years,
    /// No demand, notice or order about its supply is running.
    Supply,
    /// Nothing waits for a second person.
    Approvals,
    /// Nothing of a payment that was assigned in part is nobody's.
    Money,
    /// No document would come out otherwise.
    Restatements,
}

impl Item {
    /// All of them, in order.
    pub const ALL: [Self; 12] = [
        Self::TermOver,
        Self::Readings,
        Self::Parked,
        Self::Months,
        Self::Claims,
        Self::Disputes,
        Self::Cases,
        Self::Years,
        Self::Supply,
        Self::Approvals,
        Self::Money,
        Self::Restatements,
    ];

    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TermOver => "term_over",
            Self::Readings => "final_readings",
            Self::Parked => "nothing_parked",
            Self::Months => "months_settled",
            Self::Claims => "claims_decided",
            Self::Disputes => "no_dispute",
            Self::Cases => "cases_ended",
            Self::Years => "years_settled",
            Self::Supply => "no_supply_procedure",
            Self::Approvals => "nothing_pending",
            Self::Money => "money_assigned",
            Self::Restatements => "nothing_to_restate",
        }
    }
}

/// An item with what still stands against it; none when it is done.
pub type Open = (Item, Option<AccountRejection>);

/// C4: the whole list, in order. Closing refuses with the first that is open.
pub fn checklist(ledger: &Ledger, contract: &ContractState, context: &Context<'_>) -> Vec<Open> {
    let open = |item: Item| {
        let open = match item {
            Item::TermOver => term_over(ledger, contract, context),
            Item::Readings => readings(contract),
            Item::Parked => nothing_parked(ledger, contract),
            Item::Months => months(contract),
            Item::Claims => claims(contract),
            Item::Disputes => disputes(contract),
            Item::Cases => cases(contract),
            Item::Years => years(contract),
            Item::Supply => supply(contract),
            Item::Approvals => approvals(ledger, contract),
            Item::Money => money(ledger, contract),
            Item::Restatements => restatements(ledger, contract, context),
        };
        (item, open.err())
    };
    Item::ALL.into_iter().map(open).collect()
}

fn term_over(
    ledger: &Ledger,
    contract: &ContractState,
    context: &Context<'_>,
) -> Result<(), AccountRejection> {
    let last = contract.last_gas_day();
    if ledger.clock().end(last) <= context.now {
        return Ok(());
    }
    Err(AccountRejection::TermNotOver { contract: contract.id().clone(), last })
}

fn readings(contract: &ContractState) -> Result<(), AccountRejection> {
    let days = GasDays { first: contract.first_gas_day(), last: contract.last_gas_day() };
    let facts = contract.facts_of(days);
    let missing: Vec<_> = facts
        .iter()
        .flat_map(|day| day.unmetered.iter().map(|point| (day.gas_day, point)))
        .collect();
    match missing.first() {
        None => Ok(()),
        Some((first, point)) => Err(AccountRejection::ReadingsMissing {
            contract: contract.id().clone(),
            count: missing.len(),
            first: *first,
            point: (*point).clone(),
        }),
    }
}

/// C2: gas that was delivered behind the term is billed by whoever holds the point then.
pub(super) fn nothing_parked(
    ledger: &Ledger,
    contract: &ContractState,
) -> Result<(), AccountRejection> {
    let behind = gas_behind(ledger, contract);
    match behind.first() {
        None => Ok(()),
        Some(GasBehind { gas_day, point, volume }) => Err(AccountRejection::ReadingsParked {
            contract: contract.id().clone(),
            count: behind.len(),
            first: *gas_day,
            point: point.clone(),
            volume: *volume,
        }),
    }
}

fn months(contract: &ContractState) -> Result<(), AccountRejection> {
    let open: Box<[SettlementMonth]> =
        contract.months().filter(|month| contract.settlement(*month).is_none()).collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::MonthsNotIssued { contract: contract.id().clone(), months: open })
}

fn claims(contract: &ContractState) -> Result<(), AccountRejection> {
    let waiting =
        contract.claims.iter().filter(|(_, claim): &(_, &ClaimState)| claim.decided.is_none());
    let claims: Box<[String]> = waiting.map(|(claim, _)| claim.to_string()).collect();
    if claims.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::ClaimUndecided { contract: contract.id().clone(), claims })
}

fn disputes(contract: &ContractState) -> Result<(), AccountRejection> {
    let disputed = contract.cases.iter().filter(|(_, case)| match case.stage {
        Stage::Disputed(_) => true,
        Stage::Assessed
        | Stage::NoCharge
        | Stage::SheetIssued(_)
        | Stage::Agreed(..)
        | Stage::PostingApproved(..)
        | Stage::Posted(..)
        | Stage::Waived => false,
    });
    let months: Box<[SettlementMonth]> = disputed.map(|(month, _)| *month).collect();
    if months.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::SheetDisputed { contract: contract.id().clone(), months })
}

fn cases(contract: &ContractState) -> Result<(), AccountRejection> {
    let ends = |month: &SettlementMonth| {
        contract.netting_period(*month).is_some_and(|period| period.last == *month)
    };
    let has_ended = |month: &SettlementMonth| match contract.cases.get(month) {
        None => false,
        Some(case) => match case.stage {
            Stage::NoCharge | Stage::Posted(..) | Stage::Waived => true,
            Stage::Assessed
            | Stage::SheetIssued(_)
            | Stage::Disputed(_)
            | Stage::Agreed(..)
            | Stage::PostingApproved(..) => false,
        },
    };
    let open: Box<[SettlementMonth]> =
        contract.months().filter(ends).filter(|month| !has_ended(month)).collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::CaseOpen { contract: contract.id().clone(), months: open })
}

fn years(contract: &ContractState) -> Result<(), AccountRejection> {
    let (first, last) = (contract.first_month(), contract.last_month());
    // Y13: behind the last year, make-up may go on for a while.
    let all = contract.year_of(first)..=contract.year_of(last).saturating_add(1);
    let open: Box<[i64]> = all
        .filter(|year| contract.takes_or_pays_in(*year) && contract.settled_year(*year).is_none())
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::YearsNotSettled { contract: contract.id().clone(), years: open })
}

fn supply(contract: &ContractState) -> Result<(), AccountRejection> {
    if !contract.supply.is_running() {
        return Ok(());
    }
    let stage = effective(contract);
    Err(AccountRejection::SupplyRunning { contract: contract.id().clone(), stage })
}

/// The closing itself may be what waits.
fn approvals(ledger: &Ledger, contract: &ContractState) -> Result<(), AccountRejection> {
    let waits = ledger.approvals().all_pending().map(|pending| &pending.proposed);
    let about = waits.filter(|proposed| {
        let own = matches!(&proposed.act, Act::CloseAccount(_));
        !own && proposed.act.concerns(ledger).contains(contract.id())
    });
    let subjects: Box<[String]> = about.map(|proposed| proposed.subject.to_string()).collect();
    if subjects.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::ApprovalsPending { contract: contract.id().clone(), subjects })
}

/// Money of which a part was assigned to the contract is known to be near it.
fn money(ledger: &Ledger, contract: &ContractState) -> Result<(), AccountRejection> {
    let mut left = Money::ZERO;
    let mut references = Vec::new();
    for fact in ledger.unallocated() {
        if fact.way != (Way::Payment { reversed: false }) {
            continue;
        }
        let (bank, reference) = (&fact.moved.bank, &fact.moved.bank_reference);
        let assigned = ledger.books().assigned(bank, reference);
        let before: Money = assigned.iter().map(|one| one.amount).sum();
        let own = assigned.iter().any(|one| one.contract == *contract.id());
        if own && before < fact.moved.amount {
            left = left + fact.moved.amount - before;
            references.push(format!("{bank}/{reference}"));
        }
    }
    if references.is_empty() {
        return Ok(());
    }
    let references = references.into();
    Err(AccountRejection::MoneyUnassigned { contract: contract.id().clone(), left, references })
}

/// S4: what would come out otherwise, or cannot be computed again.
fn restatements(
    ledger: &Ledger,
    contract: &ContractState,
    context: &Context<'_>,
) -> Result<(), AccountRejection> {
    let id = contract.id();
    let mut documents = Vec::new();
    for month in contract.settlements.keys() {
        let restate = RestateSettlement { contract: id.clone(), month: *month };
        if differs(settlement::restate(ledger, &restate, context)) {
            documents.push(format!("settlement/{id}/{month}"));
        }
    }
    for (month, case) in &contract.cases {
        let reassess = ReassessDeviation { contract: id.clone(), month: *month };
        // A waived case stays waived, whatever comes.
        if case.stage != Stage::Waived && differs(deviation::reassess(ledger, &reassess, context)) {
            documents.push(format!("deviation/{id}/{month}"));
        }
    }
    for year in contract.years.keys() {
        let restate = RestateYear { contract: id.clone(), year: *year };
        if differs(take_or_pay::restate(ledger, &restate, context)) {
            documents.push(format!("take-or-pay/{id}/{year}"));
        }
    }
    if documents.is_empty() {
        return Ok(());
    }
    Err(AccountRejection::RestatementOutstanding {
        contract: id.clone(),
        documents: documents.into(),
    })
}

fn differs(answer: Result<Decision, crate::Rejection>) -> bool {
    answer.map_or(true, |decision| !decision.events.is_empty())
}
