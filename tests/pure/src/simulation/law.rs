//! E4 a second time: whether an order may lower the flow of a contract at a moment, from the twin's notes
//! alone.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use citygate_domain::quantities::OrderId;
use citygate_domain::supply::MeasureKind;

use super::account::{Account, contract_daily};
use super::agreed::Contract;
use super::facts::{ContractFacts, Date, Demand, Facts, Notice, Ordered, Reading, date};

/// Shanghai has one offset all year.
const OFFSET_SECONDS: i32 = 8 * 3_600;
/// T1.
const GAS_DAY_STARTS: i64 = 8;

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
                if order.measure == MeasureKind::Reduce && limit == 0 {
                    lacks.push("a limit that lets something through");
                }
                lacks
            }
        }
    }

    /// E4: what the passage of time has ended of what an order rested on; the facts of a moment ago are
    /// taken as they are.
    #[must_use]
    pub fn lacks_by_time(
        &self,
        contract: usize,
        order: Option<&OrderId>,
        now: DateTime<Utc>,
    ) -> Lacks {
        let (Some(terms), Some(facts)) =
            (self.agreed.contracts.get(contract), self.contracts.get(contract))
        else {
            return vec!["contract"];
        };
        let order = order.and_then(|order| facts.orders.get(order));
        let notice = order.and_then(|order| facts.notices.get(order.notice?));
        let Some(notice) = notice else { return vec!["order"] };
        let mut lacks = Vec::new();
        if in_window(terms, now) {
            lacks.push("time outside the windows");
        }
        if !notice_lasts(terms, notice, now) {
            lacks.push("notice that lasts");
        }
        if !fresh(terms, facts, now) {
            lacks.push("fresh readings");
        }
        lacks
    }

    fn lacks(
        &self,
        contract: usize,
        wanted: &Wanted<'_>,
        measure: MeasureKind,
        now: DateTime<Utc>,
    ) -> Lacks {
        let (Some(terms), Some(facts)) =
            (self.agreed.contracts.get(contract), self.contracts.get(contract))
        else {
            return vec!["contract"];
        };
        let mut lacks = Vec::new();
        let mut ask = |holds: bool, what: &'static str| {
            if !holds {
                lacks.push(what);
            }
        };
        let today = gas_day(now);
        ask(date(terms.first) <= today && today <= date(terms.last), "term");
        ask(measure == MeasureKind::Reduce || facts.unprotected, "unprotected class");
        let demand = facts.demand.as_ref();
        ask(demand.is_some_and(|demand| demand_ran(terms, demand, now)), "demand period");
        ask(demand.is_some_and(|demand| demand.proven), "proof of the demand");
        let notice = wanted.notice.and_then(|place| facts.notices.get(place));
        let hours = TimeDelta::hours(terms.notice_hours);
        ask(notice.is_some_and(|notice| now >= notice.at + hours), "notice period");
        ask(notice.is_some_and(|notice| notice.proven), "proof of notice");
        let lasts = |notice: &Notice| notice_lasts(terms, notice, now);
        ask(notice.is_some_and(lasts), "notice that lasts");
        ask(short(terms, measure, self.account(contract, civil(now))), "shortage");
        ask(fresh(terms, facts, now), "fresh readings");
        ask(
            demand.is_some_and(|demand| facts.received(demand, civil(now)) < demand.fen),
            "unpaid demand",
        );
        ask(!self.is_over(contract, now), "demand that goes on");
        let blocks = terms.dispute_blocks_order.unwrap_or(true);
        ask(!(blocks && facts.disputed), "undisputed demand");
        ask(!self.help_waits(contract), "no proposal that waits");
        ask(facts.open_claims.is_empty(), "no claim that waits");
        ask(!self.posted_too_much(contract), "no document that comes out lower");
        ask(!in_window(terms, now), "time outside the windows");
        ask(self.approved(terms, wanted.order, measure), "approvals");
        let continuous = terms.continuous_process.unwrap_or(false);
        let confirmed = measure == MeasureKind::Reduce || !continuous || facts.site;
        ask(confirmed, "confirmation on site");
        lacks
    }

    /// F: enough other persons.
    fn approved(&self, terms: &Contract, order: &Ordered, measure: MeasureKind) -> bool {
        if !self.agreed.four_eyes {
            return true;
        }
        let needed = match measure {
            MeasureKind::Reduce if order.by_engine && terms.automatic => 0,
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
        let (Some(terms), Some(facts)) =
            (self.agreed.contracts.get(contract), self.contracts.get(contract))
        else {
            return false;
        };
        let Some(demand) = &facts.demand else { return false };
        let today = civil(now);
        let between = (demand.on + 1..today).filter(|day| self.may_change(terms, facts, *day));
        between.chain([today]).any(|as_of| {
            facts.received(demand, as_of) >= demand.fen
                || as_of >= date(terms.first)
                    && self.account(contract, as_of).lasting.reaches(terms.restore_above())
        })
    }

    /// Whether money, a guarantee, credit or a price counts from a day on, or a month begins or ends.
    fn may_change(&self, terms: &Contract, facts: &ContractFacts, day: Date) -> bool {
        let first = |day: Date| local_date(day).is_some_and(|day| day.day() == 1);
        facts.money.iter().any(|one| one.on == day)
            || facts.lent.iter().any(|(_, from, _)| *from == day)
            || terms.is_indexed() && self.index.contains_key(&day)
            || first(day)
            || first(day + 1)
            || day == date(terms.first)
            || day == date(terms.last)
    }

    /// E6 in thousandths of a cubic metre: what a reduced contract still gets, and what protects it.
    #[must_use]
    pub fn limit(&self, contract: usize, now: DateTime<Utc>) -> (i64, i64) {
        let (Some(terms), Some(facts)) =
            (self.agreed.contracts.get(contract), self.contracts.get(contract))
        else {
            return (i64::MAX, i64::MAX);
        };
        let (quantity, days) = contract_daily(terms, gas_day(now));
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

fn notice_lasts(terms: &Contract, notice: &Notice, now: DateTime<Utc>) -> bool {
    let lapses = terms.notice_lapses_days.unwrap_or(60);
    i64::from(civil(now)) <= i64::from(notice.on) + lapses
}

fn local_date(day: Date) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day)
}

