use super::banks::total;
use super::{
    Banks, Entry, Rounding, TakeOrPayError, YearClosed, YearDocument, YearFacts, YearTerms,
};
use crate::quantities::{Exact, Price};
use crate::trace::{Trace, Traced, Value};
use rust_decimal::Decimal;

/// Y1–Y13: closes a contract year, in the order of the clauses.
///
/// `banks` are those that the year before left; years are closed one after the other, without gaps.
pub fn close_year(
    terms: &YearTerms<'_>,
    facts: &YearFacts<'_>,
    banks: Banks,
    rounding: Rounding,
) -> Result<YearClosed, TakeOrPayError> {
    let mut year = Closing { terms, facts, rounding, banks, steps: Vec::new() };
    // What lapsed in a year that knew no take-or-pay, and so has no document of its own.
    let before = year.expire(facts.year.saturating_sub(1));
    let adjusted_quantity = year.adjusted()?;
    let take_or_pay_quantity = year.take_or_pay(&adjusted_quantity)?;
    let draws = year.draw_make_up(&adjusted_quantity, &take_or_pay_quantity)?;
    let make_up_drawn = total(&draws);
    let counted = year.counted(&make_up_drawn);
    let deficiency = year.deficiency(&take_or_pay_quantity, &counted);
    let applications = year.apply_carry_forward(&deficiency)?;
    let carry_forward_applied = total(&applications);
    let (paid_quantity, payment) = year.pay(&deficiency, &carry_forward_applied)?;
    let opened = year.open_make_up(&paid_quantity);
    let earned = year.earn(&counted, &adjusted_quantity, &take_or_pay_quantity)?;
    let now = year.expire(facts.year);
    let make_up_expiries = [before.0, now.0].concat();
    let carry_forward_expiries = [before.1, now.1].concat();
    let make_up_credit = year.credit_made_up(&draws)?;
    let seller_compensation = year.compensate()?;
    let end = year.end_term()?;
    let gross = year.gross()?;
    let net = &(&(&(&gross - &make_up_credit) + &payment) - &seller_compensation) - &end.refund;
    let trace = Trace::new("Y", "year_net", rounding.money_value(&net))
        .with("year", named(facts.year))
        .with("billed", rounding.money_value(&gross))
        .with("make_up_credit", rounding.money_value(&make_up_credit))
        .with("payment", rounding.money_value(&payment))
        .with("seller_compensation", rounding.money_value(&seller_compensation))
        .with("refund", rounding.money_value(&end.refund))
        .with_steps(year.steps);
    let document = YearDocument {
        year: facts.year,
        adjusted_quantity,
        take_or_pay_quantity,
        make_up_drawn,
        counted,
        deficiency,
        carry_forward_applied,
        paid_quantity,
        payment,
        make_up_balance: year.banks.make_up.balance(),
        make_up_expired: total(&make_up_expiries),
        carry_forward_earned: total(earned.as_slice()),
        carry_forward_balance: year.banks.carry_forward.balance(),
        carry_forward_expired: total(&carry_forward_expiries),
        forfeited: end.forfeited,
        refunded_quantity: end.refunded,
        refund: end.refund,
        opened,
        earned,
        closed: end.closed,
        lapsed: end.lapsed,
        make_up_credit,
        seller_compensation,
        net,
        draws,
        applications,
        make_up_expiries,
        carry_forward_expiries,
        trace,
    };
    Ok(YearClosed { document, banks: year.banks })
}

/// A contract year while its clauses are applied.
pub(super) struct Closing<'a> {
    pub terms: &'a YearTerms<'a>,
    pub facts: &'a YearFacts<'a>,
    pub rounding: Rounding,
    pub banks: Banks,
    pub steps: Vec<Trace>,
}

/// Y13: what the end of the term does with what is left in the banks.
#[derive(Default)]
pub(super) struct End {
    pub forfeited: Exact,
    pub refunded: Exact,
    pub refund: Exact,
    pub closed: Vec<Entry<Price>>,
    pub lapsed: Vec<Entry<()>>,
}

impl Closing<'_> {
    pub(super) fn quantity(&self, name: &'static str, rule: &'static str, value: &Exact) -> Trace {
        Trace::new(rule, name, self.rounding.quantity_value(value))
    }

    pub(super) fn shown(&self, value: &Exact) -> Value {
        self.rounding.quantity_value(value)
    }
}

pub(super) fn named(year: i64) -> Value {
    Value::Number(Decimal::from(year))
}

/// Adds a fact as an input, and as a step where it was derived itself.
pub(super) fn resting_on(trace: Trace, name: &'static str, fact: &Traced<Exact>) -> Trace {
    trace.with(name, fact.trace.result.clone()).with_steps(derived(&fact.trace))
}

pub(super) fn derived(trace: &Trace) -> Option<Trace> {
    let given = trace.inputs.is_empty() && trace.steps.is_empty();
    (!given).then(|| trace.clone())
}
