//! The arguments of the verbs about supply (E), and of `tick` (T6).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use citygate_domain::keys::PublicKey;
use citygate_domain::quantities::{
    ContractId, DemandId, Money, NoticeId, OrderId, PersonId, PointId, ReporterId,
};
use citygate_domain::supply::{DisputeOutcome, MeasureKind, ValveState};
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::AtLeast;

/// `supply …`
#[derive(Debug, Subcommand)]
pub enum SupplyVerb {
    /// Record that a demand for payment reached the buyer (催缴).
    Demand {
        /// Whose supply.
        contract: ContractId,
        /// Its name, unique in the contract.
        #[arg(long)]
        id: DemandId,
        /// Yuan demanded.
        #[arg(long)]
        amount: Money,
        /// When it reached the buyer.
        #[arg(long)]
        served_at: DateTime<Utc>,
        /// The scan that proves it; kept beside the log.
        #[arg(long)]
        proof: PathBuf,
    },
    /// Record that the buyer disputes a demand.
    Dispute {
        /// Whose supply.
        contract: ContractId,
        /// Which demand.
        #[arg(long)]
        demand: DemandId,
        /// What is disputed.
        #[arg(long)]
        reason: String,
    },
    /// End the dispute of a demand.
    Resolve {
        /// Whose supply.
        contract: ContractId,
        /// Which demand.
        #[arg(long)]
        demand: DemandId,
        /// How: upheld ends the procedure, the buyer was right.
        #[arg(long = "as", value_enum)]
        outcome: OutcomeArg,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Record that a suspension notice reached the buyer (停气通知).
    Notice {
        /// Whose supply.
        contract: ContractId,
        /// Its name, unique in the contract.
        #[arg(long)]
        id: NoticeId,
        /// The demand that it rests on.
        #[arg(long)]
        demand: DemandId,
        /// When it reached the buyer.
        #[arg(long)]
        served_at: DateTime<Utc>,
        /// The scan that proves it; kept beside the log.
        #[arg(long)]
        proof: PathBuf,
    },
    /// Record that a person on site found that a continuous process may be stopped.
    ConfirmSite {
        /// Whose supply.
        contract: ContractId,
        /// When.
        #[arg(long)]
        at: DateTime<Utc>,
        /// Who was on site.
        #[arg(long)]
        by: PersonId,
    },
    /// Propose an order; other persons approve it, and another than you issues it.
    Propose {
        /// Whose supply.
        contract: ContractId,
        /// Its name, unique in the contract.
        #[arg(long)]
        id: OrderId,
        /// What it asks for.
        #[arg(long, value_enum)]
        measure: MeasureArg,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Approve a proposed order.
    Approve {
        /// Whose supply.
        contract: ContractId,
        /// Which order.
        order: OrderId,
        /// The revision of the procedure that you were shown; refused when it has changed since.
        #[arg(long)]
        revision: u32,
    },
    /// Take an order back: a proposed one, or one in force.
    Withdraw {
        /// Whose supply.
        contract: ContractId,
        /// Which order.
        order: OrderId,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take the running demand back, and the procedure with it (E5).
    WithdrawDemand {
        /// Whose supply.
        contract: ContractId,
        /// Which demand.
        demand: DemandId,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Issue an approved order, if it stands now (E4).
    Issue {
        /// Whose supply.
        contract: ContractId,
        /// Which order.
        order: OrderId,
    },
    /// Record what a valve did (E8).
    ReportValve(ReportValveArgs),
    /// Record what the facts have led to by the passage of time (E5).
    Review {
        /// Whose supply.
        contract: ContractId,
    },
    /// Show where the procedure stands: what was served, which periods run, what an order lacks
    /// now, orders, valve reports, the answer per point.
    Show {
        /// Whose supply.
        #[arg(long)]
        contract: ContractId,
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
        /// What must be known.
        #[command(flatten)]
        at_least: AtLeast,
    },
    /// Say what the valve of a point is to do, and why (E7).
    Answer {
        /// Which point.
        #[arg(long)]
        point: PointId,
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
        /// What must be known.
        #[command(flatten)]
        at_least: AtLeast,
    },
    /// Print the signed lease of a point for its gateway.
    Lease(LeaseArgs),
}

/// `supply report-valve`
#[derive(Debug, ClapArgs)]
pub struct ReportValveArgs {
    /// Whose supply.
    pub contract: ContractId,
    /// At which point.
    pub point: PointId,
    /// What was found.
    #[arg(long, value_enum)]
    pub state: ValveArg,
    /// When.
    #[arg(long)]
    pub at: DateTime<Utc>,
    /// The order that it carried out.
    #[arg(long)]
    pub order: Option<OrderId>,
    /// A person saw it on site; else a device said so.
    #[arg(long)]
    pub on_site: bool,
    /// Who tells: a gateway, or the person on site.
    #[arg(long)]
    pub reporter: ReporterId,
}

/// `supply lease`
#[derive(Debug, ClapArgs)]
pub struct LeaseArgs {
    /// For which point.
    #[arg(long)]
    pub point: PointId,
    /// The seed of the key that signs leases.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The seed of the key that signs valve commands.
    #[arg(long, value_name = "FILE")]
    pub order_key: PathBuf,
    /// Seconds without news after which this gateway raises an alarm: 60 to 3600.
    #[arg(long, default_value_t = citygate_domain::supply::lease::SOFT_SECONDS)]
    pub soft_seconds: u64,
    /// Also check the lease as a gateway would, that knows this public key of leases.
    #[arg(long, value_name = "PUBKEY")]
    pub verify: Option<PublicKey>,
}

/// `tick`
#[derive(Debug, ClapArgs)]
pub struct TickArgs {
    /// Again and again, every so many seconds; else once.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: Option<u64>,
    /// End after so many rounds.
    #[arg(long, requires = "every")]
    pub rounds: Option<u64>,
    /// How to print what was recorded: table, csv or json.
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomeArg {
    /// The buyer is right.
    Upheld,
    /// The buyer takes the objection back.
    Withdrawn,
    /// The demand stands.
    Rejected,
}

impl OutcomeArg {
    /// As the ledger takes it.
    pub fn outcome(self) -> DisputeOutcome {
        match self {
            Self::Upheld => DisputeOutcome::Upheld,
            Self::Withdrawn => DisputeOutcome::Withdrawn,
            Self::Rejected => DisputeOutcome::Rejected,
        }
    }
}

/// What an order asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MeasureArg {
    /// A daily maximum (E6).
    Reduce,
    /// No gas.
    Suspend,
}

impl MeasureArg {
    /// As the ledger takes it.
    pub fn measure(self) -> MeasureKind {
        match self {
            Self::Reduce => MeasureKind::Reduce,
            Self::Suspend => MeasureKind::Suspend,
        }
    }
}

/// What a valve did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValveArg {
    /// Gas flows.
    Open,
    /// Gas flows up to a maximum.
    Limited,
    /// No gas flows.
    Closed,
    /// It was not moved.
    Refused,
}

impl ValveArg {
    /// As the ledger takes it.
    pub fn state(self) -> ValveState {
        match self {
            Self::Open => ValveState::Open,
            Self::Limited => ValveState::Limited,
            Self::Closed => ValveState::Closed,
            Self::Refused => ValveState::Refused,
        }
    }
}
