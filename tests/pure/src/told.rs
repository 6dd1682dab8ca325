//! A fact as somebody tells it, and what can be said about it afterwards.

use citygate_domain::books::BooksCommand;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::market::RecordLot;
use citygate_domain::quantities::{ContractId, PersonId};
use citygate_domain::rules::relief::ReliefKind;
use citygate_domain::{Command, Event};

use crate::words::{civil, offset_instant, read, units};

/// A fact as somebody tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Asked of the ledger.
    Command(Command),
    /// Recorded under an older rule; never asked again.
    Event(Event),
    /// Asked by a person at the command line; every other command comes from a file.
    By(PersonId, Command),
    /// Asked by the engine's own scheduler.
    ByEngine(Command),
    /// Asked with a key.
    ByKey(Command),
}

impl Told {
    /// The command.
    ///
    /// # Panics
    /// For a bare event.
    #[must_use]
    pub fn command(self) -> Command {
        match self {
            Self::Command(command)
            | Self::By(_, command)
            | Self::ByEngine(command)
            | Self::ByKey(command) => command,
            Self::Event(event) => panic!("{} is not a command", event.type_name()),
        }
    }

    pub(crate) fn change(mut self, change: impl FnOnce(&mut Command)) -> Self {
        match &mut self {
            Self::Command(command)
            | Self::By(_, command)
            | Self::ByEngine(command)
            | Self::ByKey(command) => {
                change(command);
            }
            Self::Event(event) => panic!("{} is not a command", event.type_name()),
        }
        self
    }

    fn reading(self, change: impl FnOnce(&mut RecordDelivery)) -> Self {
        self.change(|command| {
            let Command::RecordDelivery(reading) = command else {
                panic!("not a reading: {command:?}")
            };
            change(reading);
        })
    }

    fn claim(self, change: impl FnOnce(&mut RecordClaim)) -> Self {
        self.change(|command| {
            let Command::RecordClaim(claim) = command else { panic!("not a claim: {command:?}") };
            change(claim);
        })
    }

    fn lot(self, change: impl FnOnce(&mut RecordLot)) -> Self {
        self.change(|command| {
            let Command::RecordLot(lot) = command else { panic!("not a lot: {command:?}") };
            change(lot);
        })
    }

    /// Asked by this person at the command line.
    #[must_use]
    pub fn by(self, person: &str) -> Self {
        Self::By(read(person), self.command())
    }

    /// Asked by the engine's own scheduler.
    #[must_use]
    pub fn by_engine(self) -> Self {
        Self::ByEngine(self.command())
    }

    /// Asked with a key.
    #[must_use]
    pub fn by_key(self) -> Self {
        Self::ByKey(self.command())
    }

    /// About another contract.
    #[must_use]
    pub fn of(self, contract: &str) -> Self {
        let id: ContractId = read(contract);
        self.change(|command| match command {
            Command::RecordLot(lot) => lot.contract = id,
            Command::RecordClaim(claim) => claim.contract = id,
            Command::RecordMoney(money) => money.contract = Some(id),
            Command::GiveGuarantee(guarantee) => guarantee.contract = id,
            Command::IssueSettlement(issue) => issue.contract = id,
            Command::AssessDeviation(assess) => assess.contract = id,
            Command::RestateSettlement(restate) => restate.contract = id,
            Command::SettleYear(settle) => settle.contract = id,
            Command::ReassessDeviation(reassess) => reassess.contract = id,
            Command::AdvanceCase(advance) => advance.contract = id,
            Command::WaiveDeviation(waive) => waive.contract = id,
            Command::RestateYear(restate) => restate.contract = id,
            Command::Supply(supply) => crate::supply_words::about(supply, id),
            Command::Life(life) => crate::life_words::about(life, id),
            Command::Books(BooksCommand::ChargeLateFee(fee)) => fee.contract = id,
            Command::Books(BooksCommand::WaiveLateFee(fee)) => fee.contract = id,
            Command::OpenLedger(_)
            | Command::ElectScheduler(_)
            | Command::PublishIndex(_)
            | Command::SignContract(_)
            | Command::TransferQuantity(_)
            | Command::Books(_)
            | Command::RecordDelivery(_)
            | Command::VerifyClaim(_)
            | Command::DecideClaim(_)
            | Command::GrantRole(_)
            | Command::RevokeRole(_)
            | Command::GrantKey(_)
            | Command::RevokeKey(_)
            | Command::RecordPassage(_)
            | Command::Propose(_)
            | Command::Approve(_)
            | Command::Withdraw(_) => panic!("not about one contract"),
        })
    }

