//! What somebody tells, as a command on the ledger as it is.

use chrono::{DateTime, Days, Months, TimeDelta, Utc};
use citygate_domain::Command;
use citygate_domain::approval::{self, ApproveAct, ProposeAct, WithdrawAct};
use citygate_domain::books::GrantCredit;
use citygate_domain::contract::ContractState;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::market::{IndexNumber, PublishIndex};
use citygate_domain::payment::{GiveGuarantee, MoneyKind, RecordMoney};
use citygate_domain::quantities::{
    CivilDay, ContractId, GasDay, Money, Quantity, SettlementMonth, Volume,
};
use citygate_domain::rules::relief::ReliefKind;
use citygate_domain::settlement::{IssueSettlement, RestateSettlement};
use citygate_domain::state::Ledger;
use rust_decimal::Decimal;

use super::agreed::{INDEX, contract_name, point_name};
use super::facts::Facts;
use super::step::{Act, Moves, Who};
use crate::words::read;

/// What an act is told on.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The ledger that whoever tells it sees.
    pub ledger: &'a Ledger,
    /// What has happened, for the names of payments.
    pub facts: &'a Facts,
    /// When.
    pub now: DateTime<Utc>,
    /// Who.
    pub who: Who,
}

pub(super) fn yuan(fen: i64) -> Money {
    Money::try_new(Decimal::new(fen, 2)).unwrap_or(Money::ZERO)
}

