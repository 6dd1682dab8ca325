//! Whether a set of terms is consistent: C2, P1, and what each field says of itself.

use rust_decimal::Decimal;

use super::{
    AnnualQuantity, ContractState, DeviationTerms, MakeUpPrice, NoCut, PaymentMode, PaymentTerms,
    PricePlan, PriceRule, Rate, Rejection, SignContract, TakeOrPayPrice, TakeOrPayTerms, Terms,
    Tier,
};
use crate::quantities::{Exact, Percent, Price, Quantity, SettlementMonth};
use crate::rules::period::contract_year;
use crate::rules::price::{WHOLE_PLAN, share_total};

const MAX_PRICE_DECIMALS: u32 = 6;
const MAX_MEAN_MONTHS: u32 = 120;

fn malformed(field: impl Into<String>, problem: impl Into<String>) -> Rejection {
    Rejection::Malformed { field: field.into(), problem: problem.into() }
}

fn ensure(holds: bool, field: &str, problem: &str) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(malformed(field, problem)) }
}

/// Checks the terms in the order of the format; the first that fails is returned.
pub(super) fn check_terms(
    command: &SignContract,
    known: Option<&ContractState>,
) -> Result<(), Rejection> {
    let terms = &command.terms;
    check_whole(terms)?;
    check_points(command, known.is_some())?;
    check_parts(terms, Some(known.map_or(terms.first_month(), ContractState::first_month)))
}

/// Checks terms that are not signed with points of their own, such as those of an amendment or a
/// what-if. `counted_from` is the first settlement month of the contract: its years are counted
/// from it.
pub fn check_agreed(terms: &Terms, counted_from: SettlementMonth) -> Result<(), Rejection> {
    check_whole(terms)?;
    check_parts(terms, Some(counted_from))
}

/// Checks terms that others have superseded inside their term: their quantities are those of the
/// months that they govern, and need not sum to a year (C2).
pub(super) fn check_superseded(terms: &Terms) -> Result<(), Rejection> {
    check_whole(terms)?;
    check_parts(terms, None)
}

fn check_whole(terms: &Terms) -> Result<(), Rejection> {
    ensure(
        terms.first_gas_day <= terms.last_gas_day,
        "terms.last_gas_day",
        "lies before first_gas_day",
    )?;
    ensure(
        terms.price_decimals <= MAX_PRICE_DECIMALS,
        "terms.price_decimals",
        "is a number from 0 to 6",
    )
}

/// Everything that is asked of each part; of the quantities where it is said from which month years
/// are counted.
fn check_parts(terms: &Terms, counted_from: Option<SettlementMonth>) -> Result<(), Rejection> {
    check_tax(terms)?;
    if let Some(counted_from) = counted_from {
        check_months(terms)?;
        check_years(terms, counted_from)?;
    }
    check_plans(&terms.price_plans)?;
    if let Some(rule) = &terms.excess_price {
        check_price("terms.excess_price", rule)?;
    }
    if let Some(deviation) = &terms.deviation {
        check_deviation("terms.deviation", deviation)?;
    }
    if let Some(take_or_pay) = &terms.take_or_pay {
        check_take_or_pay(take_or_pay, terms)?;
    }
    check_payment(&terms.payment)
}

/// Q4: each point once. A contract that is new may wait for its points (过户); a renewal names them,
/// or the contract would lose those that it has.
fn check_points(command: &SignContract, is_renewal: bool) -> Result<(), Rejection> {
    let points = &command.delivery_points;
    let named = !points.is_empty() || !is_renewal;
    ensure(named, "delivery_points", "names no delivery point")?;
    for (place, point) in points.iter().enumerate() {
        let field = format!("delivery_points[{place}]");
        let again = points.iter().skip(place + 1).any(|other| other.id == point.id);
        ensure(!again, &field, "names a point that the list names again")?;
        let positive = point.daily_capacity.is_none_or(|capacity| capacity.value() > Decimal::ZERO);
        ensure(positive, &field, "has a daily_capacity that is not above zero")?;
    }
    Ok(())
}

fn check_tax(terms: &Terms) -> Result<(), Rejection> {
    let special = terms.charge_tax_percent.as_ref();
    let lists = [
        ("terms.tax_percent", Some(&terms.tax_percent)),
        ("terms.charge_tax_percent.deviation", special.and_then(|tax| tax.deviation.as_ref())),
        ("terms.charge_tax_percent.take_or_pay", special.and_then(|tax| tax.take_or_pay.as_ref())),
        ("terms.charge_tax_percent.late_fee", special.and_then(|tax| tax.late_fee.as_ref())),
    ];
    for (field, list) in lists {
        let Some(list) = list else { continue };
        let known = list.on(terms.first_gas_day).is_some();
        ensure(known, field, "has no rate on the first gas day")?;
        ensure(list.rates().all(not_negative), field, "has a rate below zero")?;
    }
    Ok(())
}

fn not_negative(percent: Percent) -> bool {
    percent.value() >= Decimal::ZERO
}

