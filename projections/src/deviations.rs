//! The deviation register, and its summary as the trade reports it.

use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::quantities::exact::Exact;
use citygate_domain::quantities::{ContractId, Money, SettlementMonth, Unit};
use citygate_domain::rules::deviation::Side;
use citygate_domain::state::Ledger;

use crate::register::Register;

/// Assessed deviations by contract and last month of the period; every revision is kept.
pub type DeviationRegister = Register<SettlementMonth, DeviationAssessed>;

/// One side of the summary as the trade reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// Under- or over-take.
    pub side: Side,
    /// Charged assessments: customer-months (户次).
    pub customer_months: u64,
    /// Deviating gas in m³; see [`DeviationRegister::summary`].
    pub volume: Exact,
    /// Charged.
    pub charge: Money,
}

impl SummaryRow {
    /// Yuan per m³ on average; none without a volume.
    #[must_use]
    pub fn average(&self) -> Option<Exact> {
        let divides = !self.volume.is_zero();
        divides.then(|| Exact::from(self.charge.value()) / self.volume.clone())
    }
}

impl DeviationRegister {
    /// The summary: charged deviations by side.
    ///
    /// The trade reports cubic metres. What is billed in energy counts with the contract's own
    /// mean: its metered m³ per billed unit; this serves orientation, no amount depends on it.
    #[must_use]
    pub fn summary(&self, ledger: &Ledger) -> Vec<SummaryRow> {
        let mut rows: Vec<SummaryRow> = Vec::new();
        for side in [Side::Under, Side::Over] {
            let mut row =
                SummaryRow { side, customer_months: 0, volume: Exact::zero(), charge: Money::ZERO };
            for (one, _) in self.newest().filter(|(one, _)| one.side == Some(side)) {
                row.customer_months += 1;
                row.charge = row.charge + one.charge;
                let per_unit = volume_per_unit(ledger, &one.contract);
                row.volume = row.volume + one.quantity.exact() * per_unit;
            }
            rows.push(row);
        }
        rows
    }
}

/// Metered m³ per billed unit of a contract; 0 before its first reading above zero.
fn volume_per_unit(ledger: &Ledger, contract: &ContractId) -> Exact {
    let Some(contract) = ledger.contract(contract) else { return Exact::zero() };
    if contract.unit() == Unit::CubicMetre {
        return Exact::from(1);
    }
    let readings = contract.readings.all().iter().map(|(_, day)| day);
    let volume: Exact = readings.clone().map(|day| Exact::from(day.current.volume.value())).sum();
    let quantity: Exact = readings.map(|day| day.current.quantity.exact()).sum();
    if quantity.is_zero() { Exact::zero() } else { volume / quantity }
}
