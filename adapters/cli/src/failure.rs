//! How a run ends: 0; 1 refused rows or failed verification; 2 usage; 3 the world.

use std::error::Error;
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use citygate_domain::Rejection;
use citygate_domain::rules::RuleError;
use citygate_engine::EngineError;
use citygate_interchange::ImportError;
use citygate_store::StoreError;

use crate::lang::Lang;
use crate::output::say;

/// Why a verb ended without its result: a code and a sentence, printed once.
#[derive(Debug)]
pub struct Failure {
    code: String,
    message: String,
    exit: u8,
}

/// Some rows were refused, or a verification failed; what was asked was done as far as it goes.
pub const REFUSED: u8 = 1;
const USAGE: u8 = 2;
const WORLD: u8 = 3;

impl Failure {
    /// The command line asks for something that does not exist.
    pub fn usage(message: impl Display) -> Self {
        Self { code: "usage".to_owned(), message: message.to_string(), exit: USAGE }
    }

    /// The disk, a lock, or a program around us.
    pub fn world(doing: &str, error: &dyn Display) -> Self {
        Self { code: "world".to_owned(), message: format!("{doing}: {error}"), exit: WORLD }
    }

    /// The input was read and refused.
    pub fn refused(code: &str, message: impl Display) -> Self {
        Self { code: code.to_owned(), message: message.to_string(), exit: REFUSED }
    }

    /// What the domain refused, with the advice in the language of the run.
    pub fn advised(rejection: &Rejection, lang: Lang) -> Self {
        let advice = lang.advice(rejection.code(), rejection.advice());
        Self::refused(rejection.code(), rejection).advising(&advice)
    }

    /// A file of terms that is no JSON.
    pub fn no_json(name: &str, error: &serde_json::Error, lang: Lang) -> Self {
        let refused = Self::refused("malformed", format_args!("{name}: {error}"));
        refused.advising(lang.write_a_patch())
    }

    /// The same as an answer, for a verb that asks just whether one of these is so.
    pub fn answering(self, codes: &[&str]) -> Self {
        let exit = if codes.contains(&self.code.as_str()) { REFUSED } else { self.exit };
        Self { exit, ..self }
    }

    /// The same with what can be done about it.
    pub fn advising(self, advice: &str) -> Self {
        let message = format!("{}. {advice}", self.message);
        Self { message, ..self }
    }

    /// Prints what is found beside what the run ends with.
    pub fn mention(&self) {
        say(format_args!("citygate: {}: {}", self.code, self.message));
    }

    /// Prints the failure and gives the exit code. A reader that went away (a closed pipe) is no
    /// failure to tell anybody.
    pub fn report(self) -> ExitCode {
        if self.code != "broken_pipe" {
            self.mention();
        }
        ExitCode::from(self.exit)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { code: "broken_pipe".to_owned(), message: String::new(), exit: 0 };
        }
        Self::world("output", &error)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self { code: error.code().to_owned(), message: told(&error), exit: WORLD }
    }
}

/// What failed, with its causes.
pub fn told(error: &EngineError) -> String {
    let cause = if let EngineError::Store(error) = error { error.source() } else { None };
    with_causes(error.to_string(), cause)
}

/// The one place where causes are printed: no `Display` prints its own.
fn with_causes(mut message: String, mut cause: Option<&(dyn Error + 'static)>) -> String {
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    message
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Read(error) => Self::world("import", &error),
            ImportError::Engine(error) => error.into(),
        }
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        let message = format!("{rejection}. {}", rejection.advice());
        Self { code: rejection.code().to_owned(), message, exit: REFUSED }
    }
}

impl From<RuleError> for Failure {
    fn from(error: RuleError) -> Self {
        Rejection::from(error).into()
    }
}
