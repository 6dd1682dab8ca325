//! The command line of deviation cases.

use std::path::PathBuf;
use std::str::FromStr;

use citygate_domain::deviation::Resolution;
use citygate_domain::quantities::{
    CivilDay, ClaimId, ContractId, GasDay, Money, Quantity, SettlementMonth,
};
use citygate_domain::rules::relief::ReliefKind;
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

/// `case …`
#[derive(Debug, Subcommand)]
pub enum CaseVerb {
    /// List cases with where they stand.
    List {
        /// Which cases.
        #[command(flatten)]
        of: Selection,
        /// How to print them: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Show one case and the claims that touch it.
    Show {
        /// Whose case.
        contract: ContractId,
        /// The last month of its period.
        month: SettlementMonth,
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// File a claim of relief (减免申请).
    Claim(ClaimArgs),
    /// Say that the evidence of a claim was looked at.
    Verify {
        /// The claim.
        claim: ClaimId,
        /// The scan of its evidence; kept beside the log.
        #[arg(long)]
        evidence: Option<PathBuf>,
        /// What was found.
        #[arg(long)]
        reason: String,
    },
    /// Decide a verified claim; granting waits for a second person. Assessed periods that it
    /// touches are assessed again.
    Decide {
        /// The claim.
        claim: ClaimId,
        /// Grant this quantity.
        #[arg(long, required_unless_present = "reject", conflicts_with = "reject")]
        grant: Option<Quantity>,
        /// Reject it.
        #[arg(long)]
        reject: bool,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Assess again what rests on a relief that has changed since.
    Reassess(Selection),
    /// Issue the sheets to the buyers (偏差结算确认单).
    Issue(Selection),
    /// Record the proof that a sheet has reached the buyer.
    Deliver {
        /// Which cases.
        #[command(flatten)]
        of: Selection,
        /// When.
        #[arg(long)]
        on: CivilDay,
        /// What proves it, such as a courier's number.
        #[arg(long)]
        proof: String,
    },
    /// Record the sealed sheet, or with --deemed the silence of the buyer.
    Confirm {
        /// Which cases.
        #[command(flatten)]
        of: Selection,
        /// When the sealed sheet came back.
        #[arg(long, required_unless_present = "deemed")]
        on: Option<CivilDay>,
        /// The scan of the sealed sheet; kept beside the log.
        #[arg(long, required_unless_present = "deemed")]
        receipt: Option<PathBuf>,
        /// The agreed days have passed since the proven delivery.
        #[arg(long, conflicts_with_all = ["on", "receipt"])]
        deemed: bool,
    },
    /// Record the objection of the buyer.
    Dispute {
        /// Which cases.
        #[command(flatten)]
        of: Selection,
        /// When it was received.
        #[arg(long)]
        on: CivilDay,
        /// What the buyer says.
        #[arg(long)]
        reason: String,
    },
    /// End a dispute.
    Resolve {
        /// Which cases.
        #[command(flatten)]
        of: Selection,
        /// How.
        #[arg(value_enum, long = "as")]
        how: Ending,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Approve the posting; never by the person who issued the sheet.
    Approve(Selection),
    /// Post the charge, or its difference.
    Post(Selection),
    /// Propose to waive the charge; another person approves it.
    Waive {
        /// Which cases.
        #[command(flatten)]
        of: Selection,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ending {
    /// The document stands.
    Upheld,
    /// The buyer takes the objection back.
    Withdrawn,
    /// The period is assessed again.
    Reassessed,
}

impl Ending {
    /// As the case takes it; none for a reassessment, which is a document of its own.
    pub fn resolution(self) -> Option<Resolution> {
        match self {
            Self::Upheld => Some(Resolution::Upheld),
            Self::Withdrawn => Some(Resolution::Withdrawn),
            Self::Reassessed => None,
        }
    }
}

/// One case, or all that are alike.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Selection {
    /// Whose case.
    #[arg(requires = "case_month", conflicts_with_all = ["all_of", "filters"])]
    pub contract: Option<ContractId>,
    /// The last month of its period.
    #[arg(id = "case_month", value_name = "MONTH")]
    pub case_month: Option<SettlementMonth>,
    /// The revision that you were shown; refused when there is a newer one.
    #[arg(long, requires = "contract")]
    pub revision: Option<u32>,
    /// All cases of this month.
    #[arg(id = "all_of", long = "month", value_name = "MONTH")]
    pub all_of: Option<SettlementMonth>,
    /// Only those: `side=under|over|inside`, `stage=WORD`, `flagged=yes|no`, `charge-below=YUAN`,
    /// `charge-above=YUAN`, `contract=ID`.
    #[arg(id = "filters", long = "where", value_name = "KEY=VALUE")]
    pub filters: Vec<Filter>,
}

/// One condition of `--where`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Under, over or inside.
    Side(String),
    /// Where the case stands.
    Stage(String),
    /// D10.
    Flagged(bool),
    /// A charge below this.
    ChargeBelow(Money),
    /// A charge above this.
    ChargeAbove(Money),
    /// One contract.
    Contract(ContractId),
}

impl FromStr for Filter {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text.split_once('=').ok_or_else(|| format!("{text:?} has no ="))?;
        let money = || value.parse().map_err(|error| format!("{value:?}: {error}"));
        match (key, value) {
            ("side", "under" | "over" | "inside") => Ok(Self::Side(value.to_owned())),
            ("stage", word) => Ok(Self::Stage(word.to_owned())),
            ("flagged", "yes") => Ok(Self::Flagged(true)),
            ("flagged", "no") => Ok(Self::Flagged(false)),
            ("charge-below", _) => money().map(Self::ChargeBelow),
            ("charge-above", _) => money().map(Self::ChargeAbove),
            ("contract", id) => id.parse().map(Self::Contract).map_err(|error| format!("{error}")),
            _ => Err(format!(
                "{text:?} is none of side=, stage=, flagged=yes|no, charge-below=, charge-above=, \
                 contract="
            )),
        }
    }
}

/// `case claim`
#[derive(Debug, ClapArgs)]
pub struct ClaimArgs {
    /// Whose claim.
    pub contract: ContractId,
    /// The claim's id, unique in the ledger.
    #[arg(long)]
    pub id: ClaimId,
    /// The cause.
    #[arg(long, value_parser = kind)]
    pub kind: ReliefKind,
    /// First gas day.
    #[arg(long)]
    pub from: GasDay,
    /// Last gas day, inclusive.
    #[arg(long)]
    pub to: GasDay,
    /// Billing units claimed over all its days.
    #[arg(long)]
    pub quantity: Quantity,
    /// When it was received.
    #[arg(long)]
    pub received: CivilDay,
}

/// Reads the word of a cause, as files write it.
fn kind(text: &str) -> Result<ReliefKind, String> {
    let wrong = |_| {
        format!(
            "{text:?} is not force_majeure, seller_maintenance, seller_shortfall, \
             permitted_reduction or government_order"
        )
    };
    serde_json::from_value(serde_json::Value::from(text)).map_err(wrong)
}
