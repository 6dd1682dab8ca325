//! What can be asked about the supply of a contract (E3, E8).

use chrono::{DateTime, Utc};

use super::{DisputeOutcome, MeasureKind, Seen, ValveState};
use crate::quantities::{
    AttachmentDigest, ContractId, DemandId, Money, NoticeId, OrderId, PersonId, PointId, ReporterId,
};

/// What can be asked about the supply of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupplyCommand {
    /// Record that a demand was served.
    ServeDemand(ServeDemand),
    /// Record that the buyer disputes it.
    DisputeDemand(DisputeDemand),
    /// End the dispute.
    ResolveDispute(ResolveDispute),
    /// Take the running demand back.
    WithdrawDemand(WithdrawDemand),
    /// Record that a suspension notice was served.
    ServeNotice(ServeNotice),
    /// Record that a person on site confirmed that gas may be stopped.
    ConfirmSite(ConfirmSite),
    /// Propose an order.
    ProposeOrder(ProposeOrder),
    /// Approve a proposed order.
    ApproveOrder(ApproveOrder),
    /// Take a proposed or an issued order back.
    WithdrawOrder(WithdrawOrder),
    /// Issue an approved order.
    IssueOrder(IssueOrder),
    /// Record what a valve did.
    ReportValve(ReportValve),
    /// Record what the facts have led to by the passage of time.
    ReviewSupply(ReviewSupply),
}

impl SupplyCommand {
    /// T6: whether it rests on how much time has gone by, so that it is decided only while the clocks
    /// agree.
    #[must_use]
    pub const fn rests_on_time(&self) -> bool {
        match self {
            Self::IssueOrder(_) | Self::ReviewSupply(_) => true,
            Self::ServeDemand(_)
            | Self::DisputeDemand(_)
            | Self::ResolveDispute(_)
            | Self::WithdrawDemand(_)
            | Self::ServeNotice(_)
            | Self::ConfirmSite(_)
            | Self::ProposeOrder(_)
            | Self::ApproveOrder(_)
            | Self::WithdrawOrder(_)
            | Self::ReportValve(_) => false,
        }
    }

    /// Whose supply.
    #[must_use]
    pub fn contract(&self) -> &ContractId {
        match self {
            Self::ServeDemand(command) => &command.contract,
            Self::DisputeDemand(command) => &command.contract,
            Self::ResolveDispute(command) => &command.contract,
            Self::WithdrawDemand(command) => &command.contract,
            Self::ServeNotice(command) => &command.contract,
            Self::ConfirmSite(command) => &command.contract,
            Self::ProposeOrder(command) => &command.contract,
            Self::ApproveOrder(command) => &command.contract,
            Self::WithdrawOrder(command) => &command.contract,
            Self::IssueOrder(command) => &command.contract,
            Self::ReportValve(command) => &command.contract,
            Self::ReviewSupply(command) => &command.contract,
        }
    }
}

/// Records that a demand for payment was served (催款).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeDemand {
    /// Whose supply.
    pub contract: ContractId,
    /// Its name, unique in the contract.
    pub demand: DemandId,
    /// Yuan demanded, above zero.
    pub amount: Money,
    /// When it reached the buyer.
    pub served_at: DateTime<Utc>,
    /// The scan that proves it.
    pub proof: AttachmentDigest,
}

/// Records that the buyer disputes a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeDemand {
    /// Whose supply.
    pub contract: ContractId,
    /// Which demand.
    pub demand: DemandId,
    /// What is disputed.
    pub reason: String,
}

/// Ends the dispute of a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveDispute {
    /// Whose supply.
    pub contract: ContractId,
    /// Which demand.
    pub demand: DemandId,
    /// How.
    pub outcome: DisputeOutcome,
    /// Why.
    pub reason: String,
}

/// Takes the running demand back, and the procedure with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawDemand {
    /// Whose supply.
    pub contract: ContractId,
    /// Which demand.
    pub demand: DemandId,
    /// Why.
    pub reason: String,
}

/// Records that a suspension notice was served (停气通知).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeNotice {
    /// Whose supply.
    pub contract: ContractId,
    /// The demand that it rests on.
    pub demand: DemandId,
    /// Its name, unique in the contract.
    pub notice: NoticeId,
    /// When it reached the buyer.
    pub served_at: DateTime<Utc>,
    /// The scan that proves it.
    pub proof: AttachmentDigest,
}

/// Records that a person on site found that a continuous process may be stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmSite {
    /// Whose supply.
    pub contract: ContractId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who was on site.
    pub by: PersonId,
}

/// Proposes an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeOrder {
    /// Whose supply.
    pub contract: ContractId,
    /// Its name, unique in the contract.
    pub order: OrderId,
    /// What it asks for.
    pub measure: MeasureKind,
    /// Why.
    pub reason: String,
}

/// Approves a proposed order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveOrder {
    /// Whose supply.
    pub contract: ContractId,
    /// Which order.
    pub order: OrderId,
    /// The revision of the procedure that was shown.
    pub revision: u32,
}

/// Takes an order back: a proposed one, or an issued one, which lifts the curtailment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawOrder {
    /// Whose supply.
    pub contract: ContractId,
    /// Which order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
}

/// Issues an approved order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueOrder {
    /// Whose supply.
    pub contract: ContractId,
    /// Which order.
    pub order: OrderId,
}

/// Records what a valve did (E8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportValve {
    /// Whose supply.
    pub contract: ContractId,
    /// At which point.
    pub point: PointId,
    /// What was found.
    pub state: ValveState,
    /// When.
    pub at: DateTime<Utc>,
    /// The order that it carried out.
    pub order: Option<OrderId>,
    /// How it was seen.
    pub seen: Seen,
    /// By whom.
    pub reporter: ReporterId,
}

/// Records what the facts have led to by the passage of time: nothing, where nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewSupply {
    /// Whose supply.
    pub contract: ContractId,
}