/// A value for every settlement month of the term, and for no other.
fn check_months(terms: &Terms) -> Result<(), Rejection> {
    let (first, last) = (terms.first_month(), terms.last_month());
    let field = "terms.monthly_quantities";
    for month in first.through(last) {
        let Some(quantity) = terms.monthly_quantities.get(&month) else {
            return Err(malformed(field, format!("has no value for {month}")));
        };
        let fits = *quantity >= Quantity::ZERO && quantity.fits(terms.unit);
        let problem = format!("{month}: {quantity} is below zero or has too many decimals");
        ensure(fits, field, &problem)?;
    }
    let outside = terms.monthly_quantities.keys().find(|month| **month < first || last < **month);
    match outside {
        Some(month) => Err(malformed(field, format!("{month} is no month of the term"))),
        None => Ok(()),
    }
}

/// C2: per contract year, Σ monthly quantities = annual quantity.
fn check_years(terms: &Terms, counted_from: SettlementMonth) -> Result<(), Rejection> {
    let field = "terms.annual_quantity";
    let mut month = terms.first_month();
    let mut years = Vec::new();
    while month <= terms.last_month() {
        let year = contract_year(month, counted_from, terms.last_month());
        years.push((year.first.max(terms.first_month()), year.last));
        month = year.last.plus(1);
    }
    if let AnnualQuantity::ByYear(map) = &terms.annual_quantity {
        let stray = map.keys().find(|key| !years.iter().any(|(first, _)| first == *key));
        if let Some(key) = stray {
            return Err(malformed(field, format!("{key} is not the first month of a year")));
        }
    } else {
        let one = years.len() == 1;
        ensure(one, field, "is one number for several contract years; give one for each")?;
    }
    years.into_iter().try_for_each(|(first, last)| check_year(terms, first, last))
}

fn check_year(
    terms: &Terms,
    first: SettlementMonth,
    last: SettlementMonth,
) -> Result<(), Rejection> {
    let annual = match &terms.annual_quantity {
        AnnualQuantity::One(quantity) => *quantity,
        AnnualQuantity::ByYear(map) => *map.get(&first).ok_or_else(|| {
            malformed("terms.annual_quantity", format!("has no value for the year from {first}"))
        })?,
    };
    let months = terms.monthly_quantities.range(first..=last);
    let sum: Quantity = months.map(|(_, quantity)| *quantity).sum();
    if sum == annual {
        return Ok(());
    }
    Err(Rejection::QuantitiesDoNotSum { year: first, sum, annual, difference: sum - annual })
}

/// P1: shares sum to 100, and seasons partition the twelve months.
fn check_plans(plans: &[PricePlan]) -> Result<(), Rejection> {
    for (place, plan) in plans.iter().enumerate() {
        let field = format!("terms.price_plans[{place}]");
        let known = plan.months.iter().all(|month| (1..=12).contains(month));
        ensure(known && !plan.months.is_empty(), &field, "names months other than 1 to 12")?;
        ensure(!plan.tranches.is_empty(), &field, "has no tranche")?;
        for tranche in &plan.tranches {
            ensure(not_negative(tranche.share), &field, "has a share below zero")?;
            check_price(&format!("{field}.{}", tranche.tag), &tranche.price)?;
        }
        let sum = share_total(plan);
        if sum != Exact::from(WHOLE_PLAN) {
            let months = plan.months.iter().map(ToString::to_string).collect::<Vec<_>>();
            return Err(Rejection::SharesNot100 { months: months.join(" "), sum });
        }
    }
    for month in 1..=12 {
        let named = plans.iter().flat_map(|plan| &plan.months).filter(|named| **named == month);
        let plans = named.count();
        if plans != 1 {
            return Err(Rejection::Seasons { month, plans });
        }
    }
    Ok(())
}

/// P2, P3: whether a price rule can be computed. `field` is where it stands.
pub fn check_price(field: &str, rule: &PriceRule) -> Result<(), Rejection> {
    let agreed = [rule.constant, rule.floor, rule.cap].into_iter().flatten();
    let agreeable = agreed.into_iter().all(Price::is_agreeable);
    ensure(agreeable, field, "has a constant, floor or cap with more than 6 decimals")?;
    let ordered = rule.floor.zip(rule.cap).is_none_or(|(floor, cap)| floor <= cap);
    ensure(ordered, field, "has a floor above its cap")?;
    for part in &rule.indices {
        let mean = part.mean_of_months;
        let counted = mean.is_none_or(|months| (1..=MAX_MEAN_MONTHS).contains(&months));
        ensure(counted, field, "has a mean_of_months that is not 1 to 120")?;
        let lag = part.lag_months.unwrap_or(0);
        ensure(lag <= MAX_MEAN_MONTHS, field, "has a lag_months above 120")?;
        let lagging = lag == 0 || mean.is_some();
        ensure(lagging, field, "has lag_months without mean_of_months")?;
    }
    Ok(())
}

