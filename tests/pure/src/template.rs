//! A contract in few words: a short template whose every term can be told otherwise.
//!
//! ```
//! use citygate_tests_pure::words::contract;
//! let told = contract("LG-1").every_month("1000").term("deviation.lower_tolerance", "10").signed();
//! ```

use citygate_domain::contract::SignContract;
use citygate_domain::quantities::{MonthEnd, SettlementMonth};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::told::Told;
use crate::words::{day, read, signing};

/// Terms whose JSON form is a whole number; all others are texts, flags, lists or objects.
const WHOLE_NUMBERS: [&str; 13] = [
    "month_ends_on",
    "price_decimals",
    "reference_days",
    "due_days",
    "notice_hours",
    "demand_days",
    "notice_lapses_days",
    "reading_max_age_hours",
    "lease_hours",
    "claim_deadline_days",
    "deemed_confirmed_days",
    "years",
    "mean_of_months",
];

/// A tranche being told: tag, share, price rule.
pub type Tranche<'a> = (&'a str, &'a str, Value);

/// A contract being told.
#[derive(Debug, Clone)]
pub struct Template {
    contract: Map<String, Value>,
    monthly: String,
    months: Vec<(String, String)>,
}

impl Template {
    /// 2026 by calendar months, 1 000 m³ each, one tranche at 2.50; deviation beyond 5 % at 30 %
    /// of the price under and 0.15 over; paid before it flows. One point, `ID-1`.
    #[must_use]
    pub fn new(id: &str) -> Self {
        let terms = json!({
            "first_gas_day": "2026-01-01", "last_gas_day": "2026-12-31", "month_ends_on": null,
            "unit": "m3", "price_decimals": 4, "tax_percent": "9",
            "price_plans": [{
                "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
                "tranches": [{"tag": "gas", "share": "100", "price": {"constant": "2.50"}}],
            }],
            "deviation": {
                "lower_tolerance": "5", "upper_tolerance": "5", "measured_from": "edge",
                "tiering": "marginal", "netting": "month",
                "under": [{"up_to": null, "rate": {"percent_of_price": "30"}}],
                "over": [{"up_to": null, "rate": {"per_unit": "0.15"}}],
            },
            "payment": {
                "mode": "prepaid", "reference": "trailing_mean", "reference_days": 7,
                "warn_below": "15", "notice_below": "7", "reduce_below": "3",
                "suspend_below": "0", "restore_above": "10", "notice_hours": 72,
                "reduce_to_percent": "50", "lease_hours": 24, "automatic": false,
            },
        });
        let contract = json!({
            "contract": id,
            "customer": {"id": format!("C-{id}"), "name": "a buyer", "class": "industrial"},
            "delivery_points": [{"id": format!("{id}-1"), "daily_capacity": "100000"}],
            "signed_on": "2025-12-20",
            "terms": terms,
        });
        let Value::Object(contract) = contract else { unreachable!("an object was written") };
        Self { contract, monthly: "1000".to_owned(), months: Vec::new() }
    }

    /// First and last gas day of the term.
    #[must_use]
    pub fn term_of(self, first: &str, last: &str) -> Self {
        self.term("first_gas_day", first).term("last_gas_day", last)
    }

    /// The customer and its class.
    #[must_use]
    pub fn sold_to(mut self, customer: &str, class: &str) -> Self {
        let buyer = json!({"id": customer, "name": "a buyer", "class": class});
        self.contract.insert("customer".to_owned(), buyer);
        self
    }

    /// The delivery points; capacity `-` for none.
    #[must_use]
    pub fn points(mut self, points: &[(&str, &str)]) -> Self {
        let point = |(id, capacity): &(&str, &str)| match *capacity {
            "-" => json!({ "id": id }),
            capacity => json!({"id": id, "daily_capacity": capacity}),
        };
        let points = points.iter().map(point).collect();
        self.contract.insert("delivery_points".to_owned(), points);
        self
    }

    /// The quantity of every month that is not told by itself.
    #[must_use]
    pub fn every_month(mut self, quantity: &str) -> Self {
        quantity.clone_into(&mut self.monthly);
        self
    }

    /// The quantity of one month.
    #[must_use]
    pub fn in_month(mut self, month: &str, quantity: &str) -> Self {
        self.months.push((month.to_owned(), quantity.to_owned()));
        self
    }

