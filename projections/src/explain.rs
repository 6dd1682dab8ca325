//! Why is this number what it is: the trace of a document or a balance, computed by the functions
//! that made it.

use std::sync::Arc;

use citygate_domain::books::{LateFeeCharged, charged};
use citygate_domain::contract::ContractState;
use citygate_domain::deviation::{DeviationAssessed, assessed};
use citygate_domain::log::Position;
use citygate_domain::payment::account_as_of;
use citygate_domain::quantities::{ContractId, Exact, GasDay, Money, Quantity, Unit};
use citygate_domain::rules::RuleError;
use citygate_domain::rules::tax::Taxed;
use citygate_domain::settlement::{SettlementIssued, settled};
use citygate_domain::state::Ledger;
use citygate_domain::stream::DocumentInput;
use citygate_domain::take_or_pay::{self, Frozen, TakeOrPaySettled};
use citygate_domain::trace::{Trace, Value};
use citygate_domain::{Event, Rejection};

/// A document of any kind: what all of them can be asked.
#[derive(Debug, Clone)]
pub enum Document {
    /// A month's settlement.
    Settlement(Arc<SettlementIssued>),
    /// A netting period's deviation.
    Deviation(Arc<DeviationAssessed>),
    /// A contract year of take-or-pay.
    TakeOrPay(Arc<TakeOrPaySettled>),
    /// A late fee.
    LateFee(Box<LateFeeCharged>),
}

impl Document {
    /// The document that an event issued; none where it issued none.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::SettlementIssued(it) => Some(Self::Settlement(Arc::clone(it))),
            Event::DeviationAssessed(it) => Some(Self::Deviation(Arc::clone(it))),
            Event::TakeOrPaySettled(it) => Some(Self::TakeOrPay(Arc::clone(it))),
            Event::LateFeeCharged(it) => Some(Self::LateFee(it.clone())),
            Event::LedgerOpened(_)
            | Event::SchedulerElected(_)
            | Event::CustomerRegistered(_)
            | Event::ContractSigned(_)
            | Event::ContractAmended(_)
            | Event::ContractTerminated(_)
            | Event::PointAssigned(_)
            | Event::PointReleased(_)
            | Event::PointMoved(_)
            | Event::BalanceMoved(_)
            | Event::AccountClosed(_)
            | Event::IndexPublished(_)
            | Event::QuantityTransferred(_)
            | Event::LotRecorded(_)
            | Event::DeliveryRecorded(_)
            | Event::ReadingParked(_)
            | Event::ClaimFiled(_)
            | Event::ClaimDecided(_)
            | Event::PaymentReceived(_)
            | Event::PaymentReversed(_)
            | Event::RefundPaid(_)
            | Event::GuaranteeGiven(_)
            | Event::MoneyAssigned(_)
            | Event::AssignmentReversed(_)
            | Event::CreditGranted(_)
            | Event::LateFeeWaived(_)
            | Event::InvoiceRecorded(_)
            | Event::BooksClosed(_)
            | Event::ReferenceTaken(_)
            | Event::ReferenceReleased(_)
            | Event::ClaimVerified(_)
            | Event::SheetIssued(_)
            | Event::SheetDelivered(_)
            | Event::SheetConfirmed(_)
            | Event::SheetDeemedConfirmed(_)
            | Event::SheetDisputed(_)
            | Event::DisputeResolved(_)
            | Event::PostingApproved(_)
            | Event::DeviationPosted(_)
            | Event::DeviationWaived(_)
            | Event::ActProposed(_)
            | Event::ActApproved(_)
            | Event::ActWithdrawn(_)
            | Event::RoleGranted(_)
            | Event::RoleRevoked(_)
            | Event::Supply(_)
            | Event::KeyGranted(_)
            | Event::KeyRevoked(_)
            | Event::TimePassed(_)
            | Event::StageCrossed(_) => None,
        }
    }

    /// What it froze of what it was computed from (S3).
    #[must_use]
    pub fn inputs(&self) -> &[DocumentInput] {
        match self {
            Self::Settlement(document) => &document.inputs,
            Self::Deviation(document) => &document.inputs,
            Self::TakeOrPay(document) => &document.inputs,
            Self::LateFee(document) => &document.inputs,
        }
    }

    /// Counts the documents of its period, from 1.
    #[must_use]
    pub fn revision(&self) -> u32 {
        match self {
            Self::Settlement(document) => document.revision,
            Self::Deviation(document) => document.revision,
            Self::TakeOrPay(document) => document.revision,
            // A fee is charged for days that no other fee covers; it has no later revision.
            Self::LateFee(_) => 1,
        }
    }

    /// S4: of a later revision, the facts that came after the revision before it.
    #[must_use]
    pub fn causes(&self) -> &[Position] {
        match self {
            Self::Settlement(document) => &document.causes,
            Self::Deviation(document) => &document.causes,
            Self::TakeOrPay(document) => &document.causes,
            Self::LateFee(_) => &[],
        }
    }

    /// The columns of its total.
    #[must_use]
    pub fn columns(&self) -> Taxed {
        match self {
            Self::Settlement(document) => document.total(),
            Self::Deviation(document) => document.total(),
            Self::TakeOrPay(document) => document.total(),
            Self::LateFee(document) => document.total(),
        }
    }

    /// Computes it again. `ledger` is the state folded from its inputs.
    pub fn again(&self, ledger: &Ledger) -> Result<Explained, Rejection> {
        match self {
            Self::Settlement(document) => settlement(ledger, document),
            Self::Deviation(document) => deviation(ledger, document),
            Self::TakeOrPay(document) => year(ledger, document),
            Self::LateFee(document) => late_fee(ledger, document),
        }
    }
}

