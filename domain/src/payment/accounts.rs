//! A2, A3, G: one contract's account as of several gas days. What does not differ between them is
//! computed once.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::parts::{
    emergency_credit, guarantees, late_fees, money_parts, moved, priced, reference,
};
use crate::contract::{ContractState, PaymentTerms};
use crate::customer::CustomerClass;
use crate::market::IndexBook;
use crate::quantities::{Exact, GasDay, GasDays, Money, Price, SettlementMonth};
use crate::rules::RuleError;
use crate::rules::account::{AccountParts, Part, available, balance};
use crate::rules::days::{DaysRemaining, days_remaining, next_unit_price};
use crate::rules::pricer::Pricer;
use crate::rules::settlement::{MonthFacts, Settlement, Unpriced, settle_at};
use crate::rules::stage::{Recommendation, Stage, StageInput, recommended};
use crate::trace::Traced;

/// What of an account decides about supply (A3, G2, G3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    /// A3.
    pub available: Money,
    /// G2; none while a price is missing.
    pub price: Option<Price>,
    /// G3; none while a price is missing.
    pub days: Option<DaysRemaining>,
}

impl Remaining {
    /// E2: what this recommends under these terms, while a stage is in effect.
    #[must_use]
    pub fn recommends(
        self,
        terms: &PaymentTerms,
        class: CustomerClass,
        effective: Stage,
    ) -> Recommendation {
        let (days, available) = (self.days, self.available);
        recommended(&StageInput { days, available, terms, class, effective })
    }
}

/// One contract's account, asked about as of several gas days.
#[derive(Debug)]
pub struct Accounts<'a> {
    contract: &'a ContractState,
    indices: &'a IndexBook,
    /// Months that ended before a day asked about: they come to the same on every later one.
    ended: BTreeMap<SettlementMonth, Rc<Running<'a>>>,
    pricer: Pricer<'a>,
}

/// A month that is not posted as of a gas day, and its running value.
#[derive(Debug)]
pub(super) struct Running<'a> {
    facts: MonthFacts<'a>,
    /// P7.
    pub(super) settled: Settlement,
}

/// What an account holds as of a gas day.
#[derive(Debug)]
pub(super) struct Held<'a> {
    as_of: GasDay,
    parts: AccountParts,
    /// Guarantees valid that day.
    pub(super) guarantees: Part,
    /// Emergency credit granted for that day.
    pub(super) emergency_credit: Part,
    /// Months not posted, oldest first.
    pub(super) months: Vec<Rc<Running<'a>>>,
}

impl Held<'_> {
    /// A2, with how the running values came to be.
    pub(super) fn balance(&self) -> Traced<Money> {
        let mut balance = balance(&self.parts);
        let months = self.months.iter().map(|month| month.settled.trace.clone());
        balance.trace = balance.trace.with_steps(months);
        balance
    }

    /// Days left out because a price is missing.
    pub(super) fn unpriced(&self) -> Vec<Unpriced> {
        self.months.iter().flat_map(|month| month.settled.unpriced.iter().cloned()).collect()
    }
}

/// How long what is available lasts (G1–G3).
#[derive(Debug)]
pub(super) struct Lasting {
    /// G1, unrounded.
    pub(super) quantity: Traced<Exact>,
    /// G2; none while a price is missing.
    pub(super) price: Option<Traced<Price>>,
    /// G3; none while a price is missing.
    pub(super) days: Option<Traced<DaysRemaining>>,
}

impl<'a> Accounts<'a> {
    /// The account of a contract, at published values.
    #[must_use]
    pub fn new(contract: &'a ContractState, indices: &'a IndexBook) -> Self {
        Self { contract, indices, ended: BTreeMap::new(), pricer: Pricer::new(indices) }
    }

