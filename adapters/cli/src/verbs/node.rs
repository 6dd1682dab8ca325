use std::future::pending;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use citygate_domain::Rejection;
use citygate_domain::approval::SCHEDULER;
use citygate_domain::context::Actor;
use citygate_domain::quantities::NodeId;
use citygate_engine::{Node, Notice};
use tokio::signal::unix::{SignalKind, signal};

use super::node_metrics::Metrics;
use super::node_status::Status;
use super::rounds::Rounds;
use crate::args::NodeArgs;
use crate::failure::{self, Failure};
use crate::lang::Lang;
use crate::output::say;
use crate::session::{Session, Setting};

/// Runs until it is told to end: follows the ledger, and does the scheduler's work while elected.
pub async fn run(path: &Path, setting: Setting, args: NodeArgs) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let ran = follow(&session, &args).await;
    let closed = session.close_store().await;
    ran.and(closed)?;
    Ok(ExitCode::SUCCESS)
}

async fn follow(session: &Session, args: &NodeArgs) -> Result<(), Failure> {
    let stop = stop()?;
    let node = node(session, args).await?;
    let mut status = args.status.as_ref().map(|to| Status::to(to, &node)).transpose()?;
    let metrics = args.metrics.as_ref().map(|to| Metrics::to(to, &node));
    let telling = async {
        match &mut status {
            Some(status) => status.run().await,
            None => pending().await,
        }
    };
    let measuring = async {
        match &metrics {
            Some(metrics) => metrics.run().await,
            None => pending().await,
        }
    };
    tokio::select! {
        ended = node.run(stop) => ended?,
        failed = telling => return Err(failed),
        failed = measuring => return Err(failed),
    }
    match &mut status {
        Some(status) => status.last().await,
        None => Ok(()),
    }
}

async fn node(session: &Session, args: &NodeArgs) -> Result<Node, Failure> {
    let name = session.place.as_ref().map(|place| place.name(session.engine.sources()));
    let name: NodeId = name.unwrap_or_default().parse().map_err(Rejection::from)?;
    let (known, lang) = (name.to_string(), session.lang);
    let actor = Actor { channel: SCHEDULER.to_owned(), ..session.actor.clone() };
    let rounds = Arc::new(Rounds::of(&session.engine, &actor.person).await);
    Ok(Node {
        engine: session.engine.clone(),
        name,
        actor,
        lease: Duration::from_secs(args.lease),
        every: Duration::from_secs(args.every),
        work: Arc::new(move |engine| {
            let rounds = Arc::clone(&rounds);
            Box::pin(async move { rounds.round(&engine).await })
        }),
        listener: Arc::new(move |notice| say(told(lang, &known, &notice))),
    })
}

/// Done when somebody asks the process to end.
fn stop() -> Result<impl Future<Output = ()> + Send, Failure> {
    let catch = |kind| signal(kind).map_err(|error| Failure::world("signals", &error));
    let (mut terminate, mut interrupt) =
        (catch(SignalKind::terminate())?, catch(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn told(lang: Lang, name: &str, notice: &Notice) -> String {
    match notice {
        Notice::Started { position, epoch } => lang.node_started(name, position.number(), *epoch),
        Notice::Elected(election) => lang.node_elected(election.epoch),
        Notice::LostLease { election, lease } => {
            let holder = lease.as_ref().map(|lease| (lease.holder.as_str(), lease.epoch));
            lang.node_lost_lease(election.epoch, holder)
        }
        Notice::NewEpoch { epoch, position } => lang.node_new_epoch(*epoch, position.number()),
        Notice::Refused(rejection) => {
            let advice = lang.advice(rejection.code(), rejection.advice());
            format!("{}: {rejection}. {advice}", rejection.code())
        }
        Notice::Failing(error) => {
            lang.node_failing(&format!("{}: {}", error.code(), failure::told(error)))
        }
        Notice::Recovered => lang.node_recovered().to_owned(),
        Notice::Ended { position } => lang.node_ended(position.number()),
    }
}
