use citygate_domain::contract::{CarryForwardTerms, EndOfTerm, MakeUpPrice, MakeUpTerms};
use citygate_domain::quantities::{Exact, Percent, Price, Quantity};
use citygate_domain::rules::take_or_pay::{
    Banks, Billed, Rounding, TakeOrPayError, YearDocument, YearFacts, YearTerms, close_year,
};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::form::{not_negative, read};
use super::{CalculateError, Calculated, cell};
use crate::Table;

/// The columns of a contract year, here and in the report `take-or-pay`.
pub const YEAR_COLUMNS: [&str; 18] = [
    "year",
    "adjusted_quantity",
    "take_or_pay_quantity",
    "make_up_drawn",
    "counted",
    "deficiency",
    "carry_forward_applied",
    "paid_quantity",
    "payment",
    "make_up_balance",
    "make_up_expired",
    "carry_forward_earned",
    "carry_forward_balance",
    "carry_forward_expired",
    "forfeited",
    "refund",
    "seller_compensation",
    "net",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
    terms: FormTerms,
    years: Vec<FormYear>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormTerms {
    percent: Percent,
    make_up: MakeUpTerms,
    #[serde(default)]
    carry_forward: Option<CarryForwardTerms>,
    end_of_term: EndOfTerm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormYear {
    year: i32,
    annual_quantity: Quantity,
    taken: Quantity,
    contract_price: Price,
    #[serde(default)]
    take_or_pay_price: Option<Price>,
    #[serde(default)]
    relief: FormRelief,
    #[serde(default)]
    seller_shortfall_rate: Option<Price>,
    #[serde(default = "nothing")]
    deviation_credited: Quantity,
}

/// D1: relief by its kinds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FormRelief {
    force_majeure: Quantity,
    seller_maintenance: Quantity,
    seller_shortfall: Quantity,
    permitted_reduction: Quantity,
    government_order: Quantity,
}

impl Default for FormRelief {
    fn default() -> Self {
        Self {
            force_majeure: nothing(),
            seller_maintenance: nothing(),
            seller_shortfall: nothing(),
            permitted_reduction: nothing(),
            government_order: nothing(),
        }
    }
}

fn nothing() -> Quantity {
    Quantity::ZERO
}

/// Y1–Y13 over all years, exact.
pub(super) fn run(json: &str) -> Result<Calculated, CalculateError> {
    let form: Form = read(json)?;
    form.check()?;
    let terms = YearTerms {
        percent: form.terms.percent,
        credit_deviation: true,
        make_up: &form.terms.make_up,
        carry_forward: form.terms.carry_forward.as_ref(),
        end_of_term: &form.terms.end_of_term,
    };
    let mut banks = Banks::default();
    let mut documents = Vec::new();
    for (place, year) in form.years.iter().enumerate() {
        let is_last = place + 1 == form.years.len();
        let closed = close_year(&terms, &year.facts(is_last), banks, Rounding::Exact)
            .map_err(|error| refused(place, &error))?;
        banks = closed.banks;
        documents.push(closed.document);
    }
    let table = table(&documents)?;
    Ok(Calculated { table, traces: documents.into_iter().map(|year| year.trace).collect() })
}

impl Form {
    fn check(&self) -> Result<(), CalculateError> {
        let terms = &self.terms;
        not_negative("terms.percent", terms.percent.value())?;
        match &terms.make_up.price {
            MakeUpPrice::Fixed { price } => not_negative("terms.make_up.price", price.value())?,
            MakeUpPrice::Percent { percent } => {
                not_negative("terms.make_up.price", percent.value())?;
            }
            MakeUpPrice::Free {} | MakeUpPrice::Difference {} => {}
        }
        if let Some(carry) = &terms.carry_forward {
            not_negative("terms.carry_forward.cap_percent", carry.cap_percent.value())?;
        }
        let Some(first) = self.years.first() else {
            return Err(CalculateError::value("years", "names no year"));
        };
        for ((place, year), follows) in self.years.iter().enumerate().zip(i64::from(first.year)..) {
            if i64::from(year.year) != follows {
                let place = format_args!("years[{place}].year");
                let before = follows - 1;
                return Err(CalculateError::years_not_consecutive(place, year.year.into(), before));
            }
            year.check(place)?;
        }
        Ok(())
    }
}

impl FormYear {
    fn check(&self, place: usize) -> Result<(), CalculateError> {
        let relief = &self.relief;
        let optional =
            |price: Option<Price>| price.map_or(rust_decimal::Decimal::ZERO, Price::value);
        for (field, value) in [
            ("annual_quantity", self.annual_quantity.value()),
            ("taken", self.taken.value()),
            ("contract_price", self.contract_price.value()),
            ("take_or_pay_price", optional(self.take_or_pay_price)),
            ("seller_shortfall_rate", optional(self.seller_shortfall_rate)),
            ("deviation_credited", self.deviation_credited.value()),
            ("relief.force_majeure", relief.force_majeure.value()),
            ("relief.seller_maintenance", relief.seller_maintenance.value()),
            ("relief.seller_shortfall", relief.seller_shortfall.value()),
            ("relief.permitted_reduction", relief.permitted_reduction.value()),
            ("relief.government_order", relief.government_order.value()),
        ] {
            not_negative(format_args!("years[{place}].{field}"), value)?;
        }
        Ok(())
    }

    fn facts(&self, is_last: bool) -> YearFacts<'static> {
        let given = |rule, name, value: Quantity| Rounding::Exact.given(rule, name, value.exact());
        let relief = &self.relief;
        let all_relief = relief.force_majeure
            + relief.seller_maintenance
            + relief.seller_shortfall
            + relief.permitted_reduction
            + relief.government_order;
        let price = self.take_or_pay_price.unwrap_or(self.contract_price);
        YearFacts {
            year: self.year.into(),
            is_last,
            annual_quantity: given("Y1", "annual_quantity", self.annual_quantity),
            relief: given("D1", "relief", all_relief),
            taken: given("Y3", "taken", self.taken),
            deviation_credited: given("Y5", "deviation_credited", self.deviation_credited),
            take_or_pay_price: Rounding::Exact.given_price("take_or_pay_price", price),
            billed: Billed::At(self.contract_price),
            seller_shortfall: given("Y12", "seller_shortfall", relief.seller_shortfall),
            seller_shortfall_rate: self.seller_shortfall_rate,
        }
    }
}

