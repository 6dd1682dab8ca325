//! Lines for the reader. One who went away (a closed pipe) stops nothing.

use std::fmt::Display;
use std::io::{self, Write};

use crate::failure::Failure;

/// Prints a line of what was asked for. With nobody left to read, the run ends well.
pub fn print(line: impl Display) -> Result<(), Failure> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

/// Says something beside it. With nobody left to hear it, the work goes on.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
