//! What else happens in a history, anywhere in it.

use citygate_domain::supply::MeasureKind;

use super::agreed::{Agreed, Contract};
use super::draw::Drawn;
use super::step::{Act, Asks, Moves, Step, Who};

impl Drawn {
    /// Once in a while somebody looks whether time has gone by (T6).
    pub(super) fn ticks(&mut self) {
        while self.dice.one_in(4) {
            let recorded = self.dice.one_in(2);
            let place = self.dice.below(self.steps.len() as u64 + 1) as usize;
            self.steps.insert(place, Step::Tick { recorded });
        }
    }

    /// What else happens, anywhere.
    pub(super) fn noise(&mut self, agreed: &Agreed) {
        for _ in 0..self.dice.below(8) {
            let contract = self.dice.below(agreed.contracts.len() as u64) as usize;
            let Some(terms) = agreed.contracts.get(contract) else { continue };
            let place = self.dice.below(self.steps.len() as u64 + 1) as usize;
            self.at(place, |drawn| drawn.one(contract, terms));
        }
    }

    fn one(&mut self, contract: usize, terms: &Contract) {
        let number = self.next();
        let daily = terms.monthly / 30;
        let fen = daily * self.dice.between(20, 2_500) as i64 + 1;
        let point = self.dice.below(terms.capacities.len() as u64) as usize;
        let back = self.dice.between(1, 12) as i64;
        let who = self.somebody();
        match self.dice.below(16) {
            0 => self
                .tell(Who::File, Act::Money(contract, Moves::Pay { fen, back: back - 1, number })),
            1 => self.tell(Who::File, Act::Money(contract, Moves::Return { number })),
            2 => self
                .tell(Who::File, Act::Money(contract, Moves::Refund { fen: fen / 9 + 1, number })),
            3 => {
                let volume = self.volume(terms);
                self.weight(Act::Correct { contract, point, back, volume, number });
            }
            4 => {
                let value = self.dice.between(100, 300) as i64;
                let back = if self.dice.one_in(2) { 60 } else { back };
                self.weight(Act::Index { value, back, number });
            }
            5 => {
                let days = self.dice.between(1, 5) as i64;
                self.tell(Who::File, Act::Claim { contract, days, number });
                if self.dice.one_in(2) {
                    let granted = self.dice.one_in(2);
                    let act = Act::DecideClaim { contract, days, number, granted };
                    self.tell(Who::File, act);
                }
            }
            6 | 7 => {
                let again = self.dice.one_in(3);
                self.tell(Who::File, Act::Close { contract, again });
            }
            8 => {
                let actual = self.dice.one_in(2);
                let days = self.dice.between(1, 4) as i64;
                let volume = self.volume(terms);
                self.tell(Who::File, Act::Read { contract, back, days, volume, actual });
            }
            9 => self.tell(who, Act::Supply(contract, Asks::Withdraw)),
            10 => self.tell(who, Act::Supply(contract, Asks::Dispute)),
            11 => self.tell(who, Act::Supply(contract, Asks::Notice { number, minutes: 10 })),
            12 => {
                let measure = *self.dice.of(&[MeasureKind::Reduce, MeasureKind::Suspend]);
                self.tell(who, Act::Supply(contract, Asks::Propose { number, measure }));
            }
            13 => self.tell(who, Act::Supply(contract, Asks::Approve { behind: 0 })),
            14 => self.tell(who, Act::Supply(contract, Asks::Issue)),
            _ => self.tell(who, Act::Supply(contract, Asks::Demand { number, fen, minutes: 0 })),
        }
    }
}
