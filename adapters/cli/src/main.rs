//! citygate: the one binary. Reads the command line, fills in clock and ids, runs a verb.

mod args;
mod failure;
mod lang;
mod output;
mod place;
mod progress;
mod session;
mod sources;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

/// A log is read as millions of small texts; the system's allocator would take a fifth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failure::Failure::world("the runtime cannot start", &error).report(),
    };
    match runtime.block_on(verbs::run(args)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
