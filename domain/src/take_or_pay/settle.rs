use std::sync::Arc;

use super::gather::{Gathered, UnderTakes, banks_before, gathered};
use super::{
    CarryForwardEntry, CarryForwardYear, Charge, MakeUpEntry, MakeUpYear, Rejection, SettleYear,
    Span, TakeOrPaySettled,
};
use crate::books::check_open;
use crate::context::Context;
use crate::contract::{ChargeKind, ContractState};
use crate::ledger::FourEyes;
use crate::market::IndexBook;
use crate::quantities::{CivilDay, Exact, GasDay, Money, Overflow, Percent, Quantity, Unit};
use crate::rules::RuleError;
use crate::rules::take_or_pay::{
    Entry, Liability, Rounding, TakeOrPayError, YearClosed, YearDocument, close_year, released,
};
use crate::rules::tax;
use crate::settlement::{RULES, input_streams, inputs};
use crate::state::Ledger;
use crate::stream::{DocumentInput, Stream};
use crate::trace::{Trace, Traced};
use crate::{Decision, Event};

/// What a document freezes beside its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// F: `off` where one person runs the ledger.
    pub four_eyes: Option<FourEyes>,
    /// What it is computed from (S3).
    pub inputs: Vec<DocumentInput>,
    /// The civil day on which the books take it.
    pub posted_on: CivilDay,
    /// 1 for the first document of the year.
    pub revision: u32,
    /// The version of the rules.
    pub rules: u32,
}

/// Y1–Y13: settles a contract year whose months are all issued, once, one year after the other.
pub fn settle(
    ledger: &Ledger,
    command: &SettleYear,
    context: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    let unknown = || Rejection::UnknownContract { contract: command.contract.clone() };
    let contract = ledger.contract(&command.contract).ok_or_else(unknown)?;
    if contract.settled_year(command.year).is_some() {
        return Ok(Decision::nothing());
    }
    // The year rests on issued documents, each of which names the readings that it rests on.
    let streams = input_streams(contract, []);
    let frozen = Frozen {
        four_eyes: ledger.run_by_one(),
        inputs: inputs(&streams, context.heads),
        posted_on: ledger.clock().civil_day(context.now),
        revision: 1,
        rules: RULES,
    };
    let document = settled(contract, command.year, ledger.indices(), frozen)?.value;
    if let Some(Span::Extension(last)) = contract.span_of(command.year) {
        let ends = ledger.clock().end(last);
        if context.now < ends {
            return Err(Rejection::ExtensionNotOver { last, ends }.into());
        }
    }
    check_open(ledger, document.posted_on)?;
    let mut decision = Decision::of([Event::TakeOrPaySettled(Arc::new(document))]);
    decision.guards = streams;
    Ok(decision.guarded_by(Stream::Books))
}

/// Y1–Y13 for a contract year: the whole document, and how its amounts came to be.
pub fn settled(
    contract: &ContractState,
    year: i64,
    indices: &IndexBook,
    frozen: Frozen,
) -> Result<Traced<TakeOrPaySettled>, crate::Rejection> {
    settled_counting(UnderTakes::Posted, contract, year, indices, frozen)
}

/// The same, with other under-takes counting as posted (Y5).
pub(crate) fn settled_counting(
    under_takes: UnderTakes,
    contract: &ContractState,
    year: i64,
    indices: &IndexBook,
    frozen: Frozen,
) -> Result<Traced<TakeOrPaySettled>, crate::Rejection> {
    gathered(under_takes, contract, year, indices, |found| {
        let banks = banks_before(contract, year);
        let rounding = Rounding::Unit(found.terms.unit);
        let closed = close_year(&found.rules, &found.facts, banks, rounding).map_err(refused)?;
        let liability = Liability::new(contract.make_up_before(year), found.terms.unit);
        document(contract, found, closed, liability, frozen)
    })
}

/// A released rule cannot fail on what was signed and settled but by a number that is too large.
fn refused(error: TakeOrPayError) -> crate::Rejection {
    match error {
        TakeOrPayError::Overflow(overflow) => overflow.into(),
        TakeOrPayError::ReliefAboveAnnual { .. } => {
            unreachable!("the relief of each month is at most its contract quantity (D1)")
        }
        TakeOrPayError::CapAboveWhole { .. } => {
            unreachable!("a cap above 100 % is refused when the contract is signed")
        }
        TakeOrPayError::BilledTooLittle { .. } => {
            unreachable!("what is drawn was taken, and all gas taken is billed (P4)")
        }
    }
}

