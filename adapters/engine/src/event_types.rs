//! Every type of event that this program writes, by its stored name, in order.
//!
//! Nodes of several releases share one log: a form is written there only after every node knows it.
//! A test of the stored forms asserts that none is missing here.

use crate::codec::current_version;

const TYPES: [&str; 64] = [
    "account_closed",
const TYPES: [&str; 58] = [
const TYPES: &[&str] = &[
    "act_approved",
    "act_proposed",
    "act_withdrawn",
    "assignment_reversed",
    "balance_moved",
    "books_closed",
    "claim_decided",
    "claim_filed",
    "claim_verified",
    "contract_amended",
    "contract_signed",
    "contract_terminated",
    "customer_registered",
    "delivery_recorded",
    "demand_dispute_resolved",
    "demand_disputed",
    "demand_served",
    "deviation_assessed",
    "deviation_posted",
    "deviation_waived",
    "dispute_resolved",
    "emergency_credit_granted",
    "guarantee_given",
    "index_published",
    "invoice_recorded",
    "key_granted",
    "key_revoked",
    "late_fee_charged",
    "late_fee_waived",
    "ledger_opened",
    "lot_recorded",
    "money_assigned",
    "order_approved",
    "order_issued",
    "order_proposed",
    "order_withdrawn",
    "payment_received",
    "payment_reversed",
    "point_assigned",
    "point_moved",
    "point_released",
    "posting_approved",
    "quantity_transferred",
    "reading_parked",
    "reference_released",
    "reference_taken",
    "refund_paid",
    "role_granted",
    "role_revoked",
    "scheduler_elected",
    "settlement_issued",
    "sheet_confirmed",
    "sheet_deemed_confirmed",
    "sheet_delivered",
    "sheet_disputed",
    "sheet_issued",
    "site_confirmed",
    "stage_crossed",
    "supply_lifted",
    "supply_restored",
    "suspension_notice_served",
    "take_or_pay_settled",
    "time_passed",
    "valve_reported",
];

/// The types with the version in which each is written.
#[must_use]
pub fn event_types() -> Vec<(String, u16)> {
    TYPES.iter().map(|name| ((*name).to_owned(), current_version(name))).collect()
}
