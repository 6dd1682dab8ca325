use crate::quantities::{Exact, Price};

/// What one contract year left in a bank (余额池). `P` is what was paid for a unit: a price for
/// make-up, nothing for carry-forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<P> {
    /// The contract year that opened it.
    pub origin: i64,
    /// Billing units; above zero.
    pub quantity: Exact,
    /// The last contract year in which it can be drawn (Y8, Y9).
    pub usable_until: i64,
    /// Y11: what a unit cost when it was paid.
    pub paid: P,
}

/// Entries in the order of their years. Its balance is never below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank<P> {
    entries: Vec<Entry<P>>,
}

impl<P> Default for Bank<P> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<P: Clone> Bank<P> {
    /// The open entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry<P>] {
        &self.entries
    }

    /// What can still be drawn.
    #[must_use]
    pub fn balance(&self) -> Exact {
        total(&self.entries)
    }

    /// Y8, Y9: opens an entry; nothing opens none.
    pub fn open(&mut self, entry: Entry<P>) {
        if entry.quantity.is_positive() {
            self.entries.push(entry);
            self.entries.sort_by_key(|entry| entry.origin);
        }
    }

    /// Y3, Y6: takes `quantity` out, the oldest entry first, and says from which entries.
    ///
    /// # Panics
    /// When the balance is smaller: the rule asks for no more than there is.
    pub fn draw(&mut self, quantity: &Exact) -> Vec<Entry<P>> {
        let mut left = quantity.clone();
        let mut drawn = Vec::new();
        for entry in &mut self.entries {
            let part = entry.quantity.clone().min(left.clone());
            if part.is_positive() {
                left = &left - &part;
                entry.quantity = &entry.quantity - &part;
                drawn.push(Entry { quantity: part, ..entry.clone() });
            }
        }
        assert!(!left.is_positive(), "a bank is asked for no more than its balance");
        self.entries.retain(|entry| entry.quantity.is_positive());
        drawn
    }

    /// Y10: takes out the entries whose last year is this one.
    pub fn expire(&mut self, year: i64) -> Vec<Entry<P>> {
        let (expired, open) = self.entries.drain(..).partition(|entry| entry.usable_until <= year);
        self.entries = open;
        expired
    }

    /// Y13: takes out everything.
    pub fn close(&mut self) -> Vec<Entry<P>> {
        std::mem::take(&mut self.entries)
    }
}

/// The sum of entries.
pub(super) fn total<P>(entries: &[Entry<P>]) -> Exact {
    entries.iter().map(|entry| entry.quantity.clone()).sum()
}

/// Both banks of a contract, carried from year to year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Banks {
    /// Paid and not taken yet (补提), with the price paid.
    pub make_up: Bank<Price>,
    /// Taken beyond the base (结转).
    pub carry_forward: Bank<()>,
}