impl Told<'_> {
    pub(super) fn today(&self) -> CivilDay {
        self.ledger.clock().civil_day(self.now)
    }

    fn days_back(&self, back: i64) -> CivilDay {
        CivilDay::new(self.today().date() - Days::new(back.unsigned_abs()))
    }

    pub(super) fn gas_day_back(&self, back: i64) -> GasDay {
        let day = self.ledger.clock().gas_day(self.now);
        GasDay::new(day.date() - Days::new(back.unsigned_abs()))
    }

    pub(super) fn ago(&self, minutes: i64) -> DateTime<Utc> {
        self.now - TimeDelta::minutes(minutes)
    }

    pub(super) fn contract(&self, place: usize) -> Option<&ContractState> {
        self.ledger.contract(&read(&contract_name(place)))
    }

    /// The commands of an act; one for most, one a point and day for readings.
    #[must_use]
    pub fn commands(&self, act: Act) -> Vec<Command> {
        match act {
            Act::Read { contract, back, days, volume, actual } => {
                self.readings(contract, back, days, volume, actual)
            }
            Act::Correct { contract, point, back, volume, number } => {
                let reading = RecordDelivery {
                    point: read(&point_name(contract, point)),
                    gas_day: self.gas_day_back(back),
                    volume: Volume::new(volume.into()),
                    calorific_value: None,
                    source: Source::Correction,
                    reason: Some(format!("meter-test-{number}")),
                };
                vec![self.weighty(approval::Act::CorrectDelivery(reading))]
            }
            Act::Money(contract, moves) => self.money(contract, moves).into_iter().collect(),
            Act::Credit { contract, fen, days } => {
                let until = self.today().plus(days.unsigned_abs());
                let contract = read(&contract_name(contract));
                let grant = GrantCredit { contract, amount: yuan(fen), until };
                vec![self.weighty(approval::Act::GrantCredit(grant))]
            }
            Act::Index { value, back, number } => {
                let effective_day = self.days_back(back);
                let code = read(INDEX);
                let known = self.ledger.indices().values_of(&code, effective_day).is_some();
                let publish = PublishIndex {
                    code,
                    effective_day,
                    value: IndexNumber(Decimal::new(value, 2)),
                    valid_through: None,
                    reason: known.then(|| format!("misprint-{number}")),
                };
                vec![self.weighty(approval::Act::CorrectIndex(publish))]
            }
            Act::Claim { contract, days, number } => {
                vec![self.claim(contract, days, number, ClaimDecision::Pending)]
            }
            Act::DecideClaim { contract, days, number, granted } => {
                let decision =
                    if granted { ClaimDecision::Granted } else { ClaimDecision::Rejected };
                vec![self.claim(contract, days, number, decision)]
            }
            Act::Second { approve } => self.second(approve).into_iter().collect(),
            Act::Close { contract, again } => vec![self.close(contract, again)],
            Act::Supply(contract, asks) => vec![Command::Supply(self.supply(contract, asks))],
            Act::Life(contract, lives) => self.life(contract, lives).into_iter().collect(),
        }
    }

    fn readings(
        &self,
        contract: usize,
        back: i64,
        days: i64,
        volume: i64,
        actual: bool,
    ) -> Vec<Command> {
        let points = self.facts.agreed.contracts.get(contract).map_or(0, |it| it.capacities.len());
        let source = if actual { Source::Telemetry } else { Source::Estimate };
        let mut commands = Vec::new();
        for back in (back..back + days.min(12)).rev() {
            for point in 0..points {
                commands.push(Command::RecordDelivery(RecordDelivery {
                    point: read(&point_name(contract, point)),
                    gas_day: self.gas_day_back(back),
                    volume: Volume::new(volume.into()),
                    calorific_value: None,
                    source,
                    reason: None,
                }));
            }
        }
        commands
    }

    /// From a file it is done; at the counter it is proposed.
    pub(super) fn weighty(&self, act: approval::Act) -> Command {
        match self.who {
            Who::File => act.command(),
            Who::Person(_) | Who::Scheduler => {
                let reason = "as agreed".to_owned();
                Command::Propose(Box::new(ProposeAct { act, revision: None, reason }))
            }
        }
    }

    fn money(&self, contract: usize, moves: Moves) -> Option<Command> {
        let money = |fen: i64, back: i64, reference: String, kind: MoneyKind| {
            Command::RecordMoney(RecordMoney {
                contract: Some(read(&contract_name(contract))),
                value_date: self.days_back(back),
                amount: yuan(fen),
                bank: read("ICBC"),
                bank_reference: read(&reference),
                kind,
            })
        };
        Some(match moves {
            Moves::Pay { fen, back, number } => {
                money(fen, back, format!("B-{number}"), MoneyKind::Payment)
            }
            Moves::Return { number } => {
                let all = &self.facts.contracts.get(contract)?.money;
                let paid = all.iter().rev().find(|one| one.received)?;
                let kind = MoneyKind::Reversal { reverses: read(&paid.reference) };
                money(paid.fen, 0, format!("R-{number}"), kind)
            }
            Moves::Refund { fen, number } => {
                money(fen, 0, format!("F-{number}"), MoneyKind::Refund)
            }
            Moves::Guarantee { fen, ahead, days, number } => {
                Command::GiveGuarantee(GiveGuarantee {
                    contract: read(&contract_name(contract)),
                    reference: read(&format!("G-{number}")),
                    bank: read("ICBC"),
                    amount: yuan(fen),
                    valid_from: self.today().plus(ahead.unsigned_abs()),
                    valid_to: self.today().plus((ahead + days).unsigned_abs()),
                })
            }
        })
    }

    fn claim(&self, contract: usize, days: i64, number: u32, decision: ClaimDecision) -> Command {
        let granted = decision == ClaimDecision::Granted;
        // A claim's days are those of the term's beginning, so that its decision names the same.
        let first = self.facts.agreed.contracts.get(contract).map(|terms| terms.first);
        let first = GasDay::new(first.unwrap_or_default());
        Command::RecordClaim(RecordClaim {
            claim: read(&format!("C-{number}")),
            contract: read(&contract_name(contract)),
            kind: ReliefKind::ForceMajeure,
            first_gas_day: first,
            last_gas_day: first.plus(days.unsigned_abs()),
            quantity: Quantity::new(Decimal::TEN),
            received_on: CivilDay::new(first.plus(days.unsigned_abs()).date()),
            decision,
            granted_quantity: if granted { Quantity::new(Decimal::ONE) } else { Quantity::ZERO },
            decided_on: (decision != ClaimDecision::Pending)
                .then(|| CivilDay::new(first.plus(9).date())),
        })
    }

    fn second(&self, approve: bool) -> Option<Command> {
        let pending = &self.ledger.approvals().all_pending().last()?.proposed;
        let subject = pending.subject.clone();
        Some(if approve {
            let (number, revision) = (Some(pending.number), pending.act.revision(self.ledger));
            Command::Approve(ApproveAct { subject, number, revision })
        } else {
            Command::Withdraw(WithdrawAct { subject, reason: "not so".to_owned() })
        })
    }

    fn close(&self, contract: usize, again: bool) -> Command {
        let contract: ContractId = read(&contract_name(contract));
        let month = SettlementMonth::containing(self.today().date() - Months::new(1));
        if again {
            Command::RestateSettlement(RestateSettlement { contract, month })
        } else {
            Command::IssueSettlement(IssueSettlement { contract, month })
        }
    }
}
