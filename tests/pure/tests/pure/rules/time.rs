//! T1–T3, T5, C2, D7: gas days, settlement months, contract years and periods.

use citygate_domain::contract::Netting;
use citygate_domain::quantities::{GasDay, GasDayClock, GasDays, MonthEnd, SettlementMonth};
use citygate_domain::rules::period::{contract_year, netting_period};
use citygate_tests_pure::table::{Row, check};
use citygate_tests_pure::words::instant;

fn clock(row: &Row<'_>) -> GasDayClock {
    GasDayClock::try_new(row.text("zone"), row.get("starts")).unwrap()
}

#[test]
fn an_instant_belongs_to_one_gas_day_and_one_civil_day() {
    check(
        "
        instant                   zone          starts | gas_day    civil_day
        2024-03-01T07:59:59+08:00 Asia/Shanghai 8      | 2024-02-29 2024-03-01  # worked example
        2024-03-01T08:00:00+08:00 Asia/Shanghai 8      | 2024-03-01 2024-03-01  # one second later
        2024-03-02T07:59:59+08:00 Asia/Shanghai 8      | 2024-03-01 2024-03-02
        2024-02-29T23:59:59Z      Asia/Shanghai 8      | 2024-02-29 2024-03-01  # the same instant, in UTC
        2024-03-01T00:00:00+08:00 Asia/Shanghai 8      | 2024-02-29 2024-03-01
        2024-12-31T23:00:00+08:00 Asia/Shanghai 0      | 2024-12-31 2024-12-31  # gas days may be civil days
        2019-03-31T03:30:00+02:00 Europe/Berlin 6      | 2019-03-30 2019-03-31  # worked example
        2019-03-31T06:00:00+02:00 Europe/Berlin 6      | 2019-03-31 2019-03-31
        2019-03-31T05:59:59+02:00 Europe/Berlin 6      | 2019-03-30 2019-03-31
    ",
        |row| {
            let (clock, at) = (clock(row), instant(row.text("instant")));
            vec![clock.gas_day(at).to_string(), clock.civil_day(at).to_string()]
        },
    );
}

#[test]
fn a_gas_day_has_24_hours_or_23_or_25_where_the_clock_changes() {
    check(
        "
        gas_day    zone             starts | hours start
        2024-02-29 Asia/Shanghai    8      | 24    2024-02-29T00:00:00Z
        2019-03-30 Europe/Berlin    6      | 23    2019-03-30T05:00:00Z  # spring
        2019-03-31 Europe/Berlin    6      | 24    2019-03-31T04:00:00Z
        2019-10-26 Europe/Berlin    6      | 25    2019-10-26T04:00:00Z  # autumn
        2019-10-27 Europe/Berlin    6      | 24    2019-10-27T05:00:00Z
        2018-11-03 America/Sao_Paulo 0     | 24    2018-11-03T03:00:00Z  # the next midnight does not exist
        2018-11-04 America/Sao_Paulo 0     | 23    2018-11-04T03:00:00Z  # it starts at 01:00
    ",
        |row| {
            let (clock, day) = (clock(row), row.get("gas_day"));
            let start = clock.start(day).format("%Y-%m-%dT%H:%M:%SZ").to_string();
            assert_eq!(clock.gas_day(clock.start(day)), day, "a gas day begins with its start");
            assert_eq!(clock.end(day), clock.start(day.plus(1)), "and ends where the next begins");
            vec![clock.hours(day).to_string(), start]
        },
    );
}

#[test]
fn a_clock_needs_a_zone_and_an_hour_that_exist() {
    assert!(GasDayClock::try_new("Asia/Shenzhen", 8).is_err());
    assert!(GasDayClock::try_new("Asia/Shanghai", 24).is_err());
    assert!(GasDayClock::try_new("Asia/Shanghai", 23).is_ok());
}

fn month_end(row: &Row<'_>) -> MonthEnd {
    MonthEnd::try_from(row.opt::<u8>("ends_on")).unwrap()
}

