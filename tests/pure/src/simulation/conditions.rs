//! E4 by the terms: those of the moment, and those that an order in force was issued by. Of both the one
//! that is better for the customer counts, so that no amendment arms an order again.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc};
use citygate_domain::supply::MeasureKind;

use super::account::{Account, Lasting};
use super::agreed::Contract;
use super::facts::{ContractFacts, Date, Demand, Notice, Ordered, Reading};
use super::law::{GAS_DAY_STARTS, civil, gas_day, local};
use super::terms::Point;

/// E4: hours at which readings are stale where the terms are silent.
const READING_MAX_AGE_HOURS: i64 = 72;
/// E4: days after which a notice lapses where the terms are silent.
const NOTICE_LAPSES_DAYS: i64 = 60;

/// What is agreed about an order at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Agreed<'a> {
    now: &'a Contract,
    then: Option<&'a Contract>,
}

impl<'a> Agreed<'a> {
    /// The terms of a moment, and those of when an order was issued.
    #[must_use]
    pub fn new(facts: &'a ContractFacts, order: &'a Ordered, now: DateTime<Utc>) -> Option<Self> {
        let then = order.agreed.as_ref();
        facts.life.at(gas_day(now)).map(|now| Self { now, then })
    }

    /// The terms by which an order is issued, or was.
    #[must_use]
    pub fn when_issued(&self) -> &'a Contract {
        self.then.unwrap_or(self.now)
    }

    fn both(&self) -> impl Iterator<Item = &'a Contract> {
        [Some(self.now), self.then].into_iter().flatten()
    }

    /// Whether one of both says so.
    pub fn any(&self, says: impl Fn(&Contract) -> bool) -> bool {
        self.both().any(says)
    }

    /// E4: the days of a demand have run, those agreed when it was served or now, whichever are more.
    #[must_use]
    pub fn demand_ran(&self, demand: &Demand, now: DateTime<Utc>) -> bool {
        let days = self.now.demand_days.unwrap_or(0).max(demand.days);
        days == 0 || i64::from(civil(now)) > i64::from(demand.on) + days
    }

    /// E4: so have the hours of a notice.
    #[must_use]
    pub fn notice_ran(&self, notice: &Notice, now: DateTime<Utc>) -> bool {
        now >= notice.at + TimeDelta::hours(self.now.notice_hours.max(notice.hours))
    }

    /// E4: it lapses after the days agreed when it was served or now, whichever are fewer.
    #[must_use]
    pub fn notice_lasts(&self, notice: &Notice, now: DateTime<Utc>) -> bool {
        let lapses = self.now.notice_lapses_days.unwrap_or(NOTICE_LAPSES_DAYS);
        i64::from(civil(now)) <= i64::from(notice.on) + lapses.min(notice.lapses)
    }

    /// E2, E4: below the stage's threshold, or nothing available where that is 0.
    #[must_use]
    pub fn short(&self, measure: MeasureKind, account: Account) -> bool {
        let of = |terms: &Contract| match measure {
            MeasureKind::Reduce => terms.reduce_below(),
            MeasureKind::Suspend => terms.suspend_below(),
        };
        let below = self.both().map(of).min().unwrap_or(0);
        let nothing = measure == MeasureKind::Suspend
            && below == 0
            && account.available <= 0
            && account.lasting != Lasting::Unknown;
        account.lasting.is_below(below) || nothing
    }

    /// Every point has a reading whose gas day ended less than the agreed hours ago.
    #[must_use]
    pub fn fresh(&self, facts: &ContractFacts, now: DateTime<Utc>) -> bool {
        let agreed =
            |terms: &Contract| terms.reading_max_age_hours.unwrap_or(READING_MAX_AGE_HOURS);
        let hours = self.both().map(agreed).min().unwrap_or(READING_MAX_AGE_HOURS);
        facts.life.points_on(gas_day(now)).all(|held| {
            let actual = |day: &(&Date, &Vec<(Point, Reading)>)| {
                day.1.iter().any(|(point, reading)| *point == held.point && reading.actual)
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

    /// E4: inside a window in which nobody is cut off.
    #[must_use]
    pub fn in_window(&self, now: DateTime<Utc>) -> bool {
        self.any(|terms| in_window(terms, now))
    }
}

impl ContractFacts {
    /// E5, in tenths of a day: what lifts a demand as of a civil day. It has hours of two gas days: on the
    /// first day of other terms the lower of both counts.
    #[must_use]
    pub fn restore_above(&self, as_of: Date) -> i64 {
        let terms = [self.life.on(as_of - 1), self.life.on(as_of)].into_iter().flatten();
        let lowest = terms.map(Contract::restore_above).min();
        lowest.or_else(|| self.life.at(as_of).map(Contract::restore_above)).unwrap_or(i64::MAX)
    }
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
