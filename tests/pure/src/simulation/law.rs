//! E4 a second time: whether an order may lower the flow of a contract at a moment, from the twin's notes
//! alone.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Utc};
use citygate_domain::quantities::OrderId;
use citygate_domain::supply::MeasureKind;

use super::account::contract_daily;
use super::agreed::Contract;
use super::conditions::Agreed;
use super::facts::{ContractFacts, Date, Facts, Ordered, date};
use super::terms::Point;

/// Shanghai has one offset all year.
const OFFSET_SECONDS: i32 = 8 * 3_600;
/// T1.
pub(super) const GAS_DAY_STARTS: i64 = 8;

/// A moment as the ledger's zone shows it.
#[must_use]
pub fn local(now: DateTime<Utc>) -> DateTime<FixedOffset> {
    FixedOffset::east_opt(OFFSET_SECONDS)
        .map_or(now.fixed_offset(), |zone| now.with_timezone(&zone))
}

/// T5.
#[must_use]
pub fn civil(now: DateTime<Utc>) -> Date {
    date(local(now).date_naive())
}

/// T1.
#[must_use]
pub fn gas_day(now: DateTime<Utc>) -> Date {
    civil(now - TimeDelta::hours(GAS_DAY_STARTS))
}

/// Why an order may not lower the flow.
pub type Lacks = Vec<&'static str>;

/// What an order needs, told for one that is in force or about to be.
pub struct Wanted<'a> {
    /// The order.
    pub order: &'a Ordered,
    /// The place of the notice that it rests on.
    pub notice: Option<usize>,
}

impl Facts {
    /// E4: what the order in force of a contract lacks at a moment; none is in force: it lacks that.
    #[must_use]
    pub fn lacks_now(&self, contract: usize, now: DateTime<Utc>) -> Lacks {
        let Some(facts) = self.contracts.get(contract) else { return vec!["contract"] };
        let order = facts.in_force.as_ref().and_then(|order| facts.orders.get(order));
        match order {
            None => vec!["order"],
            Some(order) => {
                self.lacks(contract, &Wanted { order, notice: order.notice }, order.measure, now)
            }
        }
    }

    /// E4: what an order that was proposed lacks, to be issued now.
    #[must_use]
    pub fn lacks_to_issue(&self, contract: usize, order: &OrderId, now: DateTime<Utc>) -> Lacks {
        let Some(facts) = self.contracts.get(contract) else { return vec!["contract"] };
        match facts.orders.get(order) {
            None => vec!["proposal"],
            Some(order) => {
                let notice = facts.notice();
                let mut lacks = self.lacks(contract, &Wanted { order, notice }, order.measure, now);
                // E6: with capacities of like size a part is nothing where the whole is.
                let (limit, _) = self.limit(contract, now);
                if order.outdated {
                    lacks.push("approvals of what is agreed now");
                }
                if order.measure == MeasureKind::Reduce && limit == 0 {
                    lacks.push("a limit that lets something through");
                }
                lacks
            }
        }
    }