#[test]
fn a_settlement_month_is_named_by_the_month_in_which_it_ends() {
    check(
        "
        gas_day    ends_on | month   first      last       days
        2026-01-31 -       | 2026-01 2026-01-01 2026-01-31 31
        2026-02-01 -       | 2026-02 2026-02-01 2026-02-28 28
        2028-02-29 -       | 2028-02 2028-02-01 2028-02-29 29
        2026-01-20 20      | 2026-01 2025-12-21 2026-01-20 31   # the last day is inside
        2026-01-21 20      | 2026-02 2026-01-21 2026-02-20 31   # the next begins the next month
        2025-12-31 20      | 2026-01 2025-12-21 2026-01-20 31   # over the year's end
        2026-03-01 28      | 2026-03 2026-03-01 2026-03-28 28   # after a short February
        2028-02-29 28      | 2028-03 2028-02-29 2028-03-28 29   # the 29th is the March month's first
        2026-02-01 1       | 2026-02 2026-01-02 2026-02-01 31
        2026-02-02 1       | 2026-03 2026-02-02 2026-03-01 28
    ",
        |row| {
            let (ends, day): (MonthEnd, GasDay) = (month_end(row), row.get("gas_day"));
            let month = ends.month_of(day);
            let GasDays { first, last } = ends.days_of(month);
            assert_eq!(ends.days_of(month.plus(1)).first, last.plus(1), "months leave no gap");
            assert!(ends.days_of(month).contains(day), "a day lies in its month");
            let count = ends.days_of(month).count();
            vec![month.to_string(), first.to_string(), last.to_string(), count.to_string()]
        },
    );
}

#[test]
fn a_month_ends_on_a_day_that_every_month_has() {
    let ends = |day| MonthEnd::try_from(Some(day)).is_ok();
    assert!(!ends(0) && ends(1) && ends(28) && !ends(29));
}

#[test]
fn years_and_periods_count_from_the_contracts_first_month() {
    check(
        "
        month   first   last    | year            quarter         own_month
        2026-01 2026-01 2026-12 | 2026-01:2026-12 2026-01:2026-03 2026-01:2026-01
        2026-04 2026-01 2026-12 | 2026-01:2026-12 2026-04:2026-06 2026-04:2026-04
        2026-12 2026-01 2026-12 | 2026-01:2026-12 2026-10:2026-12 2026-12:2026-12
        2026-01 2025-11 2027-03 | 2025-11:2026-10 2025-11:2026-01 2026-01:2026-01  # not calendar quarters
        2026-11 2025-11 2027-03 | 2026-11:2027-03 2026-11:2027-01 2026-11:2026-11  # the last year is shorter
        2027-03 2025-11 2027-03 | 2026-11:2027-03 2027-02:2027-03 2027-03:2027-03  # and so is the last quarter
    ",
        |row| {
            let (month, first, last): (SettlementMonth, _, _) =
                (row.get("month"), row.get("first"), row.get("last"));
            let netting = |kind| netting_period(kind, month, first, last);
            assert_eq!(netting(Netting::ContractYear), contract_year(month, first, last));
            [contract_year(month, first, last), netting(Netting::Quarter), netting(Netting::Month)]
                .map(|period| format!("{}:{}", period.first, period.last))
                .to_vec()
        },
    );
}

#[test]
fn a_date_is_four_two_and_two_digits() {
    check(
        "
        text        | read
        2025-01-31  | yes
        2024-02-29  | yes
        2025-02-29  | no
        2025-1-31   | no
        2025-01-32  | no
        20250131    | no
        2025/01/31  | no
        31-01-2025  | no
        2025-01-31T | no
        1899-12-31  | no    # a slip of the keyboard, not a gas day
        +025-01-31  | no
    ",
        |row| {
            vec![if row.text("text").parse::<GasDay>().is_ok() { "yes" } else { "no" }.to_owned()]
        },
    );
}
