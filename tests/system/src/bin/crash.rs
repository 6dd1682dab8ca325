//! `crash kill|syscall|tables|power|all [--rounds N]`: stops a real writer and checks what is left.
//!
//! Rounds are kills for `kill`; for the others, 1 looks at every place and N at every Nth.

use std::path::Path;

use citygate_tests_system::crash::{Stopped, books, kill, power, syscall, tables, write};
use citygate_tests_system::history::answer_calls;

fn main() -> Result<(), Stopped> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match words[..] {
            ["writer", path, count, callers] => {
                write(Path::new(path), count.parse()?, callers.parse()?).await
            }
            ["calls", place] => answer_calls(place).await,
            ["books", path] => books(Path::new(path)).await,
            [what] => run(&program, what, None).await,
            [what, "--rounds", rounds] => run(&program, what, Some(rounds.parse()?)).await,
            _ => Err("usage: crash kill|syscall|tables|power|all [--rounds N]".into()),
        }
    })
}

async fn run(program: &Path, what: &str, rounds: Option<u64>) -> Result<(), Stopped> {
    let step = usize::try_from(rounds.unwrap_or(1))?;
    match what {
        "kill" => println!("{}", kill(program, rounds.unwrap_or(100)).await?),
        "syscall" => println!("{}", syscall(program, step).await?),
        "tables" => println!("{}", tables(program, step).await?),
        "power" => println!("{}", power(program, step).await?),
        "all" => {
            println!("{}", kill(program, rounds.unwrap_or(100)).await?);
            println!("{}", syscall(program, 1).await?);
            println!("{}", tables(program, 1).await?);
            println!("{}", power(program, 1).await?);
        }
        other => return Err(format!("{other} is none of kill, syscall, tables, power, all").into()),
    }
    Ok(())
}
