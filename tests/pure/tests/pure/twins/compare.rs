//! Answers of the core beside those of the twins.

use std::collections::BTreeSet;
use std::fmt::{Debug, Display, Formatter};

use chrono::{Days, NaiveDate};
use citygate_domain::deviation::{AssessDeviation, assessed};
use citygate_domain::payment::{AccountAsOf, account_as_of};
use citygate_domain::quantities::{Exact, GasDay, SettlementMonth};
use citygate_domain::rules::days::DaysRemaining;
use citygate_domain::rules::deviation::Side;
use citygate_domain::rules::lines::Line;
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::{Command, rules};
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::twin::account::{Account, Days as DaysOfGas, account};
use citygate_tests_pure::twin::calendar::{Month, next};
use citygate_tests_pure::twin::deviation::{ChargedTier, assess};
use citygate_tests_pure::twin::facts::Facts;
use citygate_tests_pure::twin::number::{R, half_up, of, read};
use citygate_tests_pure::twin::settlement::{Line as TwinLine, Settled, settle};
use citygate_tests_pure::words::read as word;
use citygate_tests_pure::world::World;

use super::Told;

/// Two answers to one question.
pub(super) struct Difference {
    about: String,
    twin: String,
    core: String,
}

impl Difference {
    pub(super) fn of(about: impl Display, twin: impl Debug, core: impl Debug) -> Self {
        Self { about: about.to_string(), twin: format!("{twin:?}"), core: format!("{core:?}") }
    }
}

impl Display for Difference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}\n  twin {}\n  core {}", self.about, self.twin, self.core)
    }
}

impl Debug for Difference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(self, formatter)
    }
}

fn same<T: PartialEq + Debug>(about: impl Display, twin: T, core: T) -> Result<(), Difference> {
    if twin == core { Ok(()) } else { Err(Difference::of(about, twin, core)) }
}

/// A fraction prints as one; the twin reads it back.
fn exact(value: &Exact) -> R {
    let text = value.to_string();
    match text.split_once('/') {
        Some((over, under)) => read(over) / read(under),
        None => read(&text),
    }
}

fn label(month: Month) -> SettlementMonth {
    word(&format!("{:04}-{:02}", month.0, month.1))
}

/// Contracts with the days on which their accounts are asked for: the term's ends, both sides of a
/// guarantee's, a payment's day, and some others.
pub(super) fn days_asked(dice: &mut Dice, facts: &Facts) -> Vec<(String, Vec<NaiveDate>)> {
    let asked = facts.contracts.iter().map(|contract| {
        let (first, last) = (contract.first_day(), contract.last_day());
        let length = (last - first).num_days().unsigned_abs();
        let mut days = vec![first, last, last + Days::new(40)];
        days.extend((0..3).map(|_| first + Days::new(dice.below(length + 5))));
        if let Some((from, to, _)) = contract.guarantees.first() {
            days.extend([*from - Days::new(1), *from, *to, *to + Days::new(1)]);
        }
        days.extend(contract.money.last().map(|(date, _)| *date));
        days.retain(|day| *day >= first);
        (contract.id.clone(), days)
    });
    asked.collect()
}

fn of_core(account: &AccountAsOf) -> Account {
    Account {
        balance: of(account.balance.value()),
        guarantees: of(account.guarantees.value()),
        available: of(account.available.value()),
        reference_quantity: exact(&account.reference_quantity),
        price: account.price.map(|price| of(price.value())),
        days: match account.days {
            None => DaysOfGas::Unknown,
            Some(DaysRemaining::Unlimited) => DaysOfGas::Unlimited,
            Some(DaysRemaining::Days(days)) => DaysOfGas::Number(of(days)),
        },
        unmetered_days: account.unmetered_days as usize,
        unpriced: account.unpriced.iter().map(|unpriced| unpriced.gas_day.date()).collect(),
    }
}

