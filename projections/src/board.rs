//! The board of days of gas (可用天数): every account, and the stage its facts recommend.

use citygate_domain::customer::CustomerClass;
use citygate_domain::log::Position;
use citygate_domain::payment::{AccountAsOf, account_as_of};
use citygate_domain::quantities::{ContractId, CustomerId, GasDay, Unit};
use citygate_domain::rules::RuleError;
use citygate_domain::rules::stage::{Recommendation, Stage};
use citygate_domain::state::Ledger;

/// One contract on the board.
#[derive(Debug, Clone)]
pub struct BoardRow {
    /// The contract.
    pub contract: ContractId,
    /// Who buys.
    pub customer: CustomerId,
    /// Its class; unknown counts as protected (E4).
    pub class: Option<CustomerClass>,
    /// The billing unit.
    pub unit: Unit,
    /// A2, A3, G1–G3.
    pub account: AccountAsOf,
    /// E2.
    pub recommended: Recommendation,
    /// E3: the stage in effect.
    pub effective: Stage,
}

/// The board as of a gas day, with the log position that it was computed at (G4).
#[derive(Debug, Clone)]
pub struct Board {
    /// The gas day asked about.
    pub as_of: GasDay,
    /// The newest event that it knows.
    pub position: Position,
    /// A row for each contract whose term has begun, by contract.
    pub rows: Vec<BoardRow>,
}

/// The board as of a gas day.
pub fn board(ledger: &Ledger, as_of: GasDay) -> Result<Board, RuleError> {
    let begun = ledger.contracts().filter(|contract| contract.first_gas_day() <= as_of);
    let rows = begun
        .map(|contract| {
            let account = account_as_of(contract, ledger.indices(), as_of)?;
            let class = ledger.class_of(contract.customer());
            let terms = contract.terms_at(as_of);
            let effective = contract.supply.stage_on(as_of.civil());
            let counts_as = ledger.class_or_protected(contract.customer());
            let recommended = account.remaining().recommends(&terms.payment, counts_as, effective);
            Ok(BoardRow {
                contract: contract.id().clone(),
                customer: contract.customer().clone(),
                class,
                unit: contract.unit(),
                account,
                recommended,
                effective,
            })
        })
        .collect::<Result<Vec<_>, RuleError>>()?;
    Ok(Board { as_of, position: ledger.position(), rows })
}

impl Board {
    /// The rows with the most urgent first: by recommended stage, then by days of gas, then by
    /// contract.
    #[must_use]
    pub fn most_urgent_first(&self) -> Vec<&BoardRow> {
        let mut rows: Vec<&BoardRow> = self.rows.iter().collect();
        rows.sort_by(|a, b| {
            let urgency = |row: &BoardRow| std::cmp::Reverse(row.recommended.stage);
            (urgency(a).cmp(&urgency(b)))
                .then_with(|| a.account.days.cmp(&b.account.days))
                .then_with(|| a.account.available.cmp(&b.account.available))
                .then_with(|| a.contract.cmp(&b.contract))
        });
        rows
    }
}
