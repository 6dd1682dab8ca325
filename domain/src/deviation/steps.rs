use serde::{Deserialize, Serialize};

use super::ClaimOutcome;
use crate::ledger::FourEyes;
use crate::quantities::{
    AttachmentDigest, CivilDay, ClaimId, ContractId, GasDay, Money, PersonId, Quantity,
    SettlementMonth,
};

/// Takes a deviation case one step further (D9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvanceCase {
    /// Whose case.
    pub contract: ContractId,
    /// The last month of its period.
    pub month: SettlementMonth,
    /// The revision of the document that was shown.
    pub revision: u32,
    /// Which step.
    pub step: Step,
}

/// The steps of a case that one person takes (D9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The sheet is issued to the buyer.
    IssueSheet,
    /// The sheet has reached the buyer.
    DeliverSheet {
        /// When.
        on: CivilDay,
        /// What proves it, such as a courier's number.
        proof: String,
    },
    /// The buyer has sealed the sheet.
    Confirm {
        /// When it was received.
        on: CivilDay,
        /// The scan of the sealed sheet.
        receipt: AttachmentDigest,
    },
    /// The buyer has not answered in time.
    Deem,
    /// The buyer objects.
    Dispute {
        /// When it was received.
        on: CivilDay,
        /// What the buyer says.
        reason: String,
    },
    /// The dispute ends.
    Resolve {
        /// How.
        resolution: Resolution,
        /// Why.
        reason: String,
    },
    /// A person other than the one who issued the sheet approves the posting (F).
    ApprovePosting,
    /// The charge, or its difference, is posted.
    Post,
}

/// How a dispute ends (D9); a reassessment ends it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The document stands, and may be posted.
    Upheld,
    /// The buyer takes the objection back; the sheet waits for a confirmation again.
    Withdrawn,
}

/// What the posting of a case rests on (D9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A sealed receipt.
    Confirmed,
    /// Silence past the agreed days.
    DeemedConfirmed,
    /// A dispute that was decided for the document.
    Upheld,
}

impl Basis {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::DeemedConfirmed => "deemed_confirmed",
            Self::Upheld => "upheld",
        }
    }
}

/// Waives the charge of a case: an act of weight (F); it ends the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiveDeviation {
    /// Whose case.
    pub contract: ContractId,
    /// The last month of its period.
    pub month: SettlementMonth,
    /// Why.
    pub reason: String,
    /// The revision of the document that was shown.
    pub revision: u32,
}

/// Assesses a period again because its relief has changed (D9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReassessDeviation {
    /// Which contract.
    pub contract: ContractId,
    /// The period's last month.
    pub month: SettlementMonth,
}

/// Says that the evidence of a claim was looked at (D9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyClaim {
    /// Which claim.
    pub claim: ClaimId,
    /// The scan of its evidence.
    pub evidence: Option<AttachmentDigest>,
    /// What was found.
    pub reason: String,
}

/// Decides a verified claim (D9); to grant it is an act of weight (F).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideClaim {
    /// Which claim.
    pub claim: ClaimId,
    /// Billing units granted; 0 when rejected.
    pub granted_quantity: Quantity,
    /// Granted or rejected.
    pub outcome: ClaimOutcome,
    /// Why.
    pub reason: String,
}

/// Defines an event of a case: who, which case, when, and what is told besides.
macro_rules! case_event {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Who.
            pub by: PersonId,
            /// Whose case.
            pub contract: ContractId,
            /// The last month of its period.
            pub month: SettlementMonth,
            /// The civil day on which it happened.
            pub on: CivilDay,
            /// The revision of the document.
            pub revision: u32,
            $($(#[$field_doc])* pub $field: $type,)*
        }
    )+ };
}

case_event! {
    /// A sheet was issued to the buyer.
    SheetIssued {
        /// Its number: the sheets of a contract count from 1.
        sheet: u32,
    }
    /// A sheet has reached the buyer.
    SheetDelivered {
        /// What proves it.
        proof: String,
        /// The sheet.
        sheet: u32,
    }
    /// A sheet came back sealed.
    SheetConfirmed {
        /// The scan of the sealed sheet, kept beside the log.
        receipt: AttachmentDigest,
        /// The sheet.
        sheet: u32,
    }
    /// A sheet counts as confirmed: the agreed days have passed since its delivery.
    SheetDeemedConfirmed {
        /// The sheet.
        sheet: u32,
    }
    /// The buyer objects to a sheet.
    SheetDisputed {
        /// What the buyer says.
        reason: String,
        /// The sheet.
        sheet: u32,
    }
    /// A dispute has ended.
    DisputeResolved {
        /// Why.
        reason: String,
        /// How.
        resolution: Resolution,
        /// The sheet.
        sheet: u32,
    }
    /// A second person approved the posting.
    PostingApproved {
        /// The sheet.
        sheet: u32,
    }
    /// The charge of a case was waived, and the case ended.
    DeviationWaived {
        /// The second person; absent where one person runs the ledger.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<PersonId>,
        /// Why.
        reason: String,
    }
}

/// A claim's evidence was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimVerified {
    /// Who.
    pub by: PersonId,
    /// The claim.
    pub claim: ClaimId,
    /// Whose claim.
    pub contract: ContractId,
    /// The scan of its evidence, kept beside the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<AttachmentDigest>,
    /// The civil day.
    pub on: CivilDay,
    /// What was found.
    pub reason: String,
}

/// The charge of a case was posted: of a later revision, the difference to what was posted before
/// (M4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviationPosted {
    /// The second person; absent where one person runs the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// What it rests on.
    pub basis: Basis,
    /// Who posted it.
    pub by: PersonId,
    /// Whose account.
    pub contract: ContractId,
    /// F: `off` where one person runs the ledger; absent where acts need two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes: Option<FourEyes>,
    /// What is posted now.
    pub gross: Money,
    /// The period's last gas day; the posting is effective on it.
    pub last_gas_day: GasDay,
    /// The last month of the period.
    pub month: SettlementMonth,
    /// M3.
    pub net: Money,
    /// The civil day on which it was posted.
    pub posted_on: CivilDay,
    /// The revision that is posted with it.
    pub revision: u32,
    /// The sheet that was confirmed.
    pub sheet: u32,
    /// M3.
    pub tax: Money,
}
