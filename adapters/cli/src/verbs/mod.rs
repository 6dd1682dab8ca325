//! The verbs, one file each.

mod amendment;
mod approvals;
mod backup;
mod books;
mod calculate;
mod case;
mod case_steps;
mod contract;
mod demo;
mod difference;
mod doctor;
mod events;
mod explain;
mod export;
mod key;
mod ledger;
mod migrate;
mod node;
mod node_metrics;
mod node_status;
mod report;
mod restatements;
mod rounds;
mod run;
mod subject;
mod supply;
mod supply_read;
mod tick;
mod verify;
mod what_if;

use std::process::ExitCode;

use crate::args::{Args, ReadVerb, Verb};
use crate::failure::Failure;
use crate::session::{Session, Setting};

/// Runs the verb of the command line.
pub async fn run(args: Args) -> Result<ExitCode, Failure> {
    let setting = Setting::of(&args);
    let path = args.store.0;
    match args.verb {
        Verb::Demo => demo::run(setting).await,
        Verb::Run(run) => run::run(run, setting).await,
        Verb::Calculate(calculate) => calculate::run(&calculate, setting.lang),
        Verb::Init(init) => ledger::init(&path, setting, init).await,
        Verb::Import(import) => ledger::import(&path, setting, import).await,
        Verb::Close(close) => ledger::close(&path, setting, close).await,
        Verb::Money(verb) => books::money(&path, setting, verb).await,
        Verb::Credit(verb) => books::credit(&path, setting, verb).await,
        Verb::LateFee(verb) => books::late_fee(&path, setting, verb).await,
        Verb::Invoice(verb) => books::invoice(&path, setting, verb).await,
        Verb::Books(verb) => books::books(&path, setting, verb).await,
        Verb::Restatements(args) => restatements::run(&path, setting, args).await,
        Verb::Report(report) => on_file(&path, setting, &ReadVerb::Report(report)).await,
        Verb::Approvals { preview: None, format } => approvals::list(&path, setting, format).await,
        Verb::Approvals { preview: Some(subject), format } => {
            amendment::pending(&path, setting, &subject, format).await
        }
        Verb::Approve(approve) => approvals::approve(&path, setting, approve).await,
        Verb::Withdraw { subject, reason } => {
            approvals::withdraw(&path, setting, subject, reason).await
        }
        Verb::Role(role) => approvals::role(&path, setting, role).await,
        Verb::Key(verb) => key::run(&path, setting, verb).await,
        Verb::Export(verb) => on_file(&path, setting, &ReadVerb::Export(verb)).await,
        Verb::Contract(verb) => contract::run(&path, setting, verb).await,
        Verb::Case(case) => case::run(&path, setting, case).await,
        Verb::Supply(verb) => supply::run(&path, setting, verb).await,
        Verb::Tick(args) => tick::run(&path, setting, args).await,
        Verb::Node(args) => node::run(&path, setting, args).await,
        Verb::Explain(explain) => on_file(&path, setting, &ReadVerb::Explain(explain)).await,
        Verb::WhatIf(args) => what_if::run(&path, setting, &args).await,
        Verb::Events(events) => events::run(&path, setting, &events).await,
        Verb::Verify(verify) => verify::run(&path, setting, &verify).await,
        Verb::Rebuild => ledger::rebuild(&path, setting).await,
        Verb::Backup { to } => backup::backup(&path, setting, &to).await,
        Verb::Restore { from, force } => backup::restore(&path, setting, &from, force).await,
        Verb::Migrate { from: Some(from), to: Some(to), .. } => {
            migrate::take_over(&from.0, &to.0, setting).await
        }
        Verb::Migrate { activate, .. } => migrate::run(&path, setting, activate).await,
        Verb::Doctor => doctor::run(&path, setting).await,
    }
}

async fn on_file(
    path: &std::path::Path,
    setting: Setting,
    verb: &ReadVerb,
) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let code = read(&session, verb).await;
    session.close_store().await?;
    code
}

/// Runs a verb that only reads.
pub async fn read(session: &Session, verb: &ReadVerb) -> Result<ExitCode, Failure> {
    match verb {
        ReadVerb::Report(report) => {
            session.reach(report.at_least).await?;
            report::run(session, report).await
        }
        ReadVerb::Export(verb) => export::run(session, verb).await,
        ReadVerb::Explain(explain) => {
            session.reach(explain.at_least).await?;
            explain::run(session, explain).await
        }
    }
}
