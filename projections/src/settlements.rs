//! The settlement register: issued months, and beside them the running ones.

use citygate_domain::quantities::{ContractId, GasDay, Money, Quantity, SettlementMonth, Unit};
use citygate_domain::rules::RuleError;
use citygate_domain::rules::lines::Line;
use citygate_domain::rules::settlement::settle;
use citygate_domain::settlement::SettlementIssued;
use citygate_domain::state::Ledger;

use crate::register::Register;

/// Issued settlements by contract and month; every revision is kept.
pub type SettlementRegister = Register<SettlementMonth, SettlementIssued>;

/// A settlement as a report shows it, issued or running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementRow {
    /// The contract.
    pub contract: ContractId,
    /// The month.
    pub month: SettlementMonth,
    /// The billing unit.
    pub unit: Unit,
    /// All gas of the month.
    pub quantity: Quantity,
    /// Σ lines.
    pub gross: Money,
    /// M3.
    pub net: Money,
    /// M3.
    pub tax: Money,
    /// In the order of P5.
    pub lines: Vec<Line>,
    /// The revision, or none while the month is running.
    pub revision: Option<u32>,
    /// Gas days that are left out because a price is missing (A2).
    pub unpriced_days: usize,
}

impl SettlementRegister {
    /// The report's rows: issued months, and with `running` also the months to date as of a gas
    /// day (P7).
    pub fn rows(
        &self,
        ledger: &Ledger,
        running: Option<GasDay>,
    ) -> Result<Vec<SettlementRow>, RuleError> {
        let mut rows: Vec<SettlementRow> = self.newest().map(|(issued, _)| row(issued)).collect();
        if let Some(as_of) = running {
            rows.extend(running_rows(ledger, as_of)?);
            rows.sort_by(|a, b| (&a.contract, a.month).cmp(&(&b.contract, b.month)));
        }
        Ok(rows)
    }
}

fn row(issued: &SettlementIssued) -> SettlementRow {
    SettlementRow {
        contract: issued.contract.clone(),
        month: issued.month,
        unit: issued.unit,
        quantity: issued.quantity,
        gross: issued.gross,
        net: issued.net,
        tax: issued.tax,
        lines: issued.lines.clone(),
        revision: Some(issued.revision),
        unpriced_days: 0,
    }
}

/// The months that are not issued, as far as they have come on a gas day.
fn running_rows(ledger: &Ledger, as_of: GasDay) -> Result<Vec<SettlementRow>, RuleError> {
    let mut rows = Vec::new();
    for contract in ledger.contracts() {
        for month in contract.months().filter(|month| contract.settlement(*month).is_none()) {
            let Some(facts) = contract.month_facts(month, as_of, ledger.indices()) else { break };
            let settled = settle(&facts)?;
            rows.push(SettlementRow {
                contract: contract.id().clone(),
                month,
                unit: settled.unit,
                quantity: settled.quantity,
                gross: settled.total.gross,
                net: settled.total.net,
                tax: settled.total.tax,
                lines: settled.lines,
                revision: None,
                unpriced_days: settled.unpriced.len(),
            });
        }
    }
    Ok(rows)
}