/// A document computed again from its frozen inputs.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The columns that came out now: its total, and M3 of it.
    pub columns: Taxed,
    /// Whether everything that the document froze came out again (S3).
    pub agrees: bool,
    /// How it came to be.
    pub trace: Trace,
}

fn settlement(ledger: &Ledger, issued: &SettlementIssued) -> Result<Explained, Rejection> {
    let contract = contract_of(ledger, &issued.contract)?;
    let again = settled(contract, issued.month, ledger.indices())?;
    let agrees = again.lines == issued.lines
        && again.quantity == issued.quantity
        && again.contract_quantity == issued.contract_quantity
        && firm_lots(contract, issued) == issued.firm_lots
        && again.tax_percent == issued.tax_percent
        && contract.days_of(issued.month).last == issued.last_gas_day
        && again.total.gross == issued.gross
        && again.total.net == issued.net
        && again.total.tax == issued.tax;
    Ok(Explained { columns: again.total, agrees, trace: again.trace })
}

/// D1: the firm lots that a settlement names.
fn firm_lots(contract: &ContractState, issued: &SettlementIssued) -> Quantity {
    let lots = contract.lots_of(issued.month);
    lots.iter().filter(|lot| lot.firm).map(|lot| lot.quantity).sum()
}

/// A quantity as a document writes it; none when it does not fit.
fn rounded(exact: &Exact, unit: Unit) -> Option<Quantity> {
    Quantity::round(exact, unit).ok()
}

fn deviation(ledger: &Ledger, issued: &DeviationAssessed) -> Result<Explained, Rejection> {
    let contract = contract_of(ledger, &issued.contract)?;
    let again = assessed(contract, issued.month, ledger.indices())?;
    let agrees = again.deviation.tiers == issued.tiers
        && again.deviation.quantity == issued.quantity
        && again.deviation.side == issued.side
        && again.taken == issued.taken
        && again.planned == issued.planned
        && rounded(&again.base, issued.unit) == Some(issued.base)
        && rounded(&again.relief, issued.unit) == Some(issued.relief)
        && again.deviation.flagged == issued.flagged
        && again.tax_percent == issued.tax_percent
        && again.reference_price == issued.reference_price
        && again.total.gross == issued.charge
        && again.total.net == issued.net
        && again.total.tax == issued.tax;
    // The assessment rests on issued months; theirs rest on the readings.
    let mut trace = again.deviation.trace;
    for month in again.period.months() {
        trace = trace.with_step(settled(contract, month, ledger.indices())?.trace);
    }
    Ok(Explained { columns: again.total, agrees, trace })
}

/// Everything that the year froze is a number of the rules, so the whole document must come out.
fn year(ledger: &Ledger, issued: &TakeOrPaySettled) -> Result<Explained, Rejection> {
    let contract = contract_of(ledger, &issued.contract)?;
    let frozen = Frozen {
        four_eyes: issued.four_eyes,
        inputs: issued.inputs.clone(),
        posted_on: issued.posted_on,
        revision: issued.revision,
        rules: issued.rules,
    };
    let again = take_or_pay::settled(contract, issued.year, ledger.indices(), frozen)?;
    let again_as_issued = TakeOrPaySettled {
        causes: issued.causes.clone(),
        difference: issued.difference,
        ..again.value
    };
    let agrees = again_as_issued == *issued;
    let columns = Document::TakeOrPay(Arc::new(again_as_issued)).columns();
    Ok(Explained { columns, agrees, trace: again.trace })
}

fn late_fee(ledger: &Ledger, issued: &LateFeeCharged) -> Result<Explained, Rejection> {
    let contract = contract_of(ledger, &issued.contract)?;
    let again = charged(contract, issued.document, issued.through)?;
    Ok(again.map_or_else(
        || Explained {
            columns: Taxed::ZERO,
            agrees: false,
            trace: Trace::new("A6", "late_fee", Value::Money(Money::ZERO)),
        },
        |again| {
            let frozen = LateFeeCharged {
                four_eyes: issued.four_eyes,
                inputs: issued.inputs.clone(),
                posted_on: issued.posted_on,
                ..again.value
            };
            let agrees = frozen == *issued;
            let columns = Document::LateFee(Box::new(frozen)).columns();
            Explained { columns, agrees, trace: again.trace }
        },
    ))
}

/// The available money and the days of gas of a contract as of a gas day.
pub fn balance(
    contract: &ContractState,
    ledger: &Ledger,
    as_of: GasDay,
) -> Result<Vec<Trace>, RuleError> {
    account_as_of(contract, ledger.indices(), as_of).map(|account| account.traces)
}

pub(crate) fn contract_of<'a>(
    ledger: &'a Ledger,
    id: &ContractId,
) -> Result<&'a ContractState, Rejection> {
    let unknown =
        || citygate_domain::settlement::Rejection::UnknownContract { contract: id.clone() };
    Ok(ledger.contract(id).ok_or_else(unknown)?)
}
