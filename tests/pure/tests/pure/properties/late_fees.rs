//! A6: late fees of a document that is paid in parts and restated up and down, beside a twin that
//! counts yuan by yuan.

use std::cmp::Reverse;

use chrono::NaiveDate;
use citygate_domain::books::{DocumentName, charged};
use citygate_domain::quantities::CivilDay;
use citygate_tests_pure::book_words::{fee_charged, postpaid};
use citygate_tests_pure::history::dice::Dice;
use citygate_tests_pure::words::{
    civil, closed, delivered, delivered_daily, instant, m3, month, paid, restated,
};
use citygate_tests_pure::world::World;

/// How many days after its posting a document is due.
const DUE_DAYS: u64 = 10;

/// What happens to January after its settlement of 775 yuan, on a day.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// So many yuan come.
    Paid(u64),
    /// January comes to so many yuan now.
    Restated(u64),
}

/// A yuan that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Coin {
    due: CivilDay,
    paid: Option<CivilDay>,
}

/// The twin: every yuan by itself.
#[derive(Default)]
struct Coins {
    owed: Vec<Coin>,
    money: u64,
}

impl Coins {
    fn change(&mut self, on: CivilDay, change: Change) {
        match change {
            Change::Paid(amount) => self.money += amount,
            Change::Restated(gross) => {
                let due = on.plus(DUE_DAYS);
                while (self.owed.len() as u64) < gross {
                    self.owed.push(Coin { due, paid: None });
                }
                while self.owed.len() as u64 > gross {
                    self.take_off();
                }
            }
        }
        let mut open: Vec<_> = self.owed.iter_mut().filter(|coin| coin.paid.is_none()).collect();
        open.sort_by_key(|coin| coin.due);
        for coin in open.into_iter().take(self.money as usize) {
            coin.paid = Some(on);
            self.money -= 1;
        }
    }

    /// One yuan less: of those due last one that is open, else the one that was paid last.
    fn take_off(&mut self) {
        let last = |(_, coin): &(usize, &Coin)| (coin.due, coin.paid.is_none(), coin.paid);
        let found = self.owed.iter().enumerate().max_by_key(last).map(|(place, _)| place);
        let coin = self.owed.remove(found.expect("something is owed"));
        self.money += u64::from(coin.paid.is_some());
    }

    /// Yuan × days from the day after the due day to the day before payment, or through a day.
    fn yuan_days(&self, through: CivilDay) -> i64 {
        let days = |coin: &Coin| {
            let until = coin.paid.unwrap_or(through.plus(1));
            ((until.date() - coin.due.date()).num_days() - 1).max(0)
        };
        self.owed.iter().map(days).sum()
    }
}

fn some_day(dice: &mut Dice) -> CivilDay {
    let first = NaiveDate::from_ymd_opt(2026, 2, 1).expect("a day");
    CivilDay::new(first).plus(dice.below(120))
}

/// January at 775 yuan, and what happens to it, in the order of days.
fn story(dice: &mut Dice) -> (World, Vec<(CivilDay, Change)>) {
    let mut facts = vec![postpaid("LG-1").signed()];
    facts.extend(delivered_daily("2026-01-01", "2026-01-31", "10"));
    facts.push(closed("2026-01"));
    let mut world = World::of(facts);
    let mut days: Vec<_> = (0..dice.between(2, 9)).map(|_| some_day(dice)).collect();
    days.sort();
    let mut changes = Vec::new();
    for (nth, on) in days.into_iter().enumerate() {
        world.now = instant(&format!("{on}T12:00:00+08:00"));
        let change = match dice.one_in(2) {
            true => Change::Paid(dice.between(1, 900)),
            false => Change::Restated(750 + 5 * dice.below(60)),
        };
        match change {
            Change::Paid(amount) => {
                world.take(paid(&format!("B-{nth}"), &on.to_string(), &format!("{amount}.00")));
            }
            Change::Restated(gross) => {
                // 30 days of 10 m³ at 2.50 yuan, and what makes up the rest.
                let volume = (gross - 750) * 2 / 5;
                let reading = delivered("2026-01-10", m3(&volume.to_string()));
                world.take(reading.correcting(&format!("measured again {nth}")));
                world.take(restated("2026-01"));
            }
        }
        changes.push((on, change));
    }
    world.now = instant("2026-12-01T12:00:00+08:00");
    // Of one day, what is owed comes before what pays it.
    changes.sort_by_key(|(on, change)| (*on, matches!(change, Change::Paid(_))));
    (world, changes)
}

