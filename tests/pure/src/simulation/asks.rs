//! What is asked about the supply of a contract, as a command.

use citygate_domain::quantities::{ContractId, OrderId};
use citygate_domain::supply::{
    ApproveOrder, ConfirmSite, DisputeDemand, IssueOrder, ProposeOrder, ReportValve,
    ResolveDispute, ReviewSupply, ServeDemand, ServeNotice, SupplyCommand, WithdrawOrder,
};

use super::agreed::{contract_name, point_name};
use super::commands::{Told, yuan};
use super::step::Asks;
use crate::words::read;

/// Every scan is the same one here.
const PROOF: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

impl Told<'_> {
    /// The order that waits, else the one in force, else the last by name.
    fn newest_order(&self, contract: usize) -> OrderId {
        let named = self.contract(contract).and_then(|contract| {
            let procedure = contract.supply.procedure();
            let waiting = procedure.proposal().map(|it| it.proposed.order.clone());
            let in_force = || procedure.order().map(|it| it.issued.order.clone());
            let last = || contract.supply.orders().last().map(|it| it.proposed.order.clone());
            waiting.or_else(in_force).or_else(last)
        });
        named.unwrap_or_else(|| read("O-0"))
    }

    pub(super) fn supply(&self, place: usize, asks: Asks) -> SupplyCommand {
        let contract: ContractId = read(&contract_name(place));
        let reason = || "as agreed".to_owned();
        let demand = || {
            let running = self.contract(place).and_then(|it| it.supply.procedure().demand());
            running.map_or_else(|| read("D-0"), |demand| demand.served.demand.clone())
        };
        match asks {
            Asks::Demand { number, fen, minutes } => SupplyCommand::ServeDemand(ServeDemand {
                contract,
                demand: read(&format!("D-{number}")),
                amount: yuan(fen),
                served_at: self.ago(minutes),
                proof: read(PROOF),
            }),
            Asks::Dispute => SupplyCommand::DisputeDemand(DisputeDemand {
                contract,
                demand: demand(),
                reason: reason(),
            }),
            Asks::Resolve { outcome } => SupplyCommand::ResolveDispute(ResolveDispute {
                contract,
                demand: demand(),
                outcome,
                reason: reason(),
            }),
            Asks::Notice { number, minutes } => SupplyCommand::ServeNotice(ServeNotice {
                contract,
                demand: demand(),
                notice: read(&format!("N-{number}")),
                served_at: self.ago(minutes),
                proof: read(PROOF),
            }),
            Asks::Confirm { minutes } => SupplyCommand::ConfirmSite(ConfirmSite {
                contract,
                at: self.ago(minutes),
                by: read("on.site"),
            }),
            Asks::Review => SupplyCommand::ReviewSupply(ReviewSupply { contract }),
            Asks::Propose { .. }
            | Asks::Approve { .. }
            | Asks::Withdraw
            | Asks::Issue
            | Asks::Report { .. } => self.ordered(place, contract, asks),
        }
    }

    /// About an order, and the valves that it moves.
    fn ordered(&self, place: usize, contract: ContractId, asks: Asks) -> SupplyCommand {
        let reason = "as agreed".to_owned();
        match asks {
            Asks::Propose { number, measure } => {
                let order = read(&format!("O-{number}"));
                SupplyCommand::ProposeOrder(ProposeOrder { contract, order, measure, reason })
            }
            Asks::Approve { behind } => {
                let shown = self.contract(place).map_or(0, |it| it.supply.revision());
                SupplyCommand::ApproveOrder(ApproveOrder {
                    contract,
                    order: self.newest_order(place),
                    revision: shown.saturating_sub(behind),
                })
            }
            Asks::Withdraw => SupplyCommand::WithdrawOrder(WithdrawOrder {
                contract,
                order: self.newest_order(place),
                reason,
            }),
            Asks::Issue => {
                SupplyCommand::IssueOrder(IssueOrder { contract, order: self.newest_order(place) })
            }
            Asks::Report { point, state, seen, minutes } => {
                SupplyCommand::ReportValve(ReportValve {
                    contract,
                    point: read(&point_name(place, point)),
                    state,
                    at: self.ago(minutes),
                    order: None,
                    seen,
                    reporter: read("GW-1"),
                })
            }
            Asks::Demand { .. }
            | Asks::Dispute
            | Asks::Resolve { .. }
            | Asks::Notice { .. }
            | Asks::Confirm { .. }
            | Asks::Review => unreachable!("these are no orders"),
        }
    }
}
