//! A4's posting matrix: the one place that says which fact posts what.

use citygate_domain::Event;
use citygate_domain::books::{DocumentName, MoneyAssigned};
use citygate_domain::contract::life::BalanceMoved;
use citygate_domain::deviation::DeviationPosted;
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::{CivilDay, ContractId, Money, Quantity, SettlementMonth, Unit};
use citygate_domain::settlement::SettlementIssued;

use super::{GasAccount, MoneyAccount, Posting, year};

/// What an event posts, before its settlement month is known.
pub(super) struct Posted {
    pub contract: Option<ContractId>,
    pub date: CivilDay,
    /// The month of a document; money belongs to the month of its date.
    pub month: Option<SettlementMonth>,
    pub reference: String,
    pub postings: Vec<Posting>,
}

/// A4: what an event posts; nothing for a fact that moves neither money nor billed gas. A document
/// posts all that it says, whatever its revision.
pub(super) fn posted(event: &Event) -> Option<Posted> {
    match event {
        Event::PaymentReceived(moved) => Some(money(moved, MoneyAccount::Cash, held(moved))),
        Event::PaymentReversed(moved) | Event::RefundPaid(moved) => {
            Some(money(moved, held(moved), MoneyAccount::Cash))
        }
        Event::MoneyAssigned(one) => {
            Some(assignment(one, MoneyAccount::Unallocated, MoneyAccount::Prepaid))
        }
        Event::AssignmentReversed(one) => {
            Some(assignment(one, MoneyAccount::Prepaid, MoneyAccount::Unallocated))
        }
        Event::BalanceMoved(moved) => Some(balance(moved)),
        Event::LateFeeCharged(fee) => {
            Some(late_fee(&fee.contract, fee.posted_on, &fee.document, [fee.fee, fee.net, fee.tax]))
        }
        Event::LateFeeWaived(fee) => {
            let mirror = [-fee.fee, -fee.net, -fee.tax];
            Some(late_fee(&fee.contract, fee.posted_on, &fee.document, mirror))
        }
        Event::SettlementIssued(document) => Some(settlement(document)),
        Event::TakeOrPaySettled(document) => Some(year::posted(document)),
        Event::DeviationPosted(posted) => Some(deviation(posted)),
        Event::LedgerOpened(_)
        | Event::SchedulerElected(_)
        | Event::CustomerRegistered(_)
        | Event::ContractSigned(_)
        | Event::ContractAmended(_)
        | Event::ContractTerminated(_)
        | Event::PointAssigned(_)
        | Event::PointReleased(_)
        | Event::PointMoved(_)
        | Event::AccountClosed(_)
        | Event::IndexPublished(_)
        | Event::QuantityTransferred(_)
        | Event::LotRecorded(_)
        | Event::DeliveryRecorded(_)
        | Event::ReadingParked(_)
        | Event::ClaimFiled(_)
        | Event::ClaimDecided(_)
        | Event::GuaranteeGiven(_)
        | Event::CreditGranted(_)
        | Event::InvoiceRecorded(_)
        | Event::BooksClosed(_)
        | Event::DeviationAssessed(_)
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

/// The liability that holds money: of its contract, or of nobody yet.
fn held(moved: &MoneyMoved) -> MoneyAccount {
    match moved.contract {
        Some(_) => MoneyAccount::Prepaid,
        None => MoneyAccount::Unallocated,
    }
}

fn money(moved: &MoneyMoved, debit: MoneyAccount, credit: MoneyAccount) -> Posted {
    Posted {
        contract: moved.contract.clone(),
        date: moved.value_date,
        month: None,
        reference: format!("{} {}", moved.bank, moved.bank_reference),
        postings: vec![Posting::money(debit, moved.amount), Posting::money(credit, -moved.amount)],
    }
}

/// Money that was nobody's is a contract's, or the other way round.
fn assignment(assigned: &MoneyAssigned, debit: MoneyAccount, credit: MoneyAccount) -> Posted {
    Posted {
        contract: Some(assigned.contract.clone()),
        date: assigned.value_date,
        month: None,
        reference: format!("{} {}", assigned.bank, assigned.bank_reference),
        postings: vec![
            Posting::money(debit, assigned.amount),
            Posting::money(credit, -assigned.amount),
        ],
    }
}

/// C4: what one contract's buyer holds is another's; between the two sides it is on its way.
fn balance(moved: &BalanceMoved) -> Posted {
    let amount = moved.signed_amount();
    Posted {
        contract: Some(moved.contract.clone()),
        date: moved.value_date,
        month: None,
        reference: moved.counterparty.to_string(),
        postings: vec![
            Posting::money(MoneyAccount::BetweenContracts, amount),
            Posting::money(MoneyAccount::Prepaid, -amount),
        ],
    }
}

/// Late fee charged: prepaid to late fee and tax; waived, the mirror.
fn late_fee(
    contract: &ContractId,
    posted_on: CivilDay,
    debt: &DocumentName,
    [fee, net, tax]: [Money; 3],
) -> Posted {
    Posted {
        contract: Some(contract.clone()),
        date: posted_on,
        month: None,
        reference: debt.to_string(),
        postings: charge(fee, net, tax, MoneyAccount::LateFee),
    }
}

/// Settlement issued: prepaid to revenue and tax, delivered gas is sold.
fn settlement(document: &SettlementIssued) -> Posted {
    let SettlementIssued { gross, net, tax, quantity, .. } = *document;
    let mut postings = charge(gross, net, tax, MoneyAccount::Revenue);
    postings.extend(gas(GasAccount::Delivered, GasAccount::Sold, quantity, document.unit));
    Posted {
        contract: Some(document.contract.clone()),
        date: document.posting_date(),
        month: Some(document.month),
        reference: format!("settlement {} r{}", document.month, document.revision),
        postings,
    }
}

/// Deviation posted: prepaid to deviation and tax. The event carries the difference.
fn deviation(posted: &DeviationPosted) -> Posted {
    let DeviationPosted { gross, net, tax, month, revision, .. } = *posted;
    Posted {
        contract: Some(posted.contract.clone()),
        date: posted.posted_on,
        month: Some(month),
        reference: format!("deviation {month} r{revision}"),
        postings: charge(gross, net, tax, MoneyAccount::Deviation),
    }
}

/// A charge that the buyer pays: prepaid to income and tax.
pub(super) fn charge(gross: Money, net: Money, tax: Money, income: MoneyAccount) -> Vec<Posting> {
    vec![
        Posting::money(MoneyAccount::Prepaid, gross),
        Posting::money(income, -net),
        Posting::money(MoneyAccount::Tax, -tax),
    ]
}

/// Gas that goes from one account to another.
pub(super) fn gas(
    from: GasAccount,
    to: GasAccount,
    quantity: Quantity,
    unit: Unit,
) -> [Posting; 2] {
    let negative = Quantity::new(-quantity.value());
    [Posting::gas(to, quantity, unit), Posting::gas(from, negative, unit)]
}
