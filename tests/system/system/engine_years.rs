//! A document that somebody wrote into the log by its own rules, with other numbers.

use std::sync::Arc;

use citygate_domain::quantities::SettlementMonth;
use citygate_domain::settlement::IssueSettlement;
use citygate_domain::take_or_pay::SettleYear;
use citygate_domain::{Command, Event};
use citygate_engine::{Finding, decode, encode};
use citygate_store::{AppendRequest, EventStore, NewEvent};
use citygate_tests_system::ledger::{Ledger, demo_contract};
use citygate_tests_system::sample::metadata;
use uuid::Uuid;

const CONTRACT: &str = "DM-2025-0003";

/// A contract of the demo with take-or-pay terms: its facts, its months closed, its year settled.
fn commands() -> Vec<Command> {
    let terms = r#"{"percent":"80","credit_deviation":false,"price":{"kind":"weighted_average"},
        "make_up":{"years":2,"order":"after_adjusted","price":{"kind":"free"}},
        "end_of_term":{"kind":"forfeit"}}"#;
    let mut commands = demo_contract(CONTRACT).unwrap();
    let mut months: Vec<SettlementMonth> = Vec::new();
    for command in &mut commands {
        if let Command::SignContract(sign) = command {
            sign.terms.take_or_pay = Some(serde_json::from_str(terms).unwrap());
            months.extend(sign.terms.monthly_quantities.keys());
        }
    }
    let year = i64::from(months.first().unwrap().year());
    let contract = || CONTRACT.parse().unwrap();
    let issue = |month| Command::IssueSettlement(IssueSettlement { contract: contract(), month });
    commands.extend(months.into_iter().map(issue));
    commands.push(Command::SettleYear(SettleYear { contract: contract(), year }));
    commands
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_with_other_numbers_is_found_though_every_hash_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let honest = Ledger::open(&folder.path().join("honest.db")).await.unwrap();
    honest.execute(commands()).await.unwrap();
    let last = honest.store.head().await.unwrap().position;
    let stored = honest.store.read_all(last - 1, 1).await.unwrap().remove(0);
    assert_eq!(honest.engine.audit().await.unwrap().finding, None);
    let event = decode(&stored.event_type, stored.type_version, &stored.payload).unwrap();
    let Event::TakeOrPaySettled(mut year) = event else { panic!("no year") };
    let more = year.payment.gross + "0.01".parse().unwrap();
    Arc::make_mut(&mut year).payment.gross = more;
    let forged = encode(&Event::TakeOrPaySettled(year)).unwrap();
    let request = AppendRequest {
        expectations: Vec::new(),
        events: vec![NewEvent {
            stream: stored.stream.clone(),
            event_type: forged.event_type.into(),
            type_version: forged.type_version,
            event_id: Uuid::from_u128(7),
            effective: stored.effective.clone(),
            payload: forged.payload,
        }],
        metadata: metadata(),
        key: None,
        answer: None,
        personal: Vec::new(),
        attachments: Vec::new(),
        run: citygate_store::Run::default(),
    };
    let path = folder.path().join("forged.db");
    let ledger = Ledger::open(&path).await.unwrap();
    let mut without = commands();
    without.pop();
    ledger.execute(without).await.unwrap();
    ledger.store.append(vec![request]).await.unwrap();
    ledger.close().await.unwrap();
    let ledger = Ledger::open(&path).await.unwrap();
    assert_eq!(ledger.store.head().await.unwrap().position, last);
    let found = ledger.engine.audit().await.unwrap().finding;
    assert_eq!(found, Some(Finding::Document { position: last }));
}