    /// A3, G2, G3 as of a gas day of the term or after it: the numbers of
    /// [`account_as_of`](super::account_as_of), without how they came to be.
    pub fn remaining(&mut self, as_of: GasDay) -> Result<Remaining, RuleError> {
        let held = self.held(as_of)?;
        let balance = balance(&held.parts);
        let available = available(balance, &held.guarantees, &held.emergency_credit).value;
        let Lasting { price, days, .. } = self.lasting(&held, available)?;
        let (price, days) = (price.map(|price| price.value), days.map(|days| days.value));
        Ok(Remaining { available, price, days })
    }

    /// A2 as of a gas day, and what A3 adds to it.
    pub(super) fn held(&mut self, as_of: GasDay) -> Result<Held<'a>, RuleError> {
        let contract = self.contract;
        let mut parts = money_parts(&contract.money, as_of);
        parts.moved = moved(contract, as_of);
        parts.late_fees = late_fees(contract, as_of);
        let mut months = Vec::new();
        for month in contract.months() {
            let days = contract.days_of(month);
            if days.first > as_of {
                break;
            }
            match contract.settlement(month).filter(|_| days.last <= as_of) {
                Some(issued) => parts.posted.add(issued.document.gross, issued.position),
                None => months.extend(self.running(month, days, as_of)?),
            }
        }
        parts.running.amount = months.iter().map(|month| month.settled.total.gross).sum();
        for issued in contract.years.values().filter_map(|revisions| revisions.last()) {
            if issued.document.last_gas_day <= as_of {
                parts.posted.add(issued.document.gross, issued.position);
            }
        }
        for posted in contract.cases.values().flat_map(|case| &case.posted) {
            if posted.last_gas_day <= as_of {
                parts.posted.add(posted.gross, posted.position);
            }
        }
        let guarantees = guarantees(contract, as_of);
        let emergency_credit = emergency_credit(contract, as_of);
        Ok(Held { as_of, parts, guarantees, emergency_credit, months })
    }

    /// P7 of a month that is not posted; none where it has no gas day.
    fn running(
        &mut self,
        month: SettlementMonth,
        days: GasDays,
        as_of: GasDay,
    ) -> Result<Option<Rc<Running<'a>>>, RuleError> {
        if let Some(known) = self.ended.get(&month).filter(|_| days.last <= as_of) {
            return Ok(Some(Rc::clone(known)));
        }
        let Some(facts) = self.contract.month_facts(month, as_of, self.indices) else {
            return Ok(None);
        };
        let running = Rc::new(Running { settled: settle_at(&facts, &mut self.pricer)?, facts });
        if days.last <= as_of {
            self.ended.insert(month, Rc::clone(&running));
        }
        Ok(Some(running))
    }

    /// G1–G3: how long so much lasts as of the day of what is held.
    pub(super) fn lasting(
        &mut self,
        held: &Held<'a>,
        available: Money,
    ) -> Result<Lasting, RuleError> {
        let contract = self.contract;
        let day = held.as_of.min(contract.last_gas_day());
        let month = contract.month_of(day);
        let quantity = reference(contract, month, day);
        let price = priced(self.next_price(held, month, day))?;
        let days = price
            .as_ref()
            .map(|price| days_remaining(available, &quantity.value, price.value, contract.unit()));
        Ok(Lasting { quantity, price, days: days.transpose()? })
    }

    /// G2 in the settlement month of the day.
    fn next_price(
        &mut self,
        held: &Held<'a>,
        month: SettlementMonth,
        day: GasDay,
    ) -> Result<Traced<Price>, RuleError> {
        let settled = held.months.last().filter(|running| running.facts.month == month);
        if let Some(Running { facts, settled }) = settled.map(|running| &**running) {
            return next_unit_price(settled, facts, &mut self.pricer, day);
        }
        let facts = self
            .contract
            .month_facts(month, day, self.indices)
            .unwrap_or_else(|| unreachable!("the day lies inside the month and the term"));
        let settled = settle_at(&facts, &mut self.pricer)?;
        next_unit_price(&settled, &facts, &mut self.pricer, day)
    }
}
