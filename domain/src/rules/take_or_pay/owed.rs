//! Y1–Y7: what the contract year owes.

use super::year::{Closing, derived, named, resting_on};
use super::{Entry, TakeOrPayError, YearFacts};
use crate::contract::{CarryForwardTerms, MakeUpOrder};
use crate::quantities::{Exact, Percent, Price};
use crate::trace::{Trace, Value};

/// A whole deficiency, in percent: the most that carry-forward may cover (Y6).
const WHOLE: i64 = 100;

/// Y1: AACQ = ACQ − relief, in billing units; the relief is at most ACQ.
#[must_use]
pub fn adjusted_quantity(annual: &Exact, relief: &Exact) -> Exact {
    annual - relief
}

/// Y2: TOPQ = percent × AACQ, in billing units, exact.
#[must_use]
pub fn least_quantity(adjusted: &Exact, percent: Percent) -> Exact {
    adjusted * &percent.fraction()
}

impl Closing<'_> {
    /// Y1: AACQ = ACQ − relief.
    pub(super) fn adjusted(&mut self) -> Result<Exact, TakeOrPayError> {
        let YearFacts { annual_quantity, relief, .. } = self.facts;
        if relief.value > annual_quantity.value {
            return Err(TakeOrPayError::ReliefAboveAnnual {
                year: self.facts.year,
                relief: relief.value.clone().into(),
                annual: annual_quantity.value.clone().into(),
            });
        }
        let value = adjusted_quantity(&annual_quantity.value, &relief.value);
        let trace = self.quantity("adjusted_quantity", "Y1", &value);
        let trace = resting_on(trace, "annual_quantity", annual_quantity);
        self.steps.push(resting_on(trace, "relief", relief));
        Ok(value)
    }

    /// Y2: TOPQ = percent × AACQ.
    pub(super) fn take_or_pay(&mut self, adjusted: &Exact) -> Result<Exact, TakeOrPayError> {
        let exact = least_quantity(adjusted, self.terms.percent);
        let value = self.rounding.quantity(exact.clone())?;
        let trace = self
            .quantity("take_or_pay_quantity", "Y2", &value)
            .with("percent", Value::Percent(self.terms.percent))
            .with("adjusted_quantity", self.shown(adjusted))
            .with_exact(exact);
        self.steps.push(trace);
        Ok(value)
    }

    /// Y3: make-up drawn = min(balance, max(0, taken − threshold)), the oldest entry first.
    pub(super) fn draw_make_up(
        &mut self,
        adjusted: &Exact,
        take_or_pay: &Exact,
    ) -> Result<Vec<Entry<Price>>, TakeOrPayError> {
        let threshold = match self.terms.make_up.order {
            MakeUpOrder::AfterAdjusted => adjusted.clone(),
            MakeUpOrder::AfterTakeOrPay => take_or_pay.clone(),
            MakeUpOrder::First => Exact::zero(),
        };
        let balance = self.banks.make_up.balance();
        let above = (&self.facts.taken.value - &threshold).max(Exact::zero());
        let exact = balance.clone().min(above);
        let value = self.rounding.quantity(exact.clone())?;
        let drawn = self.banks.make_up.draw(&value);
        let trace = self
            .quantity("make_up_drawn", "Y3", &value)
            .with("balance", self.shown(&balance))
            .with("threshold", self.shown(&threshold))
            .with_exact(exact);
        let mut trace = resting_on(trace, "taken", &self.facts.taken);
        for entry in &drawn {
            trace = trace
                .with("of_year", named(entry.origin))
                .with("quantity", self.shown(&entry.quantity));
        }
        self.steps.push(trace);
        Ok(drawn)
    }

    /// Y4: counted = taken − make-up drawn.
    pub(super) fn counted(&mut self, drawn: &Exact) -> Exact {
        let value = &self.facts.taken.value - drawn;
        let trace = self
            .quantity("counted", "Y4", &value)
            .with("taken", self.shown(&self.facts.taken.value))
            .with("make_up_drawn", self.shown(drawn));
        self.steps.push(trace);
        value
    }

    /// Y5: deficiency = max(0, TOPQ − counted − credited).
    pub(super) fn deficiency(&mut self, take_or_pay: &Exact, counted: &Exact) -> Exact {
        let none = self.rounding.given("Y5", "deviation_credited", Exact::zero());
        let credited =
            if self.terms.credit_deviation { &self.facts.deviation_credited } else { &none };
        let value = (&(take_or_pay - counted) - &credited.value).max(Exact::zero());
        let trace = self
            .quantity("deficiency", "Y5", &value)
            .with("take_or_pay_quantity", self.shown(take_or_pay))
            .with("counted", self.shown(counted));
        self.steps.push(resting_on(trace, "deviation_credited", credited));
        value
    }

    /// Y6: carry-forward applied = min(balance, cap × deficiency), the oldest entry first.
    pub(super) fn apply_carry_forward(
        &mut self,
        deficiency: &Exact,
    ) -> Result<Vec<Entry<()>>, TakeOrPayError> {
        let Some(CarryForwardTerms { cap_percent, .. }) = self.terms.carry_forward else {
            return Ok(Vec::new());
        };
        if Exact::from(cap_percent.value()) > Exact::from(WHOLE) {
            return Err(TakeOrPayError::CapAboveWhole { cap: *cap_percent });
        }
        let balance = self.banks.carry_forward.balance();
        let exact = balance.clone().min(deficiency * &cap_percent.fraction());
        let value = self.rounding.quantity(exact.clone())?;
        let applied = self.banks.carry_forward.draw(&value);
        let mut trace = self
            .quantity("carry_forward_applied", "Y6", &value)
            .with("balance", self.shown(&balance))
            .with("cap_percent", Value::Percent(*cap_percent))
            .with("deficiency", self.shown(deficiency))
            .with_exact(exact);
        for entry in &applied {
            trace = trace
                .with("of_year", named(entry.origin))
                .with("quantity", self.shown(&entry.quantity));
        }
        self.steps.push(trace);
        Ok(applied)
    }

    /// Y7: payment = (deficiency − applied) × take-or-pay price.
    pub(super) fn pay(
        &mut self,
        deficiency: &Exact,
        applied: &Exact,
    ) -> Result<(Exact, Exact), TakeOrPayError> {
        let price = &self.facts.take_or_pay_price;
        let quantity = self.rounding.quantity(deficiency - applied)?;
        let exact = &quantity * &price.value.value().into();
        let payment = self.rounding.money(exact.clone())?;
        let trace = Trace::new("Y7", "payment", self.rounding.money_value(&payment))
            .with("paid_quantity", self.shown(&quantity))
            .with("take_or_pay_price", self.rounding.price_value(price.value))
            .with_exact(exact)
            .with_steps(derived(&price.trace));
        self.steps.push(trace);
        Ok((quantity, payment))
    }
}
