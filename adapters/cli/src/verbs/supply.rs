use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Command;
use citygate_domain::supply::{
    ApproveOrder, ConfirmSite, DisputeDemand, IssueOrder, ProposeOrder, ReportValve,
    ResolveDispute, ReviewSupply, Seen, ServeDemand, ServeNotice, SupplyCommand, WithdrawDemand,
    WithdrawOrder,
};
use citygate_engine::Request;

use super::case_steps::Scan;
use super::supply_read;
use crate::args::{ReportValveArgs, SupplyVerb};
use crate::failure::Failure;
use crate::output::say;
use crate::session::{Session, Setting};

/// Works on the supply of a contract (E).
pub async fn run(path: &Path, setting: Setting, verb: SupplyVerb) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let told = told(&session, verb).await;
    session.close_store().await?;
    told
}

async fn told(session: &Session, verb: SupplyVerb) -> Result<ExitCode, Failure> {
    let request = match verb {
        SupplyVerb::Show { contract, format, at_least } => {
            session.reach(at_least).await?;
            return supply_read::show(session, &contract, format).await;
        }
        SupplyVerb::Answer { point, format, at_least } => {
            session.reach(at_least).await?;
            return supply_read::answer(session, &point, format).await;
        }
        SupplyVerb::Lease(args) => return supply_read::lease(session, &args).await,
        SupplyVerb::Demand { contract, id, amount, served_at, proof } => {
            let scan = Scan::read(&proof, session.lang)?;
            let proof = scan.digest.clone();
            let serve = ServeDemand { contract, demand: id, amount, served_at, proof };
            with_scan(SupplyCommand::ServeDemand(serve), scan)
        }
        SupplyVerb::Notice { contract, id, demand, served_at, proof } => {
            let scan = Scan::read(&proof, session.lang)?;
            let proof = scan.digest.clone();
            let serve = ServeNotice { contract, demand, notice: id, served_at, proof };
            with_scan(SupplyCommand::ServeNotice(serve), scan)
        }
        SupplyVerb::WithdrawDemand { contract, demand, reason } => {
            let why = reason.clone();
            because(SupplyCommand::WithdrawDemand(WithdrawDemand { contract, demand, reason }), why)
        }
        SupplyVerb::Dispute { contract, demand, reason } => {
            let why = reason.clone();
            because(SupplyCommand::DisputeDemand(DisputeDemand { contract, demand, reason }), why)
        }
        SupplyVerb::Resolve { contract, demand, outcome, reason } => {
            let (outcome, why) = (outcome.outcome(), reason.clone());
            let resolve = ResolveDispute { contract, demand, outcome, reason };
            because(SupplyCommand::ResolveDispute(resolve), why)
        }
        SupplyVerb::ConfirmSite { contract, at, by } => {
            plain(SupplyCommand::ConfirmSite(ConfirmSite { contract, at, by }))
        }
        SupplyVerb::Propose { contract, id, measure, reason } => {
            let (measure, why) = (measure.measure(), reason.clone());
            let propose = ProposeOrder { contract, order: id, measure, reason };
            because(SupplyCommand::ProposeOrder(propose), why)
        }
        SupplyVerb::Approve { contract, order, revision } => {
            plain(SupplyCommand::ApproveOrder(ApproveOrder { contract, order, revision }))
        }
        SupplyVerb::Withdraw { contract, order, reason } => {
            let why = reason.clone();
            because(SupplyCommand::WithdrawOrder(WithdrawOrder { contract, order, reason }), why)
        }
        SupplyVerb::Issue { contract, order } => {
            plain(SupplyCommand::IssueOrder(IssueOrder { contract, order }))
        }
        SupplyVerb::ReportValve(args) => plain(SupplyCommand::ReportValve(reported(args))),
        SupplyVerb::Review { contract } => {
            plain(SupplyCommand::ReviewSupply(ReviewSupply { contract }))
        }
    };
    let position = session.request(request).await?;
    say(session.lang.done(position.map(|position| position.number())));
    Ok(ExitCode::SUCCESS)
}

fn plain(command: SupplyCommand) -> Request {
    Request::from(Command::Supply(command))
}

fn because(command: SupplyCommand, reason: String) -> Request {
    Request { reason: Some(reason), ..plain(command) }
}

/// The scan lies beside the log; the command names its digest.
fn with_scan(command: SupplyCommand, scan: Scan) -> Request {
    Request { attachments: vec![scan.bytes], ..plain(command) }
}

fn reported(args: ReportValveArgs) -> ReportValve {
    let seen = if args.on_site { Seen::OnSite } else { Seen::Remotely };
    ReportValve {
        contract: args.contract,
        point: args.point,
        state: args.state.state(),
        at: args.at,
        order: args.order,
        seen,
        reporter: args.reporter,
    }
}
