//! The program as a child process, and what it left behind.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Everything a run of the program left behind.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// Standard output, as bytes: reports are compared byte by byte.
    pub bytes: Vec<u8>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The program in a folder of its own, without anything of this machine's environment.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citygate"));
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs the program in a folder.
#[track_caller]
pub fn run(folder: &Path, args: &[&str]) -> Ran {
    finish(program(folder).args(args), None)
}

/// Runs a prepared program, with an input if there is one.
#[track_caller]
pub fn finish(command: &mut Command, input: Option<&[u8]>) -> Ran {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().unwrap();
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        pipe.write_all(input).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let code = output.status.code().unwrap_or(-1);
    assert!(!err.contains("panicked"), "{err}");
    Ran { code, bytes: output.stdout, out, err }
}

impl Ran {
    /// The run ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "standard error:\n{}", self.err);
        self
    }

    /// Standard error has a line with this text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not in\n{}", self.err);
        self
    }

    /// Standard output has this text.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in\n{}", self.out);
        self
    }

    /// Nothing was printed for programs.
    #[track_caller]
    pub fn prints_nothing(self) -> Self {
        assert_eq!(self.out, "");
        self
    }

    /// Whether the explanation on standard output has a step by the rule of this address.
    pub fn cites(&self, address: &str) -> bool {
        self.out.lines().any(|line| line.trim_start().split("  ").next() == Some(address))
    }
}
