//! What `--explain` prints: every step of the clause order, with the entries that were drawn.

use citygate_domain::trace::Trace;
use citygate_interchange::calculate::calculate;
use citygate_interchange::trace_lines;

fn explained(file: &str) -> Vec<String> {
    let path = format!("{}/../../tests/data/calculate/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let calculated = calculate(&std::fs::read_to_string(path).unwrap()).unwrap();
    let lines = |trace: &Trace| trace_lines(trace, &str::to_owned);
    calculated.traces.iter().flat_map(lines).collect()
}

#[track_caller]
fn says(lines: &[String], expected: &[&str]) {
    let found = lines.windows(expected.len()).any(|window| {
        window.iter().zip(expected).all(|(line, expected)| line.trim_start() == *expected)
    });
    assert!(found, "nowhere {expected:#?} in\n{}", lines.join("\n"));
}

#[test]
fn a_year_names_the_entries_that_it_draws() {
    let lines = explained("w5");
    says(
        &lines,
        &[
            "Y3  make_up_drawn = 30",
            "· balance: 70",
            "· threshold: 1000",
            "· taken: 1030",
            "· of_year: 2027",
            "· quantity: 20",
            "· of_year: 2028",
            "· quantity: 10",
        ],
    );
    says(&lines, &["Y10 make_up_expired = 40", "· of_year: 2028"]);
    says(
        &lines,
        &[
            "Y8  make_up_opened = 100",
            "· paid_quantity: 100",
            "· make_up_years: 3",
            "· usable_until: 2030",
        ],
    );
}

#[test]
fn every_clause_has_its_line() {
    let lines = explained("w6");
    for step in [
        "Y1  adjusted_quantity = 800",
        "Y2  take_or_pay_quantity = 640",
        "Y3  make_up_drawn = 0",
        "Y4  counted = 600",
        "Y5  deficiency = 40",
        "Y7  payment = 120",
        "Y8  make_up_opened = 40",
        "Y12 seller_compensation = 75",
        "Y13 forfeited = 40",
        "Y   year_net = 1845",
    ] {
        says(&lines, &[step]);
    }
    says(
        &explained("w7"),
        &[
            "Y6  carry_forward_applied = 50",
            "· balance: 50",
            "· cap_percent: 100 %",
            "· deficiency: 200",
            "· of_year: 2028",
            "· quantity: 50",
        ],
    );
    says(&explained("w7"), &["Y9  carry_forward_earned = 100"]);
    says(&explained("take-or-pay-half-price"), &["Y11 make_up_credit = 160"]);
}

#[test]
fn a_form_without_a_unit_is_explained_without_one() {
    let lines = explained("days-dearer");
    says(&lines, &["G3  days_remaining = 16.6  (exactly 16.66666666… = 50/3)"]);
    says(&lines, &["· reference_quantity: 20000"]);
    says(&explained("price-oil-slope"), &["P2  unit_price = 9.7310"]);
    says(&explained("deviation-below-the-edge"), &["D3  under = 1.000 m3"]);
}