fn document(
    contract: &ContractState,
    found: &Gathered<'_>,
    closed: YearClosed,
    mut liability: Liability,
    frozen: Frozen,
) -> Result<Traced<TakeOrPaySettled>, crate::Rejection> {
    let YearClosed { document: year, banks } = closed;
    let (unit, facts) = (found.terms.unit, &found.facts);
    let mut taxes = Taxes { found, steps: Vec::new() };
    let payment = taxes.charge(&year.payment, ChargeKind::TakeOrPay)?;
    let make_up_credit = taxes.charge(&year.make_up_credit, ChargeKind::Gas)?;
    let refund = taxes.charge(&year.refund, ChargeKind::TakeOrPay)?;
    let seller_compensation = untaxed(money(&year.seller_compensation)?);
    let make_up = make_up_year(&year, &mut liability, payment.gross)?;
    let parts: Vec<&MakeUpEntry> =
        [&make_up.drawn, &make_up.expired, &make_up.forfeited].into_iter().flatten().collect();
    let no_right = if year.opened.is_some() { Money::ZERO } else { payment.gross };
    let income = released(&parts, no_right);
    taxes.steps.push(income.trace);
    let released = taxes.charge(&income.value.value().into(), ChargeKind::TakeOrPay)?;
    let column = |of: fn(&Charge) -> Money| {
        of(&payment) - of(&make_up_credit) - of(&seller_compensation) - of(&refund)
    };
    let round = |exact: &Exact| Quantity::round(exact, unit).map(|it| it.shown_in(unit));
    let trace = year.trace.clone().with_steps(taxes.steps);
    let value = TakeOrPaySettled {
        adjusted_quantity: round(&year.adjusted_quantity)?,
        annual_quantity: round(&facts.annual_quantity.value)?,
        billed: found.billed,
        carry_forward: carry_forward_year(&year, banks.carry_forward.entries(), unit)?,
        causes: Vec::new(),
        difference: None,
        contract: contract.id().clone(),
        counted: round(&year.counted)?,
        deficiency: round(&year.deficiency)?,
        deviation_credited: round(&facts.deviation_credited.value)?,
        first_month: found.first_month,
        four_eyes: frozen.four_eyes,
        gross: column(|charge| charge.gross),
        inputs: frozen.inputs,
        last_gas_day: found.last_gas_day,
        last_month: contract.month_of(found.last_gas_day),
        make_up,
        make_up_credit,
        net: column(|charge| charge.net),
        paid_quantity: round(&year.paid_quantity)?,
        payment,
        posted_on: frozen.posted_on,
        refund,
        released,
        relief: round(&facts.relief.value)?,
        revision: frozen.revision,
        rules: frozen.rules,
        seller_compensation,
        seller_shortfall: round(&facts.seller_shortfall.value)?,
        take_or_pay_price: facts.take_or_pay_price.value,
        take_or_pay_quantity: round(&year.take_or_pay_quantity)?,
        taken: round(&facts.taken.value)?,
        tax: column(|charge| charge.tax),
        unit,
        year: year.year,
        year_net: money(&year.net)?,
    };
    Ok(Traced { value, trace })
}

fn money(exact: &Exact) -> Result<Money, Overflow> {
    Money::round(exact)
}

/// A4 posts a compensation without tax.
fn untaxed(gross: Money) -> Charge {
    Charge { gross, net: gross, tax: Money::ZERO, tax_percent: Percent::new(0.into()) }
}

/// M3: the taxed amounts of a document, by the rates of its last gas day.
struct Taxes<'a> {
    found: &'a Gathered<'a>,
    steps: Vec<Trace>,
}

impl Taxes<'_> {
    fn charge(&mut self, exact: &Exact, kind: ChargeKind) -> Result<Charge, RuleError> {
        let day: GasDay = self.found.last_gas_day;
        let rate = self.found.terms.tax_on(kind, day).ok_or(RuleError::NoTaxRate(day))?;
        let taxed = tax::split(money(exact)?, rate)?;
        let tax::Taxed { gross, net, tax } = taxed.value;
        if gross != Money::ZERO {
            self.steps.push(taxed.trace);
        }
        Ok(Charge { gross, net, tax, tax_percent: rate })
    }
}

/// Y3, Y8, Y10, Y13: the make-up bank with the money behind it, in the order of the clauses.
fn make_up_year(
    year: &YearDocument,
    liability: &mut Liability,
    payment: Money,
) -> Result<MakeUpYear, Overflow> {
    let drawn = liability.take(&year.draws)?;
    let opened = year.opened.as_ref().map(|entry| liability.pay(entry, payment)).transpose()?;
    let expired = liability.take(&year.make_up_expiries)?;
    let closed = liability.take(&year.closed)?;
    let paid_back = !year.refunded_quantity.is_zero();
    let (forfeited, refunded) = if paid_back { (Vec::new(), closed) } else { (closed, Vec::new()) };
    Ok(MakeUpYear { drawn, expired, forfeited, left: liability.clone().left(), opened, refunded })
}

fn carry_forward_year(
    year: &YearDocument,
    left: &[Entry<()>],
    unit: Unit,
) -> Result<CarryForwardYear, Overflow> {
    let of = |entry: &Entry<()>| CarryForwardEntry::of(entry, unit);
    let all = |entries: &[Entry<()>]| entries.iter().map(of).collect::<Result<Vec<_>, _>>();
    Ok(CarryForwardYear {
        applied: all(&year.applications)?,
        earned: year.earned.as_ref().map(of).transpose()?,
        expired: all(&year.carry_forward_expiries)?,
        lapsed: all(&year.lapsed)?,
        left: all(left)?,
    })
}
