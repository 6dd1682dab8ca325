//! E4: whether an order stands. The same conditions are asked when it is issued and whenever an answer
//! rests on it.

use chrono::{DateTime, TimeDelta, Utc};

use super::by_day::ByDay;
use super::facts::{
    Evidence, OrderFacts, check_class, demand_days, last_day_of, notice_hours, notice_runs_until,
    terms_at, terms_when_issued,
};
use super::over::{deciding_day, received};
use super::state::Demand;
use super::{LiftCause, MeasureKind, Rejection, limits, no_cut_window, waiting};
use crate::contract::{PaymentTerms, ReadingKey};
use crate::customer::CustomerClass;
use crate::payment::Remaining;
use crate::quantities::{CivilDay, DaysOfGas, GasDay, GasDayClock, Money, PointId};
use crate::rules::RuleError;
use crate::rules::days::DaysRemaining;

/// E4: hours at which readings are stale where the terms are silent.
const READING_MAX_AGE_HOURS: u32 = 72;

/// E4: whether an order to do this stands at a moment: what it rests on, or the first condition that
/// fails.
pub fn order_stands(
    facts: &OrderFacts<'_>,
    measure: MeasureKind,
    now: DateTime<Utc>,
) -> Result<Evidence, crate::Rejection> {
    stands(&by_day(facts), facts, measure, now)
}

/// The same, where the days of its contract are known already.
pub(super) fn stands(
    by_day: &ByDay<'_>,
    facts: &OrderFacts<'_>,
    measure: MeasureKind,
    now: DateTime<Utc>,
) -> Result<Evidence, crate::Rejection> {
    let asked = Asked::new(by_day, facts, measure, now);
    for condition in Asked::CONDITIONS {
        condition(&asked)?;
    }
    asked.evidence()
}

/// E4: every condition that an order to do this lacks at a moment, in their order; none when it stands.
#[must_use]
pub fn lacking(
    facts: &OrderFacts<'_>,
    measure: MeasureKind,
    now: DateTime<Utc>,
) -> Vec<crate::Rejection> {
    let by_day = by_day(facts);
    let asked = Asked::new(&by_day, facts, measure, now);
    Asked::CONDITIONS.iter().filter_map(|condition| condition(&asked).err()).collect()
}

fn by_day<'a>(facts: &OrderFacts<'a>) -> ByDay<'a> {
    ByDay::new(facts.contract, facts.ledger.indices())
}

type Condition<T> = fn(&T) -> Result<(), crate::Rejection>;

/// An order, and the moment at which it is asked about.
struct Asked<'a, 'd> {
    by_day: &'a ByDay<'d>,
    facts: &'a OrderFacts<'a>,
    measure: MeasureKind,
    now: DateTime<Utc>,
    clock: GasDayClock,
    as_of: GasDay,
    terms: &'a PaymentTerms,
    /// What was agreed when the order in force was issued.
    when_issued: Option<&'a PaymentTerms>,
}

impl<'a, 'd> Asked<'a, 'd> {
    /// The conditions in the order in which they are asked.
    const CONDITIONS: [Condition<Self>; 17] = [
        Self::in_term,
        Self::class,
        Self::demand_served,
        Self::demand_ran,
        Self::notice_served,
        Self::notice_ran,
        Self::notice_lasts,
        Self::short,
        Self::read,
        Self::unpaid,
        Self::goes_on,
        Self::undisputed,
        Self::nothing_waits,
        Self::outside_windows,
        Self::approved,
        Self::confirmed,
        Self::lets_something_through,
    ];

    fn new(
        by_day: &'a ByDay<'d>,
        facts: &'a OrderFacts<'a>,
        measure: MeasureKind,
        now: DateTime<Utc>,
    ) -> Self {
        let clock = facts.ledger.clock();
        let as_of = deciding_day(clock, now);
        let terms = terms_at(facts.ledger, facts.contract, now);
        let when_issued =
            facts.order.and_then(|order| terms_when_issued(facts.ledger, facts.contract, order));
        Self { by_day, facts, measure, now, clock, as_of, terms, when_issued }
    }

