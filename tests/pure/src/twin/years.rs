//! Y1–Y13: the contract years of take-or-pay, recounted from every fact, one after the other.

use chrono::NaiveDate;
use citygate_domain::contract::{
    CarryForwardBase, EndOfTerm, MakeUpOrder, MakeUpPrice as MadeUpAt, TakeOrPayPrice as Agreed,
    TakeOrPayTerms, Terms,
};
use num_traits::{Signed, Zero};

use super::calendar::{Month, days};
use super::deviation::relief;
use super::facts::{ContractFacts, Facts};
use super::fill::places;
use super::number::{R, half_up, least, most, of, percent, sum, whole};
use super::price::composite;
use super::settlement::{Settled, rate_on, settle};

/// An entry of a bank: what a year left, and for make-up what was paid for it.
#[derive(Clone)]
struct Left {
    origin: i64,
    quantity: R,
    amount: R,
    until: i64,
    paid: R,
}

/// A settled contract year: its numbers by the names of the document, and what it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The calendar year in which it begins.
    pub year: i64,
    /// Names and values.
    pub numbers: Vec<(&'static str, R)>,
    /// Make-up, oldest first: its year, quantity, and what is left of the payment.
    pub make_up: Vec<(i64, R, R)>,
    /// Carry-forward, oldest first: its year, quantity, and nothing.
    pub carry_forward: Vec<(i64, R, R)>,
}

/// No price on the gas day whose composite would have to be the take-or-pay price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceMissing;

/// Every contract year of a contract with take-or-pay terms, and nothing credited as deviation.
///
/// # Panics
/// Without take-or-pay terms.
pub fn years(facts: &Facts, contract: &ContractFacts) -> Result<Vec<Year>, PriceMissing> {
    let months = contract.months();
    let (mut make_up, mut carry) = (Vec::new(), Vec::new());
    let mut years = Vec::new();
    let count = months.chunks(12).count();
    for (place, months) in months.chunks(12).enumerate() {
        let year = Counting::of(facts, contract, months, place + 1 == count);
        let numbers = year.close(&mut make_up, &mut carry)?;
        let shown = |bank: &[Left]| {
            let entries = bank.iter();
            entries.map(|it| (it.origin, it.quantity.clone(), it.amount.clone())).collect()
        };
        let (make_up, carry_forward) = (shown(&make_up), shown(&carry));
        years.push(Year { year: year.year, numbers, make_up, carry_forward });
    }
    Ok(years)
}

struct Counting<'a> {
    facts: &'a Facts,
    contract: &'a ContractFacts,
    year: i64,
    is_last: bool,
    months: &'a [Month],
    settled: Vec<Settled>,
    last_day: NaiveDate,
    terms: &'a Terms,
    rules: &'a TakeOrPayTerms,
}

impl<'a> Counting<'a> {
    fn of(
        facts: &'a Facts,
        contract: &'a ContractFacts,
        months: &'a [Month],
        is_last: bool,
    ) -> Self {
        let end = |month: Month| *contract.days_of(month).last().expect("a month of the term");
        let last_day = end(months[months.len() - 1]);
        let terms = &contract.on(last_day).0;
        Self {
            facts,
            contract,
            year: months[0].0.into(),
            is_last,
            months,
            settled: months.iter().map(|of| settle(facts, contract, *of, end(*of))).collect(),
            last_day,
            terms,
            rules: terms.take_or_pay.as_ref().expect("take-or-pay terms"),
        }
    }

    /// A quantity in the unit's decimals.
    fn units(&self, exact: &R) -> R {
        half_up(exact, places(self.terms.unit))
    }

