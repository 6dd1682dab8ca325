//! The twins are independent: they read values and terms, and none of the rules.

use std::fs;

fn sources() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/twin");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_twins_import_values_and_terms_only() {
    let allowed = ["quantities::", "contract::", "delivery::{RecordDelivery, Source}"];
    for (path, source) in sources() {
        for line in
            source.lines().filter(|line| line.trim_start().starts_with("use citygate_domain::"))
        {
            let imported = line.trim_start().trim_start_matches("use citygate_domain::");
            assert!(allowed.iter().any(|prefix| imported.starts_with(prefix)), "{path}: {line}");
        }
    }
}

/// What the domain knows to compute from terms and values is not asked.
#[test]
fn the_twins_compute_for_themselves() {
    let computed = [
        ".month_of(",
        ".days_of(month",
        ".plan_on(",
        ".tax_on(",
        ".rates(",
        ".decimals()",
        ".round(",
        ".fraction()",
        ".exact()",
        "Exact",
        "Money::",
        "Price::",
        "Quantity::",
        "GasDays",
        "half_up(value: Decimal",
        ".thresholds(",
        "first_month()",
        "last_month()",
        "needs_calorific_value",
        ".is_actual(",
        "ContractState",
    ];
    let own = ["contract.days_of(month", "self.days_of(month"];
    for (path, source) in sources() {
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let mut rest = line.to_owned();
            for call in own {
                rest = rest.replace(call, "");
            }
            let found = computed.iter().find(|word| rest.contains(**word));
            assert!(found.is_none(), "{path} asks the domain: {line}");
        }
    }
}
