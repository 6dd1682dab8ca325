//! Why an answer changed: reads the streams that two answers rest on, and applies what lies between.

use std::collections::BTreeSet;

use citygate_domain::Rejection;
use citygate_domain::contract::ContractState;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::quantities::Money;
use citygate_domain::rules::tax::Taxed;
use citygate_domain::settlement::input_streams;
use citygate_projections::change::{self, Answer, Change};
use citygate_projections::explain::Document;
use citygate_store::EventStore;

use crate::error::EngineError;
use crate::explain::{InputCheck, read_inputs, read_range};
use crate::heads::Heads;

/// Two revisions of a document, and the facts between them.
#[derive(Debug, Clone)]
pub struct Revised {
    /// The facts with their shares.
    pub change: Result<Change<Taxed>, Rejection>,
    /// The inputs of both revisions, the earlier one's first.
    pub inputs: Vec<InputCheck>,
}

impl Revised {
    /// Applies what the later revision rests on beyond the earlier one, fact by fact (S4).
    pub async fn between(
        store: &dyn EventStore,
        earlier: &Document,
        later: &Document,
    ) -> Result<Self, EngineError> {
        let (known, mut inputs) = read_inputs(store, earlier).await?;
        let (mut since, of_later) = read_inputs(store, later).await?;
        inputs.extend(of_later);
        let positions: BTreeSet<Position> = known.iter().map(|event| event.position).collect();
        since.retain(|event| !positions.contains(&event.position));
        Ok(Self { change: change::document(earlier, &known, later, &since), inputs })
    }

    /// Whether both came out of unchanged inputs, and the shares sum to the difference.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.change.as_ref().is_ok_and(|change| change.agrees)
            && self.inputs.iter().all(InputCheck::agrees)
    }
}

/// Why the money available on a contract's account is another in a later answer: the events of
/// its streams between the two, applied one by one. `heads` say how far the streams have come.
pub async fn account_change(
    store: &dyn EventStore,
    contract: &ContractState,
    heads: &Heads,
    earlier: Answer,
    later: Answer,
) -> Result<Result<Change<Money>, Rejection>, EngineError> {
    let mut log: Vec<Recorded> = Vec::new();
    for stream in input_streams(contract, contract.months()) {
        let version = heads.version(&stream.to_string());
        read_range(store, &stream.to_string(), 1, version, &mut log).await?;
    }
    log.sort_by_key(|recorded| recorded.position);
    Ok(change::account(contract.id(), &log, earlier, later))
}
