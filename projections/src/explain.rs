//! Why is this number what it is: the trace of a document or a balance, computed by the functions
//! that made it.

use citygate_domain::Rejection;
use citygate_domain::contract::ContractState;
use citygate_domain::deviation::{DeviationAssessed, assessed};
use citygate_domain::payment::account_as_of;
use citygate_domain::quantities::{ContractId, GasDay, Money};
use citygate_domain::rules::RuleError;
use citygate_domain::settlement::{SettlementIssued, settled};
use citygate_domain::state::Ledger;
use citygate_domain::trace::Trace;

/// A document computed again from its frozen inputs.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The amount that came out now.
    pub amount: Money,
    /// Whether everything that the document froze came out again (S3).
    pub agrees: bool,
    /// How it came to be.
    pub trace: Trace,
}

/// Computes an issued settlement again. `ledger` is the state folded from the document's inputs.
pub fn settlement(ledger: &Ledger, issued: &SettlementIssued) -> Result<Explained, Rejection> {
    let contract = contract_of(ledger, &issued.contract)?;
    let again = settled(contract, issued.month, ledger.indices())?;
    let agrees = again.lines == issued.lines
        && again.quantity == issued.quantity
        && again.contract_quantity == issued.contract_quantity
        && again.total.gross == issued.gross
        && again.total.net == issued.net
        && again.total.tax == issued.tax;
    Ok(Explained { amount: again.total.gross, agrees, trace: again.trace })
}

/// Computes an assessed deviation again. `ledger` is the state folded from the document's inputs.
pub fn deviation(ledger: &Ledger, issued: &DeviationAssessed) -> Result<Explained, Rejection> {
    let contract = contract_of(ledger, &issued.contract)?;
    let again = assessed(contract, issued.month, ledger.indices())?;
    let agrees = again.deviation.tiers == issued.tiers
        && again.deviation.quantity == issued.quantity
        && again.deviation.side == issued.side
        && again.taken == issued.taken
        && again.reference_price == issued.reference_price
        && again.total.gross == issued.charge
        && again.total.net == issued.net
        && again.total.tax == issued.tax;
    // The assessment rests on issued months; theirs rest on the readings.
    let mut trace = again.deviation.trace;
    for month in again.period.months() {
        trace = trace.with_step(settled(contract, month, ledger.indices())?.trace);
    }
    Ok(Explained { amount: again.total.gross, agrees, trace })
}

/// The available money and the days of gas of a contract as of a gas day.
pub fn balance(
    contract: &ContractState,
    ledger: &Ledger,
    as_of: GasDay,
) -> Result<Vec<Trace>, RuleError> {
    account_as_of(contract, ledger.indices(), as_of).map(|account| account.traces)
}

fn contract_of<'a>(ledger: &'a Ledger, id: &ContractId) -> Result<&'a ContractState, Rejection> {
    let unknown =
        || citygate_domain::settlement::Rejection::UnknownContract { contract: id.clone() };
    Ok(ledger.contract(id).ok_or_else(unknown)?)
}
