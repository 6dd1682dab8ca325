//! The verbs, one file each.

mod calculate;
mod demo;
mod explain;
mod report;
mod run;

use std::process::ExitCode;

use crate::args::{Args, ReadVerb, Verb};
use crate::failure::Failure;
use crate::lang::Lang;
use crate::session::Session;

/// Runs the verb of the command line.
pub async fn run(args: Args) -> Result<ExitCode, Failure> {
    let lang = args.lang.unwrap_or_else(Lang::of_environment);
    match args.verb {
        Verb::Demo => demo::run(args.person, lang).await,
        Verb::Run(run) => run::run(run, args.person, lang).await,
        Verb::Calculate(calculate) => calculate::run(&calculate, lang),
    }
}

/// Runs a verb that only reads.
pub async fn read(session: &Session, verb: &ReadVerb) -> Result<ExitCode, Failure> {
    match verb {
        ReadVerb::Report(report) => report::run(session, report).await,
        ReadVerb::Explain(explain) => explain::run(session, explain).await,
    }
}
