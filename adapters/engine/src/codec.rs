//! Events in their stored form: a type, a version, and canonical JSON.
//!
//! Every (type, version) that was ever written stays decodable: the newest form of a type is the
//! domain's own, an older one is lifted by [`crate::upcast`] first.

use std::sync::Arc;

use citygate_domain::Event;
use citygate_domain::supply::SupplyEvent;
use citygate_store::canonical_json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::names::Names;
use crate::{delivery_form, upcast};

/// An event in its stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The stored name of its type.
    pub event_type: &'static str,
    /// The version of its form.
    pub type_version: u16,
    /// Canonical JSON, hashed and stored as these bytes.
    pub payload: String,
}

/// Why a stored event cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CodecError {
    /// The type, or its version, is not known to this program.
    #[error("event type {event_type} version {type_version} is not known to this version")]
    UnknownType {
        /// As stored.
        event_type: String,
        /// As stored.
        type_version: u16,
    },
    /// The payload does not have the form of its type.
    #[error("a stored {event_type} does not have the form of its type: {reason}")]
    Form {
        /// As stored.
        event_type: String,
        /// What is wrong.
        reason: String,
    },
}

/// The version in which a type is written.
#[must_use]
pub fn current_version(event_type: &str) -> u16 {
    if event_type == "delivery_recorded" { 2 } else { 1 }
}

/// The stored form of an event.
pub fn encode(event: &Event) -> Result<Encoded, CodecError> {
    let event_type = event.type_name();
    let payload = match event {
        Event::LedgerOpened(event) => canonical(event),
        Event::SchedulerElected(event) => canonical(event),
        Event::CustomerRegistered(event) => canonical(event),
        Event::ContractSigned(event) => canonical(event),
        Event::ContractAmended(event) => canonical(event.as_ref()),
        Event::ContractTerminated(event) => canonical(event.as_ref()),
        Event::PointAssigned(event) => canonical(event),
        Event::PointReleased(event) => canonical(event),
        Event::PointMoved(event) => canonical(event),
        Event::BalanceMoved(event) => canonical(event),
        Event::AccountClosed(event) => canonical(event.as_ref()),
        Event::IndexPublished(event) => canonical(event),
        Event::QuantityTransferred(event) => canonical(event),
        Event::LotRecorded(event) => canonical(event),
        // The path of every reading: its fields stand in canonical order, so no tree is built.
        Event::DeliveryRecorded(event) => {
            serde_json::to_string(event).map_err(|error| error.to_string())
        }
        Event::ReadingParked(event) => canonical(event),
        Event::ClaimFiled(event) => canonical(event),
        Event::ClaimDecided(event) => canonical(event),
        Event::PaymentReceived(event)
        | Event::PaymentReversed(event)
        | Event::RefundPaid(event) => canonical(event),
        Event::GuaranteeGiven(event) => canonical(event),
        Event::MoneyAssigned(event) | Event::AssignmentReversed(event) => canonical(event),
        Event::CreditGranted(event) => canonical(event),
        Event::LateFeeCharged(event) => canonical(event),
        Event::LateFeeWaived(event) => canonical(event),
        Event::InvoiceRecorded(event) => canonical(event),
        Event::BooksClosed(event) => canonical(event),
        Event::SettlementIssued(event) => canonical(event.as_ref()),
        Event::DeviationAssessed(event) => canonical(event.as_ref()),
        Event::TakeOrPaySettled(event) => canonical(event.as_ref()),
        Event::ReferenceTaken(event) | Event::ReferenceReleased(event) => canonical(event),
        Event::ClaimVerified(event) => canonical(event),
        Event::SheetIssued(event) => canonical(event),
        Event::SheetDelivered(event) => canonical(event),
        Event::SheetConfirmed(event) => canonical(event),
        Event::SheetDeemedConfirmed(event) => canonical(event),
        Event::SheetDisputed(event) => canonical(event),
        Event::DisputeResolved(event) => canonical(event),
        Event::PostingApproved(event) => canonical(event),
        Event::DeviationPosted(event) => canonical(event),
        Event::DeviationWaived(event) => canonical(event),
        Event::ActProposed(event) => canonical(event),
        Event::ActApproved(event) => canonical(event),
        Event::ActWithdrawn(event) => canonical(event),
        Event::RoleGranted(event) => canonical(event),
        Event::RoleRevoked(event) => canonical(event),
        Event::Supply(event) => supply_payload(event),
        Event::KeyGranted(event) => canonical(event),
        Event::KeyRevoked(event) => canonical(event),
        Event::TimePassed(event) => canonical(event),
        Event::StageCrossed(event) => canonical(event),
    };
    let payload =
        payload.map_err(|reason| CodecError::Form { event_type: event_type.to_owned(), reason })?;
    Ok(Encoded { event_type, type_version: current_version(event_type), payload })
}

