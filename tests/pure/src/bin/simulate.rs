//! The seeded simulation of supply: `tests/simulate`.

use std::process::ExitCode;

use citygate_tests_pure::simulation::{Options, Plant, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "simulate [--histories N] [--seed S] [--plant NAME] [--threads N]";
/// How often the digest is printed.
const EVERY: u64 = 100_000;

fn options() -> Result<Options, String> {
    let mut options = Options { seed: 0, histories: 1_000_000, plant: None, threads: 2 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        let number = || value.parse::<u64>().map_err(|_| format!("{value:?} is no number"));
        match word.as_str() {
            "--histories" => options.histories = number()?,
            "--seed" => options.seed = number()?,
            "--threads" => options.threads = number()?,
            "--plant" => {
                let names = || Plant::ALL.map(|(name, _)| name).join(" ");
                let plant = Plant::named(&value);
                options.plant = Some(plant.ok_or_else(|| format!("plants: {}", names()))?);
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let mut said = 0;
    let summary = run(options, |done, digest| {
        if done / EVERY > said {
            said = done / EVERY;
            eprintln!("{done} histories, digest {digest}");
        }
    });
    println!("{summary}");
    match summary.found {
        None => ExitCode::SUCCESS,
        Some(found) => {
            println!(
                "{} fails with seed {}, in {} steps:",
                found.invariant, found.seed, found.steps
            );
            println!("{}\n\n{}", found.what, found.story);
            ExitCode::FAILURE
        }
    }
}
