//! The twin's own notes of what happened: read from recorded events, in whole numbers, by nothing of the
//! rules.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use citygate_domain::Event;
use citygate_domain::approval::Act;
use citygate_domain::customer::{CustomerClass, CustomerRegistered};
use citygate_domain::delivery::DeliveryRecorded;
use citygate_domain::log::Recorded;
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::{CivilDay, Money, OrderId, PersonId};
use citygate_domain::settlement::SettlementIssued;
use citygate_domain::supply::{MeasureKind, OrderIssued, ValveReported};
use rust_decimal::prelude::ToPrimitive;

use super::agreed::{Agreed, Contract};

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
    /// By day and point.
    pub readings: BTreeMap<Date, Vec<Option<Reading>>>,
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
enum Helps {
    Contract(usize),
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
    pending: BTreeMap<String, Helps>,
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

    /// The contracts whose price rests on the index.
    pub fn indexed(&self) -> impl Iterator<Item = usize> {
        let contracts = self.agreed.contracts.iter().enumerate();
        contracts.filter(|(_, terms)| terms.is_indexed()).map(|(place, _)| place)
    }

    /// Whether a proposal waits that could be in the contract's favour.
    #[must_use]
    pub fn help_waits(&self, contract: usize) -> bool {
        let indexed = self.agreed.contracts.get(contract).is_some_and(Contract::is_indexed);
        self.pending.values().any(|helps| match helps {
            Helps::Contract(place) => *place == contract,
            Helps::Index => indexed,
            Helps::Nobody => false,
        })
    }

    fn of(&mut self, id: &str) -> Option<&mut ContractFacts> {
        self.contracts.get_mut(place_of(id)?)
    }

    /// Takes a fact in.
    #[expect(clippy::too_many_lines, reason = "every event by its name")]
    pub fn take_in(&mut self, recorded: &Recorded) {
        let position = recorded.position.number();
        match &recorded.event {
            Event::CustomerRegistered(event) => self.registered(event),
            Event::IndexPublished(event) => {
                let value = (event.value.0 * rust_decimal::Decimal::ONE_HUNDRED).to_i64();
                self.index.insert(date(event.effective_day.date()), value.unwrap_or(0));
            }
            Event::DeliveryRecorded(event) => self.read(event),
            Event::ClaimFiled(event) => {
                if let Some(contract) = self.of(event.contract.as_str()) {
                    contract.open_claims.insert(event.claim.to_string());
                }
            }
            Event::ClaimDecided(event) => {
                if let Some(contract) = self.of(event.contract.as_str()) {
                    contract.open_claims.remove(event.claim.as_str());
                }
            }
            Event::PaymentReceived(event) => self.moved(event, 1, true, position),
            Event::PaymentReversed(event) | Event::RefundPaid(event) => {
                self.moved(event, -1, false, position);
            }
            Event::GuaranteeGiven(event) => {
                let lent = (fen(event.amount), event.valid_from, event.valid_to);
                self.lent(event.contract.as_str(), lent);
            }
            Event::CreditGranted(event) => {
                let lent = (fen(event.amount), event.from, event.until);
                self.lent(event.contract.as_str(), lent);
            }
            Event::SettlementIssued(event) => self.posted(event),
            Event::ActProposed(event) => {
                let helps = helps(&event.act);
                self.pending.insert(event.subject.to_string(), helps);
            }
            Event::ActApproved(event) => {
                self.pending.remove(event.subject.as_str());
            }
            Event::ActWithdrawn(event) => {
                self.pending.remove(event.subject.as_str());
            }
            Event::Supply(event) => {
                if let Some(contract) = self.of(event.contract().as_str()) {
                    contract.supplied(event, position);
                }
            }
            // No history brings these, or they change no answer.
            Event::LedgerOpened(_)
            | Event::ContractSigned(_)
            | Event::ContractAmended(_)
            | Event::ContractTerminated(_)
            | Event::PointAssigned(_)
            | Event::PointReleased(_)
            | Event::PointMoved(_)
            | Event::SchedulerElected(_)
            | Event::BalanceMoved(_)
            | Event::AccountClosed(_)
            | Event::QuantityTransferred(_)
            | Event::LotRecorded(_)
            | Event::ReadingParked(_)
            | Event::MoneyAssigned(_)
            | Event::AssignmentReversed(_)
            | Event::LateFeeCharged(_)
            | Event::LateFeeWaived(_)
            | Event::InvoiceRecorded(_)
            | Event::BooksClosed(_)
            | Event::DeviationAssessed(_)
            | Event::TakeOrPaySettled(_)
            | Event::ReferenceTaken(_)
            | Event::ReferenceReleased(_)
            | Event::ClaimVerified(_)
            | Event::SheetIssued(_)
            | Event::SheetDelivered(_)
            | Event::SheetConfirmed(_)
            | Event::SheetDeemedConfirmed(_)
            | Event::SheetDisputed(_)
            | Event::DisputeResolved(_)
            | Event::PostingApproved(_)
            | Event::DeviationPosted(_)
            | Event::DeviationWaived(_)
            | Event::RoleGranted(_)
            | Event::RoleRevoked(_)
            | Event::KeyGranted(_)
            | Event::KeyRevoked(_)
            | Event::TimePassed(_)
            | Event::StageCrossed(_) => {}
        }
    }