/// D2–D5: whether deviation terms can be applied. `field` is where they stand.
pub fn check_deviation(field: &str, terms: &DeviationTerms) -> Result<(), Rejection> {
    let hundred = Decimal::ONE_HUNDRED;
    let tolerable = not_negative(terms.lower_tolerance)
        && terms.lower_tolerance.value() <= hundred
        && not_negative(terms.upper_tolerance);
    ensure(tolerable, field, "has a tolerance below 0 or a lower one above 100")?;
    check_tiers(&format!("{field}.under"), &terms.under)?;
    check_tiers(&format!("{field}.over"), &terms.over)
}

/// D4: limits ascend, and only the last tier is open.
fn check_tiers(field: &str, tiers: &[Tier]) -> Result<(), Rejection> {
    let Some((last, limited)) = tiers.split_last() else {
        return Err(malformed(field, "has no tier"));
    };
    ensure(last.up_to.is_none(), field, "has a limit in its last tier; it is open")?;
    let mut below = Decimal::ZERO;
    for tier in limited {
        let limit = tier.up_to.map(Percent::value);
        let ascends = limit.is_some_and(|limit| limit > below);
        ensure(ascends, field, "has limits that do not ascend from above zero")?;
        below = limit.unwrap_or(below);
    }
    let possible = tiers.iter().all(|tier| match tier.rate {
        Rate::PerUnit(price) => price.is_agreeable() && price.value() >= Decimal::ZERO,
        Rate::PercentOfPrice(percent) => not_negative(percent),
    });
    ensure(possible, field, "has a rate below zero or with more than 6 decimals")
}

fn check_take_or_pay(terms: &TakeOrPayTerms, whole: &Terms) -> Result<(), Rejection> {
    let field = "terms.take_or_pay";
    ensure(not_negative(terms.percent), field, "has a percent below zero")?;
    let carry = terms.carry_forward.as_ref();
    let whole_percent = Decimal::ZERO..=Decimal::ONE_HUNDRED;
    let capped = carry.is_none_or(|carry| whole_percent.contains(&carry.cap_percent.value()));
    ensure(capped, field, "has a carry_forward.cap_percent that is not 0 to 100")?;
    let fixed = match &terms.price {
        TakeOrPayPrice::Fixed { price } => Some(*price),
        TakeOrPayPrice::WeightedAverage {} => None,
    };
    let made_up = match &terms.make_up.price {
        MakeUpPrice::Fixed { price } => Some(*price),
        MakeUpPrice::Free {} | MakeUpPrice::Percent { .. } | MakeUpPrice::Difference {} => None,
    };
    let prices = [fixed, made_up, terms.seller_shortfall_rate];
    let possible = (prices.into_iter().flatten())
        .all(|price| price.is_agreeable() && price.value() >= Decimal::ZERO);
    ensure(possible, field, "has a price below zero or with more than 6 decimals")?;
    match &terms.end_of_term {
        super::EndOfTerm::Extend { last_gas_day } => ensure(
            *last_gas_day > whole.last_gas_day,
            field,
            "extends to a day that is not after the term",
        ),
        super::EndOfTerm::Forfeit {} | super::EndOfTerm::Refund {} => Ok(()),
    }
}

fn check_payment(terms: &PaymentTerms) -> Result<(), Rejection> {
    let field = "terms.payment";
    let due = terms.mode != PaymentMode::Postpaid || terms.due_days.is_some();
    ensure(due, field, "is postpaid without due_days")?;
    let counted = (1..=60).contains(&terms.reference_days);
    ensure(counted, field, "has reference_days that are not 1 to 60")?;
    let fee = terms.late_fee_percent_per_day.is_none_or(not_negative);
    ensure(fee, field, "has a late fee below zero")?;
    let thresholds = terms.thresholds();
    for pair in thresholds.windows(2) {
        if let [(above, higher), (below, lower)] = pair {
            let problem = format!("has {above} {higher} under {below} {lower}");
            ensure(higher >= lower, field, &problem)?;
        }
    }
    ensure(terms.suspend_below.value() >= Decimal::ZERO, field, "has suspend_below under 0")?;
    let restored = terms.restore_above >= terms.notice_below;
    ensure(restored, field, "has restore_above under notice_below")?;
    let reduced = terms.reduce_to_percent.value();
    let share = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&reduced);
    ensure(share, field, "has reduce_to_percent that is not 0 to 100")?;
    ensure(terms.lease_hours > 0, field, "has lease_hours 0")?;
    let protected = terms.protected_daily_quantity;
    let possible = protected.is_none_or(|quantity| quantity.value() >= Decimal::ZERO);
    ensure(possible, field, "has a protected_daily_quantity below zero")?;
    terms.no_cut.as_ref().map_or(Ok(()), check_no_cut)
}

fn check_no_cut(windows: &NoCut) -> Result<(), Rejection> {
    let field = "terms.payment.no_cut";
    let time = |text: &str| chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok();
    for hours in &windows.hours {
        let both = hours.split_once('-').is_some_and(|(from, to)| time(from) && time(to));
        ensure(both, field, "has hours that are not of the form 18:00-09:00")?;
    }
    let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let known = windows.weekdays.iter().all(|day| weekdays.contains(&day.as_str()));
    ensure(known, field, "has weekdays that are not mon to sun")
}
