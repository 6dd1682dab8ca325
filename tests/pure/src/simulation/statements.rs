//! Contracts and commands in the words of a story.

use chrono::SecondsFormat;
use citygate_domain::Command;
use citygate_domain::approval::Act;
use citygate_domain::contract::life::LifeCommand;
use citygate_domain::contract::{Reference, SignContract};
use citygate_domain::customer::CustomerClass;
use citygate_domain::delivery::{RecordDelivery, Source};
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::market::PublishIndex;
use citygate_domain::payment::{MoneyKind, RecordMoney};
use citygate_domain::supply::{Seen, SupplyCommand};
use rust_decimal::Decimal;

use super::agreed::{Agreed, Contract, INDEX, Priced, contract_name, point_name};
use super::facts::place_of;
use super::law::local;
use super::terms::renewed;

/// A day of gas, in the tenths in which thresholds are drawn.
const TENTHS: i64 = 10;

/// The contract as a story tells it.
#[must_use]
pub fn as_story(place: usize, agreed: &Contract) -> Vec<String> {
    let mut lines = vec![format!("contract {}", contract_name(place))];
    let mut term = |line: String| lines.push(format!("  {line}"));
    term(format!("term {}..{}", agreed.first, agreed.last));
    let class = agreed.class.unwrap_or(CustomerClass::Industrial);
    term(format!("customer C-LG-{} {class}", place + 1));
    for (number, capacity) in agreed.capacities.iter().enumerate() {
        let capacity = capacity.map_or("-".to_owned(), |capacity| capacity.to_string());
        term(format!("point {} {capacity}", point_name(place, number)));
    }
    term(format!("every month {}", agreed.monthly));
    term(match agreed.price {
        Priced::Fixed(price) => format!("tranche gas 100 = {}", Decimal::new(price, 4)),
        Priced::Indexed(factor) => format!("tranche gas 100 = {INDEX}*{}", Decimal::new(factor, 2)),
    });
    term("without deviation".to_owned());
    let reference = match agreed.reference {
        Reference::TrailingMean => "trailing_mean",
        Reference::ContractDaily => "contract_daily",
        Reference::LargerOfBoth => "larger_of_both",
    };
    term(format!("payment.reference {reference}"));
    term(format!("payment.reference_days {}", agreed.reference_days));
    let names = ["warn_below", "notice_below", "reduce_below", "suspend_below", "restore_above"];
    for (name, tenths) in names.into_iter().zip(agreed.thresholds) {
        term(format!("payment.{name} {}.{}", tenths / TENTHS, tenths % TENTHS));
    }
    let whole = [
        ("notice_hours", Some(agreed.notice_hours)),
        ("demand_days", agreed.demand_days),
        ("notice_lapses_days", agreed.notice_lapses_days),
        ("reading_max_age_hours", agreed.reading_max_age_hours),
        ("protected_daily_quantity", agreed.protected),
        ("reduce_to_percent", Some(agreed.reduce_to_percent)),
        ("lease_hours", Some(agreed.lease_hours)),
    ];
    for (name, number) in whole {
        if let Some(number) = number {
            term(format!("payment.{name} {number}"));
        }
    }
    if let Some(windows) = &agreed.no_cut {
        let windows = serde_json::to_string(windows).unwrap_or_default();
        term(format!("payment.no_cut {windows}"));
    }
    let flags = [
        ("dispute_blocks_order", agreed.dispute_blocks_order),
        ("continuous_process", agreed.continuous_process),
        ("automatic", Some(agreed.automatic)),
    ];
    for (name, flag) in flags {
        if let Some(flag) = flag {
            term(format!("payment.{name} {flag}"));
        }
    }
    lines
}

/// What a story says for a command; none where it has no words.
pub(super) fn statement(agreed: &Agreed, command: &Command) -> Option<String> {
    Some(match command {
        Command::RecordDelivery(told) => reading(told, &told.gas_day.to_string()),
        Command::PublishIndex(told) => index(told),
        Command::RecordMoney(told) => money(told)?,
        Command::GiveGuarantee(told) => format!(
            "guarantee {} {} {} {}..{}",
            told.reference, told.contract, told.amount, told.valid_from, told.valid_to
        ),
        Command::RecordClaim(told) => claim(told),
        Command::IssueSettlement(told) => format!("close {} {}", told.contract, told.month),
        Command::RestateSettlement(told) => format!("restate {} {}", told.contract, told.month),
        // Only a value that was known is corrected; a story has no words for proposing the first.
        Command::Propose(told) if matches!(&told.act, Act::CorrectIndex(index) if index.reason.is_none()) =>
        {
            return None;
        }
        Command::Propose(told) => {
            format!("propose {} because {}", statement(agreed, &told.act.command())?, told.reason)
        }
        Command::Approve(told) => format!("approve {} revision {}", told.subject, told.revision),
        Command::Supply(told) => supply(told),
        Command::Life(told) => life(told)?,
        // Behind a person's name there is no room for a contract; in a history files sign.
        Command::SignContract(told) => renewal(agreed, told)?,
        Command::OpenLedger(_)
        | Command::ElectScheduler(_)
        | Command::RecordPassage(_)
        | Command::TransferQuantity(_)
        | Command::RecordLot(_)
        | Command::Books(_)
        | Command::AssessDeviation(_)
        | Command::ReassessDeviation(_)
        | Command::VerifyClaim(_)
        | Command::DecideClaim(_)
        | Command::AdvanceCase(_)
        | Command::WaiveDeviation(_)
        | Command::GrantRole(_)
        | Command::RevokeRole(_)
        | Command::GrantKey(_)
        | Command::RevokeKey(_)
        | Command::Withdraw(_)
        | Command::RestateYear(_)
        | Command::SettleYear(_) => return None,
    })
}