    /// Money that is not assigned to a contract.
    #[must_use]
    pub fn unallocated(self) -> Self {
        self.change(|command| {
            let Command::RecordMoney(money) = command else { panic!("not money: {command:?}") };
            money.contract = None;
        })
    }

    /// A reading of another point.
    #[must_use]
    pub fn at(self, point: &str) -> Self {
        self.reading(|reading| reading.point = read(point))
    }

    /// A reading with its gross calorific value in MJ/m³.
    #[must_use]
    pub fn with_gcv(self, value: &str) -> Self {
        self.reading(|reading| reading.calorific_value = Some(read(value)))
    }

    /// A reading that nobody has read.
    #[must_use]
    pub fn estimated(self) -> Self {
        self.reading(|reading| reading.source = Source::Estimate)
    }

    /// A reading by a person.
    #[must_use]
    pub fn by_hand(self) -> Self {
        self.reading(|reading| reading.source = Source::Manual)
    }

    /// A correction of a reading or an index, and why.
    #[must_use]
    pub fn correcting(self, reason: &str) -> Self {
        self.change(|command| match command {
            Command::RecordDelivery(reading) => {
                reading.source = Source::Correction;
                reading.reason = Some(reason.to_owned());
            }
            Command::PublishIndex(index) => index.reason = Some(reason.to_owned()),
            Command::OpenLedger(_)
            | Command::ElectScheduler(_)
            | Command::SignContract(_)
            | Command::Life(_)
            | Command::TransferQuantity(_)
            | Command::RecordLot(_)
            | Command::RecordClaim(_)
            | Command::RecordMoney(_)
            | Command::GiveGuarantee(_)
            | Command::Books(_)
            | Command::IssueSettlement(_)
            | Command::AssessDeviation(_)
            | Command::ReassessDeviation(_)
            | Command::VerifyClaim(_)
            | Command::DecideClaim(_)
            | Command::AdvanceCase(_)
            | Command::WaiveDeviation(_)
            | Command::GrantRole(_)
            | Command::RevokeRole(_)
            | Command::GrantKey(_)
            | Command::RevokeKey(_)
            | Command::RecordPassage(_)
            | Command::Propose(_)
            | Command::Approve(_)
            | Command::Withdraw(_)
            | Command::RestateSettlement(_)
            | Command::RestateYear(_)
            | Command::Supply(_)
            | Command::SettleYear(_) => panic!("not correctable"),
        })
    }

    /// A correction of a reading that does not say why.
    #[must_use]
    pub fn correcting_for_no_reason(self) -> Self {
        self.reading(|reading| reading.source = Source::Correction)
    }

    /// The last day on which an index value may be used.
    #[must_use]
    pub fn valid_through(self, last: &str) -> Self {
        self.change(|command| {
            let Command::PublishIndex(index) = command else {
                panic!("not an index value: {command:?}")
            };
            index.valid_through = Some(civil(last));
        })
    }

    /// A lot that does not count as planned.
    #[must_use]
    pub fn not_firm(self) -> Self {
        self.lot(|lot| lot.firm = false)
    }

    /// When a lot was traded.
    #[must_use]
    pub fn traded_at(self, when: &str) -> Self {
        self.lot(|lot| lot.traded_at = offset_instant(when))
    }

    /// A claim that was granted, in part or wholly.
    #[must_use]
    pub fn granted(self, quantity: &str) -> Self {
        self.claim(|claim| {
            claim.decision = ClaimDecision::Granted;
            claim.granted_quantity = units(quantity);
            claim.decided_on = Some(civil("2027-03-01"));
        })
    }

    /// A claim that was rejected.
    #[must_use]
    pub fn rejected(self) -> Self {
        self.claim(|claim| {
            claim.decision = ClaimDecision::Rejected;
            claim.decided_on = Some(civil("2027-03-01"));
        })
    }

    /// A claim that was not granted, and yet names a quantity.
    #[must_use]
    pub fn yet_granting(self, quantity: &str) -> Self {
        self.claim(|claim| claim.granted_quantity = units(quantity))
    }

    /// When a claim was received.
    #[must_use]
    pub fn received_on(self, date: &str) -> Self {
        self.claim(|claim| claim.received_on = civil(date))
    }

    /// The cause of a claim.
    #[must_use]
    pub fn because_of(self, kind: ReliefKind) -> Self {
        self.claim(|claim| claim.kind = kind)
    }
}
