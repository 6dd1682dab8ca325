//! T3: which contract years a contract has, and which of them are settled.

use super::{MakeUpEntry, TakeOrPaySettled};
use crate::contract::{ContractState, EndOfTerm, Issued, TakeOrPayTerms, Terms};
use crate::quantities::{Exact, GasDay, Overflow, Quantity, SettlementMonth};
use crate::rules::period::{MONTHS_OF_YEAR, Period, contract_year};
use crate::rules::relief::relief;
use crate::rules::take_or_pay::{adjusted_quantity, least_quantity};

/// What a year of take-or-pay spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A contract year of the term.
    Year(Period),
    /// Y13: the time after the term in which only make-up goes on, to the stated last gas day.
    Extension(GasDay),
}

impl ContractState {
    /// T3: the contract year in which a month lies, by the calendar year in which it begins.
    #[must_use]
    pub fn year_of(&self, month: SettlementMonth) -> i64 {
        contract_year(month, self.first_month(), self.last_month()).first.year().into()
    }

    /// T3: a contract year by its name; none outside the term.
    #[must_use]
    pub fn contract_year(&self, year: i64) -> Option<Period> {
        let (first, last) = (self.first_month(), self.last_month());
        let since = i32::try_from(year.checked_sub(first.year().into())?).ok()?;
        let begins = first.plus(since.checked_mul(MONTHS_OF_YEAR)?);
        let inside = first <= begins && begins <= last;
        inside.then(|| contract_year(begins, first, last))
    }

    /// The terms of a contract year: those of its last gas day.
    #[must_use]
    pub fn terms_of_year(&self, period: Period) -> &Terms {
        self.terms_of(period.last).unwrap_or(self.newest_terms())
    }

    /// Y: the take-or-pay terms of a contract year, by its last gas day.
    #[must_use]
    pub fn take_or_pay(&self, period: Period) -> Option<&TakeOrPayTerms> {
        self.terms_of_year(period).take_or_pay.as_ref()
    }

    /// Y1, Y2: the take-or-pay quantity of a contract year from what is agreed and granted so far;
    /// none without take-or-pay terms. The year's document says the same once its months are
    /// issued.
    pub fn take_or_pay_quantity(&self, year: i64) -> Result<Option<Quantity>, Overflow> {
        let Some(period) = self.contract_year(year) else { return Ok(None) };
        let Some(agreed) = self.take_or_pay(period) else { return Ok(None) };
        let (claims, unit) = (self.granted_claims(), self.unit());
        let of = |month| Some((month, self.contract_quantity(month)?.value));
        let months: Vec<(SettlementMonth, Quantity)> = period.months().filter_map(of).collect();
        let annual: Quantity = months.iter().map(|(_, quantity)| *quantity).sum();
        let relieved = months
            .iter()
            .map(|(month, quantity)| relief(&claims, self.days_of(*month), *quantity, unit).value);
        let adjusted = adjusted_quantity(&annual.exact(), &relieved.sum::<Exact>());
        Quantity::round(&least_quantity(&adjusted, agreed.percent), unit).map(Some)
    }

    /// The newest revision of a settled contract year.
    #[must_use]
    pub fn settled_year(&self, year: i64) -> Option<&Issued<TakeOrPaySettled>> {
        self.years.get(&year)?.last()
    }

    /// The newest settled year before `year`: its banks are those that `year` begins with.
    #[must_use]
    pub fn settled_before(&self, year: i64) -> Option<&Issued<TakeOrPaySettled>> {
        self.years.range(..year).next_back()?.1.last()
    }

    /// Make-up that a year begins with, with the money behind it.
    #[must_use]
    pub fn make_up_before(&self, year: i64) -> Vec<MakeUpEntry> {
        let before = self.settled_before(year);
        before.map_or_else(Vec::new, |issued| issued.document.make_up.left.clone())
    }

    /// What `year` spans: a contract year, or after the last one the extension that the terms
    /// agree on (Y13).
    #[must_use]
    pub fn span_of(&self, year: i64) -> Option<Span> {
        if let Some(period) = self.contract_year(year) {
            return Some(Span::Year(period));
        }
        let last = self.year_of(self.last_month());
        match &self.newest_terms().take_or_pay.as_ref()?.end_of_term {
            EndOfTerm::Extend { last_gas_day } if year == last.saturating_add(1) => {
                Some(Span::Extension(*last_gas_day))
            }
            EndOfTerm::Extend { .. } | EndOfTerm::Forfeit {} | EndOfTerm::Refund {} => None,
        }
    }

    /// The year that must be settled before `year` and is not: the nearest one before it with
    /// take-or-pay terms.
    #[must_use]
    pub fn open_year_before(&self, year: i64) -> Option<i64> {
        let first = i64::from(self.first_month().year());
        let with_terms = |year: &i64| {
            self.contract_year(*year).is_some_and(|period| self.take_or_pay(period).is_some())
        };
        let before = (first..year).rev().find(with_terms)?;
        self.settled_year(before).is_none().then_some(before)
    }

    /// Whether `close` has a year to settle here: take-or-pay terms, or make-up in an extension.
    #[must_use]
    pub fn takes_or_pays_in(&self, year: i64) -> bool {
        match self.span_of(year) {
            Some(Span::Year(period)) => self.take_or_pay(period).is_some(),
            Some(Span::Extension(_)) => {
                self.settled_year(year).is_some() || !self.make_up_before(year).is_empty()
            }
            None => false,
        }
    }
}
