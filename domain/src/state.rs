//! The state: everything that decisions and running months need, folded from the log.

mod documents;
mod life;
mod money;
mod points;
mod readings;
mod supply;

use std::collections::{BTreeMap, BTreeSet};

use crate::approval::Approvals;
use crate::books::BooksState;
use crate::contract::{ContractState, PointAssigned, TransferQuantity};
use crate::contracts::Contracts;
use crate::customer::CustomerClass;
use crate::delivery::Parked;
use crate::deviation::ClaimState;
use crate::event::Event;
use crate::keys::Keys;
use crate::ledger::{FourEyes, Settings};
use crate::log::{Position, Recorded};
use crate::market::{IndexBook, LotRecorded};
use crate::passage::Passages;
use crate::payment::{GuaranteeGiven, MoneyFact, Reference, Way};
use crate::quantities::{
    Bank, BankReference, CivilDay, ClaimId, ContractId, CustomerId, GasDayClock,
    GuaranteeReference, PointId, TradeReference, TransferReference,
};
use crate::scheduler::SchedulerElected;

/// The state of a whole ledger. `Ledger::default()` is the ledger before its first event.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    settings: Option<Settings>,
    scheduler: Option<SchedulerElected>,
    clock: GasDayClock,
    position: Position,
    customers: BTreeMap<CustomerId, CustomerClass>,
    contracts: Contracts,
    points: BTreeMap<PointId, Vec<PointAssigned>>,
    /// The newest event that says who holds a point.
    holder_told: BTreeMap<PointId, Position>,
    parked: BTreeMap<PointId, Vec<Parked>>,
    indices: IndexBook,
    lots: BTreeMap<TradeReference, LotRecorded>,
    transfers: BTreeMap<TransferReference, TransferQuantity>,
    claims: BTreeMap<ClaimId, ContractId>,
    guarantees: BTreeMap<GuaranteeReference, GuaranteeGiven>,
    money: BTreeMap<(Bank, BankReference), Vec<MoneyFact>>,
    unallocated: Vec<MoneyFact>,
    approvals: Approvals,
    keys: Keys,
    passages: Passages,
    /// Unallocated money that was assigned, and taken back.
    assigned: Vec<MoneyFact>,
    books: BooksState,
    /// E5: the contracts whose supply is in question.
    curtailed: BTreeSet<ContractId>,
}

impl Ledger {
    /// The position of the newest event that the state knows.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The settings, once the ledger is open.
    #[must_use]
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// T1: when gas days start.
    #[must_use]
    pub fn clock(&self) -> GasDayClock {
        self.clock
    }

    /// Published index values.
    #[must_use]
    pub fn indices(&self) -> &IndexBook {
        &self.indices
    }

    /// A contract.
    #[must_use]
    pub fn contract(&self, id: &ContractId) -> Option<&ContractState> {
        self.contracts.get(id)
    }

    /// All contracts, by id.
    pub fn contracts(&self) -> impl Iterator<Item = &ContractState> {
        self.contracts.values()
    }

    /// A customer's class.
    #[must_use]
    pub fn class_of(&self, customer: &CustomerId) -> Option<CustomerClass> {
        self.customers.get(customer).copied()
    }

    /// A customer's class by E4: one that nobody told counts as protected.
    #[must_use]
    pub fn class_or_protected(&self, customer: &CustomerId) -> CustomerClass {
        self.class_of(customer).unwrap_or(CustomerClass::Key)
    }

    /// A lot.
    #[must_use]
    pub fn lot(&self, reference: &TradeReference) -> Option<&LotRecorded> {
        self.lots.get(reference)
    }

    /// A transfer, as it was asked for.
    #[must_use]
    pub fn transfer(&self, reference: &TransferReference) -> Option<&TransferQuantity> {
        self.transfers.get(reference)
    }

    /// A claim.
    #[must_use]
    pub fn claim(&self, claim: &ClaimId) -> Option<&ClaimState> {
        self.contract(self.claims.get(claim)?)?.claims.get(claim)
    }

    /// A guarantee.
    #[must_use]
    pub fn guarantee(&self, reference: &GuaranteeReference) -> Option<&GuaranteeGiven> {
        self.guarantees.get(reference)
    }

    /// Every movement of money that was ever recorded under a bank's reference.
    #[must_use]
    pub fn money(&self, bank: &Bank, reference: &BankReference) -> &[MoneyFact] {
        let key = (bank.clone(), reference.clone());
        self.money.get(&key).map_or(&[], Vec::as_slice)
    }

    /// F: whether acts of weight need a second person.
    #[must_use]
    pub fn four_eyes(&self) -> FourEyes {
        self.settings.as_ref().map_or(FourEyes::On, |settings| settings.four_eyes)
    }

    /// F: what a document says of a ledger that one person runs.
    #[must_use]
    pub fn run_by_one(&self) -> Option<FourEyes> {
        (self.four_eyes() == FourEyes::Off).then_some(FourEyes::Off)
    }

    /// F: proposals and roles.
    #[must_use]
    pub fn approvals(&self) -> &Approvals {
        &self.approvals
    }

    /// T6: the node that was elected last to do the scheduler's work.
    #[must_use]
    pub fn scheduler(&self) -> Option<&SchedulerElected> {
        self.scheduler.as_ref()
    }

