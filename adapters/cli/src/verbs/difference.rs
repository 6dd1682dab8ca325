use std::io::{self, Write};
use std::process::ExitCode;

use citygate_domain::log::Position;
use citygate_domain::quantities::{ContractId, GasDay, Money};
use citygate_engine::{InputCheck, Revised, account_change};
use citygate_interchange::{Format, Table, reports};
use citygate_projections::change::{Answer, Change};

use super::explain::found;
use super::subject::{DocumentId, Subject};
use crate::args::KnownAt;
use crate::failure::{Failure, REFUSED};
use crate::output::say;
use crate::session::Session;

/// Which of two answers, and whose.
type AccountId = (ContractId, GasDay, Option<KnownAt>);

/// Prints the facts between two answers with their shares; exit code 1 when they do not lead from
/// one to the other.
pub async fn run(
    session: &Session,
    (earlier, later): (&str, &str),
    format: Format,
) -> Result<ExitCode, Failure> {
    match (Subject::of(earlier, session.lang)?, Subject::of(later, session.lang)?) {
        (Subject::Document(one), Subject::Document(other)) => {
            if (&one.contract, one.key) != (&other.contract, other.key) {
                return Err(not_comparable(earlier, later));
            }
            documents(session, &one, &other, format).await
        }
        (Subject::Account(one, day, known), Subject::Account(other, last, known_last)) => {
            if one != other {
                return Err(not_comparable(earlier, later));
            }
            accounts(session, (one, day, known), (other, last, known_last), format).await
        }
        _ => Err(not_comparable(earlier, later)),
    }
}

fn not_comparable(earlier: &str, later: &str) -> Failure {
    let message = format!(
        "{earlier} and {later} are not two revisions of one document, or two answers about one \
         account"
    );
    Failure::refused("not_comparable", message)
}

fn later_first(one: &dyn std::fmt::Display, other: &dyn std::fmt::Display) -> Failure {
    let message = format!("{one} is later than {other}; name the earlier one first");
    Failure::refused("later_first", message)
}

async fn documents(
    session: &Session,
    one: &DocumentId,
    other: &DocumentId,
    format: Format,
) -> Result<ExitCode, Failure> {
    let (earlier, later) = {
        let world = session.engine.read().await;
        (found(&world, one)?.0, found(&world, other)?.0)
    };
    if earlier.revision() > later.revision() {
        let revision = |revision: u32| format!("revision {revision}");
        return Err(later_first(&revision(earlier.revision()), &revision(later.revision())));
    }
    let store = session.engine.store();
    let revised = Revised::between(store.as_ref(), &earlier, &later).await?;
    for check in revised.inputs.iter().filter(|check| !InputCheck::agrees(check)) {
        say(session.lang.input_differs(&check.input.stream));
    }
    let agrees = revised.agrees();
    let change = revised.change?;
    let table = reports::document_change(&change, &words(session, format));
    let difference = difference(change.before.gross, change.after.gross);
    let told = (change.steps.len(), change.without_share);
    print(session, &table, format, &session.lang.shares(told, agrees, &difference))?;
    Ok(ended(agrees))
}

async fn accounts(
    session: &Session,
    (id, day, known): AccountId,
    (_, last, known_last): AccountId,
    format: Format,
) -> Result<ExitCode, Failure> {
    let earlier = Answer { as_of: day, known_at: position(session, known).await? };
    let later = Answer { as_of: last, known_at: position(session, known_last).await? };
    if earlier.as_of > later.as_of {
        return Err(later_first(&earlier.as_of, &later.as_of));
    }
    if earlier.known_at > later.known_at {
        let position = |position: Position| format!("position {position}");
        return Err(later_first(&position(earlier.known_at), &position(later.known_at)));
    }
    let change: Change<Money> = {
        let world = session.engine.read().await;
        let unknown = || Failure::refused("unknown_contract", format!("{id} is not known"));
        let contract = world.ledger.contract(&id).ok_or_else(unknown)?;
        let store = session.engine.store();
        account_change(store.as_ref(), contract, &world.heads, earlier, later).await??
    };
    let table = reports::account_change(&change, &words(session, format));
    let difference = difference(change.before, change.after);
    let told = (change.steps.len(), change.without_share);
    let sum = session.lang.shares(told, change.agrees, &difference);
    let known = session.lang.known_at(later.known_at.number());
    print(session, &table, format, &format!("{sum}\n{known}"))?;
    Ok(ended(change.agrees))
}

/// Where an answer was known; the newest event, if nothing is said.
async fn position(session: &Session, known: Option<KnownAt>) -> Result<Position, Failure> {
    match known {
        Some(known) => session.position_of(known).await,
        None => Ok(session.engine.read().await.position),
    }
}

/// Both totals, and what lies between them.
fn difference(before: Money, after: Money) -> String {
    format!("{after} − {before} = {}", after - before)
}

/// People read words; programs read the keys of both languages.
fn words(session: &Session, format: Format) -> impl Fn(&str) -> String {
    let lang = session.lang;
    move |key| if format == Format::Table { lang.word(key) } else { key.to_owned() }
}

/// The sentence stands below the table, or beside what a program reads.
fn print(session: &Session, table: &Table, format: Format, sum: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    table.write(&mut out, format, |column| session.lang.word(column))?;
    if format == Format::Table {
        writeln!(out, "{sum}")?;
    } else {
        say(sum);
    }
    Ok(())
}

fn ended(agrees: bool) -> ExitCode {
    if agrees { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) }
}
