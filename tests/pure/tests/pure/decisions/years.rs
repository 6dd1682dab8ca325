//! Y: settling contract years of take-or-pay.

use std::sync::Arc;

use citygate_domain::Event;
use citygate_domain::contract::{Warning, warnings};
use citygate_domain::deviation::Step;
use citygate_domain::take_or_pay::{Rejection, TakeOrPaySettled};
use citygate_tests_pure::story::{Given, given};
use citygate_tests_pure::template::Template;
use citygate_tests_pure::told::Told;
use citygate_tests_pure::words::{
    assessed, civil, claimed, closed, closed_through, contract, day, delivered, delivered_daily,
    instant, m3, month, price, receipt, signed, step, units, waived, year_settled, yuan,
};
use citygate_tests_pure::world::{TODAY, World};
use serde_json::{Value, json};

/// 80 % of 1 000 m³ a month at 3 yuan, two years to make up for nothing.
fn agreed() -> Value {
    json!({
        "percent": "80", "credit_deviation": false, "price": {"kind": "fixed", "price": "3"},
        "make_up": {"years": 2, "order": "after_adjusted", "price": {"kind": "free"}},
        "end_of_term": {"kind": "forfeit"},
    })
}

fn with(terms: &Value, first: &str, last: &str) -> Template {
    contract("LG-1")
        .term_of(first, last)
        .without("deviation")
        .term("take_or_pay", &terms.to_string())
}

/// A term, the same volume taken on each of its days, and its months closed.
fn closed_term(terms: &Value, first: &str, last: &str, volume: &str) -> Given {
    let mut facts = vec![with(terms, first, last).signed()];
    facts.extend(delivered_daily(first, last, volume));
    facts.extend(closed_through(&first[..7], &last[..7]));
    given(facts)
}

/// January and February 2026, 10 m³ a day: 590 of 2 000.
fn two_months(terms: &Value) -> Given {
    closed_term(terms, "2026-01-01", "2026-02-28", "10")
}

fn settled(event: &Event) -> Arc<TakeOrPaySettled> {
    let Event::TakeOrPaySettled(document) = event else { panic!("{event:?}") };
    Arc::clone(document)
}

fn year_of(world: &World, year: i64) -> &TakeOrPaySettled {
    &world.contract("LG-1").settled_year(year).expect("a settled year").document
}

#[test]
fn a_year_whose_months_are_issued_is_settled_once() {
    let settling = two_months(&agreed()).at("2026-03-04T23:30:00+08:00").when(year_settled(2026));
    let world = settling.then(|event| {
        let year = settled(event);
        assert_eq!((year.revision, year.year), (1, 2026));
        assert_eq!((year.first_month, year.last_month), (month("2026-01"), month("2026-02")));
        assert_eq!((year.last_gas_day, year.posted_on), (day("2026-02-28"), civil("2026-03-04")));
        assert_eq!((year.annual_quantity, year.taken), (units("2000"), units("590")));
        assert_eq!((year.take_or_pay_quantity, year.deficiency), (units("1600"), units("1010")));
        assert_eq!((year.payment.gross, year.gross), (yuan("3030.00"), yuan("3030.00")));
        assert_eq!((year.net, year.tax), (yuan("2779.82"), yuan("250.18")));
        assert_eq!(event.effective(), Some(civil("2026-02-28")));
    });
    let mut world = world;
    assert_eq!(world.tell(&year_settled(2026).command()), Ok(Vec::new()), "it is known");
}

#[test]
fn a_year_names_the_streams_it_was_computed_from() {
    two_months(&agreed()).when(year_settled(2026)).then(|event| {
        let year = settled(event);
        let inputs: Vec<(&str, u64)> =
            year.inputs.iter().map(|input| (input.stream.as_str(), input.to)).collect();
        // Signed, and two months issued: the documents name the readings.
        assert_eq!(inputs, [("contract/LG-1", 3)]);
    });
}

#[test]
fn the_refusals_come_in_their_order() {
    let none = given([signed("LG-1")]).when(year_settled(2026));
    none.then_refused("no_take_or_pay_terms");
    let terms = agreed();
    let open = given([with(&terms, "2026-01-01", "2027-02-28").signed()]);
    let before = (2025, 2026, 2027);
    open.clone().when(year_settled(2025)).then_rejected(Rejection::OutsideTerm {
        contract: "LG-1".parse().unwrap(),
        year: before.0,
        first: before.1,
        last: before.2,
    });
    open.clone().when(year_settled(i64::MAX)).then_refused("outside_term");
    open.clone().when(year_settled(i64::MIN)).then_refused("outside_term");
    let months = vec![month("2027-01"), month("2027-02")].into();
    open.when(year_settled(2027)).then_rejected(Rejection::MonthsNotIssued { months });
    closed_term(&terms, "2026-01-01", "2027-01-31", "10")
        .when(year_settled(2027))
        .then_rejected(Rejection::YearBeforeOpen { year: 2027, before: 2026 });
}

