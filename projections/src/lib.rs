//! What people read: folds over the log that call the domain's rules and never repeat a formula.
//!
//! Pure, like the domain. A register keeps documents as they were issued; a board computes what is
//! running from the [`citygate_domain::state::Ledger`] by the same functions that issue.

pub mod amendment;
pub mod board;
pub mod books;
pub mod cases;
pub mod change;
pub mod contract_card;
pub mod deviations;
pub mod explain;
pub mod journal;
pub mod parked;
pub mod procedure;
pub mod register;
pub mod restatement;
pub mod settlements;
pub mod statement;
pub mod what_if;

use std::sync::Arc;

use citygate_domain::Event;
use citygate_domain::log::Recorded;
use citygate_domain::take_or_pay::TakeOrPaySettled;

use register::Register;

/// Every read model that is a fold over the log.
#[derive(Debug, Clone, Default)]
pub struct ReadModels {
    /// Contracts as signed and renewed.
    pub cards: contract_card::ContractCards,
    /// Issued settlements.
    pub settlements: settlements::SettlementRegister,
    /// Assessed deviations.
    pub deviations: deviations::DeviationRegister,
    /// Settled contract years of take-or-pay, by name.
    pub years: Register<i64, TakeOrPaySettled>,
    /// A4: the books.
    pub books: books::Books,
    /// Money and documents by account.
    pub statements: statement::Statements,
}

impl ReadModels {
    /// Takes an event in. Total: no fact is refused. This is the one list of which read model hears
    /// of which event.
    pub fn apply(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        self.books.apply(recorded);
        match &recorded.event {
            Event::CustomerRegistered(event) => self.cards.registered(event),
            Event::ContractSigned(event) => self.cards.signed(event, position),
            Event::PaymentReceived(event) => self.statements.paid(event, position),
            Event::PaymentReversed(event) => self.statements.reversed(event, position),
            Event::RefundPaid(event) => self.statements.refunded(event, position),
            Event::MoneyAssigned(event) => self.statements.assigned(event, position),
            Event::AssignmentReversed(event) => self.statements.taken_back(event, position),
            Event::BalanceMoved(event) => self.statements.balance_moved(event, position),
            Event::LateFeeCharged(event) => self.statements.late_fee(event, position),
            Event::LateFeeWaived(event) => self.statements.waived(event, position),
            Event::SettlementIssued(event) => {
                self.statements.settled(event, position);
                let document = Arc::clone(event);
                self.settlements.issued(&event.contract, event.month, document, position);
            }
            Event::DeviationPosted(event) => self.statements.deviated(event, position),
            Event::DeviationAssessed(event) => {
                let document = Arc::clone(event);
                self.deviations.issued(&event.contract, event.month, document, position);
            }
            Event::TakeOrPaySettled(event) => {
                self.statements.settled_year(event, position);
                self.years.issued(&event.contract, event.year, Arc::clone(event), position);
            }
            Event::LedgerOpened(_)
            | Event::ContractAmended(_)
            | Event::ContractTerminated(_)
            | Event::SchedulerElected(_)
            | Event::PointAssigned(_)
            | Event::PointReleased(_)
            | Event::PointMoved(_)
            | Event::AccountClosed(_)
            | Event::IndexPublished(_)
            | Event::QuantityTransferred(_)
            | Event::LotRecorded(_)
            | Event::DeliveryRecorded(_)
            | Event::ReadingParked(_)
            | Event::ClaimFiled(_)
            | Event::ClaimDecided(_)
            | Event::GuaranteeGiven(_)
            | Event::CreditGranted(_)
            | Event::InvoiceRecorded(_)
            | Event::BooksClosed(_)
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
            | Event::DeviationWaived(_)
            | Event::ActProposed(_)
            | Event::ActApproved(_)
            | Event::ActWithdrawn(_)
            | Event::RoleGranted(_)
            | Event::RoleRevoked(_)
            | Event::Supply(_)
            | Event::KeyGranted(_)
            | Event::KeyRevoked(_)
            | Event::TimePassed(_)
            | Event::StageCrossed(_) => {}
        }
    }
}
