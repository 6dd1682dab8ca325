use crate::{args::CalculateArgs, failure::Failure, lang::Lang};
use std::process::ExitCode;
/// x
pub fn run(_: &CalculateArgs, _: Lang) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
