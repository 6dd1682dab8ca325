use std::collections::BTreeMap;

use citygate_domain::log::Position;
use citygate_domain::quantities::{CivilDay, ContractId, Money, Quantity, SettlementMonth, Unit};

use super::{Account, GasAccount, MoneyAccount};

/// What one event posts; its postings sum to zero in every unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The event.
    pub position: Position,
    /// The event's stored name.
    pub fact: &'static str,
    /// The posting date.
    pub date: CivilDay,
    /// The day from which the fact counts for the account (T4).
    pub effective: CivilDay,
    /// The settlement month that it belongs to.
    pub month: SettlementMonth,
    /// Whose accounts; none for money that is not assigned yet.
    pub contract: Option<ContractId>,
    /// The bank and its reference, or the document.
    pub reference: String,
    /// In the order of the matrix.
    pub postings: Vec<Posting>,
}

/// One line of a commit. A debit is above zero, a credit below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Where to.
    pub account: Account,
    /// How much.
    pub amount: Amount,
}

/// Money, or gas in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Yuan.
    Money(Money),
    /// Billing units.
    Gas(Quantity, Unit),
}

impl std::ops::Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        match self {
            Self::Money(money) => Self::Money(-money),
            Self::Gas(quantity, unit) => Self::Gas(Quantity::new(-quantity.value()), unit),
        }
    }
}

impl Amount {
    /// The unit as the books write it: `CNY`, or the billing unit's symbol.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Money(_) => "CNY",
            Self::Gas(_, unit) => unit.symbol(),
        }
    }

    /// The amount as text, with its sign and the decimals of its unit.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Money(money) => money.to_string(),
            Self::Gas(quantity, unit) => quantity.shown_in(unit).to_string(),
        }
    }

    /// Whether it is below zero: a credit.
    #[must_use]
    pub fn is_credit(self) -> bool {
        match self {
            Self::Money(money) => money < Money::ZERO,
            Self::Gas(quantity, _) => quantity < Quantity::ZERO,
        }
    }

    /// Whether nothing is moved.
    #[must_use]
    pub fn is_zero(self) -> bool {
        match self {
            Self::Money(money) => money == Money::ZERO,
            Self::Gas(quantity, _) => quantity.is_zero(),
        }
    }

    /// The sum of two amounts in one unit; amounts of two units do not add up, and the first stays.
    #[must_use]
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Money(one), Self::Money(other)) => Self::Money(one + other),
            (Self::Gas(one, unit), Self::Gas(other, same)) if unit == same => {
                Self::Gas(one + other, unit)
            }
            (Self::Money(_), Self::Gas(..)) | (Self::Gas(..), Self::Money(_) | Self::Gas(..)) => {
                self
            }
        }
    }

    /// The same without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        match self {
            Self::Money(money) => Self::Money(money.abs()),
            Self::Gas(quantity, unit) => Self::Gas(Quantity::new(quantity.value().abs()), unit),
        }
    }
}

impl Posting {
    /// Whether it goes to the same account in the same unit.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        self.account == other.account && self.amount.unit() == other.amount.unit()
    }

    /// A debit of money; a credit when the amount is below zero.
    #[must_use]
    pub fn money(account: MoneyAccount, amount: Money) -> Self {
        Self { account: Account::Money(account), amount: Amount::Money(amount) }
    }

    /// A debit of gas; a credit when the quantity is below zero.
    #[must_use]
    pub fn gas(account: GasAccount, quantity: Quantity, unit: Unit) -> Self {
        Self { account: Account::Gas(account), amount: Amount::Gas(quantity, unit) }
    }
}

impl Commit {
    /// A4: whether money, and gas in each unit, sum to zero.
    #[must_use]
    pub fn sums_to_zero(&self) -> bool {
        let mut money = Money::ZERO;
        let mut gas: BTreeMap<&'static str, Quantity> = BTreeMap::new();
        for posting in &self.postings {
            match posting.amount {
                Amount::Money(amount) => money = money + amount,
                Amount::Gas(quantity, unit) => {
                    let sum = gas.entry(unit.symbol()).or_insert(Quantity::ZERO);
                    *sum = *sum + quantity;
                }
            }
        }
        money == Money::ZERO && gas.values().all(|sum| sum.is_zero())
    }
}
