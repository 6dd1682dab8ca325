//! C3, P4: moving monthly quantity between contracts.

use rust_decimal::Decimal;

use crate::log::Position;
use crate::quantities::{Exact, Quantity, TransferReference, Unit};
use crate::trace::{Trace, Traced, Value};

/// C3: transfers between two contracts of the ledger move whole steps of 1 万方.
pub const STEP: Quantity = Quantity::of_parts(10_000);

/// C3: in one month at most a tenth of the receiver's monthly quantity, rounded up to whole steps.
#[must_use]
pub fn limit(receiver_monthly_quantity: Quantity) -> Exact {
    let steps = receiver_monthly_quantity.exact() / Exact::from(10) / STEP.exact();
    steps.ceil() * STEP.exact()
}

/// C3: whether a quantity is a whole number of steps.
#[must_use]
pub fn is_whole_steps(quantity: Quantity) -> bool {
    (quantity.value() % STEP.value()).is_zero()
}

/// A transfer as P4 uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferFacts {
    /// Its reference.
    pub reference: TransferReference,
    /// Billing units, above zero.
    pub quantity: Quantity,
    /// Whether this contract receives it.
    pub incoming: bool,
    /// The event that recorded it.
    pub position: Position,
}

/// P4 (1): C = monthly quantity + transfers in − transfers out, never below 0.
#[must_use]
pub fn contract_quantity(
    monthly: Traced<Quantity>,
    transfers: &[TransferFacts],
    unit: Unit,
) -> Traced<Quantity> {
    let signed = |transfer: &TransferFacts| {
        if transfer.incoming { transfer.quantity.value() } else { -transfer.quantity.value() }
    };
    let moved: Decimal = transfers.iter().map(signed).sum();
    let value = Quantity::new((monthly.value.value() + moved).max(Decimal::ZERO));
    let mut trace = Trace::new("P4", "contract_quantity", Value::Quantity(value, unit))
        .with_step(monthly.trace);
    for transfer in transfers {
        let name = if transfer.incoming { "transfer_in" } else { "transfer_out" };
        let value = Value::Quantity(transfer.quantity, unit);
        trace = trace.with("transfer", Value::Text(transfer.reference.to_string())).with_events(
            name,
            value,
            vec![transfer.position],
        );
    }
    Traced { value, trace }
}
