//! The preview of an amendment (C1): what it would change, before anybody signs or approves it.
//!
//! Both sides come from the functions that settle and assess, on a copy of the contract into which
//! the amendment is taken as the log would take it. Nothing is recorded, and the copy is thrown
//! away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use citygate_domain::Rejection;
use citygate_domain::contract::ContractState;
use citygate_domain::contract::life::{AmendContract, amended};
use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::log::Position;
use citygate_domain::market::IndexBook;
use citygate_domain::payment::account_as_of;
use citygate_domain::quantities::{ContractId, GasDay, Money, Quantity, SettlementMonth, Unit};
use citygate_domain::rules::days::DaysRemaining;
use citygate_domain::rules::deviation::Side as TakenTo;
use citygate_domain::rules::settlement::Settlement;
use citygate_domain::state::Ledger;
use citygate_domain::trace::Traced;
use citygate_domain::trial::Trial;

/// What an amendment would change, as of a gas day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The gas day up to which open months are counted.
    pub as_of: GasDay,
    /// The contract.
    pub contract: ContractId,
    /// From which gas day the terms would count.
    pub from: GasDay,
    /// G4: the newest event that it knows.
    pub position: Position,
    /// Open months in order, then contract years, then the account.
    pub rows: Vec<Row>,
}

/// One number before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is of.
    pub of: Of,
    /// Which number.
    pub item: Item,
    /// Under the terms as they are; none where they have no such number or it cannot be computed.
    pub before: Option<Amount>,
    /// With the amendment.
    pub after: Option<Amount>,
}

/// What a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A settlement month.
    Month(SettlementMonth),
    /// A contract year.
    Year(i64),
    /// The account as of a gas day.
    Day(GasDay),
}

impl fmt::Display for Of {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => month.fmt(formatter),
            Self::Year(year) => year.fmt(formatter),
            Self::Day(day) => day.fmt(formatter),
        }
    }
}

/// Which number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// P4: C.
    ContractQuantity,
    /// The quantity of the month so far.
    Quantity,
    /// P7: the gross total so far.
    Gross,
    /// A2: gas days left out of it because a price is missing.
    UnpricedDays,
    /// D3: the under-take of a month that has begun, as it would be if nothing more were taken in
    /// its netting period.
    Under,
    /// D3: the over-take.
    Over,
    /// D6: the deviation's charge.
    Charge,
    /// Y2: the take-or-pay quantity of the year.
    TakeOrPayQuantity,
    /// A3.
    Available,
    /// G3.
    DaysRemaining,
}

impl Item {
    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ContractQuantity => "contract_quantity",
            Self::Quantity => "quantity",
            Self::Gross => "gross",
            Self::UnpricedDays => "unpriced_days",
            Self::Under => "under",
            Self::Over => "over",
            Self::Charge => "charge",
            Self::TakeOrPayQuantity => "take_or_pay_quantity",
            Self::Available => "available",
            Self::DaysRemaining => "days_remaining",
        }
    }
}

/// A number with what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Billing units.
    Quantity(Quantity),
    /// Yuan.
    Money(Money),
    /// Gas days.
    Count(usize),
    /// Days of gas.
    Days(DaysRemaining),
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantity(quantity) => quantity.fmt(formatter),
            Self::Money(money) => money.fmt(formatter),
            Self::Count(count) => count.fmt(formatter),
            Self::Days(days) => days.fmt(formatter),
        }
    }
}

impl Row {
    /// After − before, of quantities and money that both sides have.
    #[must_use]
    pub fn difference(&self) -> Option<Amount> {
        match (self.before?, self.after?) {
            (Amount::Quantity(before), Amount::Quantity(after)) => {
                Some(Amount::Quantity(after - before))
            }
            (Amount::Money(before), Amount::Money(after)) => Some(Amount::Money(after - before)),
            (Amount::Quantity(_) | Amount::Money(_) | Amount::Count(_) | Amount::Days(_), _) => {
                None
            }
        }
    }
}

/// What an amendment would change, for every open month that it reaches; or why it would be
/// refused.
pub fn preview(
    ledger: &Ledger,
    command: &AmendContract,
    as_of: GasDay,
) -> Result<Preview, Rejection> {
    let event = Arc::new(amended(ledger, command)?);
    let Some(contract) = ledger.contract(&command.contract) else {
        unreachable!("only a contract of the ledger is amended")
    };
    let (indices, position) = (ledger.indices(), ledger.position());
    let after = Trial::amended(contract, indices, &event, position.next());
    let touched = contract.month_of(command.from).through(contract.last_month());
    let open = |month: &SettlementMonth| contract.settlement(*month).is_none();
    let months: Vec<SettlementMonth> = touched.filter(open).collect();
    let before = Side::of(Trial::of(contract, indices), indices, &months, as_of);
    let after = Side::of(after, indices, &months, as_of);
    let rows = side_by_side(&before, &after);
    Ok(Preview { as_of, contract: contract.id().clone(), from: command.from, position, rows })
}

