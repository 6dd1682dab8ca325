//! Q1–Q3: from cubic metres to billing units.

use citygate_domain::quantities::{CalorificValue, Energy, Unit};
use citygate_domain::rules::energy::{billed, billed_energy, energy};
use citygate_tests_pure::table::{cell, check};
use citygate_tests_pure::words::unit;

#[test]
fn a_reading_is_billed_in_the_contracts_unit() {
    check(
        "
        volume   gcv      unit  | billed
        1000000  39       MJ    | 39000000.000
        1000000  39       GJ    | 39000.000000        # worked example
        1000000  39       MMBtu | 36964.867692        # worked example
        1000000  39       kWh   | 10833333.333
        1000000  39       m3    | 1000000
        1000000  -        m3    | 1000000             # m3 needs no calorific value
        1000000  -        GJ    | -                   # every other unit does
        0        38.5     GJ    | 0.000000
        0.001    38.4999  MJ    | 0.038               # 0.0384999
        0.001    38.5     MJ    | 0.039               # a tie
        0.001    38.5     GJ    | 0.000039            # from the rounded MJ: 0.039, not 0.0385
        0.001    38.4     kWh   | 0.011               # 0.038 / 3.6 = 0.010555…
        0.002    38.5     MMBtu | 0.000073            # 0.077 / 1055.05585262
        1.234    38.5836  GJ    | 0.047612            # 47.6121624 MJ is 47.612
    ",
        |row| {
            let (volume, gcv) = (row.get("volume"), row.opt::<CalorificValue>("gcv"));
            vec![cell(billed(volume, gcv, unit(row.text("unit"))).unwrap())]
        },
    );
}

#[test]
fn energy_is_rounded_once_per_point_and_gas_day() {
    check(
        "
        volume  gcv     | mj
        10      38.5    | 385.000
        0.001   0.4999  | 0.000
        0.001   0.5     | 0.001     # 0.0005 is a tie
        3.333   38.1234 | 127.065   # 127.0652922
    ",
        |row| vec![energy(row.get("volume"), row.get("gcv")).unwrap().to_string()],
    );
}

#[test]
fn megajoules_become_units_half_up() {
    check(
        "
        mj      unit  | quantity
        1.8     kWh   | 0.500
        0.0018  kWh   | 0.001       # 0.0005 is a tie
        0.0017  kWh   | 0.000
        0.0005  GJ    | 0.000001    # 0.0000005 is a tie
        0.0004  GJ    | 0.000000
        1055.05585262 MMBtu | 1.000000
    ",
        |row| {
            let mj = row.get::<Energy>("mj");
            vec![billed_energy(mj, unit(row.text("unit"))).unwrap().to_string()]
        },
    );
}

#[test]
fn a_number_too_large_is_refused_and_not_rounded() {
    let volume = "999999999999999.999".parse().unwrap();
    let gcv = "999999999999999.9999".parse().unwrap();
    for unit in Unit::ALL.into_iter().filter(|unit| unit.needs_calorific_value()) {
        assert!(billed(volume, Some(gcv), unit).is_err(), "{unit}");
    }
}

/// What is read has 15 digits before the point; what is billed has no more, so that it adds up.
#[test]
fn a_quantity_too_large_to_be_added_up_is_refused() {
    let billed = |volume: &str, gcv: &str| {
        billed(volume.parse().unwrap(), Some(gcv.parse().unwrap()), Unit::Megajoule)
    };
    assert!(billed("100000000000000", "9").is_ok());
    assert!(billed("100000000000000", "10").is_err());
    assert!(billed("900000000000000", "80000000000000").is_err());
}
