use std::fs;
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::approval::{Act, ProposeAct};
use citygate_domain::customer::hex;
use citygate_domain::deviation::{
    AdvanceCase, ClaimDecision, ClaimOutcome, DecideClaim, ReassessDeviation, RecordClaim, Stage,
    Step, VerifyClaim, WaiveDeviation,
};
use citygate_domain::quantities::{AttachmentDigest, ClaimId, Quantity};
use citygate_domain::{Command, Rejection};
use citygate_engine::{Answer, Request};
use citygate_projections::cases::{CaseRow, cases};
use sha2::{Digest, Sha256};

use super::case::selected;
use crate::args::{CaseVerb, ClaimArgs, Selection};
use crate::failure::{Failure, REFUSED};
use crate::lang::Lang;
use crate::output::say;
use crate::session::Session;

/// Takes cases or claims a step further.
pub async fn run(session: &Session, verb: CaseVerb) -> Result<ExitCode, Failure> {
    match verb {
        CaseVerb::List { .. } | CaseVerb::Show { .. } => Ok(ExitCode::SUCCESS),
        CaseVerb::Claim(args) => one(session, Request::from(filing(args))).await,
        CaseVerb::Verify { claim, evidence, reason } => {
            let scan = evidence.map(|path| Scan::read(&path, session.lang)).transpose()?;
            let evidence = scan.as_ref().map(|scan| scan.digest.clone());
            let verify = VerifyClaim { claim, evidence, reason: reason.clone() };
            let attachments = scan.map(|scan| scan.bytes).into_iter().collect();
            let command = Command::VerifyClaim(verify);
            one(session, Request { reason: Some(reason), attachments, ..Request::from(command) })
                .await
        }
        CaseVerb::Decide { claim, grant, reject: _, reason } => {
            decide(session, claim, grant, reason).await
        }
        CaseVerb::Reassess(of) => many(session, &of, None, reassessing).await,
        CaseVerb::Issue(of) => step(session, &of, Step::IssueSheet, None).await,
        CaseVerb::Deliver { of, on, proof } => {
            step(session, &of, Step::DeliverSheet { on, proof }, None).await
        }
        CaseVerb::Confirm { of, on, receipt, deemed: _ } => match (on, receipt) {
            (Some(on), Some(path)) => {
                let scan = Scan::read(&path, session.lang)?;
                let receipt = scan.digest.clone();
                step(session, &of, Step::Confirm { on, receipt }, Some(scan)).await
            }
            (None, _) | (_, None) => step(session, &of, Step::Deem, None).await,
        },
        CaseVerb::Dispute { of, on, reason } => {
            step(session, &of, Step::Dispute { on, reason }, None).await
        }
        CaseVerb::Resolve { of, how, reason } => match how.resolution() {
            Some(resolution) => {
                step(session, &of, Step::Resolve { resolution, reason }, None).await
            }
            None => many(session, &of, Some(reason), reassessing).await,
        },
        CaseVerb::Approve(of) => step(session, &of, Step::ApprovePosting, None).await,
        CaseVerb::Post(of) => step(session, &of, Step::Post, None).await,
        CaseVerb::Waive { of, reason } => {
            let waiving = |row: &CaseRow| waiving(row, of.revision, &reason);
            many(session, &of, Some(reason.clone()), waiving).await
        }
    }
}

/// A file that is kept beside the log.
pub struct Scan {
    /// The name under which it lies there.
    pub digest: AttachmentDigest,
    /// What it is.
    pub bytes: Vec<u8>,
}

impl Scan {
    /// Reads it; an empty file proves nothing.
    pub fn read(path: &Path, lang: Lang) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        let bytes = fs::read(path)
            .map_err(|error| Failure::world(&shown, &error).advising(lang.name_a_file()))?;
        if bytes.is_empty() {
            return Err(Failure::usage(lang.scan_is_empty(&shown)));
        }
        let digest = hex(&Sha256::digest(&bytes)).parse().map_err(Failure::usage)?;
        Ok(Self { digest, bytes })
    }
}

fn filing(args: ClaimArgs) -> Command {
    Command::RecordClaim(RecordClaim {
        claim: args.id,
        contract: args.contract,
        kind: args.kind,
        first_gas_day: args.from,
        last_gas_day: args.to,
        quantity: args.quantity,
        received_on: args.received,
        decision: ClaimDecision::Pending,
        granted_quantity: Quantity::ZERO,
        decided_on: None,
    })
}

fn reassessing(row: &CaseRow) -> Command {
    let (contract, month) = (row.contract.clone(), row.month);
    Command::ReassessDeviation(ReassessDeviation { contract, month })
}

fn waiving(row: &CaseRow, shown: Option<u32>, reason: &str) -> Command {
    let revision = shown.unwrap_or(row.case.revision);
    let (contract, month, reason) = (row.contract.clone(), row.month, reason.to_owned());
    let waive = WaiveDeviation { contract, month, reason: reason.clone(), revision };
    let act = Act::WaiveDeviation(waive);
    Command::Propose(Box::new(ProposeAct { act, revision: Some(revision), reason }))
}

