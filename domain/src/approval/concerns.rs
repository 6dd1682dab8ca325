use super::Act;
use super::act::holder;
use crate::contract::life::Settling;
use crate::payment::RecordMoney;
use crate::quantities::ContractId;
use crate::state::Ledger;

impl Act {
    /// The contracts that would change by it. An index value is everybody's, a role nobody's.
    #[must_use]
    pub fn concerns(&self, ledger: &Ledger) -> Vec<ContractId> {
        match self {
            Self::AmendTerms(amend) => vec![amend.contract.clone()],
            Self::CloseAccount(close) => {
                let mut both = vec![close.contract.clone()];
                if let Settling::Contract { contract, .. } = &close.balance {
                    both.push(contract.clone());
                }
                both
            }
            Self::CorrectDelivery(reading) => {
                let contract = holder(ledger, &reading.point, reading.gas_day);
                contract.map(|contract| contract.id().clone()).into_iter().collect()
            }
            Self::CorrectIndex(_) | Self::GrantKey(_) | Self::GrantRole(_) => Vec::new(),
            Self::GrantCredit(grant) => vec![grant.contract.clone()],
            Self::GrantRelief(decide) => {
                let claim = ledger.claim(&decide.claim);
                claim.map(|claim| claim.filed.contract.clone()).into_iter().collect()
            }
            Self::HandOver(hand_over) => vec![hand_over.contract.clone(), hand_over.to.clone()],
            Self::MovePoint(moved) => vec![moved.from.clone(), moved.to.clone()],
            Self::Refund(RecordMoney { contract, .. })
            | Self::ReversePayment(RecordMoney { contract, .. }) => {
                contract.clone().into_iter().collect()
            }
            Self::TerminateContract(end) => vec![end.contract.clone()],
            Self::TransferQuantity(transfer) => {
                [&transfer.from, &transfer.to].into_iter().flatten().cloned().collect()
            }
            Self::WaiveDeviation(waive) => vec![waive.contract.clone()],
            Self::WaiveLateFee(waive) => vec![waive.contract.clone()],
        }
    }
}
