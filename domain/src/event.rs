//! Everything that can have happened.
//!
//! An event is a fact: [`crate::state::Ledger::evolve`] never refuses one. Its JSON form is its
//! stored form; fields stand in alphabetical order so that the bytes are RFC 8785 canonical.

use std::sync::Arc;

use crate::approval::{ActApproved, ActProposed, ActWithdrawn, RoleGranted, RoleRevoked};
use crate::books::{
    BooksClosed, CreditGranted, InvoiceRecorded, LateFeeCharged, LateFeeWaived, MoneyAssigned,
};
use crate::contract::life::{
    AccountClosed, BalanceMoved, ContractAmended, ContractTerminated, PointMoved, PointReleased,
};
use crate::contract::{ContractSigned, PointAssigned, QuantityTransferred};
use crate::customer::CustomerRegistered;
use crate::delivery::{DeliveryRecorded, ReadingParked};
use crate::deviation::{
    ClaimDecided, ClaimFiled, ClaimVerified, DeviationAssessed, DeviationPosted, DeviationWaived,
    DisputeResolved, PostingApproved, SheetConfirmed, SheetDeemedConfirmed, SheetDelivered,
    SheetDisputed, SheetIssued,
};
use crate::keys::{KeyGranted, KeyRevoked};
use crate::ledger::Settings;
use crate::market::{IndexPublished, LotRecorded};
use crate::passage::{StageCrossed, TimePassed};
use crate::payment::{GuaranteeGiven, MoneyMoved, ReferenceUse};
use crate::quantities::CivilDay;
use crate::scheduler::SchedulerElected;
use crate::settlement::SettlementIssued;
use crate::stream::Stream;
use crate::supply::SupplyEvent;
use crate::take_or_pay::TakeOrPaySettled;

/// A fact of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// `ledger_opened`: the settings of the ledger.
    LedgerOpened(Settings),
    /// `scheduler_elected`: a node does what the passage of time asks for.
    SchedulerElected(SchedulerElected),
    /// `customer_registered`.
    CustomerRegistered(CustomerRegistered),
    /// `contract_signed`: also a renewal, whose term follows the one before.
    ContractSigned(Box<ContractSigned>),
    /// `contract_amended`: other terms from a gas day on.
    ContractAmended(Arc<ContractAmended>),
    /// `contract_terminated`: the term ended early.
    ContractTerminated(Arc<ContractTerminated>),
    /// `point_assigned`: a point belongs to a contract from day to day.
    PointAssigned(PointAssigned),
    /// `point_released`: it does not any more.
    PointReleased(PointReleased),
    /// `point_moved`: one side of a point's way from one contract to another.
    PointMoved(PointMoved),
    /// `balance_moved`: one side of a balance's way from one contract to another.
    BalanceMoved(BalanceMoved),
    /// `account_closed`.
    AccountClosed(Arc<AccountClosed>),
    /// `index_published`: a value, or with a reason its correction.
    IndexPublished(IndexPublished),
    /// `quantity_transferred`: one side of a transfer.
    QuantityTransferred(QuantityTransferred),
    /// `lot_recorded`.
    LotRecorded(LotRecorded),
    /// `delivery_recorded`.
    DeliveryRecorded(DeliveryRecorded),
    /// `reading_parked`: a reading of a day behind its point's term.
    ReadingParked(ReadingParked),
    /// `claim_filed`.
    ClaimFiled(ClaimFiled),
    /// `claim_decided`.
    ClaimDecided(ClaimDecided),
    /// `payment_received`.
    PaymentReceived(MoneyMoved),
    /// `payment_reversed`.
    PaymentReversed(MoneyMoved),
    /// `refund_paid`.
    RefundPaid(MoneyMoved),
    /// `guarantee_given`.
    GuaranteeGiven(GuaranteeGiven),
    /// `money_assigned`: unallocated money belongs to a contract.
    MoneyAssigned(MoneyAssigned),
    /// `assignment_reversed`: it does not any more.
    AssignmentReversed(MoneyAssigned),
    /// `emergency_credit_granted`.
    CreditGranted(CreditGranted),
    /// `late_fee_charged`.
    LateFeeCharged(Box<LateFeeCharged>),
    /// `late_fee_waived`.
    LateFeeWaived(LateFeeWaived),
    /// `invoice_recorded`.
    InvoiceRecorded(InvoiceRecorded),
    /// `books_closed`.
    BooksClosed(BooksClosed),
    /// `settlement_issued`.
    SettlementIssued(Arc<SettlementIssued>),
    /// `deviation_assessed`.
    DeviationAssessed(Arc<DeviationAssessed>),
    /// `take_or_pay_settled`: a contract year.
    TakeOrPaySettled(Arc<TakeOrPaySettled>),
    /// `reference_taken`: a unique name is in use.
    ReferenceTaken(ReferenceUse),
    /// `reference_released`: it is free again.
    ReferenceReleased(ReferenceUse),
    /// `claim_verified`: the evidence of a claim was looked at.
    ClaimVerified(ClaimVerified),
    /// `sheet_issued`: to the buyer.
    SheetIssued(SheetIssued),
    /// `sheet_delivered`: its proof.
    SheetDelivered(SheetDelivered),
    /// `sheet_confirmed`: sealed.
    SheetConfirmed(SheetConfirmed),
    /// `sheet_deemed_confirmed`: the agreed days have passed.
    SheetDeemedConfirmed(SheetDeemedConfirmed),
    /// `sheet_disputed`: the buyer objects.
    SheetDisputed(SheetDisputed),
    /// `dispute_resolved`: upheld or withdrawn.
    DisputeResolved(DisputeResolved),
    /// `posting_approved`: by a second person.
    PostingApproved(PostingApproved),
    /// `deviation_posted`: the charge or its difference.
    DeviationPosted(DeviationPosted),
    /// `deviation_waived`: the case has ended.
    DeviationWaived(DeviationWaived),
    /// `act_proposed`: it waits for a second person.
    ActProposed(Box<ActProposed>),
    /// `act_approved`: recorded together with what the act led to.
    ActApproved(ActApproved),
    /// `act_withdrawn`: by its maker, or rejected.
    ActWithdrawn(ActWithdrawn),
    /// `role_granted`.
    RoleGranted(RoleGranted),
    /// `role_revoked`.
    RoleRevoked(RoleRevoked),
    /// What happened to the supply of a contract: its events have names of their own.
    Supply(Box<SupplyEvent>),
    /// `key_granted`.
    KeyGranted(KeyGranted),
    /// `key_revoked`.
    KeyRevoked(KeyRevoked),
    /// `time_passed`: a deadline or an expiry (T6).
    TimePassed(TimePassed),
    /// `stage_crossed`: another stage is recommended than before (E2).
    StageCrossed(StageCrossed),
}