#[test]
fn a_year_of_fewer_months_is_named_by_the_one_in_which_it_begins() {
    let terms = agreed();
    let given = closed_term(&terms, "2025-07-01", "2026-07-31", "40");
    given.clone().when(year_settled(2025)).then(|event| {
        let year = settled(event);
        assert_eq!((year.first_month, year.last_month), (month("2025-07"), month("2026-06")));
        assert_eq!(year.taken, units("14600"));
    });
    given.and([year_settled(2025)]).when(year_settled(2026)).then(|event| {
        let year = settled(event);
        assert_eq!((year.first_month, year.last_month), (month("2026-07"), month("2026-07")));
        assert_eq!((year.taken, year.take_or_pay_quantity), (units("1240"), units("800")));
    });
}

/// January 640 m³ below its edge, February inside the tolerance; both closed, January assessed. The
/// whole year of 2 000 m³ must be taken or paid, and posted under-takes are credited.
fn crediting() -> Given {
    let mut terms = agreed();
    terms["credit_deviation"] = true.into();
    terms["percent"] = "100".into();
    let deviating = with(&terms, "2026-01-01", "2026-02-28")
        .term("deviation", &serde_json::to_string(&deviation()).unwrap())
        .signed();
    let mut facts = vec![deviating];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.extend(delivered_daily("2026-02-01", "2026-02-28", "35.715"));
    facts.extend(closed_through("2026-01", "2026-02"));
    facts.push(assessed("2026-01"));
    given(facts)
}

#[test]
fn under_takes_that_may_be_credited_are_posted_or_waived_first() {
    let months = vec![month("2026-01"), month("2026-02")].into();
    let both = crediting().when(year_settled(2026));
    let mut world = both.then_rejected(Rejection::DeviationsOpen { months });
    // February is inside the tolerance: once assessed, there is nothing to post.
    world.take(assessed("2026-02"));
    let january = vec![month("2026-01")].into();
    let refused = world.decide(&year_settled(2026).command());
    assert_eq!(refused, Err(Rejection::DeviationsOpen { months: january }.into()));
}

#[test]
fn a_posted_under_take_is_credited_and_a_waived_one_is_not() {
    let li = |wanted| step("2026-01", 1, wanted).by("li.wei");
    let assessed = || crediting().and([assessed("2026-02")]);
    let posted = assessed().and([
        li(Step::IssueSheet),
        li(receipt(TODAY)),
        step("2026-01", 1, Step::ApprovePosting).by("zhang.min"),
        li(Step::Post),
    ]);
    posted.when(year_settled(2026)).then(|event| {
        let year = settled(event);
        assert_eq!((year.counted, year.deviation_credited), (units("1310.02"), units("640")));
        assert_eq!((year.deficiency, year.payment.gross), (units("49.98"), yuan("149.94")));
    });
    let waived = assessed().and([waived("2026-01", 1)]);
    waived.when(year_settled(2026)).then(|event| {
        let year = settled(event);
        assert_eq!((year.deviation_credited, year.deficiency), (units("0"), units("689.98")));
    });
}

fn deviation() -> Value {
    json!({
        "lower_tolerance": "5", "upper_tolerance": "5", "measured_from": "edge",
        "tiering": "marginal", "netting": "month",
        "under": [{"up_to": null, "rate": {"percent_of_price": "30"}}],
        "over": [{"up_to": null, "rate": {"per_unit": "0.15"}}],
    })
}

#[test]
fn relief_counts_each_gas_day_once_and_compensation_each_claim() {
    let mut terms = agreed();
    terms["seller_shortfall_rate"] = "1.5".into();
    let short = |id, quantity| {
        let kind = serde_json::from_value("seller_shortfall".into()).unwrap();
        claimed(id, "2026-01-10", "2026-01-13", quantity).because_of(kind).granted(quantity)
    };
    let over_the_end = claimed("CL-3", "2026-02-27", "2026-02-28", "60").granted("60");
    let claims = [short("CL-1", "100"), short("CL-2", "80"), over_the_end];
    two_months(&terms).and(claims).when(year_settled(2026)).then(|event| {
        let year = settled(event);
        assert_eq!((year.relief, year.adjusted_quantity), (units("160"), units("1840")));
        assert_eq!(year.seller_shortfall, units("180"));
        assert_eq!(year.seller_compensation.gross, yuan("270.00"));
        assert_eq!(year.seller_compensation.tax, yuan("0.00"));
    });
}

