//! Dice with a seed: the same seed throws the same history on every machine.

use rust_decimal::Decimal;

/// Dice (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.throw() % limit.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Once in `many` throws.
    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// One of these.
    ///
    /// # Panics
    /// When there are none.
    pub fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// One of these words.
    ///
    /// # Panics
    /// When there are none.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len() as u64) as usize]
    }

    /// A decimal from 0 to `whole`, with up to so many places.
    ///
    /// # Panics
    /// When it does not fit.
    pub fn decimal(&mut self, whole: u64, places: u32) -> Decimal {
        let places = self.between(0, places.into()) as u32;
        let scale = 10_u64.pow(places);
        let number = Decimal::from(self.below(whole * scale + 1));
        number / Decimal::from(scale)
    }

    /// Lists woven into one, each in its own order.
    pub fn merge<T>(&mut self, lists: Vec<Vec<T>>) -> Vec<T> {
        let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
        let mut merged = Vec::new();
        loop {
            lists.retain(|list| list.len() > 0);
            let left: usize = lists.iter().map(ExactSizeIterator::len).sum();
            if left == 0 {
                return merged;
            }
            let mut place = self.below(left as u64) as usize;
            for list in &mut lists {
                if place < list.len() {
                    merged.extend(list.next());
                    break;
                }
                place -= list.len();
            }
        }
    }

    /// The same things in another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for place in (1..things.len()).rev() {
            let other = self.below(place as u64 + 1) as usize;
            things.swap(place, other);
        }
    }
}
