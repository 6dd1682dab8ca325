//! A6: late fees (滞纳金).

use crate::quantities::{CivilDay, Exact, Money, Overflow, Percent};
use crate::trace::{Trace, Traced, Value};

/// A late fee and the days that it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFee {
    /// From the day after the due date to the day before the payment.
    pub days: u32,
    /// rate × overdue principal × days, rounded once.
    pub fee: Money,
}

/// A6: the days that a payment is late: from the day after the due date to the day before the
/// payment. None when it came on the day after the due date, or earlier.
#[must_use]
pub fn overdue_days(due: CivilDay, paid: CivilDay) -> u32 {
    let between = (paid.date() - due.date()).num_days() - 1;
    u32::try_from(between).unwrap_or(0)
}

/// A6: simple interest on the principal for the overdue days, rounded once.
pub fn late_fee(
    principal: Money,
    percent_per_day: Percent,
    due: CivilDay,
    paid: CivilDay,
) -> Result<Traced<LateFee>, Overflow> {
    let days = overdue_days(due, paid);
    let daily = Exact::from(principal.value()) * percent_per_day.fraction();
    let exact = daily * Exact::from(i64::from(days));
    let fee = Money::round(&exact)?;
    let trace = Trace::new("A6", "late_fee", Value::Money(fee))
        .with("principal", Value::Money(principal))
        .with("percent_per_day", Value::Percent(percent_per_day))
        .with("due", Value::CivilDay(due))
        .with("paid", Value::CivilDay(paid))
        .with("days", Value::Count(days.into()))
        .with_exact(exact);
    Ok(Traced { value: LateFee { days, fee }, trace })
}
