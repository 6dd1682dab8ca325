//! A stupid twin of the banks: every unit is a token with the year in which it goes stale.
//!
//! Whole units only, so that nothing is ever divided: ACQ is a multiple of 5, the percentage one of
//! 20, and the cap of carry-forward is 0 or 100.

use std::collections::VecDeque;

use citygate_domain::rules::take_or_pay::Rounding;
use proptest::prelude::*;
use serde_json::json;

use crate::properties::{Year, close};

struct Twin {
    percent: usize,
    make_up_years: i64,
    after_adjusted: bool,
    carry: Option<(i64, bool)>,
}

#[derive(Debug, PartialEq)]
struct Told {
    drawn: usize,
    applied: usize,
    paid: usize,
    earned: usize,
    expired: (usize, usize),
    left: (usize, usize),
}

impl Twin {
    /// Year after year; the last one without its own entry and with both banks emptied.
    fn tell(&self, years: &[(usize, usize)]) -> Vec<Told> {
        let (mut make_up, mut carry) = (VecDeque::new(), VecDeque::new());
        let mut told = Vec::new();
        for (place, (annual, taken)) in years.iter().enumerate() {
            let year = place as i64;
            let owed = annual * self.percent / 100;
            let threshold = if self.after_adjusted { *annual } else { owed };
            let drawn = spend(&mut make_up, taken.saturating_sub(threshold));
            let counted = taken - drawn;
            let lacking = owed.saturating_sub(counted);
            let applied = match self.carry {
                Some((_, true)) => spend(&mut carry, lacking),
                Some((_, false)) | None => 0,
            };
            let paid = lacking - applied;
            let last = place + 1 == years.len();
            if !last && self.make_up_years > 0 {
                make_up.extend(std::iter::repeat_n(year + self.make_up_years, paid));
            }
            let mut earned = 0;
            if let Some((usable, _)) = self.carry {
                earned = counted.saturating_sub(*annual);
                carry.extend(std::iter::repeat_n(year + usable, earned));
            }
            let expired = (go_stale(&mut make_up, year), go_stale(&mut carry, year));
            if last {
                make_up.clear();
                carry.clear();
            }
            let left = (make_up.len(), carry.len());
            told.push(Told { drawn, applied, paid, earned, expired, left });
        }
        told
    }
}

fn spend(tokens: &mut VecDeque<i64>, wanted: usize) -> usize {
    let spent = wanted.min(tokens.len());
    tokens.drain(..spent);
    spent
}

fn go_stale(tokens: &mut VecDeque<i64>, year: i64) -> usize {
    let before = tokens.len();
    tokens.retain(|last| *last > year);
    before - tokens.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_rule_agrees_with_its_stupid_twin(
        fifths in 0_usize..=5,
        make_up_years in 0_i64..4,
        after_adjusted in any::<bool>(),
        carry in prop::option::of((0_i64..4, any::<bool>())),
        years in prop::collection::vec((0_usize..20, 0_usize..120), 1..9),
    ) {
        let percent = fifths * 20;
        let years: Vec<(usize, usize)> =
            years.into_iter().map(|(annual, taken)| (annual * 5, taken)).collect();
        let twin = Twin { percent, make_up_years, after_adjusted, carry };
        let order = if after_adjusted { "after_adjusted" } else { "after_take_or_pay" };
        let mut terms = json!({
            "percent": percent.to_string(), "credit_deviation": false,
            "price": {"kind": "weighted_average"},
            "make_up": {"years": make_up_years, "order": order, "price": {"kind": "free"}},
            "end_of_term": {"kind": "forfeit"},
        });
        if let Some((years, whole)) = carry {
            let cap = if whole { "100" } else { "0" };
            terms["carry_forward"] = json!({"years": years, "base": "adjusted", "cap_percent": cap});
        }
        let facts: Vec<Year> = years
            .iter()
            .map(|(annual, taken)| Year {
                annual: *annual as i64 * 1000,
                relief_percent: 0,
                taken: *taken as i64 * 1000,
                price: 3000,
                credited: 0,
            })
            .collect();
        let closed = close(&serde_json::from_value(terms).unwrap(), &facts, Rounding::Exact);
        let units = |value: &citygate_domain::quantities::Exact| -> usize {
            value.to_string().parse().unwrap()
        };
        let found: Vec<Told> = closed
            .iter()
            .map(|(_, year, _)| Told {
                drawn: units(&year.make_up_drawn),
                applied: units(&year.carry_forward_applied),
                paid: units(&year.paid_quantity),
                earned: units(&year.carry_forward_earned),
                expired: (units(&year.make_up_expired), units(&year.carry_forward_expired)),
                left: (units(&year.make_up_balance), units(&year.carry_forward_balance)),
            })
            .collect();
        prop_assert_eq!(found, twin.tell(&years));
    }
}
