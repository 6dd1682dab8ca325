//! The verbs that change what the books hold: each is one command, or one a contract.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::Command;
use citygate_domain::books::{
    AssignMoney, BooksCommand, ChargeLateFee, CloseBooks, GrantCredit, InvoiceColour,
    RecordInvoice, SplitPayment, TakeBackAssignment, WaiveLateFee, overdue,
};
use citygate_domain::payment::{MoneyKind, RecordMoney};
use citygate_domain::quantities::{CivilDay, ContractId};
use citygate_domain::state::Ledger;
use citygate_engine::{Answer, Request};
use citygate_interchange::{Format, reports};

use crate::args::{BooksVerb, CreditVerb, InvoiceVerb, LateFeeVerb, MoneyVerb, Movement, ShareArg};
use crate::failure::{Failure, REFUSED};
use crate::output::say;
use crate::session::{Session, Setting};

/// `money …`
pub async fn money(path: &Path, setting: Setting, verb: MoneyVerb) -> Result<ExitCode, Failure> {
    let (command, reason) = match verb {
        MoneyVerb::Unallocated { format } => return unallocated(path, setting, format).await,
        MoneyVerb::Pay { contract, movement } => {
            (moved(contract, movement, MoneyKind::Payment), String::new())
        }
        MoneyVerb::Split { movement, shares } => {
            let Movement { amount, bank, reference: bank_reference, value_date } = movement;
            let shares = shares_of(shares);
            let split = SplitPayment { value_date, amount, bank, bank_reference, shares };
            (Command::Books(BooksCommand::Split(split)), String::new())
        }
        MoneyVerb::Assign { payment, shares, value_date } => {
            let (bank, bank_reference) = (payment.bank, payment.reference);
            let shares = shares_of(shares);
            let assign = AssignMoney { bank, bank_reference, shares, value_date };
            (Command::Books(BooksCommand::Assign(assign)), String::new())
        }
        MoneyVerb::TakeBack { payment, contract, value_date } => {
            let (bank, bank_reference) = (payment.bank, payment.reference);
            let back = TakeBackAssignment { bank, bank_reference, contract, value_date };
            (Command::Books(BooksCommand::TakeBack(back)), String::new())
        }
        MoneyVerb::Reverse { contract, movement, reverses, reason } => {
            (moved(contract, movement, MoneyKind::Reversal { reverses }), reason)
        }
        MoneyVerb::Refund { contract, movement, reason } => {
            (moved(contract, movement, MoneyKind::Refund), reason)
        }
    };
    one(path, setting, command, reason).await
}

fn moved(contract: Option<ContractId>, movement: Movement, kind: MoneyKind) -> Command {
    let Movement { amount, bank, reference: bank_reference, value_date } = movement;
    Command::RecordMoney(RecordMoney { contract, value_date, amount, bank, bank_reference, kind })
}

fn shares_of(shares: Vec<ShareArg>) -> Vec<citygate_domain::books::Share> {
    shares.into_iter().map(|ShareArg(share)| share).collect()
}

async fn unallocated(path: &Path, setting: Setting, format: Format) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let table = reports::unallocated(&session.engine.read().await.ledger);
    let mut out = io::stdout().lock();
    table.write(&mut out, format, |column| session.lang.word(column))?;
    drop(out);
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

/// `credit …`
pub async fn credit(path: &Path, setting: Setting, verb: CreditVerb) -> Result<ExitCode, Failure> {
    let CreditVerb::Grant { contract, amount, until, reason } = verb;
    let grant = BooksCommand::GrantCredit(GrantCredit { contract, amount, until });
    one(path, setting, Command::Books(grant), reason).await
}

/// `invoice …`
pub async fn invoice(
    path: &Path,
    setting: Setting,
    verb: InvoiceVerb,
) -> Result<ExitCode, Failure> {
    let InvoiceVerb::Record { document, revision, number, date, red } = verb;
    let colour = if red { InvoiceColour::Red } else { InvoiceColour::Blue };
    let invoice = RecordInvoice {
        contract: document.contract,
        document: document.document,
        revision,
        number,
        date,
        colour,
    };
    let command = Command::Books(BooksCommand::RecordInvoice(invoice));
    one(path, setting, command, String::new()).await
}

/// `books …`
pub async fn books(path: &Path, setting: Setting, verb: BooksVerb) -> Result<ExitCode, Failure> {
    let BooksVerb::Close { through } = verb;
    let command = Command::Books(BooksCommand::Close(CloseBooks { through }));
    one(path, setting, command, String::new()).await
}

/// `late-fee …`
pub async fn late_fee(
    path: &Path,
    setting: Setting,
    verb: LateFeeVerb,
) -> Result<ExitCode, Failure> {
    match verb {
        LateFeeVerb::Waive { document, through, reason } => {
            let (contract, document) = (document.contract, document.document);
            let waive = BooksCommand::WaiveLateFee(WaiveLateFee { contract, document, through });
            one(path, setting, Command::Books(waive), reason).await
        }
        LateFeeVerb::Charge { through, contract } => {
            let session = Session::on_file(path, setting, false).await?;
            let commands = {
                let world = session.engine.read().await;
                charges(&world.ledger, contract.as_ref(), through)
            };
            let code = all(&session, commands, "").await;
            session.close_store().await?;
            code
        }
    }
}

/// A command for each debt that may be late.
fn charges(ledger: &Ledger, only: Option<&ContractId>, through: CivilDay) -> Vec<Command> {
    let wanted = ledger.contracts().filter(|one| only.is_none_or(|only| one.id() == only));
    let debts = wanted.flat_map(|contract| {
        let debts = overdue(contract, through).into_iter();
        debts.map(|document| (contract.id().clone(), document))
    });
    let command = |(contract, document)| ChargeLateFee { contract, document, through };
    debts.map(command).map(|charge| Command::Books(BooksCommand::ChargeLateFee(charge))).collect()
}

async fn one(
    path: &Path,
    setting: Setting,
    command: Command,
    reason: String,
) -> Result<ExitCode, Failure> {
    let session = Session::on_file(path, setting, false).await?;
    let code = all(&session, vec![command], &reason).await;
    session.close_store().await?;
    code
}

/// Executes commands, each by itself, and says what became of them.
async fn all(session: &Session, commands: Vec<Command>, reason: &str) -> Result<ExitCode, Failure> {
    let requests = commands.into_iter().map(|command| Request::wanting(command, reason)).collect();
    let answers = session.engine.execute(&session.actor, requests).await?;
    let mut refused = false;
    let (mut recorded, mut known) = (0_u64, 0_u64);
    for answer in answers {
        match answer {
            Answer::Recorded { .. } => recorded += 1,
            Answer::Known | Answer::KeyReused => known += 1,
            Answer::Refused(rejection) => {
                refused = true;
                let code = rejection.code();
                let advice = session.lang.advice(code, rejection.advice());
                say(format_args!("citygate: {code}: {rejection}. {advice}"));
            }
        }
    }
    if recorded + known > 0 || !refused {
        say(session.lang.recorded(recorded, known));
    }
    Ok(if refused { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}
