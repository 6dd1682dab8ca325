//! The twin's own notes of what happened: read from recorded events, in whole numbers, by nothing of the
//! rules.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use citygate_domain::quantities::{Money, OrderId, PersonId};
use citygate_domain::supply::{MeasureKind, OrderIssued, ValveReported};

use super::agreed::{Agreed, Contract};
use super::terms::{Life, Point};

/// A date as the twin counts it.
pub type Date = i32;

/// Days counted from one beginning.
#[must_use]
pub fn date(day: NaiveDate) -> Date {
    day.num_days_from_ce()
}

pub(super) fn fen(money: Money) -> i64 {
    i64::try_from(money.fen()).unwrap_or(i64::MAX)
}

/// A reading as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// m³.
    pub volume: i64,
    /// Whether it was read, not estimated.
    pub actual: bool,
}

/// A movement of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The bank's reference.
    pub reference: String,
    /// What it takes back.
    pub reverses: Option<String>,
    /// Positive for what came in.
    pub fen: i64,
    /// Value date.
    pub on: Date,
    /// The event.
    pub position: u64,
    /// Whether it was received from the buyer.
    pub received: bool,
}

/// A demand that is running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Demanded.
    pub fen: i64,
    /// Served on.
    pub on: Date,
    /// The event.
    pub position: u64,
    /// Whether there is a scan of it.
    pub proven: bool,
    /// E3: the days that it runs, as agreed when it was served.
    pub days: i64,
}

/// A notice that was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its name.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The civil day.
    pub on: Date,
    /// Whether there is a scan of it.
    pub proven: bool,
    /// E3: the hours that it runs, as agreed when it was served.
    pub hours: i64,
    /// E4: the days after which it lapses, as agreed when it was served.
    pub lapses: i64,
}

/// An order that was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// What it asks for.
    pub measure: MeasureKind,
    /// By whom.
    pub proposed_by: PersonId,
    /// Whether the engine proposed it.
    pub by_engine: bool,
    /// Who approved it.
    pub approved_by: Vec<PersonId>,
    /// What was issued.
    pub issued: Option<Box<OrderIssued>>,
    /// What was agreed when it was issued.
    pub agreed: Option<Contract>,
    /// Whether other terms or points were agreed while it waited.
    pub outdated: bool,
    /// The place of the notice that it was issued on.
    pub notice: Option<usize>,
    /// Whether it is over.
    pub over: bool,
}

/// What the twin knows of a contract.
#[derive(Debug, Clone, Default)]
pub struct ContractFacts {
    /// Whether the customer is known to be industry or trade.
    pub unprotected: bool,
    /// Its terms and its points, by day.
    pub life: Life,
    /// By day; of points that it held then.
    pub readings: BTreeMap<Date, Vec<(Point, Reading)>>,
    /// In log order.
    pub money: Vec<Moved>,
    /// Amount, first and last day.
    pub lent: Vec<(i64, Date, Date)>,
    /// Claims that wait.
    pub open_claims: BTreeSet<String>,
    /// Posted settlements by (year, month).
    pub posted: BTreeMap<(i32, u32), i64>,
    /// The demand that is running.
    pub demand: Option<Demand>,
    /// Whether it is disputed.
    pub disputed: bool,
    /// Every notice.
    pub notices: Vec<Notice>,
    /// Whether the newest notice is running.
    pub notice_runs: bool,
    /// Whether somebody was on site since the newest notice.
    pub site: bool,
    /// By name.
    pub orders: BTreeMap<OrderId, Ordered>,
    /// The order in force.
    pub in_force: Option<OrderId>,
    /// The order of a suspension that is lifted and not restored, and when it was lifted.
    pub restoring: Option<(OrderId, DateTime<Utc>)>,
    /// What valves were found to be.
    pub reports: Vec<ValveReported>,
    /// The newest event that ended what was in force.
    pub lifted_at: u64,
}

/// What waits for a second person and could help a buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Helps {
    Contract(usize),
    Two(usize, usize),
    Index,
    Nobody,
}

/// What the twin knows.
#[derive(Debug, Clone)]
pub struct Facts {
    /// How the ledger began.
    pub agreed: Agreed,
    /// By contract.
    pub contracts: Vec<ContractFacts>,
    /// Index values in hundredths, by the day from which they hold.
    pub index: BTreeMap<Date, i64>,
    pub(super) pending: BTreeMap<String, Helps>,
}

impl Facts {
    /// Before the first fact.
    #[must_use]
    pub fn new(agreed: &Agreed) -> Self {
        Self {
            contracts: vec![ContractFacts::default(); agreed.contracts.len()],
            agreed: agreed.clone(),
            index: BTreeMap::new(),
            pending: BTreeMap::new(),
        }
    }

    /// The contracts whose price rests on the index, or has rested on it.
    pub fn indexed(&self) -> impl Iterator<Item = usize> {
        let contracts = self.agreed.contracts.iter().enumerate();
        contracts.filter(|(_, terms)| terms.is_indexed()).map(|(place, _)| place)
    }

    /// The terms of a contract on a day; outside of the term the newest.
    #[must_use]
    pub fn terms_at(&self, contract: usize, day: Date) -> Option<&Contract> {
        self.contracts.get(contract)?.life.at(day)
    }

    /// Whether a proposal waits that could be in the contract's favour.
    #[must_use]
    pub fn help_waits(&self, contract: usize) -> bool {
        let indexed = self.agreed.contracts.get(contract).is_some_and(Contract::is_indexed);
        self.pending.values().any(|helps| match helps {
            Helps::Contract(place) => *place == contract,
            Helps::Two(one, other) => [*one, *other].contains(&contract),
            Helps::Index => indexed,
            Helps::Nobody => false,
        })
    }
}

/// The place of `LG-3`.
#[must_use]
pub fn place_of(contract: &str) -> Option<usize> {
    contract.strip_prefix("LG-")?.parse::<usize>().ok()?.checked_sub(1)
}

/// `LG-3` of `LG-3-2`.
pub(super) fn contract_of(point: &str) -> &str {
    point.rsplit_once('-').map_or(point, |(contract, _)| contract)
}

/// The place of `LG-3-2` in its contract.
#[must_use]
pub fn point_of(point: &str) -> Option<usize> {
    point.rsplit_once('-')?.1.parse::<usize>().ok()?.checked_sub(1)
}
