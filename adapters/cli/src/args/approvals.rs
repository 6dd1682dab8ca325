//! The arguments of the verbs about second persons and their roles (F).

use citygate_domain::approval::{Role, Subject};
use citygate_domain::quantities::PersonId;
use citygate_interchange::Format;
use clap::{Args as ClapArgs, Subcommand};

/// `approve SUBJECT`
#[derive(Debug, ClapArgs)]
pub struct ApproveArgs {
    /// What it is about, as `approvals` lists it, such as `account/LG-1`.
    pub subject: Subject,
    /// The revision of the subject that you were shown; refused when it has changed since.
    #[arg(long)]
    pub revision: u32,
    /// Which proposal about the subject you were shown; without it, the one that is pending. Needed
    /// where another one was withdrawn at the same revision.
    #[arg(long)]
    pub number: Option<u32>,
}

/// `role …`
#[derive(Debug, Subcommand)]
pub enum RoleVerb {
    /// Persons and their roles.
    List {
        /// How to print it: table, csv or json.
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Propose a role for a person; another person approves it. The first administrator of a ledger
    /// has it at once.
    Grant {
        /// Who gets it.
        to: PersonId,
        /// Which role.
        #[arg(value_parser = role)]
        role: Role,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take a role away; an administrator does it alone.
    Revoke {
        /// Who loses it.
        from: PersonId,
        /// Which role.
        #[arg(value_parser = role)]
        role: Role,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Reads the word of a role.
fn role(text: &str) -> Result<Role, String> {
    let found = Role::ALL.into_iter().find(|role| role.word() == text);
    found.ok_or_else(|| format!("{text:?} is not clerk, approver or administrator"))
}