#[test]
fn a_sellers_shortfall_across_two_years_counts_by_its_days_in_each() {
    let mut terms = agreed();
    terms["seller_shortfall_rate"] = "1".into();
    let kind = serde_json::from_value("seller_shortfall".into()).unwrap();
    let claim = claimed("CL-1", "2026-12-31", "2027-01-02", "90").because_of(kind).granted("90");
    let years = closed_term(&terms, "2026-01-01", "2027-01-31", "10").and([claim]);
    let world = years.and([year_settled(2026)]).when(year_settled(2027)).then(|_| {});
    assert_eq!(year_of(&world, 2026).seller_shortfall, units("30"));
    assert_eq!(year_of(&world, 2027).seller_shortfall, units("60"));
}

/// 10 000 m³ at 3.333333: what leaves the liability in parts is what was paid, to the cent.
#[test]
fn the_money_behind_make_up_leaves_it_exactly() {
    let mut terms = agreed();
    terms["price"] = json!({"kind": "fixed", "price": "3.333333"});
    terms["make_up"]["years"] = 3.into();
    let mut facts = vec![with(&terms, "2026-01-01", "2029-12-31").signed()];
    for (year, volume) in [(2026, "20"), (2027, "35.123"), (2028, "34.007"), (2029, "33.501")] {
        let (first, last) = (format!("{year}-01-01"), format!("{year}-12-31"));
        facts.extend(delivered_daily(&first, &last, volume));
        facts.extend(closed_through(&first[..7], &last[..7]));
        facts.push(year_settled(year));
    }
    let told = facts.pop().unwrap();
    let given = given([]).at("2031-01-01T12:00:00+08:00").and(facts);
    let world = given.when(told).then(|_| {});
    let opened = year_of(&world, 2026).make_up.opened.clone().unwrap();
    assert_eq!((opened.quantity, opened.amount), (units("2300"), yuan("7666.67")));
    assert_eq!(opened.price, price("3.333333"));
    let mut left = opened.amount;
    for year in 2027..=2029 {
        let make_up = &year_of(&world, year).make_up;
        let parts = [&make_up.drawn, &make_up.expired, &make_up.forfeited, &make_up.refunded];
        let gone = parts.into_iter().flatten().map(|entry| entry.amount).sum();
        left = left - gone;
        let open = make_up.left.iter().map(|entry| entry.amount).sum();
        assert_eq!(left, open, "{year}");
    }
    assert_eq!(left, yuan("0.00"));
}

#[test]
fn a_payment_without_a_right_is_income_at_once() {
    let mut terms = agreed();
    terms["make_up"]["years"] = 0.into();
    let years = closed_term(&terms, "2026-01-01", "2027-01-31", "10");
    years.when(year_settled(2026)).then(|event| {
        let year = settled(event);
        assert!(year.make_up.opened.is_none() && year.make_up.left.is_empty());
        assert_eq!(year.released.gross, year.payment.gross);
        assert_eq!(year.payment.gross, yuan("17850.00"));
    });
}

#[test]
fn the_balance_counts_a_settled_year_from_its_last_gas_day() {
    let world = two_months(&agreed()).when(year_settled(2026)).then(|_| {});
    assert_eq!(world.account("LG-1", "2026-02-27").balance, yuan("-1450.00"));
    assert_eq!(world.account("LG-1", "2026-02-28").balance, yuan("-4505.00"));
}

