//! The deviation register, and its summary as the trade reports it.

use std::collections::BTreeMap;
use std::sync::Arc;

use citygate_domain::contract::Issued;
use citygate_domain::deviation::DeviationAssessed;
use citygate_domain::log::Position;
use citygate_domain::quantities::exact::Exact;
use citygate_domain::quantities::{ContractId, Money, SettlementMonth, Unit};
use citygate_domain::rules::deviation::Side;

/// Assessed deviations by contract and last month of the period; every revision is kept.
#[derive(Debug, Clone, Default)]
pub struct DeviationRegister {
    assessed: BTreeMap<(ContractId, SettlementMonth), Vec<Issued<DeviationAssessed>>>,
}

/// One side of the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// Under- or over-take.
    pub side: Side,
    /// The unit of the quantity.
    pub unit: Unit,
    /// Charged assessments: customer-months (户次).
    pub customer_months: u64,
    /// Billing units deviating.
    pub quantity: Exact,
    /// Charged.
    pub charge: Money,
}

impl SummaryRow {
    /// Yuan per unit on average; none without a quantity.
    #[must_use]
    pub fn average(&self) -> Option<Exact> {
        let divides = !self.quantity.is_zero();
        divides.then(|| Exact::from(self.charge.value()) / self.quantity.clone())
    }
}

impl DeviationRegister {
    pub(crate) fn assessed(&mut self, document: Arc<DeviationAssessed>, position: Position) {
        let key = (document.contract.clone(), document.month);
        self.assessed.entry(key).or_default().push(Issued { document, position });
    }

    /// The newest revision of every assessment, by contract and month.
    pub fn newest(&self) -> impl Iterator<Item = (&DeviationAssessed, Position)> {
        let newest = self.assessed.values().filter_map(|revisions| revisions.last());
        newest.map(|issued| (issued.document.as_ref(), issued.position))
    }

    /// The newest revision of an assessment.
    #[must_use]
    pub fn of(
        &self,
        contract: &ContractId,
        month: SettlementMonth,
    ) -> Option<(&DeviationAssessed, Position)> {
        let newest = self.assessed.get(&(contract.clone(), month))?.last()?;
        Some((&newest.document, newest.position))
    }

    /// The summary: charged deviations by unit and side. Quantities of different units are never
    /// added.
    #[must_use]
    pub fn summary(&self) -> Vec<SummaryRow> {
        let mut rows: Vec<SummaryRow> = Vec::new();
        for unit in Unit::ALL {
            for side in [Side::Under, Side::Over] {
                let charged = || {
                    let of_unit = self.newest().filter(move |(one, _)| one.unit == unit);
                    of_unit.filter(move |(one, _)| one.side == Some(side))
                };
                let customer_months = charged().count() as u64;
                if customer_months == 0 {
                    continue;
                }
                rows.push(SummaryRow {
                    side,
                    unit,
                    customer_months,
                    quantity: charged().map(|(one, _)| one.quantity.exact()).sum(),
                    charge: charged().map(|(one, _)| one.charge).sum(),
                });
            }
        }
        rows
    }
}