    /// F: keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// T6: what was told of the passage of time. No rule asks it.
    #[must_use]
    pub fn passages(&self) -> &Passages {
        &self.passages
    }

    /// What the books of the ledger come to.
    #[must_use]
    pub fn books(&self) -> &BooksState {
        &self.books
    }

    /// A4: the last day of closed books, closed here or before the ledger began.
    #[must_use]
    pub fn closed_through(&self) -> Option<CivilDay> {
        let before = self.settings.as_ref().and_then(|settings| settings.books.closed_through);
        before.max(self.books.closed_through)
    }

    /// Takes an event in. Total: a recorded fact is never refused, whatever rule it was recorded
    /// under; one that names nothing known changes nothing.
    pub fn evolve(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        self.position = position;
        match &recorded.event {
            Event::LedgerOpened(settings) => self.opened(settings),
            Event::SchedulerElected(event) => self.scheduler = Some(event.clone()),
            Event::CustomerRegistered(event) => {
                self.customers.insert(event.customer.clone(), event.class);
            }
            Event::ContractSigned(event) => self.signed(event, position),
            Event::ContractAmended(event) => self.amended(event, position),
            Event::ContractTerminated(event) => self.terminated(event, position),
            Event::PointAssigned(event) => self.point_assigned(event, position),
            Event::PointReleased(event) => self.released(event, position),
            Event::PointMoved(event) => self.point_moved(event, position),
            Event::BalanceMoved(event) => self.balance_moved(event, position),
            Event::AccountClosed(event) => self.account_closed(event, position),
            Event::IndexPublished(event) => self.indices.apply(event, position),
            Event::QuantityTransferred(event) => self.transferred(event, position),
            Event::LotRecorded(event) => {
                self.lots.insert(event.trade_reference.clone(), event.clone());
                self.with(&event.contract, |contract| contract.add_lot(event, position));
            }
            Event::ReadingParked(event) => self.park(event, recorded),
            Event::DeliveryRecorded(event) => self.delivered(event, position),
            Event::ClaimFiled(event) => self.claim_filed(event, position),
            Event::ClaimDecided(event) => self.claim_decided(event, position),
            Event::PaymentReceived(event) => {
                self.moved(event, Way::Payment { reversed: false }, position);
            }
            Event::PaymentReversed(event) => self.reversed(event, position),
            Event::RefundPaid(event) => self.moved(event, Way::Refund, position),
            Event::GuaranteeGiven(event) => self.guaranteed(event, position),
            Event::MoneyAssigned(event) => self.assigned(event, Way::Assigned, position),
            Event::AssignmentReversed(event) => {
                self.assigned(event, Way::AssignmentReversed, position);
            }
            Event::CreditGranted(event) => self.credited(event, position),
            Event::LateFeeCharged(event) => self.late_fee_charged(event, position),
            Event::LateFeeWaived(event) => self.late_fee_waived(event, position),
            Event::InvoiceRecorded(event) => self.books.invoiced(event),
            Event::BooksClosed(event) => self.books.close(event.through),
            Event::SettlementIssued(event) => self.settled(event, position),
            Event::DeviationAssessed(event) => self.assessed(event, position),
            Event::TakeOrPaySettled(event) => self.settled_year(event, position),
            Event::ClaimVerified(event) => self.claim_verified(event, position),
            Event::SheetIssued(event) => self.case(event, position),
            Event::SheetDelivered(event) => self.case(event, position),
            Event::SheetConfirmed(event) => self.case(event, position),
            Event::SheetDeemedConfirmed(event) => self.case(event, position),
            Event::SheetDisputed(event) => self.case(event, position),
            Event::DisputeResolved(event) => self.case(event, position),
            Event::PostingApproved(event) => self.case(event, position),
            Event::DeviationPosted(event) => self.case(event, position),
            Event::DeviationWaived(event) => self.case(event, position),
            Event::ReferenceTaken(event) | Event::ReferenceReleased(event) => {
                only_contends(&event.reference);
            }
            Event::ActProposed(event) => self.approvals.proposed(event, position),
            Event::ActApproved(event) => self.approvals.approved(event),
            Event::ActWithdrawn(event) => self.approvals.withdrawn(event),
            Event::RoleGranted(event) => self.approvals.granted(event),
            Event::RoleRevoked(event) => self.approvals.revoked(event),
            Event::Supply(event) => self.supplied(event, position),
            Event::KeyGranted(_) | Event::KeyRevoked(_) => self.keys.take_in(&recorded.event),
            Event::TimePassed(_) | Event::StageCrossed(_) => self.passages.hear(&recorded.event),
        }
    }

    fn with(&mut self, id: &ContractId, change: impl FnOnce(&mut ContractState)) {
        if let Some(contract) = self.contracts.get_mut(id) {
            change(contract);
        }
    }

    fn opened(&mut self, settings: &Settings) {
        self.clock = settings.gas_day_clock().unwrap_or_default();
        self.settings = Some(settings.clone());
    }
}

/// What a name stands for is told by the event beside it; this one only contends.
fn only_contends(reference: &Reference) {
    match reference {
        Reference::Bank { .. }
        | Reference::Claim { .. }
        | Reference::Guarantee { .. }
        | Reference::Invoice { .. }
        | Reference::Trade { .. }
        | Reference::Transfer { .. } => {}
    }
}
