//! T3, D7: contract years and netting periods, counted from the contract's first month.

use crate::contract::Netting;
use crate::quantities::SettlementMonth;

/// A run of settlement months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first month.
    pub first: SettlementMonth,
    /// Its last month, in which an assessment is made.
    pub last: SettlementMonth,
}

/// Settlement months of a contract year (T3).
pub const MONTHS_OF_YEAR: i32 = 12;

impl Period {
    /// Its months in order.
    pub fn months(self) -> impl DoubleEndedIterator<Item = SettlementMonth> {
        self.first.through(self.last)
    }
}

/// D7: the netting period of `month` in a contract whose months run from `first` to `last`. Only
/// the contract's last period may be shorter.
#[must_use]
pub fn netting_period(
    netting: Netting,
    month: SettlementMonth,
    first: SettlementMonth,
    last: SettlementMonth,
) -> Period {
    let length = match netting {
        Netting::Month => 1,
        Netting::Quarter => 3,
        Netting::ContractYear => MONTHS_OF_YEAR,
    };
    counted(length, month, first, last)
}

/// T3: the contract year of `month`.
#[must_use]
pub fn contract_year(
    month: SettlementMonth,
    first: SettlementMonth,
    last: SettlementMonth,
) -> Period {
    counted(MONTHS_OF_YEAR, month, first, last)
}

fn counted(
    length: i32,
    month: SettlementMonth,
    first: SettlementMonth,
    last: SettlementMonth,
) -> Period {
    let start = first.plus(month.since(first).div_euclid(length) * length);
    Period { first: start, last: start.plus(length - 1).min(last) }
}
