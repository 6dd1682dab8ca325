//! The journal of the books in the languages of plain-text accounting programs, so that a foreign
//! program can audit it: one transaction a commit, an account a contract, gas as commodities, and
//! balance assertions that are taken from the accounts and not from the postings.

mod beancount;

mod hledger;

mod names;

use citygate_domain::quantities::{ContractId, GasDay};
use citygate_domain::rules::RuleError;
use citygate_domain::state::Ledger;
use citygate_projections::books::{Assertion, Books, Commit};

use names::Names;

/// For which program the journal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// hledger.
    Hledger,
    /// beancount.
    Beancount,
}

/// What is written.
struct Journal<'a> {
    /// By posting date, then in log order.
    commits: Vec<&'a Commit>,
    assertions: Vec<Assertion>,
    names: Names,
}

/// The journal as text, of one contract or of all, up to a posting date or whole.
pub fn journal(
    (ledger, books): (&Ledger, &Books),
    only: Option<&ContractId>,
    as_of: Option<GasDay>,
    language: Language,
) -> Result<String, RuleError> {
    let mut commits: Vec<&Commit> = books.journal(only, as_of).collect();
    commits.sort_by_key(|commit| (commit.date, commit.position));
    let assertions = books.assertions(ledger, only, as_of)?;
    let names = Names::of(ledger.contracts().map(|contract| contract.id()));
    let journal = Journal { commits, assertions, names };
    Ok(match language {
        Language::Hledger => hledger::text(&journal),
        Language::Beancount => beancount::text(&journal),
    })
}

/// Text inside a line: no line ends, and nothing that the programs read as more than text.
fn plain(text: &str) -> String {
    let plain = |letter: char| match letter {
        ';' | '|' | '"' | '\\' => '\'',
        control if control.is_control() => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}
