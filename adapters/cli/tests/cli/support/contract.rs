//! A small world: three contracts that differ where rules do.
//!
//! `LG-1` and `LG-2` are billed in m³, `LG-3` in MJ; each runs from January to March 2025, has one
//! point `LG-n-1` of 5000 m³ a day, and costs 2.50 yuan a unit.

use serde_json::{Value, json};

use super::facts::Facts;

/// A contract whose fields can be changed before it is written.
#[derive(Clone)]
pub struct Contract(Value);

/// A good contract over the first three months of 2025.
pub fn contract(id: &str) -> Contract {
    Contract(json!({
        "contract": id,
        "customer": {"id": format!("C-{id}"), "name": "机械制造客户", "class": "industrial"},
        "delivery_points": [{"id": format!("{id}-1"), "daily_capacity": "5000"}],
        "signed_on": "2024-12-20",
        "terms": {
            "first_gas_day": "2025-01-01", "last_gas_day": "2025-03-31", "month_ends_on": null,
            "unit": "m3", "price_decimals": 4, "tax_percent": "9",
            "annual_quantity": "300000",
            "monthly_quantities":
                {"2025-01": "100000", "2025-02": "100000", "2025-03": "100000"},
            "price_plans": [{
                "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
                "tranches": [{"tag": "all", "share": "100", "price": {"constant": "2.50"}}]
            }],
            "deviation": {
                "lower_tolerance": "5", "upper_tolerance": "5", "measured_from": "edge",
                "tiering": "marginal", "netting": "month",
                "under": [{"up_to": null, "rate": {"percent_of_price": "20"}}],
                "over": [{"up_to": null, "rate": {"per_unit": "0.15"}}],
                "claim_deadline_days": 10
            },
            "payment": {
                "mode": "prepaid", "reference": "contract_daily", "reference_days": 7,
                "warn_below": "15", "notice_below": "7", "reduce_below": "3",
                "suspend_below": "0", "restore_above": "10", "notice_hours": 72,
                "reduce_to_percent": "50", "lease_hours": 24, "automatic": false
            }
        }
    }))
}

impl Contract {
    /// The same with another value at a JSON pointer, which is added where nothing stood.
    #[track_caller]
    pub fn with(mut self, pointer: &str, value: Value) -> Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = self.0.pointer_mut(parent).unwrap();
        if let Value::Array(list) = parent {
            list[name.parse::<usize>().unwrap()] = value;
        } else {
            parent[name] = value;
        }
        self
    }

    /// The same without what stood at a JSON pointer.
    #[track_caller]
    pub fn without(mut self, pointer: &str) -> Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = self.0.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.remove(name).unwrap();
        self
    }

    /// As a line of `contracts.jsonl`.
    pub fn line(&self) -> String {
        self.0.to_string()
    }
}

/// The three contracts.
pub fn contracts() -> [String; 3] {
    let third = contract("LG-3").with("/terms/unit", json!("MJ"));
    [contract("LG-1").line(), contract("LG-2").line(), third.line()]
}

/// A folder with the three contracts.
pub fn small() -> Facts {
    Facts::rows("contracts.jsonl", &contracts())
}

/// Rows of readings of `LG-1` for a whole month, 3000 m³ a day.
pub fn january(point: &str) -> Vec<String> {
    (1..=31).map(|day| format!("{point},2025-01-{day:02},3000,,telemetry,")).collect()
}
