//! Whether a patch has the form of terms, before any contract is asked.
//!
//! A term of a wrong form is the patch's own mistake and the same for every contract. So it is
//! tried on terms that have every group; only what they take is asked of contracts.

use super::{Rejection, TermsPatch};
use crate::contract::Terms;

/// Terms with every group. `KIND` stands for one of two kinds of a price, which have a field each.
const SPECIMEN: &str = r#"{
    "first_gas_day": "2025-01-01", "last_gas_day": "2025-12-31", "unit": "m3",
    "price_decimals": 4, "tax_percent": "9",
    "charge_tax_percent": {"deviation": "9", "take_or_pay": "9", "late_fee": "9"},
    "annual_quantity": "12",
    "monthly_quantities": {},
    "price_plans": [],
    "excess_price": {"constant": "1", "floor": "1", "cap": "1", "indices": []},
    "deviation": {
        "lower_tolerance": "5", "upper_tolerance": "5", "measured_from": "edge",
        "tiering": "marginal", "netting": "month", "under": [], "over": []
    },
    "take_or_pay": {
        "percent": "80", "credit_deviation": true, "lots_count": true,
        "price": {"kind": "fixed", "price": "3"},
        "make_up": {"years": 2, "order": "first", "price": {"kind": "KIND", "KIND": "0"}},
        "carry_forward": {"years": 2, "base": "adjusted", "cap_percent": "100"},
        "end_of_term": {"kind": "extend", "last_gas_day": "2026-12-31"}
    },
    "payment": {
        "mode": "prepaid", "reference": "trailing_mean", "reference_days": 7,
        "warn_below": "15", "notice_below": "7", "reduce_below": "3", "suspend_below": "0",
        "restore_above": "10", "notice_hours": 72, "reduce_to_percent": "50", "lease_hours": 24,
        "automatic": false,
        "no_cut": {"hours": [], "weekdays": [], "dates": []}
    }
}"#;

/// The kinds that take its place.
const KINDS: [&str; 2] =
    [r#""kind": "fixed", "price": "0""#, r#""kind": "percent", "percent": "0""#];

const KIND: &str = r#""kind": "KIND", "KIND": "0""#;

/// Refuses a patch that has the form of no terms: with an unknown name inside (1201), or a value of
/// another form (1205).
pub(super) fn check_form(patch: &TermsPatch) -> Result<(), Rejection> {
    let tried = KINDS.map(|kind| patch.applied_to(&specimen(kind)).map(|_| ()));
    let [one, other] = tried;
    one.or_else(|refusal| other.map_err(|_| refusal))
}

fn specimen(kind: &str) -> Terms {
    match serde_json::from_str(&SPECIMEN.replace(KIND, kind)) {
        Ok(terms) => terms,
        Err(error) => unreachable!("the specimen has the form of terms: {error}"),
    }
}