    fn close(
        &self,
        make_up: &mut Vec<Left>,
        carry: &mut Vec<Left>,
    ) -> Result<Vec<(&'static str, R)>, PriceMissing> {
        let zero = || whole(0);
        let acq = sum(self.settled.iter().map(|month| month.contract_quantity.clone()));
        let relieved = sum(self.months.iter().map(|month| relief(self.contract, *month)));
        let aacq = &acq - &relieved;
        let topq = self.units(&(percent(self.rules.percent.value()) * &aacq));
        let taken = self.taken();
        let from = match self.rules.make_up.order {
            MakeUpOrder::AfterAdjusted => aacq.clone(),
            MakeUpOrder::AfterTakeOrPay => topq.clone(),
            MakeUpOrder::First => zero(),
        };
        let drawn = least(held(make_up), most(zero(), &taken - from));
        let drawn = take(make_up, &self.units(&drawn));
        let counted = &taken - held(&drawn);
        let deficiency = most(zero(), &topq - &counted);
        let terms = self.rules.carry_forward.as_ref();
        let cap = terms.map_or_else(zero, |terms| percent(terms.cap_percent.value()));
        let applied = take(carry, &self.units(&least(held(carry), cap * &deficiency)));
        let paid = self.units(&(&deficiency - held(&applied)));
        let price = self.price()?;
        let payment = half_up(&(&paid * &price), 2);
        let years = i64::from(self.rules.make_up.years);
        let right = paid.is_positive() && years > 0 && !self.is_last;
        if right {
            let (quantity, amount) = (paid.clone(), payment.clone());
            let until = self.year + years;
            let paid = price.clone();
            make_up.push(Left { origin: self.year, quantity, amount, until, paid });
        }
        let earned = terms.map_or_else(zero, |terms| {
            let base =
                if terms.base == CarryForwardBase::Adjusted { aacq.clone() } else { topq.clone() };
            self.units(&most(zero(), &counted - base))
        });
        if earned.is_positive() {
            let (quantity, origin) = (earned.clone(), self.year);
            let until = self.year + i64::from(terms.map_or(0, |terms| terms.years));
            carry.push(Left { origin, quantity, amount: zero(), until, paid: zero() });
        }
        let without = if right { zero() } else { payment.clone() };
        let expired = lapse(make_up, self.year);
        let carry_expired = held(&lapse(carry, self.year));
        let mut numbers = vec![
            ("adjusted_quantity", self.units(&aacq)),
            ("take_or_pay_quantity", topq),
            ("make_up_drawn", held(&drawn)),
            ("counted", counted),
            ("deficiency", deficiency),
            ("carry_forward_applied", held(&applied)),
            ("paid_quantity", paid),
            ("payment", payment.clone()),
            ("payment_net", self.net_of(&payment, true)),
            ("make_up_expired", held(&expired)),
            ("carry_forward_earned", earned),
            ("carry_forward_expired", carry_expired),
        ];
        let ended = if self.is_last { std::mem::take(make_up) } else { Vec::new() };
        if self.is_last {
            carry.clear();
        }
        let income = money(&drawn) + money(&expired) + without;
        numbers.extend(self.amounts(&drawn, &ended, &payment, &price, &income));
        Ok(numbers)
    }

    /// What the year comes to in money, at its end.
    fn amounts(
        &self,
        drawn: &[Left],
        ended: &[Left],
        payment: &R,
        price: &R,
        income: &R,
    ) -> Vec<(&'static str, R)> {
        let zero = || whole(0);
        let refunds = self.rules.end_of_term == EndOfTerm::Refund {};
        let refund = if refunds { half_up(&(held(ended) * price), 2) } else { zero() };
        let credit = self.credit(drawn);
        let compensation = self.compensation();
        let lost = if refunds { zero() } else { money(ended) };
        let gross = payment - &credit - &compensation - &refund;
        let billed = sum(self.settled.iter().map(|month| month.gross.clone()));
        vec![
            ("forfeited", if refunds { zero() } else { held(ended) }),
            ("refund", refund),
            ("make_up_credit", credit.clone()),
            ("credit_net", self.net_of(&credit, false)),
            ("seller_compensation", compensation),
            ("released", income + lost),
            ("year_net", billed + &gross),
            ("gross", gross),
        ]
    }

    fn taken(&self) -> R {
        let lots = self.settled.iter().flat_map(|month| &month.lines);
        let lots = sum(lots.filter(|line| line.kind == "lot").map(|line| line.quantity.clone()));
        let all = sum(self.settled.iter().map(|month| month.quantity.clone()));
        if self.rules.lots_count { all } else { all - lots }
    }

    fn price(&self) -> Result<R, PriceMissing> {
        if let Agreed::Fixed { price } = &self.rules.price {
            return Ok(of(price.value()));
        }
        let base = || {
            let lines = self.settled.iter().flat_map(|month| &month.lines);
            lines.filter(|line| line.kind == "base")
        };
        let quantity = sum(base().map(|line| line.quantity.clone()));
        if quantity.is_zero() {
            return composite(self.facts, self.contract, self.last_day).ok_or(PriceMissing);
        }
        let amounts = sum(base().map(|line| line.amount.clone()));
        Ok(half_up(&(amounts / quantity), self.terms.price_decimals as usize))
    }

