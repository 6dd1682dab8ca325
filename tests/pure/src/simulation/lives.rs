//! What becomes of a contract, as a command.

use chrono::Days;
use citygate_domain::contract::life::{AmendContract, MovePoint, TerminateContract};
use citygate_domain::quantities::GasDay;
use citygate_domain::{Command, approval};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::agreed::{Contract, Priced, contract_name, point_name, signing};
use super::commands::Told;
use super::step::{Change, Lives};
use crate::life_words::SIGNED_ON;
use crate::words::{civil, read};

/// As stories say it.
const REASON: &str = "as agreed anew";

impl Told<'_> {
    fn gas_day_ahead(&self, ahead: i64) -> GasDay {
        let today = self.gas_day_back(0);
        let days = Days::new(ahead.unsigned_abs());
        GasDay::new(if ahead < 0 { today.date() - days } else { today.date() + days })
    }

    /// The command; none where there is no such contract.
    pub(super) fn life(&self, place: usize, lives: Lives) -> Option<Command> {
        let id = || read(&contract_name(place));
        Some(self.weighty(match lives {
            Lives::Renew { days, monthly, price } => {
                return self.renewal(place, days, monthly, price);
            }
            Lives::Amend { ahead, change } => approval::Act::AmendTerms(AmendContract {
                contract: id(),
                from: self.gas_day_ahead(ahead),
                patch: patch(change),
                reason: REASON.to_owned(),
                signed_on: civil(SIGNED_ON),
            }),
            Lives::End { ahead } => approval::Act::TerminateContract(TerminateContract {
                contract: id(),
                last_gas_day: self.gas_day_ahead(ahead),
                last_month_quantity: None,
                reason: "the works are closed".to_owned(),
                signed_on: civil(SIGNED_ON),
            }),
            Lives::Move { point, to, ahead } => approval::Act::MovePoint(MovePoint {
                point: read(&point_name(place, point)),
                from: id(),
                to: read(&contract_name(to)),
                on: self.gas_day_ahead(ahead),
                reason: "the pipe was laid anew".to_owned(),
            }),
        }))
    }

    /// What was agreed first is signed again for the days behind the term, with another quantity and price.
    fn renewal(&self, place: usize, days: i64, monthly: i64, price: i64) -> Option<Command> {
        let agreed = self.facts.agreed.contracts.get(place)?;
        let first = self.contract(place)?.last_gas_day().plus(1).date();
        let renewed = Contract {
            first,
            last: first + Days::new(days.unsigned_abs()),
            monthly,
            price: if agreed.is_indexed() { agreed.price } else { Priced::Fixed(price) },
            ..agreed.clone()
        };
        Some(Command::SignContract(Box::new(signing(place, &renewed))))
    }
}

/// An amendment as it is told.
fn patch(change: Change) -> Value {
    let days = |tenths: i64| Value::from(Decimal::new(tenths, 1).to_string());
    let payment = match change {
        Change::Thresholds([warn, notice, reduce, suspend, restore]) => json!({
            "warn_below": days(warn), "notice_below": days(notice), "reduce_below": days(reduce),
            "suspend_below": days(suspend), "restore_above": days(restore),
        }),
        Change::NoticeHours(hours) => json!({ "notice_hours": hours }),
        Change::DemandDays(days) => json!({ "demand_days": days }),
        Change::LapsesDays(days) => json!({ "notice_lapses_days": days }),
        Change::ReadingAge(hours) => json!({ "reading_max_age_hours": hours }),
        Change::NoCut(None) => json!({ "no_cut": null }),
        Change::NoCut(Some(hours)) => {
            json!({ "no_cut": { "dates": [], "hours": [hours], "weekdays": [] } })
        }
        Change::Disputes(blocks) => json!({ "dispute_blocks_order": blocks }),
        Change::Continuous(is_so) => json!({ "continuous_process": is_so }),
        Change::Protected(volume) => {
            json!({ "protected_daily_quantity": volume.map(|volume| volume.to_string()) })
        }
        Change::ReduceTo(percent) => json!({ "reduce_to_percent": percent.to_string() }),
        Change::Automatic(is_so) => json!({ "automatic": is_so }),
        Change::ReferenceDays(days) => json!({ "reference_days": days }),
        Change::Price(price) => {
            return json!({ "price_plans": [{
            "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            "tranches": [{
                "tag": "gas", "share": "100",
                "price": { "constant": Decimal::new(price, 4).to_string() },
            }],
        }] });
        }
    };
    json!({ "payment": payment })
}
