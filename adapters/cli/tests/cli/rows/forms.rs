//! The form of whole files: headers, line ends, encodings, quotes, folders.

use std::fs;

use crate::support::contract::{contracts, small};
use crate::support::facts::{Facts, header, text};
use crate::support::ledger::Ledger;
use crate::support::ran::Ran;

const DELIVERIES: &str = "deliveries.csv";

/// Imports a file on top of the small world; the answer is compared with what is told of the file
/// and with how many rows were recorded.
#[track_caller]
fn check(file: &str, bytes: impl AsRef<[u8]>, told: &[&str], recorded: u64) {
    let ledger = Ledger::simulated();
    ledger.import(&small()).exits(0);
    let ran = ledger.import(&Facts::raw(file, bytes));
    let lines: Vec<&str> = ran.err.lines().filter(|line| line.starts_with(file)).collect();
    let same = lines.len() == told.len()
        && lines.iter().zip(told).all(|(line, wanted)| line.starts_with(wanted));
    assert!(same, "wanted {told:#?}\nfound {lines:#?}");
    let refused = told.len();
    ran.exits(i32::from(refused > 0))
        .says(&format!("{recorded} recorded, 0 already known, {refused} refused"));
}

#[test]
fn an_unknown_column_is_refused_by_name_in_every_file_and_the_other_files_go_on() {
    let files = ["indices", "transfers", "lots", "deliveries", "claims", "payments", "guarantees"];
    for file in files.map(|name| format!("{name}.csv")) {
        let header = header(&file).unwrap();
        let facts = Facts::rows("contracts.jsonl", &contracts())
            .and_raw(&file, format!("{header},colour\nany,row\n"));
        let ledger = Ledger::simulated();
        let ran = ledger.import(&facts).exits(1);
        ran.says(&format!("{file}:1: unknown_field: column \"colour\" is not known. "))
            .says("3 recorded, 0 already known, 1 refused");
    }
}

#[test]
fn a_column_that_is_missing_or_stands_twice_refuses_the_file() {
    check(
        DELIVERIES,
        "delivery_point,gas_day,volume_m3\nLG-1-1,2025-01-05,10\n",
        &["deliveries.csv:1: malformed: column \"source\" is missing. "],
        0,
    );
    check(
        DELIVERIES,
        "delivery_point,gas_day,volume_m3,source,source\nLG-1-1,2025-01-05,10,manual,manual\n",
        &["deliveries.csv:1: malformed: column \"source\" stands twice. "],
        0,
    );
}

#[test]
fn columns_stand_in_any_order_and_optional_ones_may_be_left_out() {
    check(
        DELIVERIES,
        "source,volume_m3,gas_day,delivery_point\nmanual,10,2025-01-05,LG-1-1\n",
        &[],
        1,
    );
    check("indices.csv", "value,code,effective_day\n1.84,GATE,2025-01-01\n", &[], 1);
}

#[test]
fn a_row_with_too_few_or_too_many_fields_is_refused_alone() {
    check(
        DELIVERIES,
        "delivery_point,gas_day,volume_m3,source\n\
         LG-1-1,2025-01-05,10\n\
         LG-1-1,2025-01-05,10,manual,\n\
         LG-1-1,2025-01-05,10,manual\n",
        &[
            "deliveries.csv:2: malformed: the row has 3 fields, the header 4. ",
            "deliveries.csv:3: malformed: the row has 5 fields, the header 4. ",
        ],
        1,
    );
}

#[test]
fn a_row_that_is_not_utf_8_is_refused_alone() {
    let mut bytes = b"delivery_point,gas_day,volume_m3,source\n".to_vec();
    bytes.extend(b"LG-1-1,2025-01-04,10,manual\n");
    bytes.extend(b"LG-\xff-1,2025-01-05,10,manual\n");
    bytes.extend(b"LG-1-1,2025-01-06,10,manual\n");
    check(DELIVERIES, bytes, &["deliveries.csv:3: malformed: "], 2);
    check(DELIVERIES, b"delivery_point,\xff\nLG-1-1,1\n", &["deliveries.csv:1: malformed: "], 0);
    let utf_16: Vec<u8> = "delivery_point\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(DELIVERIES, utf_16, &["deliveries.csv:1: unknown_field: "], 0);
}

#[test]
fn a_byte_order_mark_and_either_line_end_are_accepted() {
    let mark = "\u{feff}";
    let rows = "delivery_point,gas_day,volume_m3,source\r\n\
        LG-1-1,2025-01-05,10,manual\r\n\
        LG-9-1,2025-01-05,10,manual\r\n\
        LG-1-1,2025-01-06,10,manual\n\
        LG-9-1,2025-01-05,10,manual";
    let told = ["deliveries.csv:3: unknown_delivery_point: ", "deliveries.csv:5: unknown_"];
    check(DELIVERIES, rows, &told, 2);
    check(DELIVERIES, format!("{mark}{rows}"), &told, 2);
    let lines = contracts().map(|line| line.replace("LG-", "NEW-")).join("\r\n");
    check("contracts.jsonl", format!("{mark}{lines}"), &[], 3);
}

