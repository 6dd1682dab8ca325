use super::{Rounding, TakeOrPayError};
use crate::log::Position;
use crate::quantities::{Exact, SettlementMonth};
use crate::rules::lines::{Line, LineKind};
use crate::trace::{Trace, Traced, Value};

/// The settlement of one month as Y11 walks through it.
#[derive(Debug, Clone, Copy)]
pub struct BilledMonth<'a> {
    /// Which month.
    pub month: SettlementMonth,
    /// The lines of its newest revision, in the order of P5.
    pub lines: &'a [Line],
    /// The event that issued it.
    pub position: Position,
}

/// Gas that was billed together: a segment with all its tranches, a lot, or an excess line.
struct Block {
    label: String,
    quantity: Exact,
    amount: Exact,
}

impl Block {
    fn of(lines: &[Line]) -> Option<Self> {
        let first = lines.first()?;
        let label = match (first.kind, first.first_gas_day, first.last_gas_day) {
            (LineKind::Base, Some(from), Some(to)) => format!("base {from} … {to}"),
            (LineKind::Base | LineKind::Lot | LineKind::Excess, _, _) => {
                format!("{} {}", first.kind.word(), first.tag).trim().to_owned()
            }
        };
        let quantity: Exact = lines.iter().map(|line| line.quantity.exact()).sum();
        let amount: Exact = lines.iter().map(|line| Exact::from(line.amount.value())).sum();
        quantity.is_positive().then_some(Self { label, quantity, amount })
    }
}

/// Y11: what the last `quantity` units of a year were billed at, exact.
///
/// `months` are the year's, the newest first. Inside a month the excess lines come first, from last
/// to first, then the lots, then the segments, all from last to first. A part of any of them counts
/// at its amounts ÷ its quantity, so that a month walked through comes to its gross total.
pub fn billed_at(
    months: &[BilledMonth<'_>],
    quantity: &Exact,
    rounding: Rounding,
) -> Result<Traced<Exact>, TakeOrPayError> {
    let mut left = quantity.clone();
    let mut amount = Exact::zero();
    let mut walked = Vec::new();
    'months: for month in months {
        for block in blocks(month.lines) {
            if !left.is_positive() {
                break 'months;
            }
            let part = left.clone().min(block.quantity.clone());
            let price = block.amount.clone() / block.quantity.clone();
            left = &left - &part;
            amount = amount + &part * &price;
            walked.push((month, block, part));
        }
    }
    if left.is_positive() {
        let (wanted, billed) = (quantity.clone().into(), (quantity - &left).into());
        return Err(TakeOrPayError::BilledTooLittle { wanted, billed });
    }
    let trace = trace(&walked, &amount, rounding);
    Ok(Traced { value: amount, trace })
}

/// The blocks of a month, the last billed unit first.
fn blocks(lines: &[Line]) -> Vec<Block> {
    let of_kind = |kind: LineKind| lines.iter().rev().filter(move |line| line.kind == kind);
    let single = |line: &Line| Block::of(std::slice::from_ref(line));
    let excess = of_kind(LineKind::Excess).filter_map(single);
    let lots = of_kind(LineKind::Lot).filter_map(single);
    let same_segment = |left: &Line, right: &Line| {
        left.kind == right.kind && left.first_gas_day == right.first_gas_day
    };
    let segments: Vec<Block> = lines
        .chunk_by(same_segment)
        .filter(|lines| lines.first().is_some_and(|line| line.kind == LineKind::Base))
        .filter_map(Block::of)
        .collect();
    excess.chain(lots).chain(segments.into_iter().rev()).collect()
}

fn trace(walked: &[(&BilledMonth<'_>, Block, Exact)], amount: &Exact, rounding: Rounding) -> Trace {
    let trace = Trace::new("Y11", "billed_amount", rounding.money_value(amount));
    walked.iter().fold(trace, |trace, (month, block, part)| {
        trace
            .with_events("month", Value::Month(month.month), vec![month.position])
            .with("line", Value::Text(block.label.clone()))
            .with("part", rounding.quantity_value(part))
            .with("quantity", rounding.quantity_value(&block.quantity))
            .with("amount", rounding.money_value(&block.amount))
    })
}