/// What the core says of the accounts on the days asked.
pub(super) fn answers(
    world: &World,
    asked: &[(String, Vec<NaiveDate>)],
) -> Result<Vec<Account>, Difference> {
    let mut answers = Vec::new();
    for (id, day) in asked.iter().flat_map(|(id, days)| days.iter().map(move |day| (id, day))) {
        let state = world.contract(id);
        let answer = account_as_of(state, world.ledger.indices(), GasDay::new(*day));
        let answer = answer.map_err(|error| Difference::of(id, "an account", error))?;
        answers.push(of_core(&answer));
    }
    Ok(answers)
}

/// A2, A3, G1–G3 on the days asked: the answers of the core beside those of the twin.
pub(super) fn accounts(
    facts: &Facts,
    asked: &[(String, Vec<NaiveDate>)],
    answers: &[Account],
) -> Result<(), Difference> {
    let asked = asked.iter().flat_map(|(id, days)| days.iter().map(move |day| (id, day)));
    for ((id, day), answer) in asked.zip(answers) {
        let contract = facts.contracts.iter().find(|contract| contract.id == *id);
        let contract = contract.expect("asked of a known contract");
        same(format!("account {id} {day}"), &account(facts, contract, *day), answer)?;
    }
    Ok(())
}

fn of_line(line: &Line) -> TwinLine {
    let days = line.first_gas_day.zip(line.last_gas_day);
    TwinLine {
        kind: line.kind.word(),
        tag: line.tag.clone(),
        days: days.map(|(first, last)| (first.date(), last.date())),
        quantity: of(line.quantity.value()),
        price: of(line.unit_price.value()),
        amount: of(line.amount.value()),
    }
}

/// Closes every month that can be closed, and compares the documents and the refusals.
pub(super) fn closed_months(told: &mut Told) -> Result<(), Difference> {
    for contract in &told.facts.contracts {
        for month in contract.months() {
            let about = format!("{} {month:?}", contract.id);
            let last = *contract.days_of(month).last().expect("a month of the term");
            let expected = settle(&told.facts, contract, month, last);
            running(&told.world, &contract.id, month, last, &expected)?;
            let over = told.now >= next(last).and_time(chrono::NaiveTime::MIN).and_utc();
            let code = match &expected {
                _ if !over => "month_not_over",
                settled if !settled.unread.is_empty() => "readings_missing",
                settled if !settled.unpriced.is_empty() => "price_reference_missing",
                _ => "",
            };
            let issue = IssueSettlement { contract: word(&contract.id), month: label(month) };
            let answer = told.world.tell(&Command::IssueSettlement(issue));
            same(&about, code, answer.map_or_else(|rejection| rejection.code(), |_| ""))?;
            if code.is_empty() {
                document(&told.world, &about, &contract.id, month, &expected)?;
            }
        }
    }
    Ok(())
}

fn running(
    world: &World,
    id: &str,
    month: Month,
    last: NaiveDate,
    expected: &Settled,
) -> Result<(), Difference> {
    let state = world.contract(id);
    let facts = state.month_facts(label(month), GasDay::new(last), world.ledger.indices());
    let found = rules::settlement::settle(&facts.expect("a month of the term"));
    let found = found.map_err(|error| Difference::of(id, "a settlement", error))?;
    let lines: Vec<TwinLine> = found.lines.iter().map(of_line).collect();
    let unpriced: BTreeSet<NaiveDate> =
        found.unpriced.iter().map(|unpriced| unpriced.gas_day.date()).collect();
    let unread: Vec<(NaiveDate, String)> =
        found.unmetered.iter().map(|(day, point)| (day.date(), point.to_string())).collect();
    same(format!("running {id} {month:?}"), &expected.lines, &lines)?;
    same(format!("unpriced {id} {month:?}"), &expected.unpriced, &unpriced)?;
    same(format!("unread {id} {month:?}"), &expected.unread, &unread)
}

