//! Every stored form that was ever written decodes for ever, and the newest is written as stored.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use citygate_domain::Event;
use citygate_domain::supply::SupplyEvent;
use citygate_engine::{current_version, decode, encode, event_types};
use citygate_store::{EventStore, check_canonical_object};
use citygate_tests_system::ledger::Ledger;

use crate::demo::closed_demo;

/// The list of stored types, complete because the match over the enum is.
macro_rules! types {
    ($($variant:ident $name:literal,)+; $($fact:ident $fact_name:literal,)+) => {
        const TYPES: &[&str] = &[$($name,)+ $($fact_name),+];

        fn type_of(event: &Event) -> &'static str {
            match event {
                $(Event::$variant(_) => $name,)+
                Event::Supply(event) => match event.as_ref() {
                    $(SupplyEvent::$fact(_) => $fact_name),+
                },
            }
        }
    };
}

types! {
    LedgerOpened "ledger_opened",
    SchedulerElected "scheduler_elected",
    CustomerRegistered "customer_registered",
    ContractSigned "contract_signed",
    ContractAmended "contract_amended",
    ContractTerminated "contract_terminated",
    PointAssigned "point_assigned",
    PointReleased "point_released",
    PointMoved "point_moved",
    BalanceMoved "balance_moved",
    AccountClosed "account_closed",
    IndexPublished "index_published",
    QuantityTransferred "quantity_transferred",
    LotRecorded "lot_recorded",
    DeliveryRecorded "delivery_recorded",
    ReadingParked "reading_parked",
    ClaimFiled "claim_filed",
    ClaimDecided "claim_decided",
    PaymentReceived "payment_received",
    PaymentReversed "payment_reversed",
    RefundPaid "refund_paid",
    GuaranteeGiven "guarantee_given",
    MoneyAssigned "money_assigned",
    AssignmentReversed "assignment_reversed",
    CreditGranted "emergency_credit_granted",
    LateFeeCharged "late_fee_charged",
    LateFeeWaived "late_fee_waived",
    InvoiceRecorded "invoice_recorded",
    BooksClosed "books_closed",
    SettlementIssued "settlement_issued",
    DeviationAssessed "deviation_assessed",
    TakeOrPaySettled "take_or_pay_settled",
    ReferenceTaken "reference_taken",
    ReferenceReleased "reference_released",
    ClaimVerified "claim_verified",
    SheetIssued "sheet_issued",
    SheetDelivered "sheet_delivered",
    SheetConfirmed "sheet_confirmed",
    SheetDeemedConfirmed "sheet_deemed_confirmed",
    SheetDisputed "sheet_disputed",
    DisputeResolved "dispute_resolved",
    PostingApproved "posting_approved",
    DeviationPosted "deviation_posted",
    DeviationWaived "deviation_waived",
    ActProposed "act_proposed",
    ActApproved "act_approved",
    ActWithdrawn "act_withdrawn",
    RoleGranted "role_granted",
    RoleRevoked "role_revoked",
    KeyGranted "key_granted",
    KeyRevoked "key_revoked",
    TimePassed "time_passed",
    StageCrossed "stage_crossed",
    ;
    DemandServed "demand_served",
    DemandDisputed "demand_disputed",
    DemandDisputeResolved "demand_dispute_resolved",
    NoticeServed "suspension_notice_served",
    SiteConfirmed "site_confirmed",
    OrderProposed "order_proposed",
    OrderApproved "order_approved",
    OrderWithdrawn "order_withdrawn",
    OrderIssued "order_issued",
    ValveReported "valve_reported",
    SupplyLifted "supply_lifted",
    SupplyRestored "supply_restored",
}

#[test]
fn every_type_is_one_that_nodes_say_they_know() {
    let known: BTreeSet<String> = event_types().into_iter().map(|(name, _)| name).collect();
    assert_eq!(known, TYPES.iter().map(|name| (*name).to_owned()).collect());
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/stored_events")
}

