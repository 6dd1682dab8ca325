//! Closing: issues every settlement that is due, then assesses every netting period that is complete
//! by it; and settles contract years of take-or-pay.

use citygate_domain::context::Actor;
use citygate_domain::contract::ContractState;
use citygate_domain::deviation::AssessDeviation;
use citygate_domain::quantities::{ContractId, SettlementMonth};
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::state::Ledger;
use citygate_domain::take_or_pay::SettleYear;
use citygate_domain::{Command, Rejection, deviation};

use crate::engine::{Answer, Engine, Request};
use crate::error::EngineError;

/// Commands decided together while the log takes those before them.
const BATCH: usize = 512;

/// What closing came to.
#[derive(Debug, Clone, Default)]
pub struct Closed {
    /// Settlements issued now.
    pub issued: u64,
    /// Deviations assessed now.
    pub assessed: u64,
    /// Contract years of take-or-pay settled now.
    pub settled: u64,
    /// Documents that were there already.
    pub known: u64,
    /// Months and years that could not be closed, with the reason.
    pub refused: Vec<(ContractId, String, Rejection)>,
}

/// Closes the months of all contracts, or of one, up to and including `through`.
pub async fn close(
    engine: &Engine,
    actor: &Actor,
    through: SettlementMonth,
    only: Option<&ContractId>,
) -> Result<Closed, EngineError> {
    let commands = {
        let world = engine.read().await;
        let contracts = wanted(&world.ledger, only);
        contracts.flat_map(|contract| commands_of(contract, through)).collect::<Vec<_>>()
    };
    send(engine, actor, &commands).await
}

/// Settles a contract year of take-or-pay (Y) for all contracts that have one, or for one contract.
pub async fn close_year(
    engine: &Engine,
    actor: &Actor,
    year: i64,
    only: Option<&ContractId>,
) -> Result<Closed, EngineError> {
    let commands: Vec<Command> = {
        let world = engine.read().await;
        // A contract that is asked for by name is answered, also when it has no such year.
        let has = |contract: &&ContractState| only.is_some() || contract.takes_or_pays_in(year);
        let contracts = wanted(&world.ledger, only).filter(has);
        let settle =
            |contract: &ContractState| SettleYear { contract: contract.id().clone(), year };
        contracts.map(settle).map(Command::SettleYear).collect()
    };
    send(engine, actor, &commands).await
}

fn wanted<'a>(
    ledger: &'a Ledger,
    only: Option<&ContractId>,
) -> impl Iterator<Item = &'a ContractState> {
    ledger.contracts().filter(move |contract| only.is_none_or(|only| contract.id() == only))
}

async fn send(engine: &Engine, actor: &Actor, commands: &[Command]) -> Result<Closed, EngineError> {
    let mut closed = Closed::default();
    let mut writer = engine.writer(actor.clone()).await?;
    let mut answered = 0;
    for batch in commands.chunks(BATCH) {
        let requests = batch.iter().cloned().map(Request::from).collect();
        for answer in writer.submit(requests).await? {
            closed.count(commands.get(answered), answer);
            answered += 1;
        }
    }
    for answer in writer.finish().await? {
        closed.count(commands.get(answered), answer);
        answered += 1;
    }
    engine.write_tables().await?;
    Ok(closed)
}

/// By month: the settlement, and the assessment of the netting period that ends with it.
fn commands_of(contract: &ContractState, through: SettlementMonth) -> Vec<Command> {
    let (first, last) = (contract.first_month(), contract.last_month());
    let mut commands = Vec::new();
    for month in first.through(last.min(through)) {
        let id = contract.id().clone();
        commands.push(Command::IssueSettlement(IssueSettlement { contract: id.clone(), month }));
        if contract.netting_period(month).is_some_and(|period| period.last == month) {
            commands.push(Command::AssessDeviation(AssessDeviation { contract: id, month }));
        }
    }
    commands
}

impl Closed {
    fn count(&mut self, command: Option<&Command>, answer: Answer) {
        let (contract, of, made) = match command {
            Some(Command::IssueSettlement(issue)) => {
                (&issue.contract, issue.month.to_string(), &mut self.issued)
            }
            Some(Command::AssessDeviation(assess)) => {
                (&assess.contract, assess.month.to_string(), &mut self.assessed)
            }
            Some(Command::SettleYear(settle)) => {
                (&settle.contract, settle.year.to_string(), &mut self.settled)
            }
            Some(_) | None => return,
        };
        match answer {
            Answer::Recorded { .. } => *made += 1,
            Answer::Known | Answer::KeyReused => self.known += 1,
            // The months that keep a period open are refused themselves, and say why.
            Answer::Refused(Rejection::Deviation(deviation::Rejection::MonthsNotIssued {
                ..
            })) => {}
            Answer::Refused(rejection) => self.refused.push((contract.clone(), of, rejection)),
        }
    }
}
