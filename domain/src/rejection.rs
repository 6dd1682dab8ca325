//! Refusals: ordered, numbered, explained.
//!
//! The first that applies is returned. Codes are public and never reused; numbers order them in
//! `docs/rejections.md`, which is generated from [`all`].

/// A refusal's place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Orders the list; never reused.
    pub number: u16,
    /// The public code.
    pub code: &'static str,
    /// What the person who sees it can do.
    pub advice: &'static str,
}

/// Defines an area's refusals: number, code, advice, then the variant as `thiserror` wants it.
macro_rules! rejections {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $(
                $number:literal $code:literal $advice:literal
                $(#[$meta:meta])*
                $variant:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)? },
            )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        pub enum $name {
            $($(#[$meta])* $variant { $($(#[$field_meta])* $field: $type),* },)+
        }

        impl $name {
            /// Every refusal of the area, in order.
            pub const LIST: &'static [$crate::rejection::Listed] = &[
                $($crate::rejection::Listed { number: $number, code: $code, advice: $advice },)+
            ];

            /// Its entry in the list.
            #[must_use]
            pub fn listed(&self) -> &'static $crate::rejection::Listed {
                match self {
                    $(Self::$variant { .. } => &$crate::rejection::Listed {
                        number: $number, code: $code, advice: $advice,
                    },)+
                }
            }
        }
    };
}
pub(crate) use rejections;

use crate::quantities::{NameError, Overflow};
use crate::rules::RuleError;
use crate::{
    approval, books, contract, customer, delivery, deviation, keys, ledger, market, passage,
    payment, scheduler, settlement, supply, take_or_pay,
};

/// A refusal of any area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The ledger itself.
    #[error(transparent)]
    Ledger(#[from] ledger::Rejection),
    /// The scheduler.
    #[error(transparent)]
    Scheduler(#[from] scheduler::Rejection),
    /// Contracts and transfers.
    #[error(transparent)]
    Contract(#[from] contract::Rejection),
    /// The life of a contract.
    #[error(transparent)]
    Life(#[from] contract::life::Rejection),
    /// The account of a contract: what stands open, its closing.
    #[error(transparent)]
    Account(#[from] contract::life::AccountRejection),
    /// Patches of terms.
    #[error(transparent)]
    Patch(#[from] contract::patch::Rejection),
    /// Customers.
    #[error(transparent)]
    Customer(#[from] customer::Rejection),
    /// Indices and lots.
    #[error(transparent)]
    Market(#[from] market::Rejection),
    /// Readings.
    #[error(transparent)]
    Delivery(#[from] delivery::Rejection),
    /// Money and guarantees.
    #[error(transparent)]
    Payment(#[from] payment::Rejection),
    /// The books.
    #[error(transparent)]
    Books(#[from] books::Rejection),
    /// Claims.
    #[error(transparent)]
    Claim(#[from] deviation::ClaimRejection),
    /// Assessments and their cases.
    #[error(transparent)]
    Deviation(#[from] deviation::Rejection),
    /// Closing a month.
    #[error(transparent)]
    Settlement(#[from] settlement::Rejection),
    /// Four eyes and roles.
    #[error(transparent)]
    Approval(#[from] approval::Rejection),
    /// The passage of time.
    #[error(transparent)]
    Passage(#[from] passage::Rejection),
    /// Keys.
    #[error(transparent)]
    Keys(#[from] keys::Rejection),
    /// Settling a contract year.
    #[error(transparent)]
    TakeOrPay(#[from] take_or_pay::Rejection),
    /// Supply and its curtailment.
    #[error(transparent)]
    Supply(#[from] supply::Rejection),
    /// Demands and notices.
    #[error(transparent)]
    Demand(#[from] supply::DemandRejection),
    /// Orders that curtail supply.
    #[error(transparent)]
    Order(#[from] supply::OrderRejection),
}

impl Rejection {
    /// The public code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.listed().code
    }

    /// What the person who sees it can do.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.listed().advice
    }

    /// Its entry in the list.
    #[must_use]
    pub fn listed(&self) -> &'static Listed {
        match self {
            Self::Ledger(rejection) => rejection.listed(),
            Self::Scheduler(rejection) => rejection.listed(),
            Self::Contract(rejection) => rejection.listed(),
            Self::Life(rejection) => rejection.listed(),
            Self::Account(rejection) => rejection.listed(),
            Self::Patch(rejection) => rejection.listed(),
            Self::Customer(rejection) => rejection.listed(),
            Self::Market(rejection) => rejection.listed(),
            Self::Delivery(rejection) => rejection.listed(),
            Self::Payment(rejection) => rejection.listed(),
            Self::Books(rejection) => rejection.listed(),
            Self::Claim(rejection) => rejection.listed(),
            Self::Deviation(rejection) => rejection.listed(),
            Self::Settlement(rejection) => rejection.listed(),
            Self::Approval(rejection) => rejection.listed(),
            Self::Passage(rejection) => rejection.listed(),
            Self::Keys(rejection) => rejection.listed(),
            Self::TakeOrPay(rejection) => rejection.listed(),
            Self::Supply(rejection) => rejection.listed(),
            Self::Demand(rejection) => rejection.listed(),
            Self::Order(rejection) => rejection.listed(),
        }
    }
}

/// Every refusal of the domain, in order of its number.
#[must_use]
pub fn all() -> Vec<Listed> {
    let areas = [
        ledger::Rejection::LIST,
        scheduler::Rejection::LIST,
        contract::Rejection::LIST,
        contract::life::Rejection::LIST,
        contract::life::AccountRejection::LIST,
        contract::patch::Rejection::LIST,
        customer::Rejection::LIST,
        market::Rejection::LIST,
        delivery::Rejection::LIST,
        payment::Rejection::LIST,
        books::Rejection::LIST,
        deviation::ClaimRejection::LIST,
        deviation::Rejection::LIST,
        settlement::Rejection::LIST,
        approval::Rejection::LIST,
        passage::Rejection::LIST,
        keys::Rejection::LIST,
        take_or_pay::Rejection::LIST,
        supply::Rejection::LIST,
        supply::DemandRejection::LIST,
        supply::OrderRejection::LIST,
    ];
    let mut all: Vec<Listed> = areas.into_iter().flatten().copied().collect();
    all.sort_by_key(|listed| listed.number);
    all
}

impl From<Overflow> for Rejection {
    fn from(_: Overflow) -> Self {
        ledger::Rejection::NumberTooLarge {}.into()
    }
}

impl From<NameError> for Rejection {
    fn from(error: NameError) -> Self {
        ledger::Rejection::NotAName { reason: error }.into()
    }
}

impl From<RuleError> for Rejection {
    fn from(error: RuleError) -> Self {
        match error {
            RuleError::PriceReferenceMissing(missing) => {
                settlement::Rejection::PriceReferenceMissing { missing: vec![missing].into() }
                    .into()
            }
            RuleError::NoPlan(day) => ledger::Rejection::NoPlan { day }.into(),
            RuleError::NoTaxRate(day) => ledger::Rejection::NoTaxRate { day }.into(),
            RuleError::Overflow(overflow) => overflow.into(),
        }
    }
}
