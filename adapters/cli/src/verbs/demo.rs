use crate::{failure::Failure, lang::Lang};
use citygate_domain::quantities::PersonId;
use std::process::ExitCode;
/// x
pub async fn run(_: PersonId, _: Lang) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
