//! What each request of a batch is told.

use std::sync::Arc;

use citygate_store::StoreError;

use crate::engine::Answer;
use crate::error::EngineError;

/// An answer, or why there is none.
pub(crate) type Told = Result<Answer, EngineError>;

/// The answers of requests that are told as one.
///
/// # Errors
/// The first of them that has no answer. Where it says that nothing was recorded and something was,
/// the outcome of them as one is unknown.
pub(crate) fn all(told: Vec<Told>) -> Result<Vec<Answer>, EngineError> {
    let recorded = told.iter().any(|it| matches!(it, Ok(Answer::Recorded { .. })));
    told.into_iter().collect::<Result<Vec<Answer>, EngineError>>().map_err(|error| {
        if let (true, EngineError::Store(store)) = (recorded, &error)
            && says_nothing_recorded(store)
        {
            return EngineError::Store(StoreError::Unknown(Arc::new(store.clone())));
        }
        error
    })
}

fn says_nothing_recorded(error: &StoreError) -> bool {
    use StoreError::{Busy, DiskFull, NoPrimary, Unreachable};
    matches!(error, Busy | DiskFull(_) | NoPrimary { .. } | Unreachable { .. })
}

#[cfg(test)]
mod tests {
    use citygate_domain::log::Position;

    use super::*;

    #[test]
    fn requests_of_which_one_was_recorded_are_not_told_that_nothing_was() {
        let recorded = || Ok(Answer::Recorded { first: Position::new(1), last: Position::new(1) });
        let busy = || Err(EngineError::Store(StoreError::Busy));
        let code = |told| all(told).map_err(|error| error.code().to_owned());
        assert_eq!(code(vec![busy(), Ok(Answer::Known)]), Err("ledger_busy".to_owned()));
        assert_eq!(code(vec![recorded(), busy()]), Err("outcome_unknown".to_owned()));
        assert_eq!(code(vec![recorded(), Ok(Answer::Known)]).map(|it| it.len()), Ok(2));
    }
}