    fn lacks(
        &self,
        contract: usize,
        wanted: &Wanted<'_>,
        measure: MeasureKind,
        now: DateTime<Utc>,
    ) -> Lacks {
        let Some(facts) = self.contracts.get(contract) else { return vec!["contract"] };
        let Some(agreed) = Agreed::new(facts, wanted.order, now) else { return vec!["terms"] };
        let mut lacks = Vec::new();
        let mut ask = |holds: bool, what: &'static str| {
            if !holds {
                lacks.push(what);
            }
        };
        ask(facts.life.points_on(gas_day(now)).next().is_some(), "term");
        ask(measure == MeasureKind::Reduce || facts.unprotected, "unprotected class");
        let demand = facts.demand.as_ref();
        ask(demand.is_some_and(|demand| agreed.demand_ran(demand, now)), "demand period");
        ask(demand.is_some_and(|demand| demand.proven), "proof of the demand");
        let notice = wanted.notice.and_then(|place| facts.notices.get(place));
        ask(notice.is_some_and(|notice| agreed.notice_ran(notice, now)), "notice period");
        ask(notice.is_some_and(|notice| notice.proven), "proof of notice");
        ask(notice.is_some_and(|notice| agreed.notice_lasts(notice, now)), "notice that lasts");
        ask(agreed.short(measure, self.account(contract, civil(now))), "shortage");
        ask(agreed.fresh(facts, now), "fresh readings");
        ask(
            demand.is_some_and(|demand| facts.received(demand, civil(now)) < demand.fen),
            "unpaid demand",
        );
        ask(!self.is_over(contract, now), "demand that goes on");
        let blocks = agreed.any(|terms| terms.dispute_blocks_order.unwrap_or(true));
        ask(!(blocks && facts.disputed), "undisputed demand");
        ask(!self.help_waits(contract), "no proposal that waits");
        ask(facts.open_claims.is_empty(), "no claim that waits");
        ask(!self.posted_too_much(contract), "no document that comes out lower");
        ask(!agreed.in_window(now), "time outside the windows");
        ask(self.approved(agreed.when_issued(), wanted.order, measure), "approvals");
        let continuous = agreed.any(|terms| terms.continuous_process.unwrap_or(false));
        let confirmed = measure == MeasureKind::Reduce || !continuous || facts.site;
        ask(confirmed, "confirmation on site");
        lacks
    }

    /// F: enough other persons.
    fn approved(&self, agreed: &Contract, order: &Ordered, measure: MeasureKind) -> bool {
        if !self.agreed.four_eyes {
            return true;
        }
        let needed = match measure {
            MeasureKind::Reduce if order.by_engine && agreed.automatic => 0,
            MeasureKind::Reduce => 1,
            MeasureKind::Suspend => 2,
        };
        let mut others: Vec<&str> = order.approved_by.iter().map(|one| one.as_str()).collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|one| *one != order.proposed_by.as_str());
        others.len() >= needed
    }

    /// E5: whether the running demand of a contract is over by what is known now: as of today, or of a day
    /// since it was served from which something counts that was told before.
    #[must_use]
    pub fn is_over(&self, contract: usize, now: DateTime<Utc>) -> bool {
        let Some(facts) = self.contracts.get(contract) else { return false };
        let Some(demand) = &facts.demand else { return false };
        let indexed = self.agreed.contracts.get(contract).is_some_and(Contract::is_indexed);
        let today = civil(now);
        let between = (demand.on + 1..today).filter(|day| self.may_change(facts, indexed, *day));
        between.chain([today]).any(|as_of| {
            facts.received(demand, as_of) >= demand.fen
                || as_of >= facts.life.first()
                    && self.account(contract, as_of).lasting.reaches(facts.restore_above(as_of))
        })
    }

    /// Whether money, a guarantee, credit, a price or other terms count from a day on, or a month begins or
    /// ends.
    fn may_change(&self, facts: &ContractFacts, indexed: bool, day: Date) -> bool {
        let first = |day: Date| local_date(day).is_some_and(|day| day.day() == 1);
        facts.money.iter().any(|one| one.on == day)
            || facts.lent.iter().any(|(_, from, _)| *from == day)
            || indexed && self.index.contains_key(&day)
            || facts.life.begins_on(day)
            || first(day)
            || first(day + 1)
            || day == facts.life.last
    }

    /// E6 in thousandths of a cubic metre: what a reduced contract still gets, and what protects it.
    #[must_use]
    pub fn limit(&self, contract: usize, now: DateTime<Utc>) -> (i64, i64) {
        let Some(facts) = self.contracts.get(contract) else { return (0, 0) };
        // Outside of the term nothing is limited.
        let Some(terms) = facts.life.on(gas_day(now)) else { return (0, 0) };
        let (quantity, days) = contract_daily(&facts.life, gas_day(now));
        let up = |over: i64, under: i64| (over + under - 1) / under;
        let daily = up(quantity * 1_000, days);
        let share = up(quantity * 10 * terms.reduce_to_percent, days);
        let protected = match (terms.protected, facts.unprotected) {
            (Some(volume), _) => volume * 1_000,
            (None, false) => daily,
            (None, true) => 0,
        };
        (protected.max(share), protected)
    }
}

fn local_date(day: Date) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day)
}

impl ContractFacts {
    /// E4: what the passage of time has ended of what an order rested on at a point; the facts of a moment
    /// ago are taken as they are.
    #[must_use]
    pub fn lacks_by_time(
        &self,
        point: Point,
        order: Option<&OrderId>,
        now: DateTime<Utc>,
    ) -> Lacks {
        let order = order.and_then(|order| self.orders.get(order));
        let notice = order.and_then(|order| self.notices.get(order.notice?));
        let (Some(order), Some(notice)) = (order, notice) else { return vec!["order"] };
        let Some(agreed) = Agreed::new(self, order, now) else { return vec!["terms"] };
        let mut lacks = Vec::new();
        if !self.life.points_on(gas_day(now)).any(|held| held.point == point) {
            lacks.push("hold of the point");
        }
        if agreed.in_window(now) {
            lacks.push("time outside the windows");
        }
        if !agreed.notice_lasts(notice, now) {
            lacks.push("notice that lasts");
        }
        if !agreed.fresh(self, now) {
            lacks.push("fresh readings");
        }
        lacks
    }
}
