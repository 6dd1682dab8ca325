//! Supply in the words of the trade: demand, notice, order, valve.
//!
//! As in [`crate::words`]; unless said otherwise it is demand `D-1`, notice `N-1` and order `O-1`.

use citygate_domain::Command;
use citygate_domain::quantities::{AttachmentDigest, ContractId};
use citygate_domain::supply::{
    ApproveOrder, ConfirmSite, DisputeDemand, DisputeOutcome, IssueOrder, MeasureKind,
    ProposeOrder, ReportValve, ResolveDispute, ReviewSupply, Seen, ServeDemand, ServeNotice,
    SupplyCommand, ValveState, WithdrawDemand, WithdrawOrder,
};

use crate::told::Told;
use crate::words::{CONTRACT, instant, read, yuan};

fn told(command: SupplyCommand) -> Told {
    Told::Command(Command::Supply(command))
}

fn proof() -> AttachmentDigest {
    read(&"a1".repeat(32))
}

/// A demand reached the buyer.
#[must_use]
pub fn demand_served(amount: &str, at: &str) -> Told {
    told(SupplyCommand::ServeDemand(ServeDemand {
        contract: read(CONTRACT),
        demand: read("D-1"),
        amount: yuan(amount),
        served_at: instant(at),
        proof: proof(),
    }))
}

/// The buyer disputes the demand.
#[must_use]
pub fn demand_disputed(reason: &str) -> Told {
    told(SupplyCommand::DisputeDemand(DisputeDemand {
        contract: read(CONTRACT),
        demand: read("D-1"),
        reason: reason.to_owned(),
    }))
}

/// The dispute ends.
#[must_use]
pub fn dispute_ended(outcome: DisputeOutcome) -> Told {
    told(SupplyCommand::ResolveDispute(ResolveDispute {
        contract: read(CONTRACT),
        demand: read("D-1"),
        outcome,
        reason: "looked at the bank statement".to_owned(),
    }))
}

/// The demand is taken back.
#[must_use]
pub fn demand_withdrawn(reason: &str) -> Told {
    let (contract, demand, reason) = (read(CONTRACT), read("D-1"), reason.to_owned());
    told(SupplyCommand::WithdrawDemand(WithdrawDemand { contract, demand, reason }))
}

/// A suspension notice reached the buyer.
#[must_use]
pub fn notice_served(at: &str) -> Told {
    told(SupplyCommand::ServeNotice(ServeNotice {
        contract: read(CONTRACT),
        demand: read("D-1"),
        notice: read("N-1"),
        served_at: instant(at),
        proof: proof(),
    }))
}

/// Somebody on site found that a continuous process may be stopped.
#[must_use]
pub fn site_confirmed(at: &str) -> Told {
    let (contract, at, by) = (read(CONTRACT), instant(at), read("fitter"));
    told(SupplyCommand::ConfirmSite(ConfirmSite { contract, at, by }))
}

fn proposed(measure: MeasureKind) -> Told {
    told(SupplyCommand::ProposeOrder(ProposeOrder {
        contract: read(CONTRACT),
        order: read("O-1"),
        measure,
        reason: "the demand is not paid".to_owned(),
    }))
}

/// A reduction is proposed.
#[must_use]
pub fn reduction_proposed() -> Told {
    proposed(MeasureKind::Reduce)
}

/// A suspension is proposed.
#[must_use]
pub fn suspension_proposed() -> Told {
    proposed(MeasureKind::Suspend)
}

/// The order that was shown at a revision is approved.
#[must_use]
pub fn order_approved(revision: u32) -> Told {
    let (contract, order) = (read(CONTRACT), read("O-1"));
    told(SupplyCommand::ApproveOrder(ApproveOrder { contract, order, revision }))
}

/// The order is taken back.
#[must_use]
pub fn order_withdrawn(reason: &str) -> Told {
    let (contract, order, reason) = (read(CONTRACT), read("O-1"), reason.to_owned());
    told(SupplyCommand::WithdrawOrder(WithdrawOrder { contract, order, reason }))
}