fn life(told: &LifeCommand) -> Option<String> {
    Some(match told {
        LifeCommand::Amend(it) => format!("amend {} from {} {}", it.contract, it.from, it.patch),
        LifeCommand::Terminate(it) => format!("terminate {} on {}", it.contract, it.last_gas_day),
        LifeCommand::MovePoint(it) => {
            format!("move {} from {} to {} on {}", it.point, it.from, it.to, it.on)
        }
        LifeCommand::HandOver(_) | LifeCommand::Close(_) => return None,
    })
}

fn renewal(agreed: &Agreed, told: &SignContract) -> Option<String> {
    let place = place_of(told.contract.as_str())?;
    let terms = renewed(agreed.contracts.get(place)?, &told.terms);
    Some(as_story(place, &terms).join("\n"))
}

fn index(told: &PublishIndex) -> String {
    let reason = told.reason.as_ref().map_or(String::new(), |reason| format!(" because {reason}"));
    format!("index {} {} {}{reason}", told.code, told.effective_day, told.value)
}

fn money(told: &RecordMoney) -> Option<String> {
    let contract = told.contract.as_ref()?;
    let of = format!("{contract} {} {} as {}", told.value_date, told.amount, told.bank_reference);
    Some(match &told.kind {
        MoneyKind::Payment => format!("pay {of}"),
        MoneyKind::Reversal { reverses } => format!("return {of} of {reverses}"),
        MoneyKind::Refund => format!("refund {of}"),
    })
}

fn claim(told: &RecordClaim) -> String {
    let RecordClaim { claim, contract, quantity, received_on, granted_quantity, .. } = told;
    let kind = serde_json::to_value(told.kind).unwrap_or_default();
    let kind = kind.as_str().unwrap_or_default();
    let decision = match told.decision {
        ClaimDecision::Granted => format!("granted {granted_quantity}"),
        ClaimDecision::Rejected => "rejected".to_owned(),
        ClaimDecision::Pending => "pending".to_owned(),
    };
    let (first, last) = (told.first_gas_day, told.last_gas_day);
    format!(
        "claim {claim} {contract} {first}..{last} {quantity} {kind} received {received_on} {decision}"
    )
}

fn supply(told: &SupplyCommand) -> String {
    match told {
        SupplyCommand::ServeDemand(it) => {
            let at = instant(it.served_at);
            format!("demand {} {} {} at {at}", it.contract, it.demand, it.amount)
        }
        SupplyCommand::DisputeDemand(it) => {
            format!("dispute {} {} because {}", it.contract, it.demand, it.reason)
        }
        SupplyCommand::ResolveDispute(it) => {
            let how = serde_json::to_value(it.outcome).unwrap_or_default();
            let how = how.as_str().unwrap_or_default();
            format!("resolve {} {} {how}", it.contract, it.demand)
        }
        SupplyCommand::WithdrawDemand(it) => {
            format!("withdraw demand {} {} because {}", it.contract, it.demand, it.reason)
        }
        SupplyCommand::ServeNotice(it) => {
            let at = instant(it.served_at);
            format!("notice {} {} on {} at {at}", it.contract, it.notice, it.demand)
        }
        SupplyCommand::ConfirmSite(it) => {
            format!("confirm site {} at {}", it.contract, instant(it.at))
        }
        SupplyCommand::ProposeOrder(it) => {
            format!("order {} {} {}", it.contract, it.order, it.measure)
        }
        SupplyCommand::ApproveOrder(it) => {
            format!("approve order {} {} revision {}", it.contract, it.order, it.revision)
        }
        SupplyCommand::WithdrawOrder(it) => {
            format!("withdraw order {} {} because {}", it.contract, it.order, it.reason)
        }
        SupplyCommand::IssueOrder(it) => format!("issue {} {}", it.contract, it.order),
        SupplyCommand::ReportValve(it) => {
            let seen = match it.seen {
                Seen::OnSite => " seen",
                Seen::Remotely => "",
            };
            let (state, at) = (it.state.word(), instant(it.at));
            format!("valve {} {} {state} at {at}{seen}", it.contract, it.point)
        }
        SupplyCommand::ReviewSupply(it) => format!("review {}", it.contract),
    }
}

pub(super) fn reading(reading: &RecordDelivery, when: &str) -> String {
    let RecordDelivery { point, volume, source, reason, .. } = reading;
    let more = match (source, reason) {
        (Source::Estimate, _) => " estimated".to_owned(),
        (Source::Manual, _) => " by hand".to_owned(),
        (Source::Telemetry, _) | (Source::Correction, None) => String::new(),
        (Source::Correction, Some(reason)) => format!(" because {reason}"),
    };
    format!("deliver {point} {when} {volume}{more}")
}

pub(super) fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}