#[test]
fn an_extension_forfeits_what_is_left_when_it_is_over() {
    let mut terms = agreed();
    terms["end_of_term"] = json!({"kind": "extend", "last_gas_day": "2027-06-30"});
    terms["make_up"]["years"] = 3.into();
    let years = closed_term(&terms, "2026-01-01", "2027-01-31", "10");
    let both = years.and([year_settled(2026), year_settled(2027)]);
    both.clone().at("2027-07-01T07:59:59+08:00").when(year_settled(2028)).then_rejected(
        Rejection::ExtensionNotOver {
            last: day("2027-06-30"),
            ends: instant("2027-07-01T08:00:00+08:00"),
        },
    );
    let over = both.at("2027-07-01T08:00:00+08:00");
    let world = over.when(year_settled(2028)).then(|event| {
        let year = settled(event);
        assert_eq!((year.first_month, year.last_month), (month("2027-02"), month("2027-06")));
        assert_eq!((year.gross, year.last_gas_day), (yuan("0.00"), day("2027-06-30")));
        // What 2027 paid gave no right: it was the last year.
        let forfeited: Vec<i64> = year.make_up.forfeited.iter().map(|it| it.origin).collect();
        assert_eq!(forfeited, [2026]);
        assert_eq!(year.released.gross, yuan("17850.00"));
    });
    assert!(year_of(&world, 2028).make_up.left.is_empty());
    assert_eq!(
        world.decide(&year_settled(2029).command()).map_err(|it| it.code()).err(),
        Some("outside_term")
    );
}

#[test]
fn an_extension_without_make_up_is_no_year() {
    let mut terms = agreed();
    terms["end_of_term"] = json!({"kind": "extend", "last_gas_day": "2026-06-30"});
    let world = two_months(&terms).when(year_settled(2026)).then(|_| {});
    let refused = world.decide(&year_settled(2027).command());
    assert_eq!(refused.map_err(|it| it.code()).err(), Some("outside_term"));
}

#[test]
fn a_renewal_takes_over_the_banks_and_never_lengthens_a_settled_year() {
    let mut terms = agreed();
    terms["end_of_term"] = json!({"kind": "extend", "last_gas_day": "2028-06-30"});
    let year = closed_term(&terms, "2026-01-01", "2026-12-31", "10").and([year_settled(2026)]);
    let renewed = with(&terms, "2027-01-01", "2027-01-31").every_month("100").signed();
    let mut more = vec![renewed];
    more.extend(delivered_daily("2027-01-01", "2027-01-31", "10"));
    more.push(closed("2027-01"));
    year.and(more).when(year_settled(2027)).then(|event| {
        // 2026 was the last year, so its payment gave no right; nothing is there to draw.
        assert!(settled(event).make_up.drawn.is_empty());
    });
    let short = two_months(&terms).and([year_settled(2026)]);
    let renewed = with(&terms, "2026-03-01", "2026-03-31").signed();
    short.when(renewed).then_refused("year_already_settled");
}

#[test]
fn what_lapses_in_a_year_without_take_or_pay_expires_in_the_next_with_it() {
    let mut terms = agreed();
    terms["make_up"]["years"] = 1.into();
    let mut facts = vec![
        with(&terms, "2026-01-01", "2026-12-31").signed(),
        contract("LG-1").term_of("2027-01-01", "2027-12-31").without("deviation").signed(),
        with(&terms, "2028-01-01", "2028-01-31").signed(),
    ];
    facts.extend(delivered_daily("2026-01-01", "2028-01-31", "20"));
    facts.extend(closed_through("2026-01", "2028-01"));
    facts.push(year_settled(2026));
    let given = given(facts);
    given.clone().when(year_settled(2027)).then_refused("no_take_or_pay_terms");
    given.when(year_settled(2028)).then(|event| {
        let make_up = &settled(event).make_up;
        let expired: Vec<i64> = make_up.expired.iter().map(|entry| entry.origin).collect();
        assert_eq!((make_up.drawn.len(), expired), (0, vec![2026]));
    });
}

#[test]
fn a_reading_after_the_year_is_settled_leaves_the_document_as_it_is() {
    let world = two_months(&agreed()).when(year_settled(2026)).then(|_| {});
    let before = year_of(&world, 2026).clone();
    let mut world = world;
    world.take(delivered("2026-01-05", m3("12")).correcting("misread"));
    assert_eq!(*year_of(&world, 2026), before);
    let replayed = world.replayed();
    let again = replayed.contract(&"LG-1".parse().unwrap()).unwrap().settled_year(2026).unwrap();
    assert_eq!(*again.document, before, "replayed = lived");
}

#[test]
fn signing_warns_about_make_up_that_is_drawn_first() {
    let warned = |order: &str| {
        let mut terms = agreed();
        terms["make_up"]["order"] = order.into();
        let Told::Command(citygate_domain::Command::SignContract(sign)) =
            with(&terms, "2026-01-01", "2026-02-28").signed()
        else {
            panic!("a contract is signed")
        };
        warnings(&sign.terms)
    };
    assert_eq!(warned("first"), [Warning::MakeUpDrawnFirst]);
    assert_eq!(warned("after_adjusted"), []);
    assert_eq!(warned("after_take_or_pay"), []);
}
