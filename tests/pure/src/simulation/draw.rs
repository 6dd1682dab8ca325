//! Histories: the way from a demand to a valve and back, with noise and faults woven in.

use citygate_domain::supply::{DisputeOutcome, MeasureKind, Seen, ValveState};

use super::agreed::{Agreed, Contract, agreed};
use super::faults::{Fault, Faults, fault};
use super::plant::Lean;
use super::step::{Act, Asks, Moves, Node, PERSONS, Step, Transport, Who};
use super::turns::turns;
use crate::history::dice::Dice;

/// Minutes of a day.
pub const DAY: i64 = 24 * 60;

/// A history before it is played.
#[derive(Debug, Clone)]
pub struct History {
    /// How it begins.
    pub agreed: Agreed,
    /// What happens.
    pub steps: Vec<Step>,
}

/// The history of a seed, and the faults that were woven into it. A kind to lean on is woven in first.
#[must_use]
pub fn history(seed: u64, lean: Option<Lean>) -> (History, Faults) {
    // Neighbouring seeds are far apart in the sequence that the dice follow.
    let mut dice = Dice::new((seed + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(29));
    let mut agreed = agreed(&mut dice);
    let turns = turns(&mut dice, &mut agreed, lean);
    let mut drawn = Drawn { dice, steps: Vec::new(), number: 0 };
    drawn.begin(&agreed);
    let place = drawn.dice.below(agreed.contracts.len() as u64) as usize;
    if let Some(contract) = agreed.contracts.get(place) {
        drawn.procedure(place, contract);
        if drawn.dice.one_in(3) {
            drawn.procedure(place, contract);
        }
    }
    drawn.noise(&agreed);
    turns.into_iter().for_each(|turn| drawn.turn(turn, &agreed, place));
    drawn.ticks();
    let Drawn { mut dice, mut steps, .. } = drawn;
    let mut faults = Faults::default();
    let lean = lean.and_then(|lean| match lean {
        Lean::Fault(fault) => Some(fault),
        Lean::Turn(_) => None,
    });
    let others = dice.below(6);
    let drawn = (0..others).map(|_| *dice.of(&Fault::ALL)).collect::<Vec<_>>();
    for kind in lean.into_iter().chain(drawn) {
        fault(&mut dice, kind, &agreed, &mut steps, &mut faults);
    }
    steps.truncate(64);
    (History { agreed, steps }, faults)
}

/// A history while it is drawn.
pub(super) struct Drawn {
    pub(super) dice: Dice,
    pub(super) steps: Vec<Step>,
    number: u32,
}

impl Drawn {
    pub(super) fn next(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    pub(super) fn tell(&mut self, who: Who, act: Act) {
        self.steps.push(Step::Tell(who, act));
    }

    pub(super) fn somebody(&mut self) -> Who {
        Who::Person(self.dice.below(PERSONS.len() as u64) as usize)
    }

    /// Steps from a place on, or behind all.
    pub(super) fn at(&mut self, place: usize, draw: impl FnOnce(&mut Self)) {
        let behind = self.steps.split_off(place.min(self.steps.len()));
        draw(self);
        self.steps.extend(behind);
    }

    /// Readings of some days and money that does not last.
    fn begin(&mut self, agreed: &Agreed) {
        if agreed.contracts.iter().any(Contract::is_indexed) {
            let value = self.dice.between(150, 260) as i64;
            let number = self.next();
            let act = Act::Index { value, back: 60, number };
            // Once in a while the price is missing.
            if !self.dice.one_in(25) {
                self.tell(Who::File, act);
            }
        }
        for (contract, terms) in agreed.contracts.iter().enumerate() {
            let volume = self.volume(terms);
            let days = self.dice.between(3, 9) as i64;
            let daily = volume * terms.capacities.len() as i64;
            self.tell(Who::File, Act::Read { contract, back: 1, days, volume, actual: true });
            // Yuan 2 to 4 a cubic metre: what is left is a few days below and above the thresholds.
            let lasting = days + self.dice.below(8) as i64 - 4;
            let fen = (daily * lasting * 270).max(100);
            let number = self.next();
            self.tell(Who::File, Act::Money(contract, Moves::Pay { fen, back: days, number }));
        }
    }

    pub(super) fn volume(&mut self, terms: &Contract) -> i64 {
        let daily = terms.monthly / 30 / terms.capacities.len() as i64;
        let most = terms.capacities.iter().flatten().min().copied().unwrap_or(i64::MAX);
        let part = self.dice.between(50, 160) as i64;
        (daily * part / 100).clamp(1, most)
    }

    /// A wait that ends near a boundary: before it, on it, behind it.
    fn near(&mut self, minutes: i64) -> i64 {
        // A period that had run when it was told of: nobody waits backwards.
        let minutes = minutes.max(0);
        match self.dice.below(12) {
            0 => (minutes - 1).max(0),
            1 | 2 => minutes,
            3 => (minutes - self.dice.below(2_000) as i64).max(0),
            _ => minutes + self.dice.between(1, 1_500) as i64,
        }
    }

    fn read_on(&mut self, contract: usize, terms: &Contract, minutes: i64) {
        let days = minutes / DAY + 1;
        if self.dice.one_in(12) || days < 1 {
            return;
        }
        let volume = self.volume(terms);
        let actual = !self.dice.one_in(15);
        let back = 1 + i64::from(self.dice.one_in(8));
        self.tell(Who::File, Act::Read { contract, back, days, volume, actual });
    }

    pub(super) fn wait(&mut self, contract: usize, terms: &Contract, minutes: i64) {
        self.steps.push(Step::Wait(minutes));
        self.read_on(contract, terms, minutes);
    }

    pub(super) fn ask(&mut self, contract: usize, terms: &Contract) {
        for point in 0..terms.capacities.len() {
            let node = match self.dice.below(8) {
                0 => Node::Second,
                1 => Node::SecondAlone,
                _ => Node::First,
            };
            let transport = Transport::Good;
            self.steps.push(Step::Ask { contract, point, node, transport });
        }
    }

    /// From a demand to an order, and to its end.
    fn procedure(&mut self, contract: usize, terms: &Contract) {
        let daily = self.volume(terms) * terms.capacities.len() as i64;
        let fen = daily * 270 * self.dice.between(1, 12) as i64;
        let number = self.next();
        let clerk = Who::Person(self.dice.below(3) as usize);
        let minutes = self.dice.below(600) as i64;
        self.tell(clerk, Act::Supply(contract, Asks::Demand { number, fen, minutes }));
        if self.dice.one_in(8) {
            self.tell(clerk, Act::Supply(contract, Asks::Dispute));
        }
        let days = terms.demand_days.unwrap_or(0) * DAY;
        let wait = self.near(days);
        self.wait(contract, terms, wait);
        let minutes = if self.dice.one_in(2) { 0 } else { self.dice.below(400) as i64 };
        let number = self.next();
        self.tell(clerk, Act::Supply(contract, Asks::Notice { number, minutes }));
        let wait = self.near(terms.notice_hours * 60 - minutes);
        self.wait(contract, terms, wait);
        if terms.continuous_process == Some(true) && !self.dice.one_in(5) {
            self.tell(clerk, Act::Supply(contract, Asks::Confirm { minutes: 5 }));
        }
        if self.dice.one_in(8) {
            let outcome = *self.dice.of(&[DisputeOutcome::Rejected, DisputeOutcome::Withdrawn]);
            self.tell(clerk, Act::Supply(contract, Asks::Resolve { outcome }));
        }
        if self.dice.one_in(4) {
            self.order(contract, terms, MeasureKind::Reduce);
            let wait = self.dice.between(5, 3 * DAY as u64) as i64;
            self.wait(contract, terms, wait);
            self.ask(contract, terms);
        }
        let measure = if terms.is_protected() && !self.dice.one_in(4) || self.dice.one_in(3) {
            MeasureKind::Reduce
        } else {
            MeasureKind::Suspend
        };
        self.order(contract, terms, measure);
        for _ in 0..self.dice.below(4) {
            let wait = *self.dice.of(&[5, 20, 300, 700, DAY, 2 * DAY]);
            self.wait(contract, terms, wait);
            self.ask(contract, terms);
        }
        self.end(contract, terms, fen);
    }

    fn order(&mut self, contract: usize, terms: &Contract, measure: MeasureKind) {
        let number = self.next();
        let automatic = terms.automatic && self.dice.one_in(2);
        let proposer = if automatic { Who::Scheduler } else { Who::Person(0) };
        self.tell(proposer, Act::Supply(contract, Asks::Propose { number, measure }));
        for place in 1..3 {
            // Sometimes the wrong person, sometimes nobody, sometimes one too many.
            let who = if self.dice.one_in(9) { self.somebody() } else { Who::Person(place) };
            let behind = u32::from(self.dice.one_in(20));
            if !self.dice.one_in(14) {
                self.tell(who, Act::Supply(contract, Asks::Approve { behind }));
            }
        }
        let issuer = match self.dice.below(10) {
            0 => self.somebody(),
            _ if automatic => Who::Scheduler,
            _ => Who::Person(3),
        };
        self.tell(issuer, Act::Supply(contract, Asks::Issue));
        self.ask(contract, terms);
    }

    /// Something lifts it, or it is taken back, or it goes on.
    fn end(&mut self, contract: usize, terms: &Contract, demanded: i64) {
        let number = self.next();
        match self.dice.below(10) {
            0..=3 => {
                let fen = if self.dice.one_in(4) { demanded - 1 } else { demanded };
                self.tell(Who::File, Act::Money(contract, Moves::Pay { fen, back: 0, number }));
                if self.dice.one_in(5) {
                    self.ask(contract, terms);
                    let number = self.next();
                    self.tell(Who::File, Act::Money(contract, Moves::Return { number }));
                }
            }
            4 => self.tell(Who::Person(4), Act::Supply(contract, Asks::Withdraw)),
            5 => {
                let act = Act::Money(
                    contract,
                    Moves::Guarantee { fen: demanded * 9, ahead: 0, days: 3, number },
                );
                self.tell(Who::File, act);
            }
            6 => self.weight(Act::Credit { contract, fen: demanded * 9, days: 4 }),
            7 => {
                self.tell(Who::Person(1), Act::Supply(contract, Asks::Dispute));
                let outcome = DisputeOutcome::Upheld;
                self.tell(Who::Person(1), Act::Supply(contract, Asks::Resolve { outcome }));
            }
            _ => {}
        }
        self.ask(contract, terms);
        self.steps.push(Step::Wait(30));
        for point in 0..terms.capacities.len() {
            let seen = if self.dice.one_in(6) { Seen::Remotely } else { Seen::OnSite };
            let state = if self.dice.one_in(6) { ValveState::Closed } else { ValveState::Open };
            let who = self.somebody();
            let minutes = self.dice.below(20) as i64;
            self.tell(who, Act::Supply(contract, Asks::Report { point, state, seen, minutes }));
        }
        self.tell(Who::Scheduler, Act::Supply(contract, Asks::Review));
        self.ask(contract, terms);
    }

    /// An act of weight, from a file or by two persons.
    pub(super) fn weight(&mut self, act: Act) {
        if self.dice.one_in(2) {
            self.tell(Who::File, act);
            return;
        }
        self.tell(Who::Person(0), act);
        if !self.dice.one_in(3) {
            let approve = !self.dice.one_in(4);
            self.tell(Who::Person(1), Act::Second { approve });
        }
    }
}