    /// The terms of now, and those that the order in force was issued by: the ones that are better for the
    /// customer count, so that other terms never arm an order again that they were not shown for (F).
    fn agreed(&self) -> impl Iterator<Item = &'a PaymentTerms> {
        [Some(self.terms), self.when_issued].into_iter().flatten()
    }

    fn today(&self) -> CivilDay {
        self.clock.civil_day(self.now)
    }

    /// C1: gas flows, and a point is there to be curtailed.
    fn in_term(&self) -> Result<(), crate::Rejection> {
        let (contract, day) = (self.facts.contract, self.clock.gas_day(self.now));
        if !contract.points_on(day).is_empty() {
            return Ok(());
        }
        let (first, last) = (contract.first_gas_day(), contract.last_gas_day());
        let contract = contract.id().clone();
        Err(Rejection::OutsideTerm { contract, day, first, last }.into())
    }

    fn class(&self) -> Result<(), crate::Rejection> {
        match self.measure {
            MeasureKind::Reduce => Ok(()),
            MeasureKind::Suspend => {
                check_class(self.facts.contract, self.class_now())?;
                Ok(())
            }
        }
    }

    fn class_now(&self) -> Option<CustomerClass> {
        self.facts.ledger.class_of(self.facts.contract.customer())
    }

    fn demand_served(&self) -> Result<(), crate::Rejection> {
        let contract = || self.facts.contract.id().clone();
        self.facts
            .demand
            .map(|_| ())
            .ok_or_else(|| Rejection::DemandNotServed { contract: contract() }.into())
    }

    /// T5: days run from the day after the one on which the demand was served.
    fn demand_ran(&self) -> Result<(), crate::Rejection> {
        let Some(Demand { served, .. }) = self.facts.demand else { return Ok(()) };
        let days = demand_days(served, self.terms);
        let (last, today) = (served.on.plus(days.into()), self.today());
        if days == 0 || today > last {
            return Ok(());
        }
        let demand = served.demand.clone();
        Err(Rejection::DemandPeriodRunning { demand, served: served.on, days, last, today }.into())
    }

    fn notice_served(&self) -> Result<(), crate::Rejection> {
        let contract = || self.facts.contract.id().clone();
        self.facts
            .notice
            .map(|_| ())
            .ok_or_else(|| Rejection::NoticeNotServed { contract: contract() }.into())
    }

    fn notice_ran(&self) -> Result<(), crate::Rejection> {
        let Some(notice) = self.facts.notice else { return Ok(()) };
        let until = notice_runs_until(notice, self.terms);
        if self.now >= until {
            return Ok(());
        }
        Err(Rejection::NoticePeriodRunning {
            notice: notice.notice.clone(),
            hours: notice_hours(notice, self.terms),
            until: self.clock.local(until),
            now: self.clock.local(self.now),
        }
        .into())
    }

    fn notice_lasts(&self) -> Result<(), crate::Rejection> {
        let Some(notice) = self.facts.notice else { return Ok(()) };
        let (last, today) = (last_day_of(notice, self.terms), self.today());
        if today <= last {
            return Ok(());
        }
        let (name, served) = (notice.notice.clone(), notice.on);
        Err(Rejection::NoticeLapsed { notice: name, served, last, today }.into())
    }

    fn remaining(&self) -> Result<Remaining, RuleError> {
        self.by_day.remaining(self.as_of)
    }

    fn threshold(&self) -> DaysOfGas {
        let of = |terms: &PaymentTerms| match self.measure {
            MeasureKind::Reduce => terms.reduce_below,
            MeasureKind::Suspend => terms.suspend_below,
        };
        let issued = self.facts.order.map(|order| order.issued.evidence.threshold);
        self.agreed().map(of).chain(issued).fold(of(self.terms), Ord::min)
    }

    /// E2, E4: below the stage's threshold, or nothing available where that is 0.
    fn short(&self) -> Result<(), crate::Rejection> {
        if self.as_of < self.facts.contract.first_gas_day() {
            return Err(Rejection::NotKnownShort { as_of: self.as_of }.into());
        }
        let account = self.remaining()?;
        let unknown = Rejection::NotKnownShort { as_of: self.as_of };
        let days = account.days.ok_or(unknown)?;
        let threshold = self.threshold();
        let nothing = self.measure == MeasureKind::Suspend
            && threshold.value().is_zero()
            && account.available <= Money::ZERO;
        let below = match days {
            DaysRemaining::Days(days) => days < threshold.value(),
            DaysRemaining::Unlimited => false,
        };
        if below || nothing {
            return Ok(());
        }
        let (as_of, measure, available) = (self.as_of, self.measure, account.available);
        let days = days.to_string();
        Err(Rejection::NotShort { days, as_of, threshold, measure, available }.into())
    }

    /// E4: every point has an actual reading whose gas day ended less than the agreed hours ago.
    fn read(&self) -> Result<(), crate::Rejection> {
        let agreed = |terms: &PaymentTerms| terms.reading_max_age_hours;
        let hours = self.agreed().map(|it| agreed(it).unwrap_or(READING_MAX_AGE_HOURS));
        let hours = hours.min().unwrap_or(READING_MAX_AGE_HOURS);
        for (point, newest) in self.newest_readings() {
            let age = newest.map(|day| self.now - self.clock.end(day));
            if age.is_some_and(|age| age < TimeDelta::hours(hours.into())) {
                continue;
            }
            let age_hours = age.map_or(0, |age| age.num_hours());
            let point = point.clone();
            return Err(Rejection::ReadingsStale { point, newest, age_hours, hours }.into());
        }
        Ok(())
    }

    /// The newest gas day with an actual reading, by point.
    fn newest_readings(&self) -> impl Iterator<Item = (&'a PointId, Option<GasDay>)> {
        let contract = self.facts.contract;
        let points = contract.points_on(self.clock.gas_day(self.now)).iter();
        points.map(move |point| {
            let place = contract.place_of(&point.id);
            let actual = |(key, day): &&(ReadingKey, _)| is_actual(place, *key, day);
            let newest = contract.readings.all().iter().rev().find(actual);
            (&point.id, newest.map(|(key, _)| key.gas_day))
        })
    }

    fn unpaid(&self) -> Result<(), crate::Rejection> {
        let Some(demand) = self.facts.demand else { return Ok(()) };
        let received = received(self.facts.contract, demand, self.today());
        let amount = demand.served.amount;
        if received < amount {
            return Ok(());
        }
        let demand = demand.served.demand.clone();
        Err(Rejection::DemandPaid { demand, amount, received }.into())
    }

    /// E5, T6: what ended the demand on a day since it was served has ended it, also where nobody looked.
    fn goes_on(&self) -> Result<(), crate::Rejection> {
        let Some(ended) = self.by_day.over(self.as_of) else { return Ok(()) };
        let as_of = GasDay::new(ended.since.date());
        let refusal = match ended.causes.into_iter().next() {
            Some(LiftCause::DemandPaid { amount, demand, received }) => {
                Rejection::DemandPaid { demand, amount, received }
            }
            Some(LiftCause::DaysRestored { days, restore_above }) => Rejection::NotShort {
                days: days.map_or("unlimited".to_owned(), |days| days.to_string()),
                as_of,
                threshold: restore_above,
                measure: self.measure,
                available: self.by_day.remaining(as_of)?.available,
            },
            // Time alone leads to no other.
            Some(
                LiftCause::DemandWithdrawn { .. }
                | LiftCause::DisputeUpheld {}
                | LiftCause::OrderWithdrawn { .. },
            )
            | None => return Ok(()),
        };
        Err(refusal.into())
    }

    fn undisputed(&self) -> Result<(), crate::Rejection> {
        let open = self.facts.demand.and_then(|demand| demand.dispute.as_ref());
        let blocks = self.agreed().any(|terms| terms.dispute_blocks_order.unwrap_or(true));
        match open.filter(|_| blocks) {
            None => Ok(()),
            Some(dispute) => {
                let (demand, on) = (dispute.demand.clone(), dispute.on);
                Err(Rejection::DemandDisputed { demand, on }.into())
            }
        }
    }

    fn nothing_waits(&self) -> Result<(), crate::Rejection> {
        match waiting(self.facts.ledger, self.facts.contract) {
            None => Ok(()),
            Some(waiting) => Err(Rejection::CorrectionWaiting { waiting }.into()),
        }
    }

    fn outside_windows(&self) -> Result<(), crate::Rejection> {
        let now = self.clock.local(self.now);
        let mut windows = self.agreed().filter_map(|terms| terms.no_cut.as_ref());
        let inside = windows.find_map(|windows| no_cut_window(windows, now));
        match inside {
            None => Ok(()),
            Some(window) => Err(Rejection::NoCutWindow { now, window }.into()),
        }
    }

    /// F.
    fn approved(&self) -> Result<(), crate::Rejection> {
        let (needed, given) = self.facts.approvals;
        if given < needed {
            let measure = self.measure;
            return Err(Rejection::ApprovalsMissing { measure, given, needed }.into());
        }
        Ok(())
    }

    /// A continuous process is stopped only after somebody on site has confirmed that it may.
    fn confirmed(&self) -> Result<(), crate::Rejection> {
        let continuous = self.agreed().any(|terms| terms.continuous_process.unwrap_or(false));
        if self.measure == MeasureKind::Suspend && continuous && self.facts.site.is_none() {
            let contract = self.facts.contract.id().clone();
            return Err(Rejection::SiteNotConfirmed { contract }.into());
        }
        Ok(())
    }

    /// E6: a reduction lets something through at every point. What is in force was frozen so.
    fn lets_something_through(&self) -> Result<(), crate::Rejection> {
        let (contract, day) = (self.facts.contract, self.clock.gas_day(self.now));
        let asked = self.measure == MeasureKind::Reduce && self.facts.order.is_none();
        // Outside of the term that is said first.
        if asked && !contract.points_on(day).is_empty() {
            limits(contract, self.class_now(), day)?;
        }
        Ok(())
    }

    /// What let the order pass. Asked after every condition holds.
    fn evidence(&self) -> Result<Evidence, crate::Rejection> {
        let contract = || self.facts.contract.id().clone();
        let no_demand = || Rejection::DemandNotServed { contract: contract() };
        let no_notice = || Rejection::NoticeNotServed { contract: contract() };
        let unknown = || Rejection::NotKnownShort { as_of: self.as_of };
        let demand = self.facts.demand.ok_or_else(no_demand)?;
        let notice = self.facts.notice.ok_or_else(no_notice)?;
        let account = self.remaining()?;
        let days = match account.days.ok_or_else(unknown)? {
            DaysRemaining::Days(days) => DaysOfGas::new(days),
            DaysRemaining::Unlimited => return Err(unknown().into()),
        };
        let read_through = self.newest_readings().filter_map(|(_, newest)| newest).min();
        Ok(Evidence {
            as_of: self.as_of,
            available: account.available,
            class: self.class_now(),
            days,
            demand: demand.served.demand.clone(),
            demanded: demand.served.amount,
            notice: notice.notice.clone(),
            notice_ran_at: notice_runs_until(notice, self.terms),
            read_through: read_through.unwrap_or(self.as_of),
            received: received(self.facts.contract, demand, self.today()),
            threshold: self.threshold(),
        })
    }
}

fn is_actual(place: Option<u16>, key: ReadingKey, day: &crate::delivery::PointDay) -> bool {
    Some(key.point) == place && day.current.source.is_actual()
}