fn supply_payload(event: &SupplyEvent) -> Result<String, String> {
    match event {
        SupplyEvent::DemandServed(event) => canonical(event),
        SupplyEvent::DemandDisputed(event) => canonical(event),
        SupplyEvent::DemandDisputeResolved(event) => canonical(event),
        SupplyEvent::NoticeServed(event) => canonical(event),
        SupplyEvent::SiteConfirmed(event) => canonical(event),
        SupplyEvent::OrderProposed(event) => canonical(event),
        SupplyEvent::OrderApproved(event) => canonical(event),
        SupplyEvent::OrderWithdrawn(event) => canonical(event),
        SupplyEvent::OrderIssued(event) => canonical(event.as_ref()),
        SupplyEvent::ValveReported(event) => canonical(event),
        SupplyEvent::SupplyLifted(event) => canonical(event),
        SupplyEvent::SupplyRestored(event) => canonical(event),
    }
}

fn canonical<T: Serialize>(event: &T) -> Result<String, String> {
    let value = serde_json::to_value(event).map_err(|error| error.to_string())?;
    canonical_json(&value).map_err(|error| error.to_string())
}

/// The event of a stored form.
pub fn decode(event_type: &str, type_version: u16, payload: &str) -> Result<Event, CodecError> {
    decode_named(event_type, type_version, payload, &mut Names::default())
}

/// The same, with the names that were read before: for many events, one after another.
pub fn decode_named(
    event_type: &str,
    type_version: u16,
    payload: &str,
    names: &mut Names,
) -> Result<Event, CodecError> {
    let current = current_version(event_type);
    if type_version == current {
        return decode_current(event_type, payload, names);
    }
    let lifted = upcast::lift(event_type, type_version, payload).ok_or_else(|| {
        CodecError::UnknownType { event_type: event_type.to_owned(), type_version }
    })?;
    let payload =
        lifted.map_err(|reason| CodecError::Form { event_type: event_type.to_owned(), reason })?;
    decode_current(event_type, &payload, names)
}