fn refused(place: usize, error: &TakeOrPayError) -> CalculateError {
    match error {
        TakeOrPayError::ReliefAboveAnnual { .. } => {
            CalculateError::relief_above_annual(format_args!("years[{place}].relief"), error)
        }
        TakeOrPayError::CapAboveWhole { .. } => {
            CalculateError::value("terms.carry_forward.cap_percent", error)
        }
        TakeOrPayError::BilledTooLittle { .. } => {
            CalculateError::value(format_args!("years[{place}].taken"), error)
        }
        TakeOrPayError::Overflow(overflow) => {
            CalculateError::refused(&format!("years[{place}]"), *overflow)
        }
    }
}

fn table(documents: &[YearDocument]) -> Result<Table, CalculateError> {
    let mut table = Table::new(&YEAR_COLUMNS);
    for year in documents {
        table.push(row(year)?);
    }
    let sum = |column: fn(&YearDocument) -> &Exact| {
        cell::exact(&documents.iter().map(|year| column(year).clone()).sum())
    };
    let sums = [
        ("make_up_drawn", sum(|year| &year.make_up_drawn)?),
        ("payment", sum(|year| &year.payment)?),
        ("refund", sum(|year| &year.refund)?),
        ("net", sum(|year| &year.net)?),
        ("year", "total".to_owned()),
    ];
    let filled = |column: &&str| sums.iter().find(|(name, _)| name == column);
    let total = YEAR_COLUMNS.iter().map(|column| filled(column).map(|(_, cell)| cell.clone()));
    table.push(total.map(Option::unwrap_or_default));
    Ok(table)
}

fn row(year: &YearDocument) -> Result<Vec<String>, CalculateError> {
    let cells = [
        &year.adjusted_quantity,
        &year.take_or_pay_quantity,
        &year.make_up_drawn,
        &year.counted,
        &year.deficiency,
        &year.carry_forward_applied,
        &year.paid_quantity,
        &year.payment,
        &year.make_up_balance,
        &year.make_up_expired,
        &year.carry_forward_earned,
        &year.carry_forward_balance,
        &year.carry_forward_expired,
        &year.forfeited,
        &year.refund,
        &year.seller_compensation,
        &year.net,
    ];
    let mut row = vec![year.year.to_string()];
    for value in cells {
        row.push(cell::exact(value)?);
    }
    Ok(row)
}