/// The order is issued.
#[must_use]
pub fn order_issued() -> Told {
    let (contract, order) = (read(CONTRACT), read("O-1"));
    told(SupplyCommand::IssueOrder(IssueOrder { contract, order }))
}

/// What a valve did, as somebody on site or the gateway reports it.
#[must_use]
pub fn valve_reported(point: &str, state: ValveState, seen: Seen, at: &str) -> Told {
    told(SupplyCommand::ReportValve(ReportValve {
        contract: read(CONTRACT),
        point: read(point),
        state,
        at: instant(at),
        order: None,
        seen,
        reporter: read("fitter"),
    }))
}

/// What the passage of time has led to is asked for.
#[must_use]
pub fn supply_reviewed() -> Told {
    told(SupplyCommand::ReviewSupply(ReviewSupply { contract: read(CONTRACT) }))
}

impl Told {
    fn supply(self, change: impl FnOnce(&mut SupplyCommand)) -> Self {
        self.change(|command| {
            let Command::Supply(supply) = command else { panic!("not supply: {command:?}") };
            change(supply);
        })
    }

    /// About another demand.
    #[must_use]
    pub fn demand(self, name: &str) -> Self {
        self.supply(|command| match command {
            SupplyCommand::ServeDemand(demand) => demand.demand = read(name),
            SupplyCommand::DisputeDemand(dispute) => dispute.demand = read(name),
            SupplyCommand::ResolveDispute(resolve) => resolve.demand = read(name),
            SupplyCommand::WithdrawDemand(back) => back.demand = read(name),
            SupplyCommand::ServeNotice(notice) => notice.demand = read(name),
            SupplyCommand::ConfirmSite(_)
            | SupplyCommand::ProposeOrder(_)
            | SupplyCommand::ApproveOrder(_)
            | SupplyCommand::WithdrawOrder(_)
            | SupplyCommand::IssueOrder(_)
            | SupplyCommand::ReportValve(_)
            | SupplyCommand::ReviewSupply(_) => panic!("not about a demand"),
        })
    }

    /// About another notice.
    #[must_use]
    pub fn notice(self, name: &str) -> Self {
        self.supply(|command| {
            let SupplyCommand::ServeNotice(notice) = command else { panic!("no notice") };
            notice.notice = read(name);
        })
    }

    /// About another order.
    #[must_use]
    pub fn order(self, name: &str) -> Self {
        self.supply(|command| match command {
            SupplyCommand::ProposeOrder(propose) => propose.order = read(name),
            SupplyCommand::ApproveOrder(approve) => approve.order = read(name),
            SupplyCommand::WithdrawOrder(withdraw) => withdraw.order = read(name),
            SupplyCommand::IssueOrder(issue) => issue.order = read(name),
            SupplyCommand::ReportValve(report) => report.order = Some(read(name)),
            SupplyCommand::ServeDemand(_)
            | SupplyCommand::DisputeDemand(_)
            | SupplyCommand::ResolveDispute(_)
            | SupplyCommand::WithdrawDemand(_)
            | SupplyCommand::ServeNotice(_)
            | SupplyCommand::ConfirmSite(_)
            | SupplyCommand::ReviewSupply(_) => panic!("not about an order"),
        })
    }
}

/// The same about another contract.
pub(crate) fn about(command: &mut SupplyCommand, contract: ContractId) {
    match command {
        SupplyCommand::ServeDemand(command) => command.contract = contract,
        SupplyCommand::DisputeDemand(command) => command.contract = contract,
        SupplyCommand::ResolveDispute(command) => command.contract = contract,
        SupplyCommand::WithdrawDemand(command) => command.contract = contract,
        SupplyCommand::ServeNotice(command) => command.contract = contract,
        SupplyCommand::ConfirmSite(command) => command.contract = contract,
        SupplyCommand::ProposeOrder(command) => command.contract = contract,
        SupplyCommand::ApproveOrder(command) => command.contract = contract,
        SupplyCommand::WithdrawOrder(command) => command.contract = contract,
        SupplyCommand::IssueOrder(command) => command.contract = contract,
        SupplyCommand::ReportValve(command) => command.contract = contract,
        SupplyCommand::ReviewSupply(command) => command.contract = contract,
    }
}