#[test]
fn blank_lines_are_no_rows_but_count_as_lines() {
    check(
        DELIVERIES,
        "delivery_point,gas_day,volume_m3,source\n\n\
         LG-9-1,2025-01-05,10,manual\n\n\n\
         LG-9-1,2025-01-05,10,manual\n\n",
        &["deliveries.csv:3: unknown_delivery_point: ", "deliveries.csv:6: unknown_"],
        0,
    );
    check(
        DELIVERIES,
        "\r\ndelivery_point,gas_day,volume_m3,source\r\n\r\nLG-9-1,2025-01-05,10,manual\r\n",
        &["deliveries.csv:4: unknown_delivery_point: "],
        0,
    );
}

#[test]
fn a_quoted_field_may_hold_line_ends_and_the_lines_after_it_count_right() {
    check(
        DELIVERIES,
        "delivery_point,gas_day,volume_m3,source,reason\n\
         LG-1-1,2025-01-05,10,correction,\"meter\nchanged,\r\n\"\"again\"\"\"\n\
         LG-9-1,2025-01-05,10,manual,\n\
         \"LG-1-1\",\"2025-01-06\",\"10\",\"manual\",\"\"\n\
         LG-9-1,2025-01-05,10,manual,\"two\nlines\"\n\
         LG-9-1,2025-01-05,10,manual,\n",
        &[
            "deliveries.csv:5: unknown_delivery_point: ",
            "deliveries.csv:7: unknown_delivery_point: ",
            "deliveries.csv:9: unknown_delivery_point: ",
        ],
        2,
    );
}

#[test]
fn a_quote_that_is_never_closed_is_refused_and_not_taken_as_the_rest_of_the_file() {
    check(
        DELIVERIES,
        "delivery_point,gas_day,volume_m3,source,reason\n\
         LG-1-1,2025-01-05,10,manual,\n\
         LG-1-1,2025-01-06,10,correction,\"meter\n\
         LG-1-1,2025-01-07,10,manual,\n",
        &["deliveries.csv:3: malformed: "],
        1,
    );
}

#[test]
fn a_file_without_a_header_is_refused_and_one_without_rows_has_no_facts() {
    check(DELIVERIES, "", &["deliveries.csv:1: malformed: "], 0);
    check(DELIVERIES, "\u{feff}", &["deliveries.csv:1: malformed: "], 0);
    check(DELIVERIES, "\n\n", &["deliveries.csv:1: malformed: "], 0);
    check(DELIVERIES, "delivery_point,gas_day,volume_m3,source", &[], 0);
    check("contracts.jsonl", "", &[], 0);
    check("contracts.jsonl", "\n \n\r\n", &[], 0);
}

#[test]
fn a_line_that_is_no_contract_is_refused_alone() {
    let [first, second, third] = contracts().map(|line| line.replace("LG-", "NEW-"));
    let mut bytes =
        format!("{first}\n{{\"contract\": \"NEW-9\"\n{second} {second}\n[]\n\"x\"\n7\n")
            .into_bytes();
    bytes.extend(b"{\"contract\": \"\xff\"}\n\n");
    bytes.extend(third.as_bytes());
    check(
        "contracts.jsonl",
        bytes,
        &[
            "contracts.jsonl:2: malformed: ",
            "contracts.jsonl:3: malformed: ",
            "contracts.jsonl:4: malformed: ",
            "contracts.jsonl:5: malformed: ",
            "contracts.jsonl:6: malformed: ",
            "contracts.jsonl:7: malformed: ",
        ],
        2,
    );
    let deep = "[".repeat(100_000);
    check("contracts.jsonl", deep, &["contracts.jsonl:1: malformed: "], 0);
}

#[test]
fn a_folder_without_facts_a_missing_one_and_a_file_are_wrong_arguments() {
    let ledger = Ledger::absent();
    let empty = Facts::none();
    let usage = |ran: Ran| ran.exits(2).prints_nothing().says("citygate: usage: ");
    usage(ledger.import(&empty)).says("holds none of indices.csv, contracts.jsonl");
    usage(ledger.run(&["import", "absent"])).says("absent is not a folder");
    fs::write(ledger.beside("a.csv"), "x").unwrap();
    usage(ledger.run(&["import", "a.csv"])).says("a.csv is not a folder");
    usage(ledger.run(&["run", "absent"])).says("absent is not a folder");
    assert!(!ledger.path().exists(), "nothing is made for wrong arguments");
}

#[test]
fn a_file_that_is_missing_has_no_facts_and_one_that_cannot_be_read_is_the_worlds_fault() {
    let ledger = Ledger::simulated();
    ledger.import(&small()).exits(0).says("3 recorded, 0 already known, 0 refused");
    let folder = Facts::none();
    fs::create_dir(folder.path().join(DELIVERIES)).unwrap();
    let before = ledger.payloads();
    ledger.import(&folder).exits(3).says("deliveries.csv");
    assert_eq!(ledger.payloads(), before);
}

#[test]
fn a_place_for_refused_rows_that_cannot_be_written_is_told_before_anything_is_recorded() {
    let ledger = Ledger::simulated();
    let before = ledger.payloads();
    let facts = small();
    let args = ["import", text(facts.path()), "--refused", "absent/refused.csv"];
    ledger.run(&args).exits(3).says("absent/refused.csv");
    assert_eq!(ledger.payloads(), before);
}