fn stored(event_type: &str, version: u16) -> String {
    let path = folder().join(format!("{event_type}.{version}.json"));
    let text = fs::read_to_string(&path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.strip_suffix('\n').expect("a line").to_owned()
}

#[test]
fn every_version_of_every_type_is_kept_and_nothing_else() {
    let versions = |event_type: &&'static str| {
        let all = 1..=current_version(event_type);
        all.map(|version| format!("{event_type}.{version}.json")).collect::<Vec<_>>()
    };
    let wanted: BTreeSet<String> = TYPES.iter().flat_map(versions).collect();
    let entries = fs::read_dir(folder()).unwrap();
    let found = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(found.collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn every_stored_form_decodes_and_the_newest_comes_out_byte_for_byte() {
    for event_type in TYPES {
        for version in 1..=current_version(event_type) {
            let payload = stored(event_type, version);
            check_canonical_object(&payload)
                .unwrap_or_else(|error| panic!("{event_type}: {error}"));
            let event = decode(event_type, version, &payload).unwrap();
            assert_eq!((type_of(&event), event.type_name()), (*event_type, *event_type));
            if version == current_version(event_type) {
                let again = encode(&event).unwrap();
                assert_eq!((again.event_type, again.type_version), (*event_type, version));
                assert_eq!(again.payload, payload);
            }
        }
    }
}

#[test]
fn a_reading_of_the_first_form_is_lifted_to_its_volume_as_quantity() {
    let old = decode("delivery_recorded", 1, &stored("delivery_recorded", 1)).unwrap();
    let lifted = encode(&old).unwrap();
    assert_eq!(lifted.type_version, 2);
    assert_eq!(
        lifted.payload,
        r#"{"contract":"DM-2025-0002","gas_day":"2025-08-24","gcv_mj_per_m3":"37.4757","month":"2025-09","point":"DM-2025-0002-1","quantity":"47","reason":"no signal","source":"estimate","volume_m3":"47"}"#
    );
}

#[test]
fn a_part_of_a_late_fee_that_is_due_later_says_so_and_an_older_one_does_without() {
    let old = stored("late_fee_charged", 1);
    let later = old.replacen(r#""days":14,"fee""#, r#""days":14,"due":"2025-02-12","fee""#, 1);
    assert_ne!(later, old);
    for (payload, due) in [(old, None), (later, Some("2025-02-12"))] {
        let event = decode("late_fee_charged", 1, &payload).unwrap();
        let Event::LateFeeCharged(fee) = &event else { panic!("{event:?}") };
        assert_eq!(fee.parts[0].due.map(|due| due.to_string()).as_deref(), due);
        assert_eq!(encode(&event).unwrap().payload, payload);
    }
}

#[test]
fn an_unknown_type_version_or_field_is_an_error_and_not_a_guess() {
    let payload = stored("delivery_recorded", 2);
    let with_more = payload.replacen('{', r#"{"aaa":1,"#, 1);
    for (event_type, version, payload) in [
        ("delivery_recorded", 3, payload.as_str()),
        ("delivery_recorded", 0, &payload),
        ("delivery_forgotten", 1, &payload),
        ("payment_received", 2, &payload),
        ("payment_received", 1, &payload),
        ("delivery_recorded", 2, &with_more),
        ("delivery_recorded", 1, "[]"),
        ("delivery_recorded", 1, r#"{"volume_m3":"1,5"}"#),
    ] {
        assert!(decode(event_type, version, payload).is_err(), "{event_type} {version} {payload}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_payload_of_a_closed_ledger_is_canonical_and_encodes_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&closed_demo(folder.path()).await).await.unwrap();
    let head = ledger.store.head().await.unwrap().position;
    let mut after = 0;
    while after < head {
        for stored in ledger.store.read_all(after, 2_000).await.unwrap() {
            check_canonical_object(&stored.payload).unwrap();
            check_canonical_object(&stored.actor).unwrap();
            let event = decode(&stored.event_type, stored.type_version, &stored.payload).unwrap();
            let again = encode(&event).unwrap();
            assert_eq!(again.payload, stored.payload, "position {}", stored.position);
            assert_eq!(event.stream().to_string(), stored.stream.as_str());
            assert_eq!(event.effective().map(|day| day.to_string()), stored.effective);
            after = stored.position;
        }
    }
}
