//! How recorded events come into the twin's notes.

use citygate_domain::Event;
use citygate_domain::approval::Act;
use citygate_domain::customer::{CustomerClass, CustomerRegistered};
use citygate_domain::delivery::DeliveryRecorded;
use citygate_domain::log::Recorded;
use citygate_domain::payment::MoneyMoved;
use citygate_domain::quantities::CivilDay;
use citygate_domain::settlement::SettlementIssued;
use rust_decimal::prelude::ToPrimitive;

use super::facts::{ContractFacts, Facts, Helps, Moved, Reading, date, fen, place_of};
use super::terms::{Life, point_named};

impl Facts {
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
                let helps = self.helps(&event.act);
                self.pending.insert(event.subject.to_string(), helps);
            }
            Event::ActApproved(event) => {
                self.pending.remove(event.subject.as_str());
            }
            Event::ActWithdrawn(event) => {
                self.pending.remove(event.subject.as_str());
            }
            Event::ContractSigned(event) => self.signed(event),
            Event::ContractAmended(event) => {
                self.lives(event.contract.as_str(), |life| life.amended(event));
            }
            Event::ContractTerminated(event) => {
                self.lives(event.contract.as_str(), |life| life.terminated(event));
            }
            Event::PointMoved(event) => {
                self.lives(event.contract.as_str(), |life| life.point_moved(event));
            }
            Event::Supply(event) => {
                if let Some(contract) = self.of(event.contract().as_str()) {
                    contract.supplied(event, position);
                }
            }
            // No history brings these, or they change no answer; who holds a point stands with its contracts.
            Event::LedgerOpened(_)
            | Event::PointAssigned(_)
            | Event::PointReleased(_)
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

    fn lives(&mut self, contract: &str, change: impl FnOnce(&mut Life)) {
        if let Some(contract) = self.of(contract) {
            change(&mut contract.life);
            contract.changed();
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
        let Some(point) = point_named(event.point.as_str()) else { return };
        let Some(contract) = self.of(event.contract.as_str()) else { return };
        let day = contract.readings.entry(date(event.gas_day.date())).or_default();
        match day.iter_mut().find(|known| known.0 == point) {
            Some(known) => known.1 = reading,
            None => day.push((point, reading)),
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

    fn helps(&self, act: &Act) -> Helps {
        let of = |id: &str| place_of(id).map_or(Helps::Nobody, Helps::Contract);
        match act {
            Act::CorrectDelivery(reading) => {
                let point = point_named(reading.point.as_str());
                let holder =
                    point.and_then(|point| self.holder(point, date(reading.gas_day.date())));
                holder.map_or(Helps::Nobody, Helps::Contract)
            }
            Act::CorrectIndex(_) => Helps::Index,
            Act::GrantCredit(grant) => of(grant.contract.as_str()),
            Act::AmendTerms(amend) => of(amend.contract.as_str()),
            Act::TerminateContract(end) => of(end.contract.as_str()),
            Act::MovePoint(moved) => {
                let sides = place_of(moved.from.as_str()).zip(place_of(moved.to.as_str()));
                sides.map_or(Helps::Nobody, |(from, to)| Helps::Two(from, to))
            }
            // No history proposes these.
            Act::CloseAccount(_)
            | Act::GrantKey(_)
            | Act::HandOver(_)
            | Act::GrantRelief(_)
            | Act::GrantRole(_)
            | Act::Refund(_)
            | Act::ReversePayment(_)
            | Act::TransferQuantity(_)
            | Act::WaiveDeviation(_)
            | Act::WaiveLateFee(_) => Helps::Nobody,
        }
    }
}