async fn one(session: &Session, request: Request) -> Result<ExitCode, Failure> {
    let position = session.request(request).await?;
    say(session.lang.done(position.map(|position| position.number())));
    Ok(ExitCode::SUCCESS)
}

/// Decides a claim: granting is proposed, rejecting is done. What was assessed before is assessed
/// again once the decision counts.
async fn decide(
    session: &Session,
    claim: ClaimId,
    grant: Option<Quantity>,
    reason: String,
) -> Result<ExitCode, Failure> {
    let outcome = if grant.is_some() { ClaimOutcome::Granted } else { ClaimOutcome::Rejected };
    let granted_quantity = grant.unwrap_or(Quantity::ZERO);
    let why = reason.clone();
    let decide = DecideClaim { claim: claim.clone(), granted_quantity, outcome, reason };
    let command = match outcome {
        ClaimOutcome::Granted => {
            let (act, reason) = (Act::GrantRelief(decide), why.clone());
            Command::Propose(Box::new(ProposeAct { act, revision: None, reason }))
        }
        ClaimOutcome::Rejected => Command::DecideClaim(decide),
    };
    let code = one(session, Request { reason: Some(why), ..Request::from(command) }).await?;
    reassess_touched(session).await?;
    Ok(code)
}

/// D9: a decision reassesses. Documents whose relief has changed since get their next revision.
pub async fn reassess_touched(session: &Session) -> Result<(), Failure> {
    let stale: Vec<CaseRow> = {
        let world = session.engine.read().await;
        let rows = cases(&world.ledger).into_iter();
        rows.filter(|row| row.case.stage != Stage::Waived)
            .filter(|row| {
                let contract = world.ledger.contract(&row.contract);
                contract.is_some_and(|contract| row.document.rests_on_other_relief(contract))
            })
            .collect()
    };
    let requests = stale.iter().map(|row| Request::from(reassessing(row))).collect();
    let answers = session.engine.execute(&session.actor, requests).await?;
    for (row, answer) in stale.iter().zip(answers) {
        match answer {
            Answer::Recorded { .. } => {
                say(session.lang.reassessed(row.contract.as_str(), &row.month.to_string()));
            }
            Answer::Refused(rejection) => exception(session, row, &rejection),
            Answer::Known | Answer::KeyReused => {}
        }
    }
    Ok(())
}

async fn step(
    session: &Session,
    of: &Selection,
    step: Step,
    scan: Option<Scan>,
) -> Result<ExitCode, Failure> {
    let command = |row: &CaseRow| {
        Command::AdvanceCase(AdvanceCase {
            contract: row.contract.clone(),
            month: row.month,
            revision: of.revision.unwrap_or(row.case.revision),
            step: step.clone(),
        })
    };
    let attachments: Vec<Vec<u8>> = scan.map(|scan| scan.bytes).into_iter().collect();
    let ask =
        |row: &CaseRow| Request { attachments: attachments.clone(), ..Request::from(command(row)) };
    send(session, of, ask).await
}

async fn many(
    session: &Session,
    of: &Selection,
    reason: Option<String>,
    command: impl Fn(&CaseRow) -> Command,
) -> Result<ExitCode, Failure> {
    send(session, of, |row| Request { reason: reason.clone(), ..Request::from(command(row)) }).await
}

/// Does what can be done and lists the exceptions; exit code 1 when there are any.
async fn send(
    session: &Session,
    of: &Selection,
    ask: impl Fn(&CaseRow) -> Request,
) -> Result<ExitCode, Failure> {
    if of.contract.is_none() && of.all_of.is_none() && of.filters.is_empty() {
        return Err(Failure::usage(session.lang.name_cases()));
    }
    let mut rows = selected(session, of).await;
    if of.contract.is_some() && rows.is_empty() {
        return Err(Failure::refused("not_assessed", session.lang.nothing_there()));
    }
    // Among many, a case that was closed as it was assessed is nobody's work.
    rows.retain(|row| of.contract.is_some() || row.case.stage != Stage::NoCharge);
    let requests = rows.iter().map(ask).collect();
    let answers = session.engine.execute(&session.actor, requests).await?;
    let (mut done, mut known, mut refused) = (0, 0, 0);
    for (row, answer) in rows.iter().zip(answers) {
        match answer {
            Answer::Recorded { .. } => done += 1,
            Answer::Known | Answer::KeyReused => known += 1,
            Answer::Refused(rejection) => {
                refused += 1;
                exception(session, row, &rejection);
            }
        }
    }
    say(session.lang.advanced(done, known, refused));
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

fn exception(session: &Session, row: &CaseRow, rejection: &Rejection) {
    let advice = session.lang.advice(rejection.code(), rejection.advice());
    let (contract, month, code) = (&row.contract, row.month, rejection.code());
    say(format_args!("{contract} {month}: {code}: {rejection}. {advice}"));
}
