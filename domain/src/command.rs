//! Everything that can be asked of the ledger.

use crate::approval::{ApproveAct, GrantRole, ProposeAct, RevokeRole, WithdrawAct};
use crate::books::BooksCommand;
use crate::contract::life::LifeCommand;
use crate::contract::{SignContract, TransferQuantity};
use crate::delivery::RecordDelivery;
use crate::deviation::{
    AdvanceCase, AssessDeviation, DecideClaim, ReassessDeviation, RecordClaim, VerifyClaim,
    WaiveDeviation,
};
use crate::keys::{GrantKey, RevokeKey};
use crate::ledger::OpenLedger;
use crate::market::{PublishIndex, RecordLot};
use crate::passage::RecordPassage;
use crate::payment::{GiveGuarantee, RecordMoney};
use crate::scheduler::ElectScheduler;
use crate::settlement::{IssueSettlement, RestateSettlement};
use crate::supply::SupplyCommand;
use crate::take_or_pay::{RestateYear, SettleYear};

/// A command: a wish of a person or a scheduler, decided by [`crate::decide`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Fix the ledger's settings.
    OpenLedger(OpenLedger),
    /// Record who is the scheduler (T6).
    ElectScheduler(ElectScheduler),
    /// Publish or correct an index value (P3).
    PublishIndex(PublishIndex),
    /// Sign or renew a contract (C1, C2).
    SignContract(Box<SignContract>),
    /// Amend or end a contract, move its points, close its account (C1, C4, Q4).
    Life(Box<LifeCommand>),
    /// Move monthly quantity (C3).
    TransferQuantity(TransferQuantity),
    /// Record an online-trade lot (P4).
    RecordLot(RecordLot),
    /// Record a reading (Q5).
    RecordDelivery(RecordDelivery),
    /// Record a claim and its decision (D9).
    RecordClaim(RecordClaim),
    /// Record a payment, a reversal or a refund (A1).
    RecordMoney(RecordMoney),
    /// Record a guarantee (A1).
    GiveGuarantee(GiveGuarantee),
    /// Assign money, charge late fees, record invoices, close the books (A1, A4–A6).
    Books(BooksCommand),
    /// Issue a month's settlement (S1).
    IssueSettlement(IssueSettlement),
    /// Issue an issued month again when it comes out otherwise (S4).
    RestateSettlement(RestateSettlement),
    /// Settle a settled contract year again when it comes out otherwise (S4).
    RestateYear(RestateYear),
    /// Assess a netting period's deviation (D7).
    AssessDeviation(AssessDeviation),
    /// Assess a period again whose relief has changed (D9).
    ReassessDeviation(ReassessDeviation),
    /// Look at the evidence of a claim (D9).
    VerifyClaim(VerifyClaim),
    /// Decide a verified claim (D9).
    DecideClaim(DecideClaim),
    /// Take a deviation case one step further (D9).
    AdvanceCase(AdvanceCase),
    /// Waive the charge of a case (D9).
    WaiveDeviation(WaiveDeviation),
    /// Give a person a role (F).
    GrantRole(GrantRole),
    /// Take a role away (F).
    RevokeRole(RevokeRole),
    /// Grant a key (F).
    GrantKey(GrantKey),
    /// Revoke a key (F).
    RevokeKey(RevokeKey),
    /// Record what time went by (T6).
    RecordPassage(RecordPassage),
    /// Propose an act that needs a second person (F).
    Propose(Box<ProposeAct>),
    /// Approve what another person proposed (F).
    Approve(ApproveAct),
    /// Take a proposal back, or reject it (F).
    Withdraw(WithdrawAct),
    /// Settle a contract year of take-or-pay (Y).
    SettleYear(SettleYear),
    /// Demand, notice, order, valve (E).
    Supply(SupplyCommand),
}
