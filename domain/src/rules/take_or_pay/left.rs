//! Y8–Y13: what the contract year leaves behind.

use super::banks::total;
use super::year::{Closing, End, named, resting_on};
use super::{Billed, Entry, TakeOrPayError, YearFacts, billed_at};
use crate::contract::{CarryForwardBase, CarryForwardTerms, EndOfTerm, MakeUpPrice};
use crate::quantities::{Exact, Price};
use crate::trace::{Trace, Traced, Value};

impl Closing<'_> {
    /// Y8: a make-up entry opens for the quantity paid, unless there is no right to it.
    pub(super) fn open_make_up(&mut self, paid: &Exact) -> Option<Entry<Price>> {
        let years = self.terms.make_up.years;
        if !paid.is_positive() {
            return None;
        }
        let has_right = years > 0 && !self.facts.is_last;
        let opened = if has_right { paid.clone() } else { Exact::zero() };
        let usable_until = self.facts.year.saturating_add(years.into());
        let mut trace = self
            .quantity("make_up_opened", "Y8", &opened)
            .with("paid_quantity", self.shown(paid))
            .with("make_up_years", Value::Count(years.into()));
        if has_right {
            trace = trace.with("usable_until", named(usable_until));
        }
        self.steps.push(trace);
        let (origin, price) = (self.facts.year, self.facts.take_or_pay_price.value);
        let entry = Entry { origin, quantity: opened, usable_until, paid: price };
        self.banks.make_up.open(entry.clone());
        has_right.then_some(entry)
    }

    /// Y9: carry-forward earned = max(0, counted − base).
    pub(super) fn earn(
        &mut self,
        counted: &Exact,
        adjusted: &Exact,
        take_or_pay: &Exact,
    ) -> Result<Option<Entry<()>>, TakeOrPayError> {
        let Some(CarryForwardTerms { years, base, .. }) = self.terms.carry_forward else {
            return Ok(None);
        };
        let base = match base {
            CarryForwardBase::Adjusted => adjusted,
            CarryForwardBase::TakeOrPay => take_or_pay,
        };
        let exact = (counted - base).max(Exact::zero());
        let value = self.rounding.quantity(exact.clone())?;
        let usable_until = self.facts.year.saturating_add((*years).into());
        let trace = self
            .quantity("carry_forward_earned", "Y9", &value)
            .with("counted", self.shown(counted))
            .with("base", self.shown(base))
            .with("usable_until", named(usable_until))
            .with_exact(exact);
        self.steps.push(trace);
        let is_earned = value.is_positive();
        let entry = Entry { origin: self.facts.year, quantity: value, usable_until, paid: () };
        self.banks.carry_forward.open(entry.clone());
        Ok(is_earned.then_some(entry))
    }

    /// Y10: entries whose last year is `year` or before it expire.
    pub(super) fn expire(&mut self, year: i64) -> (Vec<Entry<Price>>, Vec<Entry<()>>) {
        let make_up = self.banks.make_up.expire(year);
        let carry_forward = self.banks.carry_forward.expire(year);
        for (name, parts) in
            [("make_up_expired", parts(&make_up)), ("carry_forward_expired", parts(&carry_forward))]
        {
            for (origin, quantity) in parts {
                let trace = self.quantity(name, "Y10", quantity).with("of_year", named(origin));
                self.steps.push(trace);
            }
        }
        (make_up, carry_forward)
    }

    /// Y11: made-up quantity × (what that gas was billed at − make-up price), rounded once.
    pub(super) fn credit_made_up(
        &mut self,
        draws: &[Entry<Price>],
    ) -> Result<Exact, TakeOrPayError> {
        let drawn = total(draws);
        if !drawn.is_positive() {
            return Ok(Exact::zero());
        }
        let billed = match &self.facts.billed {
            Billed::At(price) => {
                let value = &drawn * &price.value().into();
                let trace = Trace::new("Y11", "billed_amount", self.rounding.money_value(&value))
                    .with("contract_price", self.rounding.price_value(*price));
                Traced { value, trace }
            }
            Billed::Documents { months, .. } => billed_at(months, &drawn, self.rounding)?,
        };
        let per_unit = billed.value.clone() / drawn;
        let mut exact = billed.value;
        let mut steps = Trace::new("Y11", "make_up_credit", Value::Missing);
        for entry in draws {
            let price = make_up_price(&self.terms.make_up.price, &per_unit, entry.paid);
            exact = &exact - &(&entry.quantity * &price);
            steps = steps
                .with("of_year", named(entry.origin))
                .with("quantity", self.shown(&entry.quantity))
                .with("make_up_price", Value::Text(price.to_string()));
        }
        let credit = self.rounding.money(exact.clone())?;
        let result = self.rounding.money_value(&credit);
        let trace = Trace { result, ..steps }.with_exact(exact).with_step(billed.trace);
        self.steps.push(trace);
        Ok(credit)
    }

    /// Y12: the seller's compensation.
    pub(super) fn compensate(&mut self) -> Result<Exact, TakeOrPayError> {
        let YearFacts { seller_shortfall, seller_shortfall_rate, .. } = self.facts;
        let Some(rate) = seller_shortfall_rate else { return Ok(Exact::zero()) };
        let exact = &seller_shortfall.value * &rate.value().into();
        let value = self.rounding.money(exact.clone())?;
        if seller_shortfall.value.is_positive() {
            let shown = self.rounding.money_value(&value);
            let trace = Trace::new("Y12", "seller_compensation", shown)
                .with("rate", self.rounding.price_value(*rate))
                .with_exact(exact);
            self.steps.push(resting_on(trace, "seller_shortfall", seller_shortfall));
        }
        Ok(value)
    }

    /// Y13: after Y10, every bank of the contract's last year closes at zero; under `extend` the
    /// make-up stays usable to the stated last day.
    pub(super) fn end_term(&mut self) -> Result<End, TakeOrPayError> {
        let mut end = End::default();
        if !self.facts.is_last {
            return Ok(end);
        }
        end.lapsed = self.banks.carry_forward.close();
        let price = self.facts.take_or_pay_price.value;
        let trace = match self.terms.end_of_term {
            EndOfTerm::Forfeit {} => {
                end.closed = self.banks.make_up.close();
                end.forfeited = total(&end.closed);
                self.quantity("forfeited", "Y13", &end.forfeited)
            }
            EndOfTerm::Refund {} => {
                end.closed = self.banks.make_up.close();
                end.refunded = total(&end.closed);
                let exact = &end.refunded * &price.value().into();
                end.refund = self.rounding.money(exact.clone())?;
                Trace::new("Y13", "refund", self.rounding.money_value(&end.refund))
                    .with("quantity", self.shown(&end.refunded))
                    .with("take_or_pay_price", self.rounding.price_value(price))
                    .with_exact(exact)
            }
            EndOfTerm::Extend { last_gas_day } => {
                let balance = self.banks.make_up.balance();
                self.quantity("make_up_balance", "Y13", &balance)
                    .with("last_gas_day", Value::GasDay(*last_gas_day))
            }
        };
        let lapsed = self.shown(&total(&end.lapsed));
        self.steps.push(trace.with("carry_forward_lapsed", lapsed));
        Ok(end)
    }

    /// What the year's gas was billed at.
    pub(super) fn gross(&self) -> Result<Exact, TakeOrPayError> {
        match &self.facts.billed {
            Billed::At(price) => {
                let exact = &self.facts.taken.value * &price.value().into();
                Ok(self.rounding.money(exact)?)
            }
            Billed::Documents { gross, .. } => Ok(gross.value().into()),
        }
    }
}

/// Y11: what a made-up unit costs that was billed at `billed` and paid with `paid`.
fn make_up_price(price: &MakeUpPrice, billed: &Exact, paid: Price) -> Exact {
    match price {
        MakeUpPrice::Free {} => Exact::zero(),
        MakeUpPrice::Fixed { price } => price.value().into(),
        MakeUpPrice::Percent { percent } => billed * &percent.fraction(),
        MakeUpPrice::Difference {} => (billed - &paid.value().into()).max(Exact::zero()),
    }
}

fn parts<P>(entries: &[Entry<P>]) -> Vec<(i64, &Exact)> {
    entries.iter().map(|entry| (entry.origin, &entry.quantity)).collect()
}
