//! Restating: every issued document is computed again, and what comes out otherwise is issued as
//! its next revision (S4).

use citygate_domain::books::DocumentName;
use citygate_domain::context::Actor;
use citygate_domain::contract::ContractState;
use citygate_domain::deviation::{self, ReassessDeviation};
use citygate_domain::quantities::ContractId;
use citygate_domain::settlement::RestateSettlement;
use citygate_domain::state::Ledger;
use citygate_domain::take_or_pay::RestateYear;
use citygate_domain::{Command, Rejection};
use citygate_projections::restatement::{self, Restatement, restatements};

use crate::engine::{Answer, Engine, Request};
use crate::error::EngineError;

/// Commands decided together while the log takes those before them.
const BATCH: usize = 512;

/// What restating came to.
#[derive(Debug, Clone, Default)]
pub struct Restated {
    /// Later revisions, with what they changed.
    pub made: Vec<Restatement>,
    /// Documents that came out the same.
    pub unchanged: u64,
    /// Documents that cannot be computed again now, with the reason.
    pub refused: Vec<(ContractId, DocumentName, Rejection)>,
}

/// A document that is asked to be computed again, with how many revisions it had.
struct Asked {
    contract: ContractId,
    document: DocumentName,
    revisions: usize,
}

/// Computes the issued documents of all contracts, or of one, again. With `dry` nothing is
/// recorded: what restating would come to.
pub async fn restate(
    engine: &Engine,
    actor: &Actor,
    only: Option<&ContractId>,
    dry: bool,
) -> Result<Restated, EngineError> {
    let asked = {
        let world = engine.read().await;
        let wanted = world.ledger.contracts();
        let wanted = wanted.filter(|contract| only.is_none_or(|only| contract.id() == only));
        wanted.flat_map(documents).collect::<Vec<_>>()
    };
    let mut writer = match dry {
        true => engine.dry_writer(actor.clone()).await?,
        false => engine.writer(actor.clone()).await?,
    };
    let mut answers = Vec::with_capacity(asked.len());
    for batch in asked.chunks(BATCH) {
        let requests = batch.iter().map(|one| Request::from(one.command())).collect();
        answers.extend(writer.submit(requests).await?);
    }
    let mut restated = Restated::default();
    if dry {
        // What was decided is forgotten when the writer ends.
        restated.made = made(&writer.world().ledger, &asked);
    }
    answers.extend(writer.finish().await?);
    if !dry {
        engine.write_tables().await?;
        restated.made = made(&engine.read().await.ledger, &asked);
    }
    for (one, answer) in asked.into_iter().zip(answers) {
        match answer {
            Answer::Recorded { .. } => {}
            Answer::Known | Answer::KeyReused => restated.unchanged += 1,
            // A waived case stays waived, whatever comes.
            Answer::Refused(Rejection::Deviation(deviation::Rejection::CaseEnded { .. })) => {
                restated.unchanged += 1;
            }
            Answer::Refused(rejection) => {
                restated.refused.push((one.contract, one.document, rejection));
            }
        }
    }
    Ok(restated)
}

fn documents(contract: &ContractState) -> impl Iterator<Item = Asked> {
    restatement::documents(contract).map(|document| Asked {
        contract: contract.id().clone(),
        document,
        revisions: restatement::revisions(contract, document).len(),
    })
}

impl Asked {
    fn command(&self) -> Command {
        let contract = self.contract.clone();
        match self.document {
            DocumentName::Settlement { month } => {
                Command::RestateSettlement(RestateSettlement { contract, month })
            }
            DocumentName::Deviation { month } => {
                Command::ReassessDeviation(ReassessDeviation { contract, month })
            }
            DocumentName::TakeOrPay { year } => {
                Command::RestateYear(RestateYear { contract, year })
            }
        }
    }
}

/// The revisions that the documents have beyond those they had.
fn made(ledger: &Ledger, asked: &[Asked]) -> Vec<Restatement> {
    let later = asked.iter().filter_map(|one| {
        let contract = ledger.contract(&one.contract)?;
        Some(restatements(contract, one.document).into_iter().skip(one.revisions - 1))
    });
    later.flatten().collect()
}
