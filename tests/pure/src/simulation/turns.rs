//! Turns in the life of a contract, woven into a history: amended, renewed, ended, a point that moves, and
//! what is dated ahead, so that time alone lifts a shortage.

use super::agreed::{Agreed, Contract, contract};
use super::draw::{DAY, Drawn};
use super::plant::Lean;
use super::step::{Act, Asks, Change, Lives, Moves, Step, Who};
use crate::history::dice::Dice;

/// A kind of turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Other terms from a day on.
    Amended,
    /// Other terms while an order is in force, by which it would stand again.
    Worse,
    /// Other terms between the approval of an order and its issue.
    Outdated,
    /// A term is over soon; mostly a further one is signed.
    Renewed,
    /// The term ends early.
    Ended,
    /// A point goes to another contract.
    Moved,
    /// A guarantee counts from a day ahead on.
    Ahead,
    /// Credit counts from a day ahead on, by a clock that was wrong when it was granted.
    CreditAhead,
}

impl Turn {
    const ALL: [Self; 8] = [
        Self::Amended,
        Self::Worse,
        Self::Outdated,
        Self::Renewed,
        Self::Ended,
        Self::Moved,
        Self::Ahead,
        Self::CreditAhead,
    ];
}

/// Draws the turns of a history, and agrees on what they need. Most histories have none.
pub(super) fn turns(dice: &mut Dice, agreed: &mut Agreed, lean: Option<Lean>) -> Vec<Turn> {
    let mut turns = Vec::new();
    if let Some(Lean::Turn(turn)) = lean {
        turns.push(turn);
    }
    while dice.one_in(5) {
        turns.push(*dice.of(&Turn::ALL));
    }
    if turns.contains(&Turn::Renewed) {
        let place = dice.below(agreed.contracts.len() as u64) as usize;
        let soon = chrono::Days::new(dice.between(11, 18));
        if let Some(terms) = agreed.contracts.get_mut(place) {
            terms.last = terms.first + soon;
        }
    }
    if turns.contains(&Turn::Moved) {
        if agreed.contracts.len() == 1 {
            agreed.contracts.push(contract(dice));
        }
        let class = agreed.contracts.first().and_then(|terms| terms.class);
        let alike = !dice.one_in(6);
        agreed.contracts.iter_mut().filter(|_| alike).for_each(|terms| terms.class = class);
    }
    turns
}

fn is_issued(step: &Step) -> bool {
    matches!(step, Step::Tell(_, Act::Supply(_, Asks::Issue)))
}

fn is_proposed(step: &Step) -> bool {
    matches!(step, Step::Tell(_, Act::Supply(_, Asks::Propose { .. })))
}

impl Drawn {
    fn anywhere(&mut self) -> usize {
        self.dice.below(self.steps.len() as u64 + 1) as usize
    }

    fn last(&mut self, wanted: impl Fn(&Step) -> bool) -> usize {
        let known = self.steps.iter().rposition(wanted);
        known.unwrap_or_else(|| self.anywhere())
    }

    /// Weaves a turn in. `place` is the contract that the history is mostly about.
    pub(super) fn turn(&mut self, turn: Turn, agreed: &Agreed, place: usize) {
        let Some(terms) = agreed.contracts.get(place) else { return };
        match turn {
            Turn::Amended => {
                let (at, ahead) = (self.anywhere(), self.dice.below(6) as i64 - 2);
                let change = self.change();
                self.at(at, |it| it.weight(Act::Life(place, Lives::Amend { ahead, change })));
            }
            Turn::Worse => self.worse(place, terms),
            Turn::Outdated => {
                let change = match self.dice.below(3) {
                    0 => Change::ReferenceDays(self.dice.between(1, 7) as i64),
                    1 => Change::Automatic(!terms.automatic),
                    _ => Change::Disputes(!terms.dispute_blocks_order.unwrap_or(true)),
                };
                let at = self.last(is_issued);
                let act = Act::Life(place, Lives::Amend { ahead: 0, change });
                self.at(at, |it| it.tell(Who::File, act));
            }
            Turn::Renewed => self.renewed(agreed),
            Turn::Ended => {
                let (at, ahead) = (self.anywhere(), self.dice.below(6) as i64 - 1);
                self.at(at, |it| it.weight(Act::Life(place, Lives::End { ahead })));
            }
            Turn::Moved => self.moved(agreed, place, terms),
            Turn::Ahead => {
                let (number, fen) = (self.next(), self.plenty(terms));
                let ahead = self.dice.between(1, 3) as i64;
                let guarantee = Moves::Guarantee { fen, ahead, days: 9, number };
                self.ahead(place, terms, ahead, |it| {
                    it.tell(Who::File, Act::Money(place, guarantee));
                });
            }
            Turn::CreditAhead => {
                let (fen, ahead) = (self.plenty(terms), self.dice.between(1, 2) as i64);
                self.ahead(place, terms, ahead, |it| {
                    it.steps.push(Step::Jump(ahead * DAY));
                    it.tell(Who::File, Act::Credit { contract: place, fen, days: 9 });
                    it.steps.push(Step::Jump(-ahead * DAY));
                });
            }
        }
    }

