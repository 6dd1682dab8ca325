//! `failover [--rounds N] [--seed S]`: kills, promotes and brings back servers under load, and
//! checks that nothing acknowledged is lost.

use citygate_tests_system::failover::{Stopped, rounds, write};

/// Rounds of a run that nobody told how many.
const ROUNDS: usize = 20;

fn main() -> Result<(), Stopped> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        if let ["writer", url, first, callers] = words[..] {
            return write(url, first.parse()?, callers.parse()?).await;
        }
        let (count, seed) = match words[..] {
            [] => (ROUNDS, 1),
            ["--rounds", count] => (count.parse()?, 1),
            ["--seed", seed] => (ROUNDS, seed.parse()?),
            ["--rounds", count, "--seed", seed] => (count.parse()?, seed.parse()?),
            _ => return Err("usage: failover [--rounds N] [--seed S]".into()),
        };
        println!("{}", rounds(&program, count, seed).await?);
        Ok(())
    })
}