fn fees(world: &World) -> Vec<citygate_domain::books::LateFeeCharged> {
    let fees = world.contract("LG-1").late_fees.iter();
    fees.map(|fee| fee.charged.clone()).collect()
}

#[test]
fn a_late_fee_counts_the_yuan_and_days_that_counting_yuan_by_yuan_counts() {
    let (mut late, mut tranches) = (0, 0);
    for seed in 0..120 {
        let mut dice = Dice::new(seed);
        let (world, changes) = story(&mut dice);
        let through = some_day(&mut dice);
        let mut twin = Coins::default();
        twin.change(civil("2026-01-31"), Change::Restated(775));
        for (on, change) in changes.iter().filter(|(on, _)| *on <= through) {
            twin.change(*on, *change);
        }
        let january = DocumentName::Settlement { month: month("2026-01") };
        let fee = charged(world.contract("LG-1"), january, through).expect("it has a rate");
        let parts = fee.map_or_else(Vec::new, |fee| fee.value.parts);
        let counted = parts.iter().map(|part| part.principal.fen() * i128::from(part.days));
        let counted: i128 = counted.sum();
        let wanted = 100 * i128::from(twin.yuan_days(through));
        assert_eq!(counted, wanted, "seed {seed} through {through}: {changes:?} {parts:?}");
        late += usize::from(wanted > 0);
        tranches += usize::from(parts.iter().any(|part| part.due.is_some()));
    }
    assert!(late > 60 && tranches > 10, "{late} were late, {tranches} with a later tranche");
}

#[test]
fn charged_in_steps_or_at_once_a_late_fee_is_the_same() {
    let mut credits = 0;
    for seed in 0..400 {
        let mut dice = Dice::new(1_000 + seed);
        let (world, changes) = story(&mut dice);
        let mut days: Vec<_> = (0..dice.between(2, 6)).map(|_| some_day(&mut dice)).collect();
        days.sort();
        let last = days.last().expect("two days at least").to_string();
        let (mut steps, mut at_once) = (world.clone(), world);
        for through in &days {
            steps.take(fee_charged("2026-01", &through.to_string()));
        }
        at_once.take(fee_charged("2026-01", &last));
        let sum = |world: &World| fees(world).iter().map(|fee| fee.fee.fen()).sum::<i128>();
        assert_eq!(sum(&steps), sum(&at_once), "seed {seed} {days:?}: {changes:?}");
        let left = steps.contract("LG-1").late_fees.iter().map(|fee| fee.left.gross.fen());
        assert_eq!(left.sum::<i128>(), sum(&steps), "seed {seed}: what is left is the fee");
        credits += fees(&steps).iter().filter(|fee| fee.is_credit()).count();
    }
    assert!(credits > 10, "{credits} credits were thrown");
}

/// The twin itself: of 3 yuan due on two days, one paid, the open one due last goes first.
#[test]
fn the_twin_takes_off_what_is_due_last_and_open() {
    let mut twin = Coins::default();
    twin.change(civil("2026-01-31"), Change::Restated(2));
    twin.change(civil("2026-02-05"), Change::Restated(3));
    twin.change(civil("2026-02-20"), Change::Paid(1));
    twin.change(civil("2026-02-21"), Change::Restated(2));
    let mut paid: Vec<_> = twin.owed.iter().map(|coin| (Reverse(coin.paid), coin.due)).collect();
    paid.sort();
    assert_eq!(paid[0], (Reverse(Some(civil("2026-02-20"))), civil("2026-02-10")));
    assert_eq!(paid[1], (Reverse(None), civil("2026-02-10")));
}