fn document(
    world: &World,
    about: &str,
    id: &str,
    month: Month,
    expected: &Settled,
) -> Result<(), Difference> {
    let issued = world.contract(id).settlement(label(month)).expect("it was issued");
    let document = &issued.document;
    let lines: Vec<TwinLine> = document.lines.iter().map(of_line).collect();
    same(format!("lines {about}"), &expected.lines, &lines)?;
    let numbers = [
        document.gross.value(),
        document.net.value(),
        document.quantity.value(),
        document.contract_quantity.value(),
        document.firm_lots.value(),
        document.net.value() + document.tax.value(),
    ];
    let twin = [
        &expected.gross,
        &expected.net,
        &expected.quantity,
        &expected.contract_quantity,
        &expected.firm_lots,
        &expected.gross,
    ];
    same(format!("totals {about}"), twin.map(Clone::clone), numbers.map(of))
}

/// Assesses every period that can be assessed, and compares.
pub(super) fn assessed_months(told: &mut Told) -> Result<(), Difference> {
    for contract in &told.facts.contracts {
        let id = &contract.id;
        for month in contract.months() {
            let state = told.world.contract(id);
            let found = assessed(state, label(month), told.world.ledger.indices());
            let all_issued = |months: Vec<Month>| {
                months.iter().all(|month| state.settlement(label(*month)).is_some())
            };
            let period = netted(&told.facts, contract, month).unwrap_or_default();
            if period.is_empty() || !all_issued(period) {
                if found.is_ok() {
                    return Err(Difference::of(
                        format!("assessed {id} {month:?}"),
                        "nothing",
                        "charge",
                    ));
                }
                continue;
            }
            let Ok(expected) = assess(&told.facts, contract, month) else {
                let code = found.map_or_else(|rejection| rejection.code(), |_| "assessed");
                same(format!("assessed {id} {month:?}"), "price_reference_missing", code)?;
                continue;
            };
            let found =
                found.map_err(|rejection| Difference::of(id, "an assessment", rejection))?;
            compare_assessed(&format!("assessed {id} {month:?}"), &expected, &found)?;
            let assess = AssessDeviation { contract: word(id), month: label(month) };
            let told = told.world.tell(&Command::AssessDeviation(assess));
            told.map_err(|rejection| Difference::of(id, "a document", rejection))?;
        }
    }
    Ok(())
}

fn netted(
    facts: &Facts,
    contract: &citygate_tests_pure::twin::facts::ContractFacts,
    month: Month,
) -> Option<Vec<Month>> {
    debug_assert!(!facts.contracts.is_empty(), "a contract is among the facts");
    let last = *contract.days_of(month).last()?;
    let rules = contract.on(last).0.deviation.as_ref()?;
    Some(citygate_tests_pure::twin::deviation::period(contract, month, rules.netting))
}

fn compare_assessed(
    about: &str,
    twin: &citygate_tests_pure::twin::deviation::Assessed,
    core: &citygate_domain::deviation::Assessed,
) -> Result<(), Difference> {
    let deviation = &core.deviation;
    same(about, twin.side, deviation.side.map(Side::word))?;
    let numbers = [
        of(core.planned.value()),
        exact(&core.relief),
        exact(&core.base),
        of(core.taken.value()),
        of(core.reference_price.value()),
        of(deviation.quantity.value()),
        of(deviation.charge.value()),
        of(core.total.net.value()),
    ];
    let expected = [
        &twin.planned,
        &twin.relief,
        &twin.base,
        &twin.taken,
        &twin.reference_price,
        &twin.quantity,
        &twin.charge,
        &twin.net,
    ];
    same(about, expected.map(Clone::clone), numbers)?;
    same(about, twin.flagged, deviation.flagged)?;
    let tiers = deviation.tiers.iter().map(|tier| ChargedTier {
        quantity: of(tier.quantity.value()),
        rate: of(tier.rate.value()),
        amount: of(tier.amount.value()),
    });
    same(about, twin.tiers.clone(), tiers.collect())?;
    let shown = half_up(&twin.base, 6);
    same(about, shown.clone(), half_up(&exact(&core.base), 6))
}