impl Event {
    /// The stream that the event belongs to.
    #[must_use]
    pub fn stream(&self) -> Stream {
        match self {
            Self::LedgerOpened(_) => Stream::Ledger,
            Self::SchedulerElected(_) => Stream::Scheduler,
            Self::CustomerRegistered(event) => Stream::Customer(event.customer.clone()),
            Self::ContractSigned(event) => Stream::Contract(event.contract.clone()),
            Self::ContractAmended(event) => Stream::Contract(event.contract.clone()),
            Self::ContractTerminated(event) => Stream::Contract(event.contract.clone()),
            Self::PointAssigned(event) => Stream::Point(event.point.clone()),
            Self::PointReleased(event) => Stream::Point(event.point.clone()),
            Self::PointMoved(event) => Stream::Contract(event.contract.clone()),
            Self::BalanceMoved(event) => Stream::Contract(event.contract.clone()),
            Self::AccountClosed(event) => Stream::Contract(event.contract.clone()),
            Self::IndexPublished(event) => Stream::Index(event.code.clone()),
            Self::QuantityTransferred(event) => Stream::Contract(event.contract.clone()),
            Self::LotRecorded(event) => Stream::Contract(event.contract.clone()),
            Self::DeliveryRecorded(event) => Stream::Delivery(event.contract.clone(), event.month),
            Self::ReadingParked(event) => Stream::Point(event.point.clone()),
            Self::ClaimFiled(event) => Stream::Contract(event.contract.clone()),
            Self::ClaimDecided(event) => Stream::Contract(event.contract.clone()),
            Self::PaymentReceived(event)
            | Self::PaymentReversed(event)
            | Self::RefundPaid(event) => match &event.contract {
                Some(contract) => Stream::Contract(contract.clone()),
                None => Stream::Unallocated,
            },
            Self::GuaranteeGiven(event) => Stream::Contract(event.contract.clone()),
            Self::MoneyAssigned(event) | Self::AssignmentReversed(event) => {
                Stream::Contract(event.contract.clone())
            }
            Self::CreditGranted(event) => Stream::Contract(event.contract.clone()),
            Self::LateFeeCharged(event) => Stream::Contract(event.contract.clone()),
            Self::LateFeeWaived(event) => Stream::Contract(event.contract.clone()),
            Self::InvoiceRecorded(event) => Stream::Contract(event.contract.clone()),
            Self::BooksClosed(_) => Stream::Books,
            Self::SettlementIssued(event) => Stream::Contract(event.contract.clone()),
            Self::DeviationAssessed(event) => Stream::Contract(event.contract.clone()),
            Self::TakeOrPaySettled(event) => Stream::Contract(event.contract.clone()),
            Self::ReferenceTaken(event) | Self::ReferenceReleased(event) => event.stream(),
            Self::ClaimVerified(event) => Stream::Contract(event.contract.clone()),
            Self::SheetIssued(event) => Stream::Contract(event.contract.clone()),
            Self::SheetDelivered(event) => Stream::Contract(event.contract.clone()),
            Self::SheetConfirmed(event) => Stream::Contract(event.contract.clone()),
            Self::SheetDeemedConfirmed(event) => Stream::Contract(event.contract.clone()),
            Self::SheetDisputed(event) => Stream::Contract(event.contract.clone()),
            Self::DisputeResolved(event) => Stream::Contract(event.contract.clone()),
            Self::PostingApproved(event) => Stream::Contract(event.contract.clone()),
            Self::DeviationPosted(event) => Stream::Contract(event.contract.clone()),
            Self::DeviationWaived(event) => Stream::Contract(event.contract.clone()),
            Self::ActProposed(event) => Stream::Approval(event.subject.clone()),
            Self::ActApproved(event) => Stream::Approval(event.subject.clone()),
            Self::ActWithdrawn(event) => Stream::Approval(event.subject.clone()),
            Self::RoleGranted(event) => Stream::Person(event.person.clone()),
            Self::RoleRevoked(event) => Stream::Person(event.person.clone()),
            Self::Supply(event) => Stream::Contract(event.contract().clone()),
            Self::KeyGranted(event) => Stream::Key(event.key.clone()),
            Self::KeyRevoked(event) => Stream::Key(event.key.clone()),
            Self::TimePassed(event) => Stream::Passage(event.contract.clone()),
            Self::StageCrossed(event) => Stream::Passage(event.contract.clone()),
        }
    }