/// The numbers of one side, in the order of the rows.
struct Side(Vec<(Of, Item, Option<Amount>)>);

impl Side {
    fn of(
        mut trial: Trial<'_>,
        indices: &IndexBook,
        months: &[SettlementMonth],
        as_of: GasDay,
    ) -> Self {
        let years: BTreeSet<i64> =
            months.iter().map(|month| trial.contract().year_of(*month)).collect();
        // The account is counted before anything is tried: a tried month would count as issued.
        let account = account(trial.contract(), indices, as_of);
        let mut numbers = Vec::new();
        let mut running = BTreeMap::new();
        for month in months {
            if trial.contract().days_of(*month).first > as_of {
                // Nothing has happened in it: only what is agreed can differ.
                let agreed = trial.contract().contract_quantity(*month);
                let unit = trial.contract().unit();
                let shown = |agreed: Traced<Quantity>| agreed.value.shown_in(unit);
                let agreed = agreed.map(|agreed| Amount::Quantity(shown(agreed)));
                numbers.push((Of::Month(*month), Item::ContractQuantity, agreed));
                continue;
            }
            let assessed = assessed(&mut trial, &mut running, *month, as_of);
            let settled = running.get(month);
            numbers.extend(month_numbers(*month, settled, assessed, trial.contract().unit()));
        }
        for year in years {
            let quantity = trial.contract().take_or_pay_quantity(year).ok().flatten();
            let quantity = quantity.map(Amount::Quantity);
            numbers.push((Of::Year(year), Item::TakeOrPayQuantity, quantity));
        }
        numbers.extend(account);
        Self(numbers)
    }
}

/// What is known of months while a side is counted.
type Running = BTreeMap<SettlementMonth, Settlement>;

/// D7: the deviation of the netting period of a month, if nothing more were taken in it. Its open
/// months are counted on the way.
fn assessed(
    trial: &mut Trial<'_>,
    running: &mut Running,
    month: SettlementMonth,
    as_of: GasDay,
) -> Option<Arc<DeviationAssessed>> {
    let period = trial.contract().netting_period(month);
    let months: Vec<SettlementMonth> =
        period.map_or_else(|| vec![month], |period| period.months().collect());
    for month in months {
        if trial.contract().settlement(month).is_none()
            && let Ok(found) = trial.run(month, as_of)
        {
            running.insert(month, found);
        }
    }
    let last = period?.last;
    let known = trial.contract().deviation(last).map(|issued| Arc::clone(&issued.document));
    known.or_else(|| trial.assess(last).ok())
}

fn month_numbers(
    month: SettlementMonth,
    settled: Option<&Settlement>,
    assessed: Option<Arc<DeviationAssessed>>,
    unit: Unit,
) -> [(Of, Item, Option<Amount>); 7] {
    let quantity = |quantity: Quantity| Amount::Quantity(quantity.shown_in(unit));
    let on = |side: TakenTo| {
        assessed.as_ref().map(|document| {
            let outside = document.side == Some(side);
            quantity(if outside { document.quantity } else { Quantity::ZERO })
        })
    };
    let unpriced = settled.map(|settled| settled.unpriced.len()).filter(|days| *days > 0);
    [
        (Item::ContractQuantity, settled.map(|settled| quantity(settled.contract_quantity))),
        (Item::Quantity, settled.map(|settled| quantity(settled.quantity))),
        (Item::Gross, settled.map(|settled| Amount::Money(settled.total.gross))),
        (Item::UnpricedDays, unpriced.map(Amount::Count)),
        (Item::Under, on(TakenTo::Under)),
        (Item::Over, on(TakenTo::Over)),
        (Item::Charge, assessed.as_ref().map(|document| Amount::Money(document.charge))),
    ]
    .map(|(item, amount)| (Of::Month(month), item, amount))
}

/// A3, G3: the account as of the gas day; none before the term.
fn account(
    contract: &ContractState,
    indices: &IndexBook,
    as_of: GasDay,
) -> [(Of, Item, Option<Amount>); 2] {
    let begun = contract.first_gas_day() <= as_of;
    let account = begun.then(|| account_as_of(contract, indices, as_of).ok()).flatten();
    let available = account.as_ref().map(|account| Amount::Money(account.available));
    let days = account.and_then(|account| account.days).map(Amount::Days);
    [(Item::Available, available), (Item::DaysRemaining, days)]
        .map(|(item, amount)| (Of::Day(as_of), item, amount))
}

/// Both sides count the same months and years in the same order: an amendment changes no counting.
/// A number that neither side has is no row.
fn side_by_side(before: &Side, after: &Side) -> Vec<Row> {
    let rows = before.0.iter().zip(&after.0).map(|((of, item, before), (_, _, after))| Row {
        of: *of,
        item: *item,
        before: *before,
        after: *after,
    });
    rows.filter(|row| row.before.is_some() || row.after.is_some()).collect()
}
