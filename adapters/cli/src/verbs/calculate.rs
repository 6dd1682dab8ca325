use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use citygate_interchange::calculate::calculate;
use citygate_interchange::{Format, trace_lines};

use crate::args::CalculateArgs;
use crate::failure::Failure;
use crate::lang::Lang;

/// Runs one rule on the numbers of a file. The explanation follows the table; beside CSV and JSON,
/// which programs read, it goes to standard error.
pub fn run(args: &CalculateArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let bytes = read(&args.file)
        .map_err(|error| Failure::world(&args.file.display().to_string(), &error))?;
    let json = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::refused("malformed", format!("the file is not UTF-8 after byte {at}"))
    })?;
    let calculated = calculate(&json).map_err(|error| {
        let advice = lang.advice(error.code, error.advice);
        Failure::refused(error.code, format!("{error}. {advice}"))
    })?;
    let mut out = io::stdout().lock();
    let years = calculated.table.columns.first() == Some(&"year");
    let title = |column: &str| match column {
        // What a contract year comes to is not an amount without tax.
        "net" if years => lang.word("year_net"),
        column => lang.word(column),
    };
    calculated.table.write(&mut out, args.format, title)?;
    if args.explain {
        let lines = calculated.traces.iter().map(|trace| trace_lines(trace, &|w| lang.word(w)));
        let lines: Vec<String> = lines.flatten().collect();
        match args.format {
            Format::Table => writeln!(out, "\n{}", lines.join("\n"))?,
            Format::Csv | Format::Json => writeln!(io::stderr().lock(), "{}", lines.join("\n"))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    } else {
        std::fs::read(file)
    }
}
