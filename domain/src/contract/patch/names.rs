//! The names of the terms, as formats.md writes them, and what stands near a name that is none.

/// Every term that a patch can name, by its path from `terms`, in alphabetical order. A path with
/// further paths below it is a group.
pub(super) const TERMS: &[&str] = &[
    "annual_quantity",
    "charge_tax_percent",
    "charge_tax_percent.deviation",
    "charge_tax_percent.late_fee",
    "charge_tax_percent.take_or_pay",
    "deviation",
    "deviation.claim_deadline_days",
    "deviation.deemed_confirmed_days",
    "deviation.lower_tolerance",
    "deviation.measured_from",
    "deviation.netting",
    "deviation.over",
    "deviation.tiering",
    "deviation.under",
    "deviation.upper_tolerance",
    "excess_price",
    "excess_price.cap",
    "excess_price.constant",
    "excess_price.floor",
    "excess_price.indices",
    "first_gas_day",
    "last_gas_day",
    "month_ends_on",
    "monthly_quantities",
    "payment",
    "payment.automatic",
    "payment.continuous_process",
    "payment.demand_days",
    "payment.dispute_blocks_order",
    "payment.due_days",
    "payment.late_fee_percent_per_day",
    "payment.lease_hours",
    "payment.mode",
    "payment.no_cut",
    "payment.no_cut.dates",
    "payment.no_cut.hours",
    "payment.no_cut.weekdays",
    "payment.notice_below",
    "payment.notice_hours",
    "payment.notice_lapses_days",
    "payment.protected_daily_quantity",
    "payment.reading_max_age_hours",
    "payment.reduce_below",
    "payment.reduce_to_percent",
    "payment.reference",
    "payment.reference_days",
    "payment.restore_above",
    "payment.suspend_below",
    "payment.warn_below",
    "price_decimals",
    "price_plans",
    "take_or_pay",
    "take_or_pay.carry_forward",
    "take_or_pay.carry_forward.base",
    "take_or_pay.carry_forward.cap_percent",
    "take_or_pay.carry_forward.years",
    "take_or_pay.credit_deviation",
    "take_or_pay.end_of_term",
    "take_or_pay.end_of_term.kind",
    "take_or_pay.end_of_term.last_gas_day",
    "take_or_pay.lots_count",
    "take_or_pay.make_up",
    "take_or_pay.make_up.order",
    "take_or_pay.make_up.price",
    "take_or_pay.make_up.price.kind",
    "take_or_pay.make_up.price.percent",
    "take_or_pay.make_up.price.price",
    "take_or_pay.make_up.years",
    "take_or_pay.percent",
    "take_or_pay.price",
    "take_or_pay.price.kind",
    "take_or_pay.price.price",
    "take_or_pay.seller_shortfall_rate",
    "tax_percent",
    "unit",
];

/// What stands inside lists: a list is given as a whole, so that these are no terms by themselves.
const IN_LISTS: &[(&str, &str)] = &[
    ("cap", "price_plans"),
    ("code", "price_plans"),
    ("coefficient", "price_plans"),
    ("constant", "price_plans"),
    ("floor", "price_plans"),
    ("from", "tax_percent"),
    ("indices", "price_plans"),
    ("lag_months", "price_plans"),
    ("mean_of_months", "price_plans"),
    ("months", "price_plans"),
    ("per_unit", "deviation.under, deviation.over"),
    ("percent", "tax_percent"),
    ("percent_of_price", "deviation.under, deviation.over"),
    ("price", "price_plans"),
    ("rate", "deviation.under, deviation.over"),
    ("share", "price_plans"),
    ("tag", "price_plans"),
    ("tranches", "price_plans"),
    ("up_to", "deviation.under, deviation.over"),
];

/// How many names a refusal offers.
const OFFERED: usize = 3;

/// What a name given without its path stands for.
pub(super) enum Meant {
    /// Exactly one term.
    One(&'static str),
    /// Several; or one, and the same word inside a list.
    Several(Vec<&'static str>),
    /// Only inside these lists.
    InLists(&'static str),
    /// Nothing.
    Nothing,
}

/// The last word of a path.
fn word(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether a path names a term or a group of terms.
pub(super) fn is_term(path: &str) -> bool {
    TERMS.contains(&path)
}

/// Whether there are terms below a path.
pub(super) fn is_group(path: &str) -> bool {
    let below = |term: &&str| term.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    TERMS.iter().any(below)
}

/// What a single word stands for: a term at the top, or the one term that ends with it.
pub(super) fn meant(name: &str) -> Meant {
    if let Some(term) = TERMS.iter().find(|term| **term == name) {
        return Meant::One(term);
    }
    let mut found: Vec<&'static str> =
        TERMS.iter().filter(|term| word(term) == name).copied().collect();
    let in_lists = IN_LISTS.iter().find(|(inner, _)| *inner == name).map(|(_, lists)| *lists);
    match (found.as_slice(), in_lists) {
        ([], None) => Meant::Nothing,
        ([], Some(lists)) => Meant::InLists(lists),
        ([one], None) => Meant::One(one),
        (_, lists) => {
            found.extend(lists);
            Meant::Several(found)
        }
    }
}

/// The terms whose last word is nearest to that of `path`, nearest first; none is offered that
/// differs in more than a third of its letters, at least two.
pub(super) fn nearest(path: &str) -> String {
    let wanted = word(path);
    let tolerated = (wanted.chars().count() / 3).max(2);
    let apart = |term: &&'static str| (distance(wanted, word(term)), *term);
    let mut near: Vec<(usize, &str)> =
        TERMS.iter().map(apart).filter(|(distance, _)| *distance <= tolerated).collect();
    near.sort_unstable();
    let names: Vec<&str> = near.into_iter().take(OFFERED).map(|(_, term)| term).collect();
    names.join(", ")
}

/// How many letters have to be changed, added or taken away.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut before = place;
        let mut left = place + 1;
        let mut next = vec![left];
        for (above, known) in row.iter().skip(1).zip(other.chars()) {
            let changed = before + usize::from(letter != known);
            left = changed.min(above + 1).min(left + 1);
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