fn demand_ran(terms: &Contract, demand: &Demand, now: DateTime<Utc>) -> bool {
    let days = terms.demand_days.unwrap_or(0);
    days == 0 || i64::from(civil(now)) > i64::from(demand.on) + days
}

fn short(terms: &Contract, measure: MeasureKind, account: Account) -> bool {
    let below = match measure {
        MeasureKind::Reduce => terms.reduce_below(),
        MeasureKind::Suspend => terms.suspend_below(),
    };
    let nothing = measure == MeasureKind::Suspend
        && below == 0
        && account.available <= 0
        && account.lasting != super::account::Lasting::Unknown;
    account.lasting.is_below(below) || nothing
}

/// Every point has a reading whose gas day ended less than the agreed hours ago.
fn fresh(terms: &Contract, facts: &ContractFacts, now: DateTime<Utc>) -> bool {
    let hours = terms.reading_max_age_hours.unwrap_or(72);
    (0..terms.capacities.len()).all(|point| {
        let actual = |day: &(&Date, &Vec<Option<Reading>>)| {
            day.1.get(point).copied().flatten().is_some_and(|reading| reading.actual)
        };
        let newest = facts.readings.iter().rev().find(actual).map(|(day, _)| *day);
        newest.is_some_and(|day| {
            // Minutes since the beginning of the day on which the counting of days begins.
            let minute = |day: Date, hour: i64| (i64::from(day) * 24 + hour) * 60;
            let ended = minute(day + 1, GAS_DAY_STARTS) * 60;
            let clock = local(now);
            let told = minute(civil(now), i64::from(clock.hour())) * 60
                + i64::from(clock.minute()) * 60
                + i64::from(clock.second());
            told - ended < hours * 3_600
        })
    })
}

fn in_window(terms: &Contract, now: DateTime<Utc>) -> bool {
    let Some(windows) = &terms.no_cut else { return false };
    let now = local(now);
    let minute = i64::from(now.hour()) * 60 + i64::from(now.minute());
    let of = |text: &str| {
        let time: NaiveTime = NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_default();
        i64::from(time.hour()) * 60 + i64::from(time.minute())
    };
    let by_hour =
        windows.hours.iter().filter_map(|hours| hours.split_once('-')).any(|(from, to)| {
            let (from, to) = (of(from), of(to));
            if from < to { from <= minute && minute < to } else { from <= minute || minute < to }
        });
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let today = names.get(now.weekday().num_days_from_monday() as usize).copied();
    let by_weekday = windows.weekdays.iter().any(|day| Some(day.as_str()) == today);
    let by_date = windows.dates.iter().any(|day| day.date() == now.date_naive());
    by_hour || by_weekday || by_date
}

impl ContractFacts {
    /// E5: what of a demand has been received: paid after it, less what was taken back of just that;
    /// what is dated after today has not been (T5).
    #[must_use]
    pub fn received(&self, demand: &Demand, today: Date) -> i64 {
        let mut received: Vec<(&str, i64)> = Vec::new();
        for one in self.money.iter().filter(|one| one.on <= today) {
            if one.received {
                if one.position > demand.position || one.on > demand.on {
                    received.push((&one.reference, one.fen));
                }
            } else if let Some(reverses) = &one.reverses {
                let same = |known: &(&str, i64)| known.0 == reverses && known.1 == -one.fen;
                if let Some(place) = received.iter().rposition(same) {
                    received.remove(place);
                }
            }
        }
        received.iter().map(|(_, fen)| fen).sum()
    }
}
