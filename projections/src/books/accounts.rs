/// An account of the books (A4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// In yuan.
    Money(MoneyAccount),
    /// In a billing unit.
    Gas(GasAccount),
}

/// The accounts in money, in the order in which reports show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoneyAccount {
    /// Money at the banks.
    Cash,
    /// What buyers have paid and not used up (预收款); below zero it is a receivable.
    Prepaid,
    /// Money whose contract is not known yet.
    Unallocated,
    /// Balances on their way from one contract to another: zero over all contracts.
    BetweenContracts,
    /// Gas sold, without tax.
    Revenue,
    /// Tax included in the prices (销项税).
    Tax,
    /// Deviation charges, without tax.
    Deviation,
    /// Take-or-pay payments whose gas can still be made up: a liability.
    MakeUp,
    /// Take-or-pay payments earned: drawn, expired or without a right, without tax.
    TakeOrPay,
    /// What the seller pays for his shortfalls.
    Compensation,
    /// Late fees (滞纳金), without tax.
    LateFee,
}

/// The accounts in gas, in the order in which reports show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GasAccount {
    /// Gas that has left the seller.
    Delivered,
    /// Gas that was billed, or made up.
    Sold,
    /// Gas paid for and not taken.
    NotTaken,
    /// Gas that the buyer may still make up.
    MakeUp,
    /// Gas whose right has lapsed.
    Forfeited,
}

impl Account {
    /// The word that reports and exports use; an account in gas is told by its unit.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Money(account) => account.word(),
            Self::Gas(account) => account.word(),
        }
    }
}

impl MoneyAccount {
    /// The word that reports and exports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Prepaid => "prepaid",
            Self::Unallocated => "unallocated",
            Self::BetweenContracts => "between_contracts",
            Self::Revenue => "revenue",
            Self::Tax => "tax",
            Self::Deviation => "deviation",
            Self::MakeUp => "make_up",
            Self::TakeOrPay => "take_or_pay",
            Self::Compensation => "compensation",
            Self::LateFee => "late_fee",
        }
    }
}

impl GasAccount {
    /// The word that reports and exports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Sold => "sold",
            Self::NotTaken => "not_taken",
            Self::MakeUp => "make_up",
            Self::Forfeited => "forfeited",
        }
    }
}