    fn plenty(&mut self, terms: &Contract) -> i64 {
        terms.monthly * 400 * self.dice.between(1, 4) as i64
    }

    /// Behind the last order something is told that counts some days later; then somebody may look, and
    /// the gateways ask before and after it counts.
    fn ahead(
        &mut self,
        contract: usize,
        terms: &Contract,
        ahead: i64,
        tell: impl FnOnce(&mut Self),
    ) {
        let at = self.last(is_issued) + 1;
        self.at(at, |it| {
            tell(it);
            let recorded = it.dice.one_in(2);
            it.steps.push(Step::Tick { recorded });
            let minutes = ahead * DAY - it.dice.below(2_000) as i64;
            for minutes in [minutes.max(0), it.dice.between(1, 1_500) as i64] {
                it.wait(contract, terms, minutes);
                it.ask(contract, terms);
            }
        });
    }

    /// Something ends what an order in force rests on, without lifting it; other terms would not.
    fn worse(&mut self, contract: usize, terms: &Contract) {
        let number = self.next();
        let at = self.last(is_issued) + 1;
        self.at(at, |it| {
            let change = match it.dice.below(3) {
                0 => {
                    let daily = it.volume(terms) * terms.capacities.len() as i64;
                    let fen = (daily * 27 * it.dice.between(10, 60) as i64).max(1);
                    let pay = Moves::Pay { fen, back: 0, number };
                    it.tell(Who::File, Act::Money(contract, pay));
                    Change::Thresholds([260, 250, 240, 230, 270])
                }
                1 => {
                    it.steps.push(Step::Wait(2 * DAY));
                    Change::ReadingAge(Some(240))
                }
                _ => {
                    it.steps.push(Step::WaitTo(*it.dice.of(&[13 * 60, 20 * 60])));
                    Change::NoCut(None)
                }
            };
            it.ask(contract, terms);
            it.weight(Act::Life(contract, Lives::Amend { ahead: 0, change }));
            it.ask(contract, terms);
        });
    }

    fn renewed(&mut self, agreed: &Agreed) {
        let soonest = agreed.contracts.iter().enumerate().min_by_key(|(_, it)| it.last);
        let Some((contract, terms)) = soonest else { return };
        if self.dice.one_in(4) {
            return;
        }
        let lives = Lives::Renew {
            days: self.dice.between(20, 60) as i64,
            monthly: terms.monthly * self.dice.between(50, 150) as i64 / 100,
            price: self.dice.between(15_000, 40_000) as i64,
        };
        let at = self.anywhere();
        self.at(at, |it| it.tell(Who::File, Act::Life(contract, lives)));
    }

    /// A point goes to another contract: half of them before the order, on a day behind it.
    fn moved(&mut self, agreed: &Agreed, contract: usize, terms: &Contract) {
        let count = agreed.contracts.len();
        let to = (contract + 1 + self.dice.below(count as u64 - 1) as usize) % count;
        let point = self.dice.below(terms.capacities.len() as u64) as usize;
        if self.dice.one_in(4) {
            let (at, ahead) = (self.anywhere(), self.dice.below(3) as i64);
            self.at(at, |it| it.weight(Act::Life(contract, Lives::Move { point, to, ahead })));
            return;
        }
        let ahead = self.dice.between(1, 2) as i64;
        let (before, behind) = (self.last(is_proposed), self.last(is_issued));
        self.at(behind + 1 + terms.capacities.len(), |it| {
            it.wait(contract, terms, ahead * DAY);
            it.ask(contract, terms);
        });
        let act = Act::Life(contract, Lives::Move { point, to, ahead });
        self.at(before, |it| it.tell(Who::File, act));
    }

    fn change(&mut self) -> Change {
        let dice = &mut self.dice;
        match dice.below(13) {
            0 => {
                let reduce = dice.between(2, 60) as i64;
                let notice = reduce + dice.below(50) as i64;
                let suspend = dice.below(reduce as u64 + 1) as i64;
                Change::Thresholds([notice + 9, notice, reduce, suspend, notice + 20])
            }
            1 => Change::NoticeHours(*dice.of(&[0, 1, 12, 48, 72])),
            2 => Change::DemandDays(*dice.of(&[None, Some(0), Some(1), Some(5)])),
            3 => Change::LapsesDays(*dice.of(&[None, Some(2), Some(5), Some(30)])),
            4 => Change::ReadingAge(*dice.of(&[None, Some(24), Some(48), Some(120)])),
            5 => Change::NoCut(*dice.of(&[None, Some("10:30-14:00"), Some("18:00-09:00")])),
            6 => Change::Disputes(dice.one_in(2)),
            7 => Change::Continuous(dice.one_in(2)),
            8 => Change::Protected(*dice.of(&[None, Some(20), Some(120)])),
            9 => Change::ReduceTo(*dice.of(&[0, 30, 75, 100])),
            10 => Change::Automatic(dice.one_in(2)),
            11 => Change::ReferenceDays(dice.between(1, 7) as i64),
            _ => Change::Price(dice.between(10_000, 45_000) as i64),
        }
    }
}
