//! Refusals of the ledger itself, of customers, and of numbers and names anywhere.

use citygate_domain::Event;
use citygate_domain::contract::ContractSigned;

use super::{Asked, Case, case};
use crate::told::Told;
use crate::words::{closed, contract, delivered, delivered_daily, m3, opened, signed};

/// A contract as an older rule let it be signed: today its terms would be refused.
fn signed_long_ago(change: impl FnOnce(&mut ContractSigned)) -> Told {
    let command = contract("LG-1").command();
    let mut signed = ContractSigned {
        contract: command.contract,
        customer: command.customer.id,
        delivery_points: command.delivery_points,
        signed_on: command.signed_on,
        terms: command.terms,
    };
    change(&mut signed);
    Told::Event(Event::ContractSigned(Box::new(signed)))
}

pub(super) fn cases() -> Vec<Case> {
    let no_january = signed_long_ago(|signed| signed.terms.price_plans[0].months = vec![2, 3]);
    let untaxed = signed_long_ago(|signed| {
        let list = r#"[{"from": "2026-03-01", "percent": "9"}]"#;
        signed.terms.tax_percent = serde_json::from_str(list).expect("a dated list");
    });
    let held = |old: Told| {
        let mut facts = vec![signed("LG-1")];
        facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
        facts.push(old);
        facts
    };
    vec![
        case(
            "T1",
            "Start hour and zone are settings of the ledger, fixed by its first event.",
            "the ledger is opened again, with gas days that start at 06:00",
            [opened("Asia/Shanghai", 8)],
            opened("Asia/Shanghai", 6),
        ),
        case(
            "T1",
            "The zone is a name of the IANA list, the start hour 0 to 23.",
            "a ledger is opened in the zone Asia/Shenzhen",
            [],
            opened("Asia/Shenzhen", 8),
        ),
        case(
            "Arithmetic",
            "Products are exact; a result that does not fit is refused, never rounded.",
            "a reading of 10¹⁵ − 1 m³ at 10¹² MJ/m³ in a contract billed in MJ",
            [contract("LG-1").term("unit", "MJ").points(&[("LG-1-1", "-")]).signed()],
            delivered("2026-01-15", m3("999999999999999")).with_gcv("999999999999.9999"),
        ),
        Case {
            rule: "formats.md",
            sentence: "Names are printable and have 1 to 64 bytes.",
            told: "a row for the contract ` LG-1`, with a blank in front",
            given: Vec::new(),
            now: None,
            asked: Asked::Name(" LG-1"),
        },
        case(
            "P1",
            "A price plan holds for every calendar month.",
            "January is closed; the contract was signed when seasons could leave gaps",
            held(no_january),
            closed("2026-01"),
        ),
        case(
            "M3",
            "On every gas day a tax rate holds.",
            "January is closed; the dated list of rates begins in March",
            held(untaxed),
            closed("2026-01"),
        ),
        case(
            "E4",
            "A customer has one class; it decides about its protection.",
            "a second contract names the customer as a hospital",
            [contract("LG-1").sold_to("C-1", "industrial").signed()],
            contract("LG-2").sold_to("C-1", "public_service").signed(),
        ),
    ]
}