fn decode_current(event_type: &str, payload: &str, names: &mut Names) -> Result<Event, CodecError> {
    let read = Read { event_type, payload };
    match event_type {
        "ledger_opened" => read.form().map(Event::LedgerOpened),
        "scheduler_elected" => read.form().map(Event::SchedulerElected),
        "customer_registered" => read.form().map(Event::CustomerRegistered),
        "contract_signed" => read.form().map(|form| Event::ContractSigned(Box::new(form))),
        "contract_amended" => read.form().map(|form| Event::ContractAmended(Arc::new(form))),
        "contract_terminated" => read.form().map(|form| Event::ContractTerminated(Arc::new(form))),
        "point_assigned" => read.form().map(Event::PointAssigned),
        "point_released" => read.form().map(Event::PointReleased),
        "point_moved" => read.form().map(Event::PointMoved),
        "balance_moved" => read.form().map(Event::BalanceMoved),
        "account_closed" => read.form().map(|form| Event::AccountClosed(Arc::new(form))),
        "index_published" => read.form().map(Event::IndexPublished),
        "quantity_transferred" => read.form().map(Event::QuantityTransferred),
        "lot_recorded" => read.form().map(Event::LotRecorded),
        "delivery_recorded" => match delivery_form::read(payload, names) {
            Some(form) => Ok(Event::DeliveryRecorded(form)),
            None => read.form().map(Event::DeliveryRecorded),
        },
        "reading_parked" => read.form().map(Event::ReadingParked),
        "claim_filed" => read.form().map(Event::ClaimFiled),
        "claim_decided" => read.form().map(Event::ClaimDecided),
        "payment_received" => read.form().map(Event::PaymentReceived),
        "payment_reversed" => read.form().map(Event::PaymentReversed),
        "refund_paid" => read.form().map(Event::RefundPaid),
        "guarantee_given" => read.form().map(Event::GuaranteeGiven),
        "money_assigned" => read.form().map(Event::MoneyAssigned),
        "assignment_reversed" => read.form().map(Event::AssignmentReversed),
        "emergency_credit_granted" => read.form().map(Event::CreditGranted),
        "late_fee_charged" => read.form().map(|form| Event::LateFeeCharged(Box::new(form))),
        "late_fee_waived" => read.form().map(Event::LateFeeWaived),
        "invoice_recorded" => read.form().map(Event::InvoiceRecorded),
        "books_closed" => read.form().map(Event::BooksClosed),
        "settlement_issued" => read.form().map(|form| Event::SettlementIssued(Arc::new(form))),
        "deviation_assessed" => read.form().map(|form| Event::DeviationAssessed(Arc::new(form))),
        "take_or_pay_settled" => read.form().map(|form| Event::TakeOrPaySettled(Arc::new(form))),
        "reference_taken" => read.form().map(Event::ReferenceTaken),
        "reference_released" => read.form().map(Event::ReferenceReleased),
        "claim_verified" => read.form().map(Event::ClaimVerified),
        "sheet_issued" => read.form().map(Event::SheetIssued),
        "sheet_delivered" => read.form().map(Event::SheetDelivered),
        "sheet_confirmed" => read.form().map(Event::SheetConfirmed),
        "sheet_deemed_confirmed" => read.form().map(Event::SheetDeemedConfirmed),
        "sheet_disputed" => read.form().map(Event::SheetDisputed),
        "dispute_resolved" => read.form().map(Event::DisputeResolved),
        "posting_approved" => read.form().map(Event::PostingApproved),
        "deviation_posted" => read.form().map(Event::DeviationPosted),
        "deviation_waived" => read.form().map(Event::DeviationWaived),
        "act_proposed" => read.form().map(|form| Event::ActProposed(Box::new(form))),
        "act_approved" => read.form().map(Event::ActApproved),
        "act_withdrawn" => read.form().map(Event::ActWithdrawn),
        "role_granted" => read.form().map(Event::RoleGranted),
        "role_revoked" => read.form().map(Event::RoleRevoked),
        "key_granted" => read.form().map(Event::KeyGranted),
        "key_revoked" => read.form().map(Event::KeyRevoked),
        "time_passed" => read.form().map(Event::TimePassed),
        "stage_crossed" => read.form().map(Event::StageCrossed),
        other => decode_supply(other, read),
    }
}

fn decode_supply(event_type: &str, read: Read<'_>) -> Result<Event, CodecError> {
    match event_type {
        "demand_served" => read.supply(SupplyEvent::DemandServed),
        "demand_disputed" => read.supply(SupplyEvent::DemandDisputed),
        "demand_dispute_resolved" => read.supply(SupplyEvent::DemandDisputeResolved),
        "suspension_notice_served" => read.supply(SupplyEvent::NoticeServed),
        "site_confirmed" => read.supply(SupplyEvent::SiteConfirmed),
        "order_proposed" => read.supply(SupplyEvent::OrderProposed),
        "order_approved" => read.supply(SupplyEvent::OrderApproved),
        "order_withdrawn" => read.supply(SupplyEvent::OrderWithdrawn),
        "order_issued" => read.supply(|form| SupplyEvent::OrderIssued(Box::new(form))),
        "valve_reported" => read.supply(SupplyEvent::ValveReported),
        "supply_lifted" => read.supply(SupplyEvent::SupplyLifted),
        "supply_restored" => read.supply(SupplyEvent::SupplyRestored),
        unknown => Err(CodecError::UnknownType {
            event_type: unknown.to_owned(),
            type_version: current_version(unknown),
        }),
    }
}

#[derive(Clone, Copy)]
struct Read<'a> {
    event_type: &'a str,
    payload: &'a str,
}

impl<'a> Read<'a> {
    fn supply<T: DeserializeOwned + for<'de> Deserialize<'de>>(
        self,
        wrap: impl FnOnce(T) -> SupplyEvent,
    ) -> Result<Event, CodecError> {
        self.form().map(|form| Event::Supply(Box::new(wrap(form))))
    }

    fn form<T: DeserializeOwned + for<'de> Deserialize<'de>>(self) -> Result<T, CodecError> {
        serde_json::from_str(self.payload).map_err(|error| CodecError::Form {
            event_type: self.event_type.to_owned(),
            reason: error.to_string(),
        })
    }
}