    /// Y11, unit by unit from the end of the year.
    fn credit(&self, drawn: &[Left]) -> R {
        let quantity = held(drawn);
        if !quantity.is_positive() {
            return whole(0);
        }
        let mut left = quantity.clone();
        let mut billed = whole(0);
        for (of_block, amount) in self.settled.iter().rev().flat_map(blocks) {
            let part = least(left.clone(), of_block.clone());
            billed += &part * amount / of_block;
            left -= part;
        }
        let each = &billed / &quantity;
        let costs = drawn.iter().map(|entry| {
            let price = match &self.rules.make_up.price {
                MadeUpAt::Free {} => whole(0),
                MadeUpAt::Fixed { price } => of(price.value()),
                MadeUpAt::Percent { percent: share } => &each * percent(share.value()),
                MadeUpAt::Difference {} => most(whole(0), &each - &entry.paid),
            };
            &entry.quantity * price
        });
        half_up(&(billed - sum(costs)), 2)
    }

    /// Y12, day by day.
    fn compensation(&self) -> R {
        let Some(rate) = &self.rules.seller_shortfall_rate else { return whole(0) };
        let first = self.contract.days_of(self.months[0])[0];
        let mut short = whole(0);
        for claim in self.contract.claims.iter().filter(|claim| claim.of_seller) {
            let all = days(claim.first, claim.last);
            for _ in all.iter().filter(|day| first <= **day && **day <= self.last_day) {
                short += of(claim.granted) / whole(all.len() as i64);
            }
        }
        half_up(&(short * of(rate.value())), 2)
    }

    fn net_of(&self, gross: &R, take_or_pay: bool) -> R {
        let own = self.terms.charge_tax_percent.as_ref().filter(|_| take_or_pay);
        let own = own.and_then(|tax| tax.take_or_pay.as_ref());
        let rate = rate_on(own.unwrap_or(&self.terms.tax_percent), self.last_day);
        half_up(&(gross / (whole(1) + rate)), 2)
    }
}

/// A segment: its days, quantity, and what it was billed at.
type Segment = (Option<(NaiveDate, NaiveDate)>, R, R);

/// What a month billed together, the last first: excess, lots, then whole segments.
fn blocks(month: &Settled) -> Vec<(R, R)> {
    let mut segments: Vec<Segment> = Vec::new();
    for line in month.lines.iter().filter(|line| line.kind == "base") {
        match segments.last_mut().filter(|(days, _, _)| *days == line.days) {
            Some((_, quantity, amount)) => {
                *quantity += &line.quantity;
                *amount += &line.amount;
            }
            None => segments.push((line.days, line.quantity.clone(), line.amount.clone())),
        }
    }
    let single = |kind: &'static str| {
        let lines = month.lines.iter().rev().filter(move |line| line.kind == kind);
        lines.map(|line| (line.quantity.clone(), line.amount.clone()))
    };
    let segments = segments.into_iter().rev().map(|(_, quantity, amount)| (quantity, amount));
    let all = single("excess").chain(single("lot")).chain(segments);
    all.filter(|(quantity, _)| quantity.is_positive()).collect()
}

fn held(entries: &[Left]) -> R {
    sum(entries.iter().map(|entry| entry.quantity.clone()))
}

fn money(entries: &[Left]) -> R {
    sum(entries.iter().map(|entry| entry.amount.clone()))
}

/// Takes a quantity out, the oldest first; whoever takes the rest of an entry takes its money.
fn take(bank: &mut Vec<Left>, quantity: &R) -> Vec<Left> {
    let mut wanted = quantity.clone();
    let mut taken = Vec::new();
    for entry in bank.iter_mut() {
        let part = least(entry.quantity.clone(), wanted.clone());
        if !part.is_positive() {
            continue;
        }
        let whole_entry = part == entry.quantity;
        let share = least(half_up(&(&part * &entry.paid), 2), entry.amount.clone());
        let amount = if whole_entry { entry.amount.clone() } else { share };
        wanted -= &part;
        entry.quantity -= &part;
        entry.amount -= &amount;
        taken.push(Left { quantity: part, amount, ..entry.clone() });
    }
    bank.retain(|entry| entry.quantity.is_positive());
    taken
}

fn lapse(bank: &mut Vec<Left>, year: i64) -> Vec<Left> {
    let (gone, open) = bank.drain(..).partition(|entry| entry.until <= year);
    *bank = open;
    gone
}