    fn registered(&mut self, event: &CustomerRegistered) {
        let place = place_of(event.customer.as_str().trim_start_matches("C-"));
        if let Some(contract) = place.and_then(|place| self.contracts.get_mut(place)) {
            contract.unprotected =
                matches!(event.class, CustomerClass::Industrial | CustomerClass::Commercial);
        }
    }

    fn read(&mut self, event: &DeliveryRecorded) {
        let reading = Reading {
            volume: event.volume_m3.value().to_i64().unwrap_or(0),
            actual: event.source.is_actual(),
        };
        let Some(place) = place_of(event.contract.as_str()) else { return };
        let points = self.agreed.contracts.get(place).map_or(0, |it| it.capacities.len());
        let Some(contract) = self.contracts.get_mut(place) else { return };
        let day = contract.readings.entry(date(event.gas_day.date()));
        let day = day.or_insert_with(|| vec![None; points]);
        if let Some(known) = point_of(event.point.as_str()).and_then(|point| day.get_mut(point)) {
            *known = Some(reading);
        }
    }

    fn posted(&mut self, event: &SettlementIssued) {
        let month = (event.month.year(), event.month.month());
        if let Some(contract) = self.of(event.contract.as_str()) {
            contract.posted.insert(month, fen(event.gross));
        }
    }

    fn moved(&mut self, event: &MoneyMoved, sign: i64, received: bool, position: u64) {
        let Some(contract) = event.contract.as_ref().and_then(|id| self.of(id.as_str())) else {
            return;
        };
        contract.money.push(Moved {
            reference: event.bank_reference.to_string(),
            reverses: event.reverses.as_ref().map(ToString::to_string),
            fen: sign * fen(event.amount),
            on: date(event.value_date.date()),
            position,
            received,
        });
    }

    fn lent(&mut self, contract: &str, (fen, from, to): (i64, CivilDay, CivilDay)) {
        if let Some(contract) = self.of(contract) {
            contract.lent.push((fen, date(from.date()), date(to.date())));
        }
    }
}

fn helps(act: &Act) -> Helps {
    let of = |id: &str| place_of(id).map_or(Helps::Nobody, Helps::Contract);
    match act {
        Act::CorrectDelivery(reading) => of(contract_of(reading.point.as_str())),
        Act::CorrectIndex(_) => Helps::Index,
        Act::GrantCredit(grant) => of(grant.contract.as_str()),
        // No history proposes these.
        Act::AmendTerms(_)
        | Act::CloseAccount(_)
        | Act::GrantKey(_)
        | Act::HandOver(_)
        | Act::MovePoint(_)
        | Act::TerminateContract(_)
        | Act::GrantRelief(_)
        | Act::GrantRole(_)
        | Act::Refund(_)
        | Act::ReversePayment(_)
        | Act::TransferQuantity(_)
        | Act::WaiveDeviation(_)
        | Act::WaiveLateFee(_) => Helps::Nobody,
    }
}

/// The place of `LG-3`.
#[must_use]
pub fn place_of(contract: &str) -> Option<usize> {
    contract.strip_prefix("LG-")?.parse::<usize>().ok()?.checked_sub(1)
}

/// `LG-3` of `LG-3-2`.
fn contract_of(point: &str) -> &str {
    point.rsplit_once('-').map_or(point, |(contract, _)| contract)
}

/// The place of `LG-3-2` in its contract.
#[must_use]
pub fn point_of(point: &str) -> Option<usize> {
    point.rsplit_once('-')?.1.parse::<usize>().ok()?.checked_sub(1)
}