    /// The stored name of the event's type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::LedgerOpened(_) => "ledger_opened",
            Self::SchedulerElected(_) => "scheduler_elected",
            Self::CustomerRegistered(_) => "customer_registered",
            Self::ContractSigned(_) => "contract_signed",
            Self::ContractAmended(_) => "contract_amended",
            Self::ContractTerminated(_) => "contract_terminated",
            Self::PointAssigned(_) => "point_assigned",
            Self::PointReleased(_) => "point_released",
            Self::PointMoved(_) => "point_moved",
            Self::BalanceMoved(_) => "balance_moved",
            Self::AccountClosed(_) => "account_closed",
            Self::IndexPublished(_) => "index_published",
            Self::QuantityTransferred(_) => "quantity_transferred",
            Self::LotRecorded(_) => "lot_recorded",
            Self::DeliveryRecorded(_) => "delivery_recorded",
            Self::ReadingParked(_) => "reading_parked",
            Self::ClaimFiled(_) => "claim_filed",
            Self::ClaimDecided(_) => "claim_decided",
            Self::PaymentReceived(_) => "payment_received",
            Self::PaymentReversed(_) => "payment_reversed",
            Self::RefundPaid(_) => "refund_paid",
            Self::GuaranteeGiven(_) => "guarantee_given",
            Self::MoneyAssigned(_) => "money_assigned",
            Self::AssignmentReversed(_) => "assignment_reversed",
            Self::CreditGranted(_) => "emergency_credit_granted",
            Self::LateFeeCharged(_) => "late_fee_charged",
            Self::LateFeeWaived(_) => "late_fee_waived",
            Self::InvoiceRecorded(_) => "invoice_recorded",
            Self::BooksClosed(_) => "books_closed",
            Self::SettlementIssued(_) => "settlement_issued",
            Self::DeviationAssessed(_) => "deviation_assessed",
            Self::TakeOrPaySettled(_) => "take_or_pay_settled",
            Self::ReferenceTaken(_) => "reference_taken",
            Self::ReferenceReleased(_) => "reference_released",
            Self::ClaimVerified(_) => "claim_verified",
            Self::SheetIssued(_) => "sheet_issued",
            Self::SheetDelivered(_) => "sheet_delivered",
            Self::SheetConfirmed(_) => "sheet_confirmed",
            Self::SheetDeemedConfirmed(_) => "sheet_deemed_confirmed",
            Self::SheetDisputed(_) => "sheet_disputed",
            Self::DisputeResolved(_) => "dispute_resolved",
            Self::PostingApproved(_) => "posting_approved",
            Self::DeviationPosted(_) => "deviation_posted",
            Self::DeviationWaived(_) => "deviation_waived",
            Self::ActProposed(_) => "act_proposed",
            Self::ActApproved(_) => "act_approved",
            Self::ActWithdrawn(_) => "act_withdrawn",
            Self::RoleGranted(_) => "role_granted",
            Self::RoleRevoked(_) => "role_revoked",
            Self::Supply(event) => event.type_name(),
            Self::KeyGranted(_) => "key_granted",
            Self::KeyRevoked(_) => "key_revoked",
            Self::TimePassed(_) => "time_passed",
            Self::StageCrossed(_) => "stage_crossed",
        }
    }

    /// The day from which the fact counts (formats.md); none for facts without one.
    #[must_use]
    pub fn effective(&self) -> Option<CivilDay> {
        match self {
            Self::LedgerOpened(_)
            | Self::SchedulerElected(_)
            | Self::CustomerRegistered(_)
            | Self::ReferenceTaken(_)
            | Self::ReferenceReleased(_)
            | Self::ActProposed(_)
            | Self::ActApproved(_)
            | Self::ActWithdrawn(_)
            | Self::RoleGranted(_)
            | Self::RoleRevoked(_)
            | Self::KeyGranted(_)
            | Self::KeyRevoked(_) => None,
            Self::Supply(event) => Some(event.on()),
            Self::TimePassed(event) => Some(event.on),
            Self::StageCrossed(event) => Some(event.on),
            Self::ClaimVerified(event) => Some(event.on),
            Self::SheetIssued(event) => Some(event.on),
            Self::SheetDelivered(event) => Some(event.on),
            Self::SheetConfirmed(event) => Some(event.on),
            Self::SheetDeemedConfirmed(event) => Some(event.on),
            Self::SheetDisputed(event) => Some(event.on),
            Self::DisputeResolved(event) => Some(event.on),
            Self::PostingApproved(event) => Some(event.on),
            Self::DeviationPosted(event) => Some(event.last_gas_day.civil()),
            Self::DeviationWaived(event) => Some(event.on),
            Self::ContractSigned(event) => Some(event.terms.first_gas_day.civil()),
            Self::ContractAmended(event) => Some(event.from.civil()),
            Self::ContractTerminated(event) => Some(event.terms.last_gas_day.civil()),
            Self::PointAssigned(event) => Some(event.first_gas_day.civil()),
            Self::PointReleased(event) => Some(event.from.civil()),
            Self::PointMoved(event) => Some(event.first_gas_day.civil()),
            Self::BalanceMoved(event) => Some(event.value_date),
            Self::AccountClosed(event) => Some(event.on),
            Self::IndexPublished(event) => Some(event.effective_day),
            Self::QuantityTransferred(event) => Some(event.first_gas_day.civil()),
            Self::LotRecorded(event) => Some(event.first_gas_day.civil()),
            Self::DeliveryRecorded(event) => Some(event.gas_day.civil()),
            Self::ReadingParked(event) => Some(event.gas_day.civil()),
            Self::ClaimFiled(event) => Some(event.first_gas_day.civil()),
            Self::ClaimDecided(event) => Some(event.first_gas_day.civil()),
            Self::PaymentReceived(event)
            | Self::PaymentReversed(event)
            | Self::RefundPaid(event) => Some(event.value_date),
            Self::GuaranteeGiven(event) => Some(event.valid_from),
            Self::MoneyAssigned(event) | Self::AssignmentReversed(event) => Some(event.value_date),
            Self::CreditGranted(event) => Some(event.from),
            Self::LateFeeCharged(event) => Some(event.posted_on),
            Self::LateFeeWaived(event) => Some(event.posted_on),
            Self::InvoiceRecorded(event) => Some(event.date),
            Self::BooksClosed(event) => Some(event.through),
            Self::SettlementIssued(event) => Some(event.last_gas_day.civil()),
            Self::DeviationAssessed(event) => Some(event.last_gas_day.civil()),
            Self::TakeOrPaySettled(event) => Some(event.last_gas_day.civil()),
        }
    }
}