    /// A price plan for all months: tranches as `(tag, share, price rule)`.
    #[must_use]
    pub fn priced(self, tranches: &[Tranche<'_>]) -> Self {
        self.seasons(&[("1 2 3 4 5 6 7 8 9 10 11 12", tranches)])
    }

    /// Price plans by their calendar months.
    #[must_use]
    pub fn seasons(mut self, plans: &[(&str, &[Tranche<'_>])]) -> Self {
        let tranche =
            |(tag, share, price): &Tranche<'_>| json!({"tag": tag, "share": share, "price": price});
        let plan = |(months, tranches): &(&str, &[Tranche<'_>])| {
            let months: Vec<u32> = months.split(' ').map(read).collect();
            let tranches: Vec<Value> = tranches.iter().map(tranche).collect();
            json!({"months": months, "tranches": tranches})
        };
        self.set("terms.price_plans", plans.iter().map(plan).collect());
        self
    }

    /// Another term, by its path inside the terms; `null` is a value, JSON is read as JSON.
    #[must_use]
    pub fn term(mut self, path: &str, text: &str) -> Self {
        let name = path.rsplit('.').next().unwrap_or(path);
        let is_json = text.starts_with(['{', '[']) || ["true", "false", "null"].contains(&text);
        let value = if is_json || WHOLE_NUMBERS.contains(&name) {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{path} {text}: {error}"))
        } else {
            Value::from(text)
        };
        self.set(&format!("terms.{path}"), value);
        self
    }

    /// A term left out.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        let (parent, name) =
            path.rsplit_once('.').map_or(("", path), |(parent, name)| (parent, name));
        let parent = if parent.is_empty() { "terms".to_owned() } else { format!("terms.{parent}") };
        self.object_at(&parent).remove(name);
        self
    }

    fn set(&mut self, path: &str, value: Value) {
        let (parent, name) = path.rsplit_once('.').expect("a path inside the contract");
        self.object_at(parent).insert(name.to_owned(), value);
    }

    fn object_at(&mut self, path: &str) -> &mut Map<String, Value> {
        path.split('.').fold(&mut self.contract, |inside, name| {
            let next = inside.entry(name).or_insert_with(|| json!({}));
            if next.is_null() {
                *next = json!({});
            }
            next.as_object_mut().unwrap_or_else(|| panic!("{name} of {path} is no object"))
        })
    }

    fn text(&self, term: &str) -> String {
        let terms = self.contract.get("terms").expect("a contract has terms");
        terms[term].as_str().unwrap_or_else(|| panic!("{term} is no text")).to_owned()
    }

    /// The JSON of the contract; months and years are filled in unless they were told.
    #[must_use]
    pub fn json(mut self) -> Value {
        let ends: Option<u8> =
            serde_json::from_value(self.contract["terms"]["month_ends_on"].clone())
                .expect("month_ends_on is a day or null");
        let ends = MonthEnd::try_from(ends).unwrap_or_default();
        let first = ends.month_of(day(&self.text("first_gas_day")));
        let last = ends.month_of(day(&self.text("last_gas_day")));
        let months: Vec<SettlementMonth> = first.through(last).collect();
        let quantity_of = |month: &SettlementMonth| {
            let told = self.months.iter().rev().find(|(name, _)| *name == month.to_string());
            told.map_or(self.monthly.clone(), |(_, quantity)| quantity.clone())
        };
        let monthly: Map<String, Value> =
            months.iter().map(|month| (month.to_string(), quantity_of(month).into())).collect();
        let years: Map<String, Value> = (months.chunks(12))
            .map(|year| {
                let sum: Decimal =
                    year.iter().map(|month| read::<Decimal>(&quantity_of(month))).sum();
                (year[0].to_string(), sum.to_string().into())
            })
            .collect();
        let terms = self.object_at("terms");
        terms.entry("monthly_quantities").or_insert(monthly.into());
        terms.entry("annual_quantity").or_insert(years.into());
        Value::Object(self.contract)
    }

    /// The command that signs it.
    #[must_use]
    pub fn command(self) -> SignContract {
        let json = self.json();
        serde_json::from_value(json).unwrap_or_else(|error| panic!("not a contract: {error}"))
    }

    /// Signed.
    #[must_use]
    pub fn signed(self) -> Told {
        signing(self.command())
    }
}
