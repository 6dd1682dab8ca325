//! `take-or-pay`: settled contract years.

use citygate_domain::log::Position;
use citygate_domain::quantities::Quantity;
use citygate_domain::take_or_pay::{TakeOrPaySettled, carried, made_up};

use crate::calculate::YEAR_COLUMNS;
use crate::table::Table;

/// `take-or-pay`: a row a settled contract year, by the columns of the calculation (Y).
#[must_use]
pub fn take_or_pay<'a>(documents: impl Iterator<Item = (&'a TakeOrPaySettled, Position)>) -> Table {
    let columns: Vec<&'static str> = ["contract"].into_iter().chain(YEAR_COLUMNS).collect();
    let mut table = Table::new(&columns);
    for (year, _) in documents {
        let shown = |quantity: Quantity| quantity.shown_in(year.unit).to_string();
        let (make_up, carry) = (&year.make_up, &year.carry_forward);
        table.push([
            year.contract.to_string(),
            year.year.to_string(),
            shown(year.adjusted_quantity),
            shown(year.take_or_pay_quantity),
            shown(made_up(&make_up.drawn)),
            shown(year.counted),
            shown(year.deficiency),
            shown(carried(&carry.applied)),
            shown(year.paid_quantity),
            year.payment.gross.to_string(),
            shown(made_up(&make_up.left)),
            shown(made_up(&make_up.expired)),
            shown(carried(carry.earned.as_slice())),
            shown(carried(&carry.left)),
            shown(carried(&carry.expired)),
            shown(made_up(&make_up.forfeited)),
            year.refund.gross.to_string(),
            year.seller_compensation.gross.to_string(),
            year.year_net.to_string(),
        ]);
    }
    table
}
